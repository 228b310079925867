"""Registers that an office has whatever its workflows are: its documents, the people of its directory, 委托."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.notices import browse
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.services.registers.register import BUILTIN, Table
from zhuli_flow.store import directory, notices
from zhuli_flow.store.directory import Entrustment
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.vocabulary import LEVELS, PAPER_STATES

_PAPERS = {
    "number": "文号",
    "title": "题名",
    "kind": "种类",
    "state": "状态",
    "signed_on": "成文日期",
    "case": "事项编号",
    "recipients": "送达",
}
_PEOPLE = {
    "person": "人员",
    "title": "职务",
    "organisation": "单位",
    "level": "级别",
    "city": "市",
    "county": "区县",
    "roles": "角色",
}
_ENTRUSTED = {
    "number": "编号",
    "giver": "委托人",
    "receiver": "受托人",
    "since": "起",
    "until": "止",
    "reason": "事由",
    "standing": "状况",
}


def documents(office: Office) -> Table:
    """Every official document, by its order; until it is printed its title is that of its kind."""
    titles = lookup.role_titles(office)
    with office.database.read() as connection:
        kinds = browse.kind_titles(office, notices.kinds(connection))
        reach = reading.reach(connection, office, "papers")
        found = [(str(one.id), _paper(one, kinds, titles)) for one in notices.walk(connection, reach=reach)]
    return _table("documents", _PAPERS, found[::-1], {"signed_on": "date"})


def _paper(one: StoredNotice, kinds: Mapping[str, str], titles: Mapping[str, str]) -> Line:
    return {
        "number": one.number,
        "title": one.title or kinds.get(one.kind, one.kind),
        "kind": kinds.get(one.kind, one.kind),
        "state": PAPER_STATES[one.state],
        "signed_on": one.signed_on,
        "case": one.case_id,
        "recipients": _named(titles, one.recipients),
    }


def people(office: Office) -> Table:
    """Everybody who may act today, with organisation and roles."""
    titles = lookup.role_titles(office)
    with office.database.read() as connection:
        found = directory.everybody(connection, office.today)
    return _table("people", _PEOPLE, [(one.person, _person(one, titles)) for one in found], {})


def _person(one: Actor, titles: Mapping[str, str]) -> Line:
    return {
        "person": one.person,
        "title": one.title,
        "organisation": one.organisation.name,
        "level": LEVELS.get(one.organisation.level, one.organisation.level),
        "city": one.organisation.city,
        "county": one.organisation.county,
        "roles": _named(titles, sorted(one.roles)),
    }


def entrustments(office: Office) -> Table:
    """Every 委托 there ever was, by its number: to come, good, without effect, over, revoked."""
    with office.database.read() as connection:
        found = directory.entrustments_on(connection, office.today)
    keyed = [(str(one.id), _entrustment(one, standing)) for one, standing in found]
    return _table("entrustments", _ENTRUSTED, keyed, {"number": "int", "since": "date", "until": "date"})


def _entrustment(one: Entrustment, standing: str) -> Line:
    return {
        "number": one.id,
        "giver": one.giver,
        "receiver": one.receiver,
        "since": one.since,
        "until": one.until,
        "reason": one.reason,
        "standing": standing,
    }


_MADE: Mapping[str, Callable[[Office], Table]] = {
    "documents": documents,
    "people": people,
    "entrustments": entrustments,
}


def builtin(office: Office, name: str) -> Table:
    """One of ``registers.BUILTIN`` by its name."""
    return _MADE[name](office)


def _named(titles: Mapping[str, str], roles: object) -> list[Json]:
    return [titles.get(str(role), str(role)) for role in roles] if isinstance(roles, list | tuple) else []


def _table(name: str, columns: Mapping[str, str], keyed: list[tuple[str, Line]], types: Mapping[str, str]) -> Table:
    rows, keys = tuple(row for _, row in keyed), tuple(key for key, _ in keyed)
    return Table(name, BUILTIN[name], tuple(columns.items()), rows, types, keys=keys)
