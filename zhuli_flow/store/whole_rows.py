"""Rows as they stand, column by column, for those who hold them against history."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from zhuli_flow.store.sql.statements import Connection, Row, first, rows, unpack


class CaseColumns(NamedTuple):
    """What the row of a case says beside the case itself; instants UTC, ISO 8601."""

    workflow: str
    definition_version: str
    digest: str
    opened_at: str
    updated_at: str


class SentReminder(NamedTuple):
    """A reminder noted as sent, or (``merged``) as part of a later one."""

    name: str
    version: int
    remind: str
    sent_at: str
    merged: int


class Message(NamedTuple):
    """A message in the box."""

    key: str
    person: str | None
    role: str | None
    text: str
    at: str


class Letter(NamedTuple):
    """A letter of the outbox; ``payload`` unpacked."""

    key: str
    kind: str
    payload: Any
    state: str
    created_at: str


class QueuePlace(NamedTuple):
    """A place in the queue of a quota."""

    quota: str
    place: int
    since: str
    case_id: str


class KeptPerson(NamedTuple):
    """A person, active or not; ``token_hash``: SHA-256 of the token."""

    id: str
    title: str
    organisation: str
    roles: tuple[str, ...]
    active: bool
    token_hash: str | None


class KeptYear(NamedTuple):
    """A year's holidays as imported."""

    year: int
    sha256: str
    data: str
    added_at: str


def case(connection: Connection, case_id: str) -> CaseColumns:
    """The row of a case that there is."""
    (found,) = rows(connection, "whole_rows.case", case_id=case_id)
    return CaseColumns(*found)


def reminders(connection: Connection, case_id: str) -> list[SentReminder]:
    """Every reminder of a case."""
    return [SentReminder(*row) for row in rows(connection, "whole_rows.reminders", case_id=case_id)]


def messages(connection: Connection, case_id: str) -> list[Message]:
    """Every message about a case."""
    return [Message(*row) for row in rows(connection, "whole_rows.messages", case_id=case_id)]


def letters(connection: Connection, case_id: str) -> list[Letter]:
    """Every letter about a case."""
    found = rows(connection, "whole_rows.letters", case_id=case_id)
    return [Letter(key, kind, unpack(payload), state, at) for key, kind, payload, state, at in found]


def places(connection: Connection, case_id: str) -> list[QueuePlace]:
    """The places of a case, by quota."""
    return [QueuePlace(*row) for row in rows(connection, "whole_rows.places", case_id=case_id)]


def queues(connection: Connection) -> list[QueuePlace]:
    """Every place, by quota and place."""
    return [QueuePlace(*row) for row in rows(connection, "whole_rows.queues")]


def people(connection: Connection) -> list[KeptPerson]:
    """Everybody there ever was, by id."""
    return [_person(row) for row in rows(connection, "whole_rows.people")]


def person(connection: Connection, name: str) -> KeptPerson | None:
    """One of them, by id."""
    found = first(connection, "whole_rows.person", id=name)
    return None if found is None else _person(found)


def _person(row: Row) -> KeptPerson:
    one, title, organisation, roles, active, token = row
    return KeptPerson(one, title, organisation, tuple(unpack(roles)), bool(active), token)


def years(connection: Connection) -> list[KeptYear]:
    """Every import of a year, the oldest first."""
    return [KeptYear(*row) for row in rows(connection, "whole_rows.years")]


def digests(connection: Connection, page: int) -> Iterator[tuple[str, int, bytes, bytes]]:
    """Of every case its id, the end of its chain (seq, hash), and a SHA-256 over the row that ``cases.every`` reads."""
    after = ""
    while found := rows(connection, "cases.behind", after=after, limit=page):
        yield from ((row[0], row[9], bytes(row[10]), _digest(row)) for row in found)
        after = found[-1][0]


def _digest(row: Row) -> bytes:
    return sha256(_packed(row)).digest()


_packed = msgspec.msgpack.Encoder().encode
