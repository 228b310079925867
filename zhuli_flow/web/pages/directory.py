"""名录 one by one: a person or an organisation changed on a page, by the same checks and on record as a file is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from zhuli_flow.errors import InvalidInput, NoRight
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import directory
from zhuli_flow.store import directory as rows
from zhuli_flow.store import whole_rows
from zhuli_flow.support.scratch import scratch
from zhuli_flow.vocabulary import OFFICERS
from zhuli_flow.web.identity import Visit, Visitor
from zhuli_flow.web.pages.administration import in_charge, may_administer
from zhuli_flow.web.posting import Plain
from zhuli_flow.web.problems import without_commands

router = APIRouter(include_in_schema=False)
Text = Annotated[Plain, Form(max_length=200)]
Name = Annotated[str, Query(max_length=200)]
OFFERED = 500
"""So many organisations are offered by name; where there are more, the name is typed, and checked when it is kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the form shows him; ``known``: the directory has him already, and his name stays."""

    name: str = ""
    title: str = ""
    organisation: str = ""
    roles: Sequence[str] = ()
    active: bool = True
    known: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation as the form shows it."""

    name: str = ""
    level: str = "county"
    city: str = ""
    county: str = ""
    kind: str = ""
    known: bool = False


@router.get("/office/directory/person")
def person(visitor: Visitor, name: Name = "") -> Response:
    """One person, also one who has left; without a name, or one that nobody has, a new one."""
    _require_may(visitor)
    return _person_page(visitor, _person(visitor, name))


@router.post("/office/directory/person")
def keep_person(
    visitor: Visitor,
    name: Text,
    organisation: Text,
    title: Text = "",
    role: Annotated[list[Plain], Form(max_length=40)] = [],  # noqa: B006 - FastAPI copies it
    active: Text = "",
) -> Response:
    """Take over what the form says of one person; whoever is not named stays as he is."""
    known = _person(visitor, name).known
    told = Entry(name.strip(), title.strip(), organisation.strip(), role, bool(active), known)
    line = {"title": told.title, "organisation": told.organisation, "roles": list(role), "active": told.active}
    problems = _kept(visitor, "修改人员", {"people": {told.name: line}})
    return _person_page(visitor, told, problems, done=not problems)


@router.get("/office/directory/organisation")
def organisation(visitor: Visitor, name: Name = "") -> Response:
    """One organisation; without a name, or one that none has, a new one."""
    _require_may(visitor)
    return _unit_page(visitor, _unit(visitor, name))


@router.post("/office/directory/organisation")
def keep_organisation(
    visitor: Visitor, name: Text, level: Text, city: Text = "", county: Text = "", kind: Text = ""
) -> Response:
    """Take over what the form says of one organisation."""
    told = Unit(name.strip(), level, city.strip(), county.strip(), kind.strip(), _unit(visitor, name).known)
    line = {"level": told.level, "city": told.city, "county": told.county, "kind": told.kind}
    problems = _kept(visitor, "修改机构", {"organisations": {told.name: line}})
    return _unit_page(visitor, told, problems, done=not problems)


def _kept(visitor: Visit, act: str, told: object) -> list[tuple[str, str]]:
    """Hand it to the directory as a file is; what is wrong with it, each with what mends it. Raises NoRight."""
    office = in_charge(visitor, act)
    with scratch() as aside:
        place = aside / "页面修改.yaml"  # JSON is YAML
        place.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        try:
            directory.import_file(office, place)
        except InvalidInput as wrong:
            found = [(one.message, without_commands(one.fix)) for one in wrong.problems]
            return found or [(wrong.message, without_commands(wrong.fix))]
    return []


def _person(visitor: Visit, name: str) -> Entry:
    with visitor.office.database.read() as connection:
        found = whole_rows.person(connection, name.strip())
    if found is None:
        return Entry(name.strip())
    return Entry(found.id, found.title, found.organisation, found.roles, found.active, known=True)


def _unit(visitor: Visit, name: str) -> Unit:
    with visitor.office.database.read() as connection:
        found = rows.organisations(connection, [name.strip()]).get(name.strip())
    return (
        Unit(found.id, found.level, found.city, found.county, found.kind, known=True) if found else Unit(name.strip())
    )


def _person_page(
    visitor: Visit, told: Entry, problems: Sequence[tuple[str, str]] = (), *, done: bool = False
) -> Response:
    office = visitor.office
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
        roles = {name: role.title for book in books for name, role in book.roles.items()}
        units = rows.first_organisations(connection, OFFERED + 1)
    offered = {**roles, **OFFICERS, **{name: name for name in told.roles if name not in roles and name not in OFFICERS}}
    return visitor.page(
        "person.html",
        status=422 if problems else 200,
        told=told,
        roles=offered,
        units=units if len(units) <= OFFERED else [],
        problems=problems,
        done=done,
    )


def _unit_page(visitor: Visit, told: Unit, problems: Sequence[tuple[str, str]] = (), *, done: bool = False) -> Response:
    with visitor.office.database.read() as connection:
        kinds, cities = rows.kinds(connection), rows.cities(connection)
    return visitor.page(
        "organisation.html",
        status=422 if problems else 200,
        told=told,
        kinds=kinds,
        cities=cities,
        problems=problems,
        done=done,
    )


def _require_may(visitor: Visit) -> None:
    if not may_administer(visitor):
        raise NoRight("名录由系统管理员修改", fix="演练环境由省级人员办理")
