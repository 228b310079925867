"""Official documents: ordered with the decision, numbered without gaps, issued once they lie in the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.engine.model.case import Json
from zhuli_flow.store import jobs, numbers
from zhuli_flow.store.case_filter import within
from zhuli_flow.store.sql.statements import Connection, Row, Statement, first, instant, pack, rows, run, unpack


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
        "ordered_at": instant(at),
    }
    found = first(connection, "notices.add", **values)
    jobs.put(connection, jobs.ISSUE, case_id)
    return int(found[0]) if found else 0


def keep(connection: Connection, notice: StoredNotice) -> None:
    """Put a document in as it stands in another database. The driver's IntegrityError when its id is taken."""
    packed = {"variables": pack(notice.variables), "recipients": pack(list(notice.recipients))}
    run(connection, "notices.keep", {**asdict(notice), **packed})


def issue(connection: Connection, notice_id: int, sha256: str, size: int, at: datetime, title: str = "") -> bool:
    """Note that the document lies in the files; False when it was issued before or is void: what is issued stays.

    ``title`` is what stands on the paper.
    """
    issued = {"id": notice_id, "sha256": sha256, "size": size, "issued_at": instant(at), "title": title}
    changed = run(connection, "notices.issue", issued)
    return changed.rowcount == 1


def void(connection: Connection, notice_id: int) -> bool:
    """Declare it void; its number stays taken. False when it is void already or does not exist."""
    changed = run(connection, "notices.void", {"id": notice_id})
    return changed.rowcount == 1


def load(connection: Connection, notice_id: int) -> StoredNotice | None:
    """The document of that id, None without one."""
    return next(iter(_notices(connection, "notices.load", id=notice_id)), None)


def of_case(connection: Connection, case_id: str) -> list[StoredNotice]:
    """The documents of a case, in the order they were ordered."""
    return _notices(connection, "notices.of_case", case_id=case_id)


def by_number(connection: Connection, number: str) -> list[StoredNotice]:
    """The documents that print this number."""
    return _notices(connection, "notices.by_number", number=number)


def by_sha256(connection: Connection, sha256: str) -> list[StoredNotice]:
    """The documents issued with exactly this content."""
    return _notices(connection, "notices.by_sha256", sha256=sha256)


class NumberPlace(NamedTuple):
    """Where a document stands in the register of numbers."""

    series: str
    year: int
    n: int


class Numbers(NamedTuple):
    """The numbers of a series in a year that documents have: how many, the first and the last, how many are void."""

    documents: int
    first: int
    last: int
    void: int


def ranges(connection: Connection) -> dict[tuple[str, int], Numbers]:
    """Every series in every year of which a document has a number."""
    void = {(row[0], row[1]): row[2] for row in rows(connection, "notices.voids")}
    return {
        (series, year): Numbers(documents, first, last, void.get((series, year), 0))
        for series, year, documents, first, last in rows(connection, "notices.ranges")
    }


def numbers_after(
    connection: Connection, series: str, year: int | None, limit: int, after: NumberPlace | None = None
) -> list[StoredNotice]:
    """Documents by series, year and number, behind a place; those of a series and a year (empty, None: any)."""
    asked = (("notices.of_series", series), ("notices.of_year", year), ("notices.beyond", after))
    chosen = [name for name, given in asked if given]
    to = after or NumberPlace("", 0, 0)
    values: dict[str, str | int] = {"series_to": to.series, "year_to": to.year, "n_to": to.n}
    values |= {"series": series, "year": year or 0, "limit": limit}
    return _notices(connection, ("notices.numbers", *chosen), **values)


def numbered(connection: Connection) -> list[StoredNotice]:
    """The documents that took a number, by series, year and number."""
    return _notices(connection, "notices.numbered")


def listed(
    connection: Connection, state: str = "", limit: int = 100, before: int = 0, reach: Reach = EVERYTHING
) -> list[StoredNotice]:
    """Documents in a state (empty: any), the newest first, those before the one with the id ``before`` (0: from it).

    ``reach``: only of cases in somebody's reach.
    """
    chosen = [name for name, asked in (("notices.in_state", state), ("notices.before", before)) if asked]
    names, whose = within(reach, "notices.readable")
    return _notices(connection, ("notices.listed", *chosen, *names), state=state, limit=limit, before=before, **whose)


def walk(connection: Connection, state: str = "", size: int = 500, reach: Reach = EVERYTHING) -> Iterator[StoredNotice]:
    """Every document in a state (empty: any) of cases in this reach, the newest first, read a page at a time."""
    page = listed(connection, state, size, reach=reach)
    while page:
        yield from page
        page = listed(connection, state, size, page[-1].id, reach)


def kinds(connection: Connection) -> list[str]:
    """The kinds of which there is a document."""
    return [row[0] for row in rows(connection, "notices.kinds")]


def count(connection: Connection, reach: Reach = EVERYTHING) -> int:
    """How many documents there are of cases in this reach."""
    names, whose = within(reach, "notices.readable")
    found = first(connection, ("notices.total", *names), **whose)
    return int(found[0]) if found else 0


def _notices(connection: Connection, statement: Statement, **values: str | int) -> list[StoredNotice]:
    return [_notice(row) for row in rows(connection, statement, **values)]


def _notice(row: Row) -> StoredNotice:
    values = dict(zip(StoredNotice.__dataclass_fields__, row, strict=True))  # the statements select in their order
    values["variables"] = unpack(values["variables"])
    values["recipients"] = tuple(unpack(values["recipients"]))
    return StoredNotice(**values)


def reword(connection: Connection, notice_id: int, title: str, variables: Mapping[str, Json]) -> None:
    """Put another title and other variables in the row of a document: without personal data erased by law."""
    run(connection, "notices.reword", {"id": notice_id, "title": title, "variables": pack(variables)})
