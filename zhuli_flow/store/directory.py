"""Who there is: organisations, people with their roles, who may act for whom, and how a person proves to be one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from zhuli_flow.engine.model.people import Actor, Organisation, Standing
from zhuli_flow.store import meta
from zhuli_flow.store.sql.statements import Connection, Row, array, first, instant, pack, rows, run, run_many, unpack
from zhuli_flow.support.pinyin import in_order

_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Person:
    """A person to be put into the directory: a post, never a name of somebody."""

    id: str
    organisation: str
    roles: frozenset[str]
    title: str = ""
    active: bool = True


GOOD = "有效"


class Entrustment(NamedTuple):
    """委托 as registered: days as ``YYYY-MM-DD``, both included; instants UTC, ISO 8601 (None: not revoked)."""

    id: int
    giver: str
    receiver: str
    since: str
    until: str
    reason: str
    made_at: str
    revoked_at: str | None

    def standing(self, today: date) -> str:
        """How it stands on that day, in a word: to come, good, over, revoked."""
        if self.revoked_at:
            return "已撤销"
        day = today.isoformat()
        return "未开始" if day < self.since else GOOD if day <= self.until else "已过期"


class Succession(msgspec.Struct, frozen=True):
    """承继 as registered; ``since``: a day, ``YYYY-MM-DD``; ``made_at``: UTC, ISO 8601."""

    predecessor: str
    successor: str
    kind: str
    since: str
    paper: str
    made_at: str

    def words(self) -> str:
        """Which unit stands in whose place, since when, by which paper."""
        return f"{self.since} 起由“{self.successor}”承继“{self.predecessor}”（{self.kind}，{self.paper}）"


def put_organisations(connection: Connection, organisations: Iterable[Organisation]) -> None:
    """Add organisations or write over those of the same id."""
    put = [(one.id, one.name, one.level, one.city, one.county, one.kind) for one in organisations]
    run_many(connection, "directory.put_organisation", put)
    _changed(connection, put)


def put_people(connection: Connection, people: Iterable[Person]) -> None:
    """Add people or write over those of the same id; tokens stay. IntegrityError for an unknown organisation."""
    put = [(one.id, one.title, one.organisation, pack(sorted(one.roles)), int(one.active)) for one in people]
    run_many(connection, "directory.put_person", put)
    _changed(connection, put)


def state(connection: Connection) -> str:
    """A word that is another one whenever anything of the directory was written; empty before the first time.

    The same word means the same directory, also where a backup was put in place. Read once in a transaction.
    """
    found = connection.seen.get(STATE)
    if found is None:
        found = connection.seen[STATE] = meta.get(connection, STATE) or ""
    return found


def note_state(connection: Connection, found: str | None) -> None:
    """Note the fact ``STATE`` as it was just read in this transaction, with something else; None: not there."""
    connection.seen[STATE] = found or ""


def _changed(connection: Connection, told: object) -> None:
    """The next word is the SHA-256 of the one before and of what was written."""
    new = hashlib.sha256(f"{state(connection)} {told!r}".encode()).hexdigest()
    meta.put(connection, STATE, new)
    connection.seen[STATE] = new


STATE = "directory_state"
"""The fact in the database that ``state`` reads."""


def find(connection: Connection, person: str, on: date) -> Actor | None:
    """The person as an actor with everybody it may act for on that day; None when unknown or no longer active."""
    found = first(connection, "directory.find", id=person)
    if found is None:
        return None
    return _actors(connection, [found], [person], on)[person]


def people(connection: Connection, ids: Sequence[str], on: date) -> dict[str, Actor]:
    """Active people by id, each with its entrustments good on that day; unknown ids are left out."""
    if not ids:
        return {}
    return _actors(connection, rows(connection, "directory.people", ids=array(ids)), ids, on)


def _actors(connection: Connection, found: Sequence[Row], ids: Sequence[str], on: date) -> dict[str, Actor]:
    standings = _standings(connection, ids, on) if any(row[3] for row in found) else {}
    earlier = formerly(connection) if any(row[4] for row in found) else {}
    return {row[0]: _actor(row, tuple(standings.get(row[0], ())), earlier.get(row[5], frozenset())) for row in found}


def everybody(connection: Connection, on: date) -> list[Actor]:
    """Every active person, by 拼音."""
    ids = sorted((row[0] for row in rows(connection, "directory.everybody")), key=in_order)
    found = people(connection, ids, on)
    return [found[person] for person in ids]


def organisations(connection: Connection, ids: Sequence[str]) -> dict[str, Organisation]:
    """Organisations by id; unknown ids are left out."""
    if not ids:
        return {}
    found = rows(connection, "directory.organisations", ids=array(ids))
    return {row[0]: Organisation(*row) for row in found}


def every_organisation(connection: Connection) -> list[Organisation]:
    """Every organisation, by the 拼音 of its name."""
    found = [Organisation(*row) for row in rows(connection, "directory.every_organisation")]
    return sorted(found, key=lambda one: in_order(one.name))


def people_with(connection: Connection, word: str, on: date, *, after: str, limit: int) -> list[Actor]:
    """Active people in whose name, post or organisation the word stands, by id: those behind ``after``."""
    ids = [str(row[0]) for row in rows(connection, "directory.people_with", word=word, after=after, limit=limit)]
    found = people(connection, ids, on)
    return [found[person] for person in ids]


def organisations_with(connection: Connection, word: str, *, after: str, limit: int) -> list[Organisation]:
    """Organisations in whose name or area the word stands, by id: those behind ``after``."""
    told = rows(connection, "directory.organisations_with", word=word, after=after, limit=limit)
    return [Organisation(*row) for row in told]


def first_organisations(connection: Connection, limit: int) -> list[str]:
    """The ids of so many organisations at most."""
    return [str(row[0]) for row in rows(connection, "directory.first_organisations", limit=limit)]


def kinds(connection: Connection) -> list[str]:
    """Of which kinds there are organisations."""
    return [str(row[0]) for row in rows(connection, "directory.kinds")]


def cities(connection: Connection) -> list[str]:
    """In which cities there are organisations, by 拼音."""
    return sorted((str(row[0]) for row in rows(connection, "directory.cities")), key=in_order)


def entrust(
    connection: Connection, *, from_person: str, to_person: str, since: date, until: date, reason: str, at: datetime
) -> int:
    """``to_person`` may act for ``from_person`` from ``since`` to ``until``, both days included; returns its id."""
    found = first(
        connection,
        "directory.entrust",
        from_person=from_person,
        to_person=to_person,
        since=since.isoformat(),
        until=until.isoformat(),
        reason=reason,
        made_at=instant(at),
    )
    _changed(connection, (from_person, to_person, since, until, at))
    return int(found[0]) if found else 0


def entrustments(connection: Connection) -> list[Entrustment]:
    """Every entrustment there ever was, by its number."""
    return [Entrustment(*row) for row in rows(connection, "directory.entrustments")]


def entrustments_on(connection: Connection, today: date) -> list[tuple[Entrustment, str]]:
    """Every entrustment and how it stands on that day; 不生效: it leads to no right (between units, of a leaver)."""
    found = [(one, one.standing(today)) for one in entrustments(connection)]
    receivers = people(connection, sorted({one.receiver for one, word in found if word == GOOD}), today)
    led = {(given.person, to) for to, actor in receivers.items() for given in actor.acts_for}
    return [(one, "不生效" if word == GOOD and (one.giver, one.receiver) not in led else word) for one, word in found]


def revoke(connection: Connection, entrustment: int, at: datetime) -> bool:
    """End an entrustment at once; False when there is none of that id still good."""
    revoked = run(connection, "directory.revoke", {"id": entrustment, "at": instant(at)}).rowcount == 1
    _changed(connection, (entrustment, at))
    return revoked


def succeed(connection: Connection, new: Succession) -> None:
    """Register a succession. The driver's IntegrityError when the predecessor has a successor already."""
    run(connection, "directory.succeed", msgspec.structs.asdict(new))
    _changed(connection, msgspec.structs.astuple(new))


