"""Messages inside the system: each key arrives once, whatever is repeated on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import NamedTuple

from zhuli_flow.store.sql.statements import Connection, array, instant, rows, run, run_many


class NewMessage(NamedTuple):
    """A message to be put: one of ``person`` and ``role`` must be given; ``at`` is UTC as ISO text."""

    key: str
    person: str | None
    role: str | None
    case_id: str | None
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message to ``person`` or to the holders of ``role``; instants are UTC as ISO text."""

    id: int
    key: str
    person: str | None
    role: str | None
    case_id: str | None
    text: str
    at: str
    read_at: str | None


def put(
    connection: Connection,
    *,
    key: str,
    text: str,
    at: datetime,
    person: str | None = None,
    role: str | None = None,
    case_id: str | None = None,
) -> bool:
    """Add a message; False when that key has arrived already. One of ``person`` and ``role`` must be given."""
    new = NewMessage(key, person or None, role or None, case_id, text, instant(at))
    return run(connection, "inbox.put", new._asdict()).rowcount == 1


def put_many(connection: Connection, made: Sequence[NewMessage]) -> None:
    """Add messages; one whose key has arrived already stays as it is."""
    run_many(connection, "inbox.put", made)


def messages(
    connection: Connection, person: str, roles: Sequence[str] = (), *, unread_only: bool = False, limit: int = 100
) -> list[InboxMessage]:
    """Messages to the person or one of the roles, newest first. Whether a role's case is theirs, the caller asks."""
    statement = ("inbox.messages", *(["inbox.unread"] if unread_only else []))
    found = rows(connection, statement, person=person, roles=array(roles), limit=limit)
    return [InboxMessage(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Chair:
    """Who reads: a person, and what is called the ``city``, the ``county`` and the ``applicant`` of the cases in reach.

    ``roles`` held, each with the workflows of which only cases of one of these areas are the role's, by area.
    """

    person: str
    areas: Mapping[str, str]
    roles: Mapping[str, Mapping[str, Sequence[str]]]


def walk(
    connection: Connection, chair: Chair, *, unread_by: str = "", newer: int = 0, before: int = 0
) -> Iterator[InboxMessage]:
    """Every message to the person or one of the roles, newest first; nothing is read that is not asked for.

    Of a role with an area those about its cases, about none, and about cases of which the person was handed something.
    ``unread_by``: only those which this person has not read; ``newer`` and ``before``: only between these ids (0: any).
    """
    unread = ("inbox.unread", "inbox.unread_by") if unread_by else ()
    chosen = (*unread, "inbox.newer") if newer else unread
    values: dict[str, str | int] = {"reader": unread_by, "newer": newer, "handed": f"@{chair.person}"}
    streams = [_stream(connection, "inbox.to_person", chair.person, chosen, values, before)]
    for role, within in chair.roles.items():
        of_area = {f"by_{area}": array(list(within.get(area, ()))) for area in chair.areas}
        named = {**values, **chair.areas, **of_area}
        streams.append(_stream(connection, "inbox.to_role", role, (*chosen, "inbox.within"), named, before))
    last = 0
    for message in merge(*streams, key=lambda one: one.id, reverse=True):
        if message.id != last:  # to the person and to a role alike
            yield message
        last = message.id


def _stream(
    connection: Connection,
    statement: str,
    to: str,
    chosen: tuple[str, ...],
    values: Mapping[str, str | int],
    before: int,
) -> Iterator[InboxMessage]:
    """What came to one receiver, a page at a time, each larger than the one before."""
    size = 50
    while True:
        conditions = (*chosen, "inbox.before") if before else chosen
        page = rows(connection, (statement, *conditions), to=to, limit=size, before=before, **values)
        yield from (InboxMessage(*row) for row in page)
        if len(page) < size:
            return
        before, size = page[-1][0], min(2 * size, 1000)


def read(connection: Connection, person: str, ids: Sequence[int], at: datetime) -> None:
    """Note (已阅) that the person has read these messages; what was read before keeps its time."""
    run_many(connection, "inbox.read", [(person, number, instant(at)) for number in ids])


def read_by(connection: Connection, person: str, ids: Sequence[int]) -> dict[int, str]:
    """When the person read which of these messages (UTC text); no key: not yet."""
    found = rows(connection, "inbox.read_by", person=person, ids=array(ids))
    return dict(found)


def mark_read(connection: Connection, message_id: int, at: datetime) -> bool:
    """Note when it was first read; False when it was before, or does not exist."""
    changed = run(connection, "inbox.mark_read", {"id": message_id, "at": instant(at)})
    return changed.rowcount == 1
