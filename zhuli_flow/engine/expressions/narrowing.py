"""What the conditions of a register say of its cases that is known without reading them: for the store to look by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhuli_flow.definitions.model.expressions import Compare, Condition, Junction, Name
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.engine.expressions.dependencies import wanted
from zhuli_flow.engine.model.people import Organisation


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Every case in the register is in one of ``states`` and of this applicant; empty: not known.

    Never narrower than the conditions, which are asked of each case found.
    """

    states: tuple[str, ...] = ()
    applicant: str = ""
    """The id of the organisation."""
    city: str = ""
    county: str = ""


def narrowing(register: Register, applicant: Organisation) -> Narrowing:
    """What a register looks for, asked by a case of ``applicant`` (``this.applicant.…``).

    What else the asking case says may change with the very act that asks, and is left to the conditions.
    """
    same = frozenset(name for rule in register.where for name in _same(rule))
    return Narrowing(
        states=wanted(register),
        applicant=applicant.id if "applicant.id" in same else "",
        city=applicant.city if "applicant.city" in same else "",
        county=applicant.county if "applicant.county" in same else "",
    )


def _same(rule: Condition) -> Iterator[str]:
    """The names of which the rule demands that the case and the asking one have the same."""
    match rule:
        case Compare("==", Name(left), Name(right)):
            if right == f"this.{left}":
                yield left
            elif left == f"this.{right}":
                yield right
        case Junction("all", parts):
            for part in parts:
                yield from _same(part)
