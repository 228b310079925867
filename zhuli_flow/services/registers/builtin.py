"""Registers that an office has whatever its workflows are: its documents, the people of its directory, 委托."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhuli_flow.engine.model.case import Json
from zhuli_flow.services import lookup
from zhuli_flow.services.notices import browse
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.register import STANDING, Table
from zhuli_flow.store import directory, notices
from zhuli_flow.support.plain_text import in_order
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
    kinds = browse.kind_titles(office)
    titles = _role_titles(office)
    with office.database.read() as connection:
        found = list(notices.walk(connection))[::-1]
    rows: list[dict[str, Json]] = [
        {
            "number": one.number,
            "title": one.title or kinds.get(one.kind, one.kind),
            "kind": kinds.get(one.kind, one.kind),
            "state": PAPER_STATES[one.state],
            "signed_on": one.signed_on,
            "case": one.case_id,
            "recipients": _named(titles, one.recipients),
        }
        for one in found
    ]
    return _table("documents", _PAPERS, rows, {"signed_on": "date"})


def people(office: Office) -> Table:
    """Everybody who may act today, with organisation and roles."""
    titles = _role_titles(office)
    with office.database.read() as connection:
        found = sorted(directory.everybody(connection, office.today), key=lambda one: in_order(one.person))
    rows: list[dict[str, Json]] = [
        {
            "person": one.person,
            "title": one.title,
            "organisation": one.organisation.name,
            "level": LEVELS.get(one.organisation.level, one.organisation.level),
            "city": one.organisation.city,
            "county": one.organisation.county,
            "roles": _named(titles, sorted(one.roles)),
        }
        for one in found
    ]
    return _table("people", _PEOPLE, rows, {})


def entrustments(office: Office) -> Table:
    """Every 委托 there ever was, by its number: to come, good, over, revoked."""
    with office.database.read() as connection:
        found = directory.entrustments(connection)
    rows: list[dict[str, Json]] = [
        {
            "number": one.id,
            "giver": one.giver,
            "receiver": one.receiver,
            "since": one.since,
            "until": one.until,
            "reason": one.reason,
            "standing": one.standing(office.today),
        }
        for one in found
    ]
    return _table("entrustments", _ENTRUSTED, rows, {"number": "int", "since": "date", "until": "date"})


_MADE: Mapping[str, Callable[[Office], Table]] = {
    "documents": documents,
    "people": people,
    "entrustments": entrustments,
}


def standing(office: Office, name: str) -> Table:
    """One of ``registers.STANDING`` by its name."""
    return _MADE[name](office)


def _role_titles(office: Office) -> dict[str, str]:
    """What people call a role; where workflows call it differently, every title."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    found: dict[str, dict[str, None]] = {}
    for role in (role for book in books for role in book.roles.values()):
        found.setdefault(role.name, {})[role.title] = None
    return {name: "／".join(titles) for name, titles in found.items()}


def _named(titles: Mapping[str, str], roles: object) -> list[Json]:
    return [titles.get(str(role), str(role)) for role in roles] if isinstance(roles, list | tuple) else []


def _table(name: str, columns: Mapping[str, str], rows: list[dict[str, Json]], types: Mapping[str, str]) -> Table:
    return Table(name, STANDING[name], tuple(columns.items()), tuple(rows), types)
