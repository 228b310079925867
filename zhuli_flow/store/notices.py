"""Official documents: ordered with the decision, numbered without gaps, issued once they lie in the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from zhuli_flow.engine.model.case import Json
from zhuli_flow.store import numbers
from zhuli_flow.store.sql.statements import Row, first, instant, pack, rows, run, unpack

_COLUMNS = (
    "id, case_id, seq, kind, title, series, year, n, number, variables, recipients, state, sha256, size, signed_on,"
    " ordered_at, issued_at"
)


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A document: ``n`` of ``series`` in ``year`` gives the printed ``number``; ``size`` in bytes; ISO texts for times.

    ``seq`` is the entry that ordered it; ``state`` is ordered, issued or void.
    """

    id: int
    case_id: str
    seq: int
    kind: str
    title: str
    series: str | None
    year: int | None
    n: int | None
    number: str | None
    variables: Mapping[str, Json]
    recipients: tuple[str, ...]
    state: str
    sha256: str | None
    size: int | None
    signed_on: str | None
    ordered_at: str
    issued_at: str | None


def take_number(connection: Connection, series: str, year: int, start: int = 1) -> int:
    """The next number of a series in a year, ``start`` for the first; an undone transaction gives it back."""
    return numbers.take(connection, series, year, start)


def add(
    connection: Connection,
    *,
    case_id: str,
    seq: int,
    kind: str,
    variables: Mapping[str, Json],
    at: datetime,
    title: str = "",
    recipients: Sequence[str] = (),
    series: str | None = None,
    year: int | None = None,
    n: int | None = None,
    number: str | None = None,
    signed_on: date | None = None,
) -> int:
    """Order a document; returns its id. The driver's IntegrityError when the number is taken."""
    values: dict[str, Any] = {
        "case_id": case_id,
        "seq": seq,
        "kind": kind,
        "title": title,
        "series": series,
        "year": year,
        "n": n,
        "number": number,
        "variables": pack(variables),
        "recipients": pack(list(recipients)),
        "signed_on": signed_on.isoformat() if signed_on else None,
        "at": instant(at),
    }
    found = first(
        connection,
        "INSERT INTO notice (case_id, seq, kind, title, series, year, n, number, variables, recipients, state,"
        " signed_on, ordered_at) VALUES (:case_id, :seq, :kind, :title, :series, :year, :n, :number, :variables,"
        " :recipients, 'ordered', :signed_on, :at) RETURNING id",
        **values,
    )
    return int(found[0]) if found else 0


def issue(connection: Connection, notice_id: int, sha256: str, size: int, at: datetime, title: str = "") -> bool:
    """Note that the document lies in the files; False when it was issued before or is void: what is issued stays.

    ``title`` is what stands on the paper.
    """
    changed = run(
        connection,
        "UPDATE notice SET state = 'issued', sha256 = :sha256, size = :size, issued_at = :at, title = :title"
        " WHERE id = :id AND state = 'ordered'",
        {"id": notice_id, "sha256": sha256, "size": size, "at": instant(at), "title": title},
    )
    return changed.rowcount == 1


def void(connection: Connection, notice_id: int) -> bool:
    """Declare it void; its number stays taken. False when it is void already or does not exist."""
    changed = run(connection, "UPDATE notice SET state = 'void' WHERE id = :id AND state <> 'void'", {"id": notice_id})
    return changed.rowcount == 1


def load(connection: Connection, notice_id: int) -> StoredNotice | None:
    """The document of that id, None without one."""
    return next(iter(_notices(connection, "id = :id", id=notice_id)), None)


def of_case(connection: Connection, case_id: str) -> list[StoredNotice]:
    """The documents of a case, in the order they were ordered."""
    return _notices(connection, "case_id = :case_id ORDER BY id", case_id=case_id)


def by_number(connection: Connection, number: str) -> list[StoredNotice]:
    """The documents that print this number."""
    return _notices(connection, "number = :number ORDER BY id", number=number)


def by_sha256(connection: Connection, sha256: str) -> list[StoredNotice]:
    """The documents issued with exactly this content."""
    return _notices(connection, "sha256 = :sha256 ORDER BY id", sha256=sha256)


def numbered(connection: Connection) -> list[StoredNotice]:
    """The documents that took a number, by series, year and number."""
    return _notices(connection, "series IS NOT NULL ORDER BY series, year, n, id")


def listed(connection: Connection, state: str = "", limit: int = 100) -> list[StoredNotice]:
    """Documents in a state (empty: any), the newest first."""
    return _notices(
        connection, "(:state = '' OR state = :state) ORDER BY id DESC LIMIT :limit", state=state, limit=limit
    )


def _notices(connection: Connection, condition: str, **values: str | int) -> list[StoredNotice]:
    query = f"SELECT {_COLUMNS} FROM notice WHERE {condition}"  # noqa: S608 - ours
    return [_notice(row) for row in rows(connection, query, **values)]


def _notice(row: Row) -> StoredNotice:
    values = dict(zip(_COLUMNS.replace(" ", "").split(","), row, strict=True))
    values["variables"] = unpack(values["variables"])
    values["recipients"] = tuple(unpack(values["recipients"]))
    return StoredNotice(**values)