def successions(connection: Connection) -> list[Succession]:
    """Every succession there is, by its day."""
    return [Succession(*row) for row in rows(connection, "directory.successions")]


def formerly(connection: Connection) -> dict[str, frozenset[str]]:
    """For every successor the units in whose place it stands, theirs included, by id."""
    found = successions(connection)
    direct: dict[str, set[str]] = {}
    for one in found:
        direct.setdefault(one.successor, set()).add(one.predecessor)
    return {unit: frozenset(_reached(unit, direct)) for unit in direct}


def _reached(unit: str, direct: Mapping[str, set[str]]) -> Iterator[str]:
    """Nobody succeeds himself, also not by way of others: the service sees to that."""
    for earlier in direct.get(unit, ()):
        yield earlier
        yield from _reached(earlier, direct)


def set_token(connection: Connection, person: str, token: str) -> bool:
    """Keep the SHA-256 of a person's new token (the old one ends); False for an unknown person."""
    changed = run(connection, "directory.set_token", {"id": person, "hash": token_hash(token)})
    return changed.rowcount == 1


def check_token(connection: Connection, person: str, token: str) -> bool:
    """Whether the token is that active person's; takes the same time for a wrong token and an unknown person."""
    found = first(connection, "directory.token", id=person)
    known = found[0] if found and found[0] else _NOBODY
    return hmac.compare_digest(str(known), token_hash(token))


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _standings(connection: Connection, ids: Sequence[str], on: date) -> dict[str, list[Standing]]:
    standings: dict[str, list[Standing]] = {}
    found = rows(connection, "directory.standings", ids=array(ids), today=on.isoformat())
    for to_person, person, roles, *organisation in found:
        standing = Standing(person, _organisation(*organisation), _roles(roles))
        standings.setdefault(to_person, []).append(standing)
    return standings


@lru_cache(1024)
def _actor(row: Row, acts_for: tuple[Standing, ...] = (), earlier: frozenset[str] = frozenset()) -> Actor:
    """Frozen, hence shared; kept by its content, so that a change in the directory is seen."""
    person, title, roles, _, _, *organisation = row
    within = tuple(one for one in acts_for if one.stays_in(organisation[0], earlier))  # 委托 stays in the unit
    return Actor(person, _organisation(*organisation), _roles(roles), within, title, earlier)


_organisation = lru_cache(1024)(Organisation)
"""Frozen, hence shared by all who belong to it; kept by its content, so that a change in the directory is seen."""


@lru_cache(1024)
def _roles(text: str) -> frozenset[str]:
    return frozenset(unpack(text))
