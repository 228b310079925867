"""Every law of a definition: kept by its steps and conditions alone, kept only because the law itself steps in, broken.

The engine refuses an act that would break a law. So a law can still be broken in one way only: what it says must come
can no longer come. And where the law alone stands in the way, the conditions lack something, which is told as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from zhuli_flow.definitions.model.law import EveryLeadsTo, Law
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.modelcheck.conditions import Feature
from zhuli_flow.modelcheck.explore import Edge
from zhuli_flow.modelcheck.findings import leading_to
from zhuli_flow.modelcheck.passes import Pass
from zhuli_flow.modelcheck.story import Finding, story

Verdict = Literal["proved", "guarded", "refuted", "open"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What exploring shows of one law; ``line`` is the definition's (1-based), ``story`` the acts to where it matters.

    ``proved``: steps and conditions keep it; ``guarded``: it is the law itself that refuses ``event``; ``refuted``:
    it can be broken; ``open``: the model does not decide it (days, numbers, other cases): it is held to at every act.
    """

    title: str
    verdict: Verdict
    line: int
    event: str = ""
    story: tuple[str, ...] = ()
    way: tuple[Edge, ...] = ()


def proofs(workflow: Workflow, passes: Sequence[Pass]) -> list[Proof]:
    """The verdict on every law, in the order written."""
    return [_proof(workflow, law, passes) for law in workflow.laws]


def refutations(found: Sequence[Proof]) -> Iterator[Finding]:
    """The laws that can be broken, as findings."""
    for index, one in enumerate(found):
        if one.verdict == "refuted":
            words = f"铁律“{one.title}”不成立：按以下办理以后，再也做不到"
            yield Finding("law_refuted", ("laws", index), words, "补上能做到的路，或修改铁律", one.way)


def _proof(workflow: Workflow, law: Law, passes: Sequence[Pass]) -> Proof:
    held = [each for each in passes if law in each.model.workflow.laws]
    if not held or not all(each.graph.whole for each in held):
        return Proof(law.title, "open", law.line)
    if isinstance(law, EveryLeadsTo):
        back = [each for each in held if each.explorer.scope.returns]
        lost = next((number for each in back for number in _lost(each, law)), None)
        if lost is not None:
            each = next(one for one in back if any(True for _ in _lost(one, law)))
            way = each.graph.path(lost)
            return Proof(law.title, "refuted", law.line, law.event, story(workflow, way), way)
    for each in held:
        if law.line in each.graph.barred:
            number, event = each.graph.barred[law.line]
            way = each.graph.path(number)
            return Proof(law.title, "guarded", law.line, event, story(workflow, way), way)
    return Proof(law.title, "proved", law.line)


def _lost(each: Pass, law: EveryLeadsTo) -> Iterator[int]:
    """The positions after the event from which its goal cannot be reached any more."""
    graph, positions, goal = each.graph, each.explorer.positions, law.goal
    done = Feature("done", law.event)
    there = [number for number, one in enumerate(graph.positions) if one.state == goal]
    there += [edge.target for out in graph.out for edge in out if edge.outcome.act.name == goal]
    free = leading_to(graph, there)
    for number, one in enumerate(graph.positions):
        features = positions.features[one.state]
        if number in free or done not in features or not one.stands[features.index(done)][0]:  # type: ignore[index]
            continue
        reached = Feature("done", goal)
        if reached in features and one.stands[features.index(reached)][0]:  # type: ignore[index]
            continue
        if not any(edge.target in there for edge in graph.path(number)):
            yield number
