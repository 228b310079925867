"""Messages inside the system: each key arrives once, whatever is repeated on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import NamedTuple

from zhuli_flow.store.sql.statements import Connection, array, first, instant, rows, run, run_many


class NewMessage(NamedTuple):
    """A message to be put: one of ``person`` and ``role`` must be given; ``at`` is UTC as ISO text.

    ``address``: where it is found (``engine.authority.duties``).
    """

    key: str
    person: str | None
    role: str | None
    case_id: str | None
    text: str
    at: str
    address: str

    @classmethod
    def to(
        cls, key: str, text: str, at: str, *, person: str = "", role: str = "", case_id: str = "", address: str = ""
    ) -> NewMessage:
        """A message found at ``address``; without one where the person is, or wherever the role is held."""
        where = f"@{person}" if person else address or role
        return cls(key, person or None, role or None, case_id or None, text, at, where)


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
    address: str = "",
) -> bool:
    """Add a message; False when that key has arrived already. One of ``person`` and ``role`` must be given.

    ``address`` as for ``NewMessage.to``.
    """
    to = {"person": person or "", "role": role or "", "case_id": case_id or "", "address": address}
    return run(connection, "inbox.put", NewMessage.to(key, text, instant(at), **to)._asdict()).rowcount == 1


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
    """Who reads: a person, the ``addresses`` at which messages to him and his roles are found, and the roles held."""

    person: str
    addresses: Collection[str]
    roles: Collection[str]


def walk(
    connection: Connection, chair: Chair, *, unread_by: str = "", newer: int = 0, before: int = 0
) -> Iterator[InboxMessage]:
    """Every message to the person or one of the roles, newest first; nothing is read that is not asked for.

    Of a role with an area those about its cases, about none, and about cases of which the person was handed something.
    ``unread_by``: only those which this person has not read; ``newer`` and ``before``: only between these ids (0: any).
    """
    unread = ("inbox.unread", "inbox.unread_by") if unread_by else ()
    chosen = (*unread, "inbox.newer") if newer else unread
    values: dict[str, str | int] = {"reader": unread_by, "newer": newer}
    streams = [_stream(connection, "inbox.at", chosen, {**values, "to": one}, before) for one in chair.addresses]
    handed = {**values, "to": f"@{chair.person}", "roles": array(sorted(chair.roles))}
    streams.append(_stream(connection, "inbox.of_handed", chosen, handed, before))
    last = 0
    for message in merge(*streams, key=lambda one: one.id, reverse=True):
        if message.id != last:  # by the area of the role and by the case that was handed over
            yield message
        last = message.id


def _stream(
    connection: Connection, statement: str, chosen: tuple[str, ...], values: Mapping[str, str | int], before: int
) -> Iterator[InboxMessage]:
    """What came to one address, a page at a time, each larger than the one before."""
    size = 50
    while True:
        conditions = (*chosen, "inbox.before") if before else chosen
        page = rows(connection, (statement, *conditions), limit=size, before=before, **values)
        yield from (InboxMessage(*row) for row in page)
        if len(page) < size:
            return
        before, size = page[-1][0], min(2 * size, 1000)


def count_unread(connection: Connection, addresses: Collection[str], reader: str, most: int) -> int:
    """How many messages at these addresses the reader has not read; no more than ``most`` are counted."""
    given = {"addresses": array(sorted(addresses)), "reader": reader, "limit": most}
    found = first(connection, ("inbox.count_at", "inbox.unread", "inbox.unread_by"), **given)
    return int(found[0]) if found else 0


def addresses_of(connection: Connection, case_id: str) -> set[tuple[str, str]]:
    """The roles to which something was told about a case, each with the address at which that is found."""
    return set(rows(connection, "inbox.addresses_of", case_id=case_id))


def address_again(connection: Connection, case_id: str, role: str, address: str) -> None:
    """What was told to a role about a case is found at this address from now on."""
    run(connection, "inbox.address_again", {"case_id": case_id, "role": role, "address": address})


def astray(connection: Connection) -> int:
    """The number of a message that is not found where its receiver is; 0 without one. Roles by case: not asked."""
    found = first(connection, "inbox.astray")
    return int(found[0]) if found else 0


def read(connection: Connection, person: str, ids: Sequence[int], at: datetime) -> None:
    """Note (已阅) that the person has read these messages; what was read before keeps its time."""
    run_many(connection, "inbox.read", [(person, number, instant(at)) for number in ids])


def read_every(connection: Connection, chair: Chair, reader: str, at: datetime) -> int:
    """Note that ``reader`` has read all that came to a chair; returns how many were new to him. Nothing is loaded."""
    values = {"reader": reader, "at": instant(at)}
    found = run(connection, "inbox.read_every", {**values, "addresses": array(sorted(chair.addresses))}).rowcount
    handed = {**values, "to": f"@{chair.person}", "roles": array(sorted(chair.roles))}
    return int(found) + int(run(connection, "inbox.read_handed", handed).rowcount)


def read_by(connection: Connection, person: str, ids: Sequence[int]) -> dict[int, str]:
    """When the person read which of these messages (UTC text); no key: not yet."""
    found = rows(connection, "inbox.read_by", person=person, ids=array(ids))
    return dict(found)


def mark_read(connection: Connection, message_id: int, at: datetime) -> bool:
    """Note when it was first read; False when it was before, or does not exist."""
    changed = run(connection, "inbox.mark_read", {"id": message_id, "at": instant(at)})
    return changed.rowcount == 1


def erase(connection: Connection, case_id: str, words: Collection[str], erased: str, kept: Collection[str]) -> int:
    """Put ``erased`` in place of every message about a case in which one of ``words`` stands; how many.

    ``kept``: texts that the history itself tells stay as they are.
    """
    found = [row for row in rows(connection, "whole_rows.messages", case_id=case_id) if row[3] not in kept]
    told = [row[0] for row in found if any(len(word) > 1 and word in row[3] for word in words)]
    for key in told:
        run(connection, "inbox.reword", {"key": key, "text": erased})
    return len(told)
