"""What a picture of a workflow shows, before anything has a place: boxes with their rows, and where each row leads.

A step is a box; in it stand its deadlines and what may be done there. What leads on is a row with an arrow. A compound
state is a box around its steps, and what is open in all of them stands once, in its own head. A region (并行环节) is a
box beside the first step that it runs beside. With a case the way it really went stands out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from zhuli_flow.calendar.period import UNIT_NAMES, Period
from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import SAME, START, DeadlineRule, Event, State, StateKind, Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.position import running

Look = Literal["plain", "now", "walked", "ahead"]
"""``now``: where the case stands; ``walked``: where it was, or how it went; ``ahead``: what leads on from here."""
RowKind = Literal["deadline", "event", "inside"]
"""``inside``: what may be done without leaving the step."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box. ``target``: the box that it leads to ("": nowhere); ``back``: against the order of steps."""

    kind: RowKind
    text: str
    target: str = ""
    back: bool = False
    look: Look = "plain"


@dataclass(frozen=True, slots=True)
class Box:
    """A step, or a compound state with its steps ``inside``; ``times`` how often the case came to it."""

    name: str
    title: str
    kind: StateKind
    step: int | None
    rows: tuple[Row, ...]
    look: Look = "plain"
    times: int = 0
    inside: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """All boxes in the order written; a case's picture says which (``subject``)."""

    title: str
    boxes: tuple[Box, ...]
    subject: str = ""

    def every(self) -> Iterator[Box]:
        """Each box, a compound before the steps in it."""
        yield from _every(self.boxes)


def _every(boxes: Iterable[Box]) -> Iterator[Box]:
    for box in boxes:
        yield box
        yield from _every(box.inside)


@dataclass(frozen=True, slots=True)
class Walk:
    """How a case went: the state it is in, the states it came to, and by which event it left which.

    ``beside``: the states of the regions that run; ``been``: every state of a region that it came to.
    """

    here: str = ""
    visited: tuple[str, ...] = ()
    taken: frozenset[tuple[str, str]] = frozenset()
    progress: Mapping[str, str] = field(default_factory=dict)
    """Deadline → how far it has gone, in words."""
    beside: frozenset[str] = frozenset()
    been: frozenset[str] = frozenset()


NOWHERE = Walk()


def of_workflow(workflow: Workflow) -> Diagram:
    """The picture of a definition."""
    return Diagram(f"{workflow.title}（{workflow.version}）", (*_boxes(workflow, NOWHERE), *_beside(workflow, NOWHERE)))


def of_case(workflow: Workflow, case: Case, progress: Mapping[str, str]) -> Diagram:
    """The picture of a case; ``progress`` says of its live deadlines how far they have gone."""
    ways = frozenset((one.state, other.event) for one, other in pairwise(case.path))
    visited = tuple(visit.state for visit in case.path) or (case.state,)
    beside, been = frozenset(running(workflow, case).values()), (one.state for one in case.region_path.values())
    walk = Walk(case.state, visited, ways, progress, beside, frozenset(been))
    boxes = (*_boxes(workflow, walk), *_beside(workflow, walk))
    return Diagram(f"{workflow.title}：{case.applicant.name}", boxes, case.id)


def _boxes(workflow: Workflow, walk: Walk, within: str = "") -> tuple[Box, ...]:
    """The steps and compounds directly in compound ``within``, in the order written."""
    inner = [one for one in workflow.compounds.values() if one.within == within]
    deeper = {state: one for one in inner for state in one.states}
    members = workflow.compounds[within].states if within else tuple(workflow.states)
    found: dict[str, Box] = {}
    for name in members:
        compound = deeper.get(name)
        if compound is None:
            found[name] = _step(workflow, workflow.states[name], walk)
        elif compound.name not in found:
            found[compound.name] = _compound(workflow, compound, walk)
    return tuple(found.values())


def _step(workflow: Workflow, state: State, walk: Walk) -> Box:
    limits = [rule for rule in workflow.deadlines.values() if state.name in rule.states]
    around = [one for one in workflow.compounds.values() if state.name in one.states]
    own = [rule for rule in limits if not any(rule.states >= set(one.states) for one in around)]
    events = [event for event in workflow.events.values() if state.name in event.sources]
    events = [event for event in events if not any(set(event.sources) >= set(one.states) for one in around)]
    look: Look = "now" if state.name == walk.here else "walked" if state.name in walk.visited else "plain"
    rows = (*_limits(workflow, own, walk), *_acts(workflow, state.name, events, walk))
    return Box(state.name, state.title, state.kind, state.step, rows, look, walk.visited.count(state.name))


