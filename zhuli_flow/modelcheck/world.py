"""The small world in which a definition is explored: somebody for every role, an applicant, a value for every field.

People of one role are alike, so one of them stands for all. Nothing here is chance: the same definition gives the same
world.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from zhuli_flow.calendar import bundled
from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import START, SYSTEM, Column, Field, OpenCase, Role, Workflow
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.facts import Facts, Numbers, QuotaUse
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor, Organisation

NOW = datetime(2018, 10, 8, 1, tzinfo=UTC)
"""Monday, 2018-10-08, 09:00 in Shanghai: the one instant of the model, in which deadlines pass by decree."""
CITY, COUNTY = "甲市", "甲县"
_ELSEWHERE = Organisation("外单位", "外单位", "", "乙市", "乙县", "outside")
_FULL = 10**6


@dataclass(frozen=True)
class World:
    """``holders``: who holds a role, by role; ``facts`` with room in every quota, ``crowded`` with none."""

    workflow: Workflow
    applicants: tuple[Organisation, ...]
    holders: Mapping[str, tuple[Actor, ...]]
    facts: Facts
    crowded: Facts
    values: Values = field(default_factory=dict)

    def actor(self, person: str) -> Actor:
        """Somebody of this world, or the system."""
        return SYSTEM_ACTOR if person == SYSTEM else self.facts.people[person]

    def blank(self, applicant: Organisation) -> Case:
        """A case of ``applicant`` that nobody has opened yet."""
        flow = self.workflow
        return Case(
            f"{flow.prefix}-2018-0001",
            flow.name,
            flow.version,
            flow.digest,
            applicant,
            START,
            0,
            self.facts.at,
            {},
        )


def world_of(workflow: Workflow) -> World:
    """The world of ``workflow``: an applicant of every kind that a condition tells apart, and one of the others."""
    kinds = _kinds(workflow)
    applicants = tuple(Organisation(COUNTY, COUNTY, "county", CITY, COUNTY, kind) for kind in kinds)
    people: dict[str, Actor] = {}
    holders = {name: _holders(role, workflow, people) for name, role in workflow.roles.items()}
    units = {one.id: one for one in (*applicants, _ELSEWHERE, *_units(workflow))}
    units |= {one.organisation.id: one.organisation for one in people.values()}
    effects = (effect for event in workflow.events.values() for effect in event.effects)
    opened = {one.workflow for one in effects if isinstance(one, OpenCase)}
    facts = Facts(
        NOW,
        bundled(),
        {name: QuotaUse(0) for name in workflow.quotas},
        people,
        units,
        registers=dict.fromkeys(workflow.registers, ()),
        numbers=Numbers(prefixes=dict.fromkeys(opened, "GL")),
        held=frozenset(address for one in people.values() for address in held_by(one)),
    )
    crowded = _crowded(facts, workflow)
    values = {name: _value(one, workflow, people, units) for name, one in workflow.fields.items()}
    return World(workflow, applicants, {**holders, SYSTEM: (SYSTEM_ACTOR,)}, facts, crowded, values)


def _kinds(workflow: Workflow) -> tuple[str, ...]:
    told_apart = [kind for kind in workflow.applicant_kinds if re.search(rf"\b{re.escape(kind)}\b", _told(workflow))]
    return (*told_apart, *[kind for kind in workflow.applicant_kinds if kind not in told_apart][:1])


def _told(workflow: Workflow) -> str:
    """Where a definition speaks of the applicant."""
    return " ".join(line for line in workflow.text.splitlines() if "applicant.kind" in line)


def _crowded(facts: Facts, workflow: Workflow) -> Facts:
    return replace(facts, quotas={name: QuotaUse(_FULL, _FULL) for name in workflow.quotas})


def _holders(role: Role, workflow: Workflow, people: dict[str, Actor]) -> tuple[Actor, ...]:
    """Somebody at home in every kind of unit that the role may be held from; the law says who of them may act."""
    found = []
    for number, unit in enumerate(_homes(role, workflow)):
        roles = {role.name, *(other.role for other in workflow.fields.values() if _names(other, role) and other.role)}
        roles |= {one.name for one in workflow.roles.values() if role.named_in and one.named_in == role.named_in}
        person = Actor(f"{role.title}{'甲乙丙丁'[number]}", unit, frozenset(roles))
        people[person.person] = person
        found.append(person)
    return tuple(found)


def _names(one: Field, role: Role) -> bool:
    return one.name == role.named_in


def _homes(role: Role, workflow: Workflow) -> tuple[Organisation, ...]:
    match role.of:
        case "province":
            return (Organisation("省级单位", "省级单位", "province", "", "", "province"),)
        case "city":
            return (Organisation("市级单位", "市级单位", "city", CITY, "", "city"),)
        case "county":
            return (Organisation("县级单位", "县级单位", "county", CITY, COUNTY, "county_office"),)
        case "applicant":
            return (Organisation(COUNTY, COUNTY, "county", CITY, COUNTY, "applicant"),)
    named = workflow.fields.get(role.named_in or "")
    kinds = named.kinds if named else ()
    return (Organisation(f"某{kinds[0]}", f"某{kinds[0]}", "", "乙市", "乙县", kinds[0]),) if kinds else (_ELSEWHERE,)


def _units(workflow: Workflow) -> list[Organisation]:
    """An organisation of every kind that a field asks for."""
    kinds = dict.fromkeys(kind for one in workflow.fields.values() for kind in one.kinds)
    return [Organisation(f"某{kind}", f"某{kind}", "", "乙市", "乙县", kind) for kind in kinds]


def paper(accept: tuple[str, ...]) -> Attachment:
    """A file of a type that is taken; always the same, so that handing it in again changes nothing."""
    return Attachment(f"文件.{accept[0]}", "0" * 64, 1, accept[0])


def _value(one: Field, flow: Workflow, people: Mapping[str, Actor], units: Mapping[str, Organisation]) -> Json:
    """A value that the field takes."""
    named = next((role for role in flow.roles.values() if role.named_in == one.name), None)
    if named is not None:
        return _named(one, named, people)
    match one.type:
        case "organisation" | "organisations" | "people":
            return _of_directory(one, people, units)
        case "case":
            return f"{flow.prefix}-2018-0002"
        case "choice":
            return one.choices[0]
        case "int" | "decimal":
            return _number(one)
        case "file":
            return paper(one.accept).json()
        case "names" | "rows" | "files":
            return _list(one)
    return _cell(Column(one.name, one.title, one.type))


def _list(one: Field) -> Json:
    many = range(1, max(one.at_least, 1) + 1)
    if one.type == "names":
        return [f"{one.title}{number}" for number in many]
    if one.type == "files":
        return [paper(one.accept).json() for _ in many]
    return [{column.name: _cell(column) for column in one.columns} for _ in many]


def _of_directory(one: Field, people: Mapping[str, Actor], units: Mapping[str, Organisation]) -> Json:
    able: list[Json] = [name for name, person in people.items() if not one.role or one.role in person.roles]
    if one.type != "people":
        able = [unit.id for unit in units.values() if not one.kinds or unit.kind in one.kinds]
    return able[0] if one.type == "organisation" else able[: max(one.at_least, 1)]


def _named(one: Field, role: Role, people: Mapping[str, Actor]) -> Json:
    able = [person for person in people.values() if role.name in person.roles]
    if one.type in {"people", "text"}:
        names = dict.fromkeys(person.person for person in able)
    else:
        names = dict.fromkeys(person.organisation.id for person in able)
    return next(iter(names)) if one.type in {"organisation", "text", "choice"} else [*names]


def _number(one: Field) -> Json:
    low = 1 if one.minimum is None else max(one.minimum, 0) or 1
    least = low if one.maximum is None or low <= one.maximum else one.maximum
    return int(least) if one.type == "int" else str(least)


def _cell(column: Column) -> Json:
    match column.type:
        case "date":
            return local_date(NOW).isoformat()
        case "int" | "decimal":
            return 1
        case "yes_no":
            return True
    return column.title
