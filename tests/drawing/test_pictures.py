"""Pictures of every shipped workflow: nothing lies over anything, every way begins at its row and ends at its box."""

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from zhuli_flow.definitions import check
from zhuli_flow.definitions.model.workflow import SAME, START, Workflow
from zhuli_flow.drawing import diagram, svg, text_forms
from zhuli_flow.drawing.layout import BODY, WIDTH, Placed, laid_out, width, wrapped
from zhuli_flow.drawing.routing import Routed, routed
from zhuli_flow.services.administration.workflows import parts_beside

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "workflows").glob("*.yaml"))
PT = 25.4 / 72


def loaded(path: Path) -> Workflow:
    return check.load(path.read_bytes(), path.name, parts=parts_beside(path))


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return loaded(request.param)


def area(one: Placed, ways: Routed) -> tuple[float, float, float, float]:
    """Left, top, right, bottom on the page."""
    left, right = ways.lefts[one.column], ways.lefts[one.last] + WIDTH
    return left, ways.top + one.y, right, ways.top + one.y + one.height


def over(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_no_box_lies_over_another(workflow: Workflow) -> None:
    layout = laid_out(diagram.of_workflow(workflow))
    ways = routed(layout)
    areas = {name: area(one, ways) for name, one in layout.placed.items()}
    assert set(workflow.states) <= areas.keys()
    assert [(one, other) for one, other in combinations(areas, 2) if over(areas[one], areas[other])] == []


def test_no_way_runs_over_a_box(workflow: Workflow) -> None:
    layout = laid_out(diagram.of_workflow(workflow))
    ways = routed(layout)
    areas = {name: area(one, ways) for name, one in layout.placed.items()}
    for arrow in ways.arrows:
        for (x1, y1), (x2, y2) in pairwise(arrow.points):
            line = (min(x1, x2) + 0.01, min(y1, y2) - 0.01, max(x1, x2) - 0.01, max(y1, y2) + 0.01)
            crossed = [name for name, box in areas.items() if line[0] < line[2] and over(line, box)]
            upright = (x1 - 0.01, min(y1, y2), x1 + 0.01, max(y1, y2))
            crossed += [name for name, box in areas.items() if x1 == x2 and over(upright, box)]
            assert crossed == [], (arrow.source, arrow.target)


def test_every_event_that_leads_on_has_a_way_from_its_row_to_its_box(workflow: Workflow) -> None:
    layout = laid_out(diagram.of_workflow(workflow))
    ways = routed(layout)
    for arrow in ways.arrows:
        start, end = (area(layout.placed[name], ways) for name in (arrow.source, arrow.target))
        assert arrow.points[0][0] in {start[0], start[2]}
        assert start[1] < arrow.points[0][1] < start[3]
        assert arrow.points[-1][0] in {end[0], end[2]}
        assert end[1] < arrow.points[-1][1] < end[3]
    drawn = {(arrow.source, arrow.target) for arrow in ways.arrows}
    inside = {
        state: {one.name for one in workflow.compounds.values() if state in one.states} for state in workflow.states
    }
    for event in workflow.events.values():
        for source in event.sources:
            target = event.history or event.target
            if source == START or target in {SAME, START, source}:
                continue
            around = {source, *inside.get(source, ())} - {target}
            assert any((box, target) in drawn for box in around), (source, event.name)


def test_a_region_is_a_box_beside_the_first_step_it_runs_beside(workflow: Workflow) -> None:
    boxes = {box.name: box for box in diagram.of_workflow(workflow).every()}
    for region in workflow.regions.values():
        assert {boxes[name].step for name in region.states} == {workflow.states[region.beside[0]].step}
        beginning = [event for event in workflow.events.values() if region.name in event.begins]
        rows = {row.text: row.target for box in boxes.values() for row in box.rows}
        assert {rows[event.title] for event in beginning if event.title in rows} == {region.first}


def test_ways_to_two_boxes_never_lie_on_each_other(workflow: Workflow) -> None:
    ways = routed(laid_out(diagram.of_workflow(workflow)))
    upright = [
        (arrow.target, arrow.back, x1, min(y1, y2), max(y1, y2))
        for arrow in ways.arrows
        for (x1, y1), (x2, y2) in pairwise(arrow.points)
        if x1 == x2 and y1 != y2
    ]
    for one, other in combinations(upright, 2):
        if one[:2] != other[:2] and abs(one[2] - other[2]) < 0.5:
            assert one[4] < other[3] or other[4] < one[3], (one, other)


def test_the_svg_is_whole_and_brings_nothing_of_its_own(workflow: Workflow) -> None:
    made = svg.drawn(diagram.of_workflow(workflow))
    root = ET.fromstring(made)
    words = "".join(root.itertext())
    assert all(state.title[:4] in words for state in workflow.states.values())
    assert not [node for node in root.iter() if {"style", "class", "href"} & node.attrib.keys()]
    assert "<style" not in made
    assert "<script" not in made


def test_zone_creation_can_be_read_on_one_landscape_page() -> None:
    root = ET.fromstring(svg.drawn(diagram.of_workflow(loaded(ROOT / "workflows" / "zone_creation.yaml"))))
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    scale = min(1.0, 285 / wide, 198 / high)  # A4 landscape less 6 mm all round
    assert BODY * scale / PT >= 6.5


def test_texts_are_wrapped_to_their_room_and_no_line_begins_with_a_closing_mark() -> None:
    lines = wrapped("征求意见、联合报送请示，并附材料清单（含附件）。" * 3, 20, BODY)
    assert all(width(line[:-1], BODY) <= 20 for line in lines)
    assert all(line[0] not in "，。、；：）》”" for line in lines)
    assert "".join(lines) == "征求意见、联合报送请示，并附材料清单（含附件）。" * 3


def test_mermaid_and_dot_name_each_state_once_and_only_states_there_are(workflow: Workflow) -> None:
    found = diagram.of_workflow(workflow)
    names = {box.name for box in found.every()}
    lines = [line.strip() for line in text_forms.mermaid(found).splitlines()]
    declared = [line.rsplit(" as ", 1)[1] for line in lines if line.startswith('state "')]
    assert sorted(declared) == sorted(names)
    arrows = [line.split(" : ")[0].split(" --> ") for line in lines if " --> " in line]
    assert {end for ends in arrows for end in ends} - {"[*]"} <= names
    dotted = text_forms.dot(found)
    assert dotted.count("{") == dotted.count("}")
    assert all(f"{state} [label=" in dotted for state in workflow.states)


def test_what_leads_back_is_told_apart() -> None:
    found = diagram.of_workflow(loaded(ROOT / "workflows" / "zone_creation.yaml"))
    rows = {(box.name, row.text): row for box in found.every() for row in box.rows}
    assert rows["deciding", "要求补充考察"].back
    assert not rows["deciding", "批复同意"].back
    assert not rows["deciding", "批复不同意"].back


def test_hostile_words_stay_words() -> None:
    rows = (diagram.Row("event", '<script>"x"</script>', "b"), diagram.Row("deadline", 'a"]; b -> c'))
    boxes = (
        diagram.Box("a", "<b>&标题", "initial", 1, rows),
        diagram.Box("b", "终", "final", None, ()),
    )
    found = diagram.Diagram("</title><script>", boxes)
    root = ET.fromstring(svg.drawn(found))
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert '\\"x\\"' in text_forms.dot(found)
    assert "”x”" in text_forms.mermaid(found)


def test_steps_called_as_words_of_dot_are_quoted() -> None:
    box = diagram.Box("node", "节点", "initial", None, (diagram.Row("event", "办", "end"),))
    dotted = text_forms.dot(diagram.Diagram("图", (box, diagram.Box("end", "终", "final", None, ()))))
    assert '  "node" [label="节点"];' in dotted
    assert '  "node" -> end [' in dotted
