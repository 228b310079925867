"""A finding, and a sequence of acts as people would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import OPERATIONS, SYSTEM, Workflow
from zhuli_flow.modelcheck.explore import Edge

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a stable ``code``, the ``path`` of what it is about in the file, words, the ``way`` there."""

    code: str
    path: Path
    message: str
    fix: str
    way: tuple[Edge, ...] = ()


def story(workflow: Workflow, path: Iterable[Edge]) -> tuple[str, ...]:
    """A sequence of acts as people would tell it, one a line: the act, and who does it."""
    return tuple(told(workflow, edge) for edge in path)


def told(workflow: Workflow, edge: Edge) -> str:
    """One act in words, with who does it."""
    act = edge.outcome.act
    if act.kind == "passes":
        return f"期限“{workflow.deadlines[act.name].title}”届满"
    people = "、".join(dict.fromkeys("系统" if one.person == SYSTEM else one.person for one in edge.outcome.parts))
    if act.kind == "event":
        return f"{workflow.events[act.name].title}（{people}）"
    target = f"至“{workflow.states[act.to].title}”" if act.to in workflow.states else ""
    return f"{OPERATIONS[act.name]}{target}（{people}）"
