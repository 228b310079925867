"""A finding's way as a trace that can be kept in a file, and its acts done again under the definition as written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from zhuli_flow.definitions.model.workflow import Event, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.expressions.values import typed
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision, Refusal
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.modelcheck.abstraction import model_of
from zhuli_flow.modelcheck.explore import Edge
from zhuli_flow.modelcheck.outcomes import passed
from zhuli_flow.modelcheck.story import told
from zhuli_flow.modelcheck.ways import Ways
from zhuli_flow.modelcheck.world import World, paper, world_of


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person does in an act; ``materials`` by name, each handed in as one file of a type that is taken."""

    person: str
    values: Values
    materials: tuple[str, ...] = ()
    opinion: str = ""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act: an ``event``, an ``operation``, or a deadline that ``passes``; ``room``: whether quotas have any."""

    act: str
    name: str
    told: str
    parts: tuple[Part, ...] = ()
    room: bool = True


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding with its acts; ``digest`` is that of the definition as checked, ``applicant`` the kind of its unit.

    ``about``: the event, state, deadline or law that it is about; ``event``: the act that can't be done at the end.
    """

    workflow: str
    version: str
    digest: str
    code: str
    about: str
    place: str
    message: str
    applicant: str
    steps: tuple[Step, ...]
    event: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one step: the case after it, or the reasons why it was refused."""

    step: Step
    case: Case | None
    refusals: tuple[Refusal, ...] = ()


def steps(workflow: Workflow, way: Iterable[Edge]) -> tuple[Step, ...]:
    """The acts of a way."""
    found = []
    for edge in way:
        act, outcome = edge.outcome.act, edge.outcome
        parts = tuple(
            Part(one.person, one.command.values, tuple(one.command.materials), one.command.opinion)
            for one in outcome.parts
        )
        found.append(Step(act.kind, act.name, told(workflow, edge), parts, not outcome.crowded))
    return tuple(found)


def carried(workflow: Workflow, world: World, applicant: str, acts: Iterable[Step]) -> Iterator[Carried]:
    """Each step done by the engine under the definition as written, from an unopened case; ends with one refused.

    Raises LookupError for an applicant, person, material or deadline that the small world does not have.
    """
    units = {one.kind: one for one in world.applicants}
    case = world.blank(units[applicant])
    for step in acts:
        if step.act == "passes":
            if step.name not in case.deadlines:
                yield Carried(step, None)
                return
            case = passed(case, step.name)
        else:
            answer = _done(workflow, world, case, step)
            if not isinstance(answer, Case):
                yield Carried(step, None, answer)
                return
            case = answer
        yield Carried(step, case)


def _done(workflow: Workflow, world: World, case: Case, step: Step) -> Case | tuple[Refusal, ...]:
    facts = world.facts if step.room else world.crowded
    for part in step.parts:
        files = {name: (paper(workflow.materials[name].accept),) for name in part.materials}
        command = Command(step.name, part.values, files, part.opinion)
        answer = decide(Question(workflow, case, world.actor(part.person), facts), command)
        if not isinstance(answer, Decision):
            return answer
        case = answer.after
    return case


def confirmed(workflow: Workflow, world: World, way: Sequence[Edge]) -> Case | None:
    """The case at the end of a way when the definition as written allows every step of it; else None."""
    case = None
    for one in carried(workflow, world, way[0].outcome.applicant, steps(workflow, way)) if way else ():
        case = one.case
    return case


def why_impossible(workflow: Workflow, case: Case, event: Event) -> tuple[Refusal, ...]:
    """What stands against an event in every way that the small world has of doing it; empty when one of them goes."""
    looked = world_of(workflow)
    values = {name: typed(one, looked.values[name]) for name, one in workflow.fields.items()}
    refused: list[Refusal] = []
    ways = Ways(model_of(workflow, values), looked).of(workflow, case, event, refused)
    return () if any(True for _ in ways) else tuple(dict.fromkeys(refused)) or (_NOBODY,)


_NOBODY = Refusal("no_role", "没有签署人", "请核对签署的角色")