def _beside(workflow: Workflow, walk: Walk) -> Iterator[Box]:
    """A box for each state of a region, in the column of the first step that it runs beside."""
    for region in workflow.regions.values():
        step = workflow.states[region.beside[0]].step
        for name, title in region.states.items():
            limits = [rule for rule in workflow.deadlines.values() if name in rule.states]
            events = [event for event in workflow.events.values() if name in event.sources]
            look: Look = "now" if name in walk.beside else "walked" if name in walk.been else "plain"
            rows = (*_limits(workflow, limits, walk), *_acts(workflow, name, events, walk))
            words = title if title == region.title else f"{region.title}：{title}"
            yield Box(name, f"并行　{words}", "open", step, rows, look)


def _compound(workflow: Workflow, compound: Compound, walk: Walk) -> Box:
    """What is open in every state of it and not of the compound around it stands in its head."""
    every, outer = set(compound.states), workflow.compounds.get(compound.within)
    more = set(outer.states) if outer else None
    limits = [one for one in workflow.deadlines.values() if every <= one.states and not (more and more <= one.states)]
    events = [
        event
        for event in workflow.events.values()
        if every <= set(event.sources) and not (more and more <= set(event.sources))
    ]
    first = workflow.states[compound.states[0]]
    rows = (*_limits(workflow, limits, walk), *_acts(workflow, compound.name, events, walk))
    inside = _boxes(workflow, walk, compound.name)
    return Box(compound.name, compound.title, first.kind, first.step, rows, inside=inside)


def _limits(workflow: Workflow, rules: Iterable[DeadlineRule], walk: Walk) -> Iterator[Row]:
    for rule in rules:
        gone = walk.progress.get(rule.name, "")
        words = gone or limit_words(workflow, rule)
        yield Row("deadline", f"{rule.title}{f' {words}' if words else ''}", look="now" if gone else "plain")


def limit_words(workflow: Workflow, rule: DeadlineRule) -> str:
    """How long a deadline runs: ``10个工作日``, ``每季度``; empty when a day is named."""
    if rule.within:
        return period_words(workflow.period(rule.within))
    return {"year": "每年", "quarter": "每季度", "month": "每月"}.get(rule.every or "", "")


def period_words(period: Period) -> str:
    """``3y`` → ``3年``."""
    return f"{period.count}{UNIT_NAMES[period.unit]}"


def _acts(workflow: Workflow, name: str, events: list[Event], walk: Walk) -> Iterator[Row]:
    """What leads on, a row each; what stays, together in one row."""
    for event in events:
        target = _target(workflow, event)
        if target and target != name:
            yield Row("event", event.title, target, _back(workflow, name, target), _way(workflow, name, event, walk))
    staying = [event.title for event in events if _target(workflow, event) in {"", name}]
    if staying:
        yield Row("inside", "、".join(staying))


def _target(workflow: Workflow, event: Event) -> str:
    """Where an event leads; one that leaves the step as it is, to the region that it begins."""
    if event.history:
        return event.history
    if event.target == SAME and event.begins:
        return workflow.regions[event.begins[0]].first
    return "" if event.target in {SAME, START} else event.target


def _way(workflow: Workflow, name: str, event: Event, walk: Walk) -> Look:
    members = workflow.compounds[name].states if name in workflow.compounds else (name,)
    if any((member, event.name) in walk.taken for member in members):
        return "walked"
    return "ahead" if walk.here in members or name in walk.beside else "plain"


def _back(workflow: Workflow, name: str, target: str) -> bool:
    """Whether the target comes before the box in the order of steps, then of writing."""
    if of_state(workflow.regions, name) or of_state(workflow.regions, target):
        return False
    order = {state: place for place, state in enumerate(workflow.states)}

    def place(of: str) -> tuple[int, int]:
        states = workflow.compounds[of].states if of in workflow.compounds else (of,)
        first = min(order[state] for state in states)
        return workflow.states[states[0]].step or 99, first

    final = workflow.states.get(target)
    if final is not None and final.kind == "final":
        return False
    return place(target) < place(name)
