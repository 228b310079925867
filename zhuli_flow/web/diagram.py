"""The states of a case's workflow as a picture: columns by step, the way really walked, where the case stands now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from zhuli_flow.definitions.model.workflow import SAME, START, Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 112, 34, 26, 16, 10
LINE = 8
TALLEST = 7
"""More boxes of one step than this go on in a column beside."""
"""Characters of a title on one line of a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state at its place; ``look``: now, walked, ahead (one step from here) or other."""

    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    look: str
    note: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another; ``look``: walked or ahead."""

    path: str
    look: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and arrows with the size they need; ``steps`` as (title, x)."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    steps: tuple[tuple[str, int], ...]


def picture(office: Office, case_id: str) -> Picture:
    """The picture of one case. Raises NotFound."""
    with office.database.read() as connection:
        case = lookup.stored(connection, case_id).case
        workflow = lookup.definition(connection, office, case.digest)
    return drawn(workflow, case)


def drawn(workflow: Workflow, case: Case) -> Picture:
    """States in columns by their step, in the order written."""
    columns: dict[int, list[str]] = defaultdict(list)
    last = 0
    for name, state in workflow.states.items():
        last = state.step or last
        columns[last].append(name)
    stacks = [
        (step if start == 0 else 0, columns[step][start : start + TALLEST])
        for step in sorted(columns)
        for start in range(0, len(columns[step]), TALLEST)
    ]
    at = {name: (column, row) for column, (_, names) in enumerate(stacks) for row, name in enumerate(names)}
    walked = [visit.state for visit in case.path] or [case.state]
    ahead = _ahead(workflow, case)
    boxes = tuple(_box(workflow, case, name, at[name], walked, ahead) for name in workflow.states)
    height = max(len(names) for _, names in stacks)
    return Picture(
        width=2 * MARGIN + len(stacks) * WIDTH + (len(stacks) - 1) * GAP_X,
        height=2 * MARGIN + 20 + height * (HEIGHT + GAP_Y),
        boxes=boxes,
        arrows=tuple(_arrows(boxes, walked, case.state, ahead)),
        steps=tuple(
            (f"第{step}步" if step else "", MARGIN + column * (WIDTH + GAP_X))
            for column, (step, _) in enumerate(stacks)
        ),
    )


def _ahead(workflow: Workflow, case: Case) -> frozenset[str]:
    """The states that an event leads to from here."""
    here = (event.target for event in workflow.events.values() if case.state in event.sources)
    return frozenset(here) - {SAME, START, case.state}


def _box(
    workflow: Workflow, case: Case, name: str, at: tuple[int, int], walked: list[str], ahead: frozenset[str]
) -> Box:
    column, row = at
    title = workflow.states[name].title
    lines = tuple(title[start : start + LINE] for start in range(0, min(len(title), 2 * LINE), LINE))
    look = "now" if name == case.state else "walked" if name in walked else "ahead" if name in ahead else "other"
    times = walked.count(name)
    x, y = MARGIN + column * (WIDTH + GAP_X), MARGIN + 20 + row * (HEIGHT + GAP_Y)
    return Box(name, lines, x, y, look, f"{times}次" if times > 1 else "")


def _arrows(boxes: Iterable[Box], walked: list[str], here: str, ahead: frozenset[str]) -> Iterable[Arrow]:
    places = {box.name: box for box in boxes}
    ways = dict.fromkeys(pairwise(walked))
    yield from (Arrow(_path(places, one, other), "walked") for one, other in ways if one != other)
    yield from (Arrow(_path(places, here, one), "ahead") for one in sorted(ahead))


def _path(places: Mapping[str, Box], one: str, other: str) -> str:
    """From the right edge of one box to the left edge of the other; within a column along its right side."""
    start, end = places[one], places[other]
    x1, y1, y2 = start.x + WIDTH, start.y + HEIGHT // 2, end.y + HEIGHT // 2
    if start.x == end.x:
        out = x1 + GAP_X // 2
        return f"M{x1},{y1} C{out},{y1} {out},{y2} {x1},{y2}"
    if end.x < start.x:
        return f"M{start.x},{y1} C{start.x - GAP_X // 2},{y1} {end.x + WIDTH + GAP_X // 2},{y2} {end.x + WIDTH},{y2}"
    return f"M{x1},{y1} C{x1 + GAP_X // 2},{y1} {end.x - GAP_X // 2},{y2} {end.x},{y2}"
