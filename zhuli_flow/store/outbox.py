"""What has to be sent: written with the decision, claimed later, sent at least once under a key that never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from zhuli_flow.engine.model.case import Json
from zhuli_flow.store import jobs
from zhuli_flow.store.sql.statements import Connection, Row, first, instant, pack, rows, run, run_many, unpack


class NewLetter(NamedTuple):
    """A letter to be put, as ``row`` makes it; instants are UTC as ISO text, ``payload`` is JSON text."""

    key: str
    kind: str
    case_id: str | None
    payload: str
    created_at: str
    not_before: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to send. ``key`` goes with it, so that a receiver can tell a repetition; ``attempt`` counts claims."""

    id: int
    key: str
    kind: str
    case_id: str | None
    payload: Json
    state: str
    attempt: int
    created_at: str
    not_before: str
    last_error: str


def put(
    connection: Connection,
    *,
    key: str,
    kind: str,
    payload: Json,
    at: datetime,
    case_id: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Add a letter; False when one of that key is there already."""
    new = row(key=key, kind=kind, payload=payload, at=at, case_id=case_id, not_before=not_before)
    is_new = run(connection, "outbox.put", new._asdict()).rowcount == 1
    if is_new:
        jobs.put(connection, jobs.DELIVER)
    return is_new


def put_many(connection: Connection, made: Sequence[NewLetter]) -> None:
    """Add letters, each made by ``row``; one whose key is there already stays as it is."""
    run_many(connection, "outbox.put", made)
    if made:
        jobs.put(connection, jobs.DELIVER)


def row(
    *,
    key: str,
    kind: str,
    payload: Json,
    at: datetime,
    case_id: str | None = None,
    not_before: datetime | None = None,
) -> NewLetter:
    """A letter as ``put_many`` takes it."""
    now = instant(at)
    return NewLetter(key, kind, case_id, pack(payload), now, instant(not_before) if not_before else now)


def claim(connection: Connection, now: datetime, lease: timedelta, most: int, limit: int = 20) -> list[Letter]:
    """Take letters for ``lease``; the attempt is counted here, so that a sender that dies can't loop for ever.

    A letter whose lease number ``most`` ran out without an answer becomes ``failed``: an incident for a person, not a
    silent loss.
    """
    given_up = {"now": instant(now), "most": most, "error": "发送途中断，多次未完成"}
    run(connection, "outbox.give_up", given_up)
    taken = rows(connection, "outbox.claim", now=instant(now), until=instant(now + lease), limit=limit)
    return sorted(map(_letter, taken), key=lambda letter: letter.id)


def done(connection: Connection, letter: Letter) -> bool:
    """Note it as sent; False when another claim has taken it over since."""
    changed = run(connection, "outbox.done", {"id": letter.id, "attempt": letter.attempt})
    return changed.rowcount == 1


def failed(connection: Connection, letter: Letter, error: str, again: datetime | None) -> str:
    """Note why it did not go; returns ``pending`` (to be tried ``again`` then) or ``failed`` (a person must look).

    ``""`` when another claim has taken it over since.
    """
    state = "failed" if again is None else "pending"
    changed = run(
        connection,
        "outbox.failed",
        {
            "id": letter.id,
            "attempt": letter.attempt,
            "state": state,
            "error": error[:1000],
            "not_before": instant(again) if again else letter.not_before,
        },
    )
    return state if changed.rowcount == 1 else ""


def retry(connection: Connection, letter_id: int, now: datetime) -> bool:
    """Give a failed letter another round of attempts; False when it is not failed."""
    again = run(connection, "outbox.retry", {"id": letter_id, "now": instant(now)}).rowcount == 1
    if again:
        jobs.put(connection, jobs.DELIVER)
    return again


def listed(connection: Connection, state: str, limit: int = 100) -> list[Letter]:
    """Letters in a state (pending, sent, failed), the oldest first."""
    return [_letter(row) for row in rows(connection, "outbox.listed", state=state, limit=limit)]


def after(connection: Connection, letter_id: int, limit: int) -> list[Letter]:
    """The next letters after one, whatever their state, in the order in which they were put; the first after 0."""
    return [_letter(row) for row in rows(connection, "outbox.after", id=letter_id, limit=limit)]


def by_key(connection: Connection, key: str) -> Letter | None:
    """The letter of that key, None without one."""
    found = first(connection, "outbox.by_key", key=key)
    return None if found is None else _letter(found)


def _letter(row: Row) -> Letter:
    letter_id, key, kind, case_id, payload, *rest = row
    return Letter(letter_id, key, kind, case_id, unpack(payload), *rest)


def is_pending(connection: Connection, case_id: str) -> bool:
    """Whether a letter about a case is still to be sent."""
    return first(connection, "outbox.pending_of_case", case_id=case_id) is not None


def reword(connection: Connection, key: str, payload: Mapping[str, Json]) -> None:
    """Put another payload in a letter that is gone: without personal data erased by law."""
    run(connection, "outbox.reword", {"key": key, "payload": pack(payload)})
