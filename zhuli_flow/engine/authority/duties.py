"""Addresses by which a person finds the cases to look at, without asking each of them (``deadlines.work_places``).

An address is a role with the area it is held for (``city_office@city/沈阳市``), or a person (``@李四``). They are
broader than the law: whoever may act finds the case by one of them, and the law then says what he may do with it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from zhuli_flow.definitions.model.workflow import Role, Workflow
from zhuli_flow.engine.expressions.values import names_of
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor, Organisation, Standing


def at_role(workflow: Workflow, case: Case, role: str) -> tuple[str, ...]:
    """The addresses at which those are found who hold ``role`` for this very case."""
    return _of_role(workflow.roles[role], case)


def letter_address(workflow: Workflow, case: Case, role: str) -> str:
    """The address of a message to ``role`` about this case: of the area it is held for, where it has one.

    Whom a field names may change: what is told to such a role lies with all who hold it, and the law says whose it is.
    """
    held = workflow.roles.get(role)
    if held is None or held.named_in is not None:
        return role
    (address,) = _of_role(held, case)
    return address


def filled(workflow: Workflow, case: Case, role: str, held: Container[str] | None) -> bool:
    """Whether somebody holds ``role`` for this very case; ``held``: every address anybody has, None: not known."""
    if held is None:
        return True
    addresses = _of_role(workflow.roles[role], case)
    return addresses[0] in held if len(addresses) == 1 else any(address in held for address in addresses)


def seated(role: str, name: str, held: Container[str] | None) -> bool:
    """Whether ``name``, a person or a unit named for ``role``, is there to act in it."""
    return held is None or f"{role}@named/{name}" in held


def known(person: str, held: Container[str] | None) -> bool:
    """Whether ``person`` is somebody of the directory who can act."""
    return held is None or _person(person) in held


def held_by(actor: Actor) -> frozenset[str]:
    """Every address at which this person finds work today, that of those he acts for (委托) included."""
    found = set(own_addresses(actor))
    for standing in actor.acts_for:
        found |= standing_addresses(standing)
    return frozenset(found)


def standing_addresses(standing: Standing) -> frozenset[str]:
    """The addresses of one for whom somebody acts (委托)."""
    return frozenset(_held(standing.person, standing.organisation, standing.roles))


def own_addresses(actor: Actor) -> frozenset[str]:
    """The addresses of this person in his own right, without those of people he acts for."""
    formerly = frozenset(f"{role}@named/{unit}" for role in actor.roles for unit in actor.formerly)
    return formerly.union(_held(actor.person, actor.organisation, actor.roles))


def _of_role(role: Role, case: Case) -> tuple[str, ...]:
    if role.named_in is not None:
        return tuple([f"{role.name}@named/{name}" for name in names_of(case.fields.get(role.named_in))])
    match role.of:
        case "province":
            return (f"{role.name}@province",)
        case "city":
            return (f"{role.name}@city/{case.applicant.city}",)
        case "county":
            return (f"{role.name}@county/{case.applicant.county}",)
        case "applicant":
            return (f"{role.name}@applicant/{case.applicant.id}",)
        case _:
            return (role.name,)


def _held(person: str, at: Organisation, roles: frozenset[str]) -> Iterator[str]:
    yield _person(person)
    for role in roles:
        yield role
        yield f"{role}@named/{person}"
        yield f"{role}@named/{at.id}"
        yield f"{role}@applicant/{at.id}"
        if at.level in {"city", "county"}:
            yield f"{role}@{at.level}/{at.city if at.level == 'city' else at.county}"
        elif at.level == "province":
            yield f"{role}@province"


def _person(person: str) -> str:
    return f"@{person}"
