"""History: entries are added, read and walked, never changed. Each is bound to the one before it in its chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from zhuli_flow.engine.history.chain import ZERO, Link, chain_hash
from zhuli_flow.engine.history.personal import MARK, opened
from zhuli_flow.store import merkle_log, meta, personal
from zhuli_flow.store.sql.statements import Connection, Row, first, rows, run, run_many, walk

OFFICE = "office"
"""The chain of what concerns no case: clock, directory, definitions, calendar."""

_HEAD = "office_head"


class Entry(NamedTuple):
    """An entry, a row of the table; ``at`` UTC as ISO text.

    ``body`` has its canonical bytes, as read with the personal data that its stored bytes bind (``Link`` has those).
    """

    case_id: str
    seq: int
    kind: str
    event: str
    person: str
    at: str
    request_id: str | None
    body: bytes
    hash: bytes


def append(
    connection: Connection,
    *,
    case_id: str,
    seq: int,
    previous: bytes,
    kind: str,
    event: str,
    person: str,
    at: str,
    body: bytes,
    request_id: str | None = None,
) -> bytes:
    """Add entry ``seq`` (``at``: UTC text) and return its hash, the chain's new head, which the caller writes down.

    The driver's IntegrityError when ``seq`` is not the next number or the request id was recorded before.
    """
    head = chain_hash(previous, body)
    run(
        connection,
        "audit.append",
        {
            "case_id": case_id,
            "seq": seq,
            "kind": kind,
            "event": event,
            "person": person,
            "at": at,
            "request_id": request_id or None,
            "body": body,
            "hash": head,
        },
    )
    merkle_log.extend(connection, [head])
    if case_id == OFFICE:
        meta.put(connection, _HEAD, f"{seq}:{head.hex()}")
    return head


def append_many(connection: Connection, made: Sequence[Entry]) -> None:
    """Add entries of cases, sealed by the caller in the order of each chain, who then moves the heads along.

    The driver's IntegrityError as for ``append``; the office's chain is not written this way.
    """
    run_many(connection, "audit.append", made)
    merkle_log.extend(connection, [entry.hash for entry in made])


def office_head(connection: Connection) -> tuple[int, bytes]:
    """The end of the office's chain: last number and hash; ``(0, 32 zero bytes)`` before the first entry."""
    told = meta.get(connection, _HEAD)
    if not told:
        return 0, ZERO
    seq, _, head = told.partition(":")
    return int(seq), bytes.fromhex(head)


def by_request(connection: Connection, request_id: str) -> Entry | None:
    """The entry that carried a request id, None when the request is new."""
    found = first(connection, "audit.by_request", request_id=request_id)
    return None if found is None else _open(connection, [_entry(found)])[0]


def entries(connection: Connection, case_id: str) -> list[Entry]:
    """The history of a case (or of ``office``), oldest first."""
    found = rows(connection, "audit.entries", case_id=case_id)
    return _open(connection, [_entry(row) for row in found])


def _open(connection: Connection, found: list[Entry]) -> list[Entry]:
    """The entries of one case with the words in place of their commitments, where they have any."""
    if not any(MARK in one.body for one in found):
        return found
    known = personal.known(connection, found[0].case_id)
    return [one._replace(body=opened(one.body, known)) for one in found]


def of_office(connection: Connection, event: str) -> list[Entry]:
    """The entries of the office's own chain that record an event, oldest first: found by an index of their own."""
    return [_entry(row) for row in rows(connection, "audit.of_office", event=event)]


def latest_act(connection: Connection, case_id: str) -> Entry | None:
    """The newest entry by which somebody acted on the case; 催办 and 抄送 change nothing, so they do not count."""
    found = first(connection, "audit.latest_act", case_id=case_id)
    return None if found is None else _open(connection, [_entry(found)])[0]


