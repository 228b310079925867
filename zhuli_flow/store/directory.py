"""Who there is: organisations, people with their roles, who may act for whom, and how a person proves to be one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from zhuli_flow.engine.model.people import Actor, Organisation, Standing
from zhuli_flow.store.sql.statements import Row, first, instant, one_of, pack, rows, run, run_many, unpack

_PERSON = (
    "SELECT p.id, p.title, p.roles, EXISTS (SELECT 1 FROM entrustment e WHERE e.to_person = p.id),"
    " o.id, o.name, o.level, o.city, o.county, o.kind FROM person p JOIN organisation o ON o.id = p.organisation"
)
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Person:
    """A person to be put into the directory: a post, never a name of somebody."""

    id: str
    organisation: str
    roles: frozenset[str]
    title: str = ""
    active: bool = True


def put_organisations(connection: Connection, organisations: Iterable[Organisation]) -> None:
    """Add organisations or write over those of the same id."""
    run_many(
        connection,
        "INSERT INTO organisation (id, name, level, city, county, kind)"
        " VALUES (:id, :name, :level, :city, :county, :kind) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " level = excluded.level, city = excluded.city, county = excluded.county, kind = excluded.kind",
        [(one.id, one.name, one.level, one.city, one.county, one.kind) for one in organisations],
    )


def put_people(connection: Connection, people: Iterable[Person]) -> None:
    """Add people or write over those of the same id; tokens stay. IntegrityError for an unknown organisation."""
    run_many(
        connection,
        "INSERT INTO person (id, title, organisation, roles, active)"
        " VALUES (:id, :title, :organisation, :roles, :active) ON CONFLICT (id) DO UPDATE"
        " SET title = excluded.title, organisation = excluded.organisation, roles = excluded.roles,"
        " active = excluded.active",
        [(one.id, one.title, one.organisation, pack(sorted(one.roles)), int(one.active)) for one in people],
    )


def find(connection: Connection, person: str, on: date) -> Actor | None:
    """The person as an actor with everybody it may act for on that day; None when unknown or no longer active."""
    return people(connection, [person], on).get(person)


def people(connection: Connection, ids: Sequence[str], on: date) -> dict[str, Actor]:
    """Active people by id, each with its entrustments good on that day; unknown ids are left out."""
    if not ids:
        return {}
    places, values = one_of(ids)
    found = rows(connection, f"{_PERSON} WHERE p.active = 1 AND p.id IN ({places})", **values)
    standings = _standings(connection, ids, on) if any(row[3] for row in found) else {}
    return {row[0]: _actor(row, tuple(standings.get(row[0], ()))) for row in found}


def everybody(connection: Connection, on: date) -> list[Actor]:
    """Every active person, by id."""
    ids = [row[0] for row in rows(connection, "SELECT id FROM person WHERE active = 1 ORDER BY id")]
    found = people(connection, ids, on)
    return [found[person] for person in ids]


def organisations(connection: Connection, ids: Sequence[str]) -> dict[str, Organisation]:
    """Organisations by id; unknown ids are left out."""
    if not ids:
        return {}
    places, values = one_of(ids)
    query = f"SELECT id, name, level, city, county, kind FROM organisation WHERE id IN ({places})"  # noqa: S608 - ours
    return {row[0]: Organisation(*row) for row in rows(connection, query, **values)}


def entrust(
    connection: Connection, *, from_person: str, to_person: str, since: date, until: date, reason: str, at: datetime
) -> int:
    """``to_person`` may act for ``from_person`` from ``since`` to ``until``, both days included; returns its id."""
    found = first(
        connection,
        "INSERT INTO entrustment (from_person, to_person, since, until, reason, made_at)"
        " VALUES (:from_person, :to_person, :since, :until, :reason, :at) RETURNING id",
        from_person=from_person,
        to_person=to_person,
        since=since.isoformat(),
        until=until.isoformat(),
        reason=reason,
        at=instant(at),
    )
    return int(found[0]) if found else 0


def revoke(connection: Connection, entrustment: int, at: datetime) -> bool:
    """End an entrustment at once; False when there is none of that id still good."""
    changed = run(
        connection,
        "UPDATE entrustment SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL",
        {"id": entrustment, "at": instant(at)},
    )
    return changed.rowcount == 1


def set_token(connection: Connection, person: str, token: str) -> bool:
    """Keep the SHA-256 of a person's new token (the old one ends); False for an unknown person."""
    changed = run(
        connection, "UPDATE person SET token_hash = :hash WHERE id = :id", {"id": person, "hash": _token_hash(token)}
    )
    return changed.rowcount == 1


def check_token(connection: Connection, person: str, token: str) -> bool:
    """Whether the token is that active person's; takes the same time for a wrong token and an unknown person."""
    found = first(connection, "SELECT token_hash FROM person WHERE id = :id AND active = 1", id=person)
    known = found[0] if found and found[0] else _NOBODY
    return hmac.compare_digest(str(known), _token_hash(token))


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _standings(connection: Connection, ids: Sequence[str], on: date) -> dict[str, list[Standing]]:
    places, values = one_of(ids)
    query = (
        "SELECT DISTINCT e.to_person, p.id, p.roles, o.id, o.name, o.level, o.city, o.county, o.kind"  # noqa: S608 - ours
        " FROM entrustment e JOIN person p ON p.id = e.from_person JOIN organisation o ON o.id = p.organisation"
        f" WHERE e.to_person IN ({places}) AND e.revoked_at IS NULL AND p.active = 1"
        " AND e.since <= :today AND e.until >= :today ORDER BY p.id"
    )
    standings: dict[str, list[Standing]] = {}
    for to_person, person, roles, *organisation in rows(connection, query, **values, today=on.isoformat()):
        standing = Standing(person, _organisation(*organisation), _roles(roles))
        standings.setdefault(to_person, []).append(standing)
    return standings


def _actor(row: Row, acts_for: tuple[Standing, ...]) -> Actor:
    person, title, roles, _, *organisation = row
    return Actor(person, _organisation(*organisation), _roles(roles), acts_for, title)


_organisation = lru_cache(1024)(Organisation)
"""Frozen, hence shared by all who belong to it; kept by its content, so that a change in the directory is seen."""


@lru_cache(1024)
def _roles(text: str) -> frozenset[str]:
    return frozenset(unpack(text))