def all_entries(connection: Connection, case_id: str | None = None) -> Iterator[Link]:
    """Every entry (of one case, when named) by (case_id, seq), read as it is asked for: what ``first_break`` walks.

    With its stored bytes: personal data stand in them as commitments.
    """
    if case_id is None:
        found = walk(connection, "audit.links")
    else:  # a condition that fits both would read every entry
        found = walk(connection, "audit.links_of_case", case_id=case_id)
    for row in found:
        yield _link(row)


def in_order(connection: Connection) -> Iterator[Row]:
    """Every entry in the order in which they came, as rows: for whoever reads all and can't make a Link of each.

    Place (from 1), case, seq, then the columns that repeat the body (``link_of`` names them), hash, body.
    """
    return walk(connection, "audit.in_order")


def link_of(row: Row) -> Link:
    """A row of ``in_order`` as ``all_entries`` gives it."""
    return Link(row[1], row[2], row[9], row[8], dict(zip(_TOLD, row[3:8], strict=True)))


def link(connection: Connection, case_id: str, seq: int) -> Link | None:
    """One entry of a case (or of ``office``) by its number, as ``all_entries`` gives it; None without one."""
    found = first(connection, "audit.entry", case_id=case_id, seq=seq)
    return None if found is None else _link(found)


def _link(row: Row) -> Link:
    return Link(row[0], row[1], row[2], row[3], dict(zip(_TOLD, row[4:], strict=True)))


_TOLD = ("kind", "event", "person", "at", "request_id")


def heads(connection: Connection) -> dict[str, tuple[int, bytes]]:
    """Where each chain should end: (seq, hash) by case id, the office's among them once it has an entry."""
    found = {row[0]: (row[1], bytes(row[2])) for row in rows(connection, "audit.heads")}
    office = office_head(connection)
    return found | {OFFICE: office} if office[0] else found


class Arrived(NamedTuple):
    """The entry that came last: its place among all, in the order in which they came, and its hash."""

    place: int
    hash: bytes


def last_arrived(connection: Connection) -> Arrived:
    """The entry that came last of all; place 0 before the first."""
    found = first(connection, "audit.last_arrived")
    return Arrived(0, ZERO) if found is None else Arrived(found[0], bytes(found[1]))


def arrival(connection: Connection, place: int) -> Arrived | None:
    """The entry that came at a place (from 1); None without one."""
    found = first(connection, "audit.arrived_at", place=place)
    return None if found is None else Arrived(place, bytes(found[0]))


def arrived_since(connection: Connection, then: Arrived) -> list[str] | None:
    """The chains to which entries came after ``then``; None where that one is not in this database.

    A backup may have been put in its place: what came after it then says nothing.
    """
    if arrival(connection, then.place) != then:
        return None
    return list(dict.fromkeys(row[0] for row in rows(connection, "audit.arrived", place=then.place)))


def head(connection: Connection, case_id: str) -> bytes | None:
    """The hash of the last entry of a case, None without one."""
    found = first(connection, "audit.head", case_id=case_id)
    return None if found is None else bytes(found[0])


def latest_instant(connection: Connection) -> str | None:
    """The newest ``at`` of all entries (UTC, ISO text), None without any: a clock behind it is suspicious."""
    found = first(connection, "audit.latest_instant")
    return None if found is None else found[0]


def _entry(row: Row) -> Entry:
    return Entry(*row)


class Move(NamedTuple):
    """A case came to the state ``target`` at an instant (UTC, ISO text) by the act that made it ``version``."""

    case_id: str
    at: str
    version: int
    target: str


def moves_by_case(connection: Connection, workflow: str) -> Iterator[list[Move]]:
    """Every change of state of each case of a workflow, in order, a case at a time. Refused attempts moved nothing."""
    for _, found in groupby(walk(connection, "audit.moves", workflow=workflow), key=itemgetter(0)):
        yield [Move(case_id, at, int(version), target) for case_id, at, version, target in found]


def moves_of(connection: Connection, case_id: str) -> list[Move]:
    """Every change of state of one case, in order."""
    found = rows(connection, "audit.moves_of", case_id=case_id)
    return [Move(which, at, int(version), target) for which, at, version, target in found]
