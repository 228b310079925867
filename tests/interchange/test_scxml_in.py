"""SCXML read as a definition: the same net as went out, the same ways as python-statemachine, and refusals by line."""

from pathlib import Path

import pytest

from zhuli_flow.definitions import check
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.errors import InvalidInput
from zhuli_flow.interchange.main_line import moves
from zhuli_flow.interchange.scxml import scxml
from zhuli_flow.interchange.scxml_in import definition
from zhuli_flow.services.administration.workflows import parts_beside

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "workflows").glob("*.yaml"))


def chart(inside: str, more: str = "") -> bytes:
    head = f'<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="walk" {more}>\n'
    return f"{head}{inside}\n</scxml>".encode()


def taken(data: bytes, *, dropping: bool = False) -> Workflow:
    made = definition(data, "walk.scxml", "", "", dropping=dropping)
    return check.load(made.text.encode(), "walk.yaml")


def net(workflow: Workflow) -> set[tuple[str, str, str, str]]:
    """Every act out of every step, but for those that open a case, of which SCXML knows none."""
    found = ((move.event.name, move.source, move.target, move.event.history) for move in moves(workflow))
    return {one for one in found if one[1] != START}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_definition_comes_back_with_the_same_net(path: Path) -> None:
    sent = check.load(path.read_bytes(), path.name, parts=parts_beside(path))
    made = definition(scxml(sent).encode(), path.name, "", "", dropping=True)
    back = check.load(made.text.encode(), "back.yaml")
    lost = set(sent.states) - set(back.states)  # 终止 alone leads there, and SCXML knows no such operation
    assert net(back) == net(sent)
    assert lost == {name for name in sent.states if f"环节“{name}”从起点走不到，没有写入" in made.notes}
    assert all(name in sent.operations["terminate"].targets for name in lost)
    assert {(one.name, one.title, one.kind == "final") for one in back.states.values()} == {
        (one.name, one.title, one.kind == "final") for one in sent.states.values() if one.name not in lost
    }
    assert {name: one.states for name, one in back.compounds.items()} == {
        name: one.states for name, one in sent.compounds.items()
    }


REGIONS = """
<state id="draft"><transition event="submit" target="review"/></state>
<parallel id="review">
  <state id="desk"><state id="reading"><transition event="read" target="deciding"/></state>
    <state id="deciding"><transition event="agree" cond="In('heard')" target="agreed"/>
      <transition event="agree" target="reading"/></state></state>
  <state id="hearing" initial="asked"><state id="heard"/>
    <state id="asked"><transition event="hear" target="heard"/></state></state>
  <transition event="drop" target="draft"/>
</parallel>
<final id="agreed"/>
"""


def test_a_parallel_state_becomes_a_main_line_with_regions_beside_it() -> None:
    workflow = taken(chart(REGIONS))
    assert workflow.compounds["review"].states == ("reading", "deciding")
    (region,) = workflow.regions.values()
    assert (region.name, tuple(region.states), region.beside) == (
        "hearing",
        ("asked", "heard"),
        ("reading", "deciding"),
    )
    events = workflow.events
    assert (events["submit"].target, events["submit"].begins) == ("reading", ("hearing",))
    assert events["drop"].sources == ("reading", "deciding")
    assert events["hear"].sources == ("asked",)
    assert [guard.text for guard in events["agree"].guards] == ["((state within heard))"]
    assert events["agree_from_deciding"].target == "reading"
    assert events["agree_from_deciding"].guards[0].text == "(not ((state within heard)))"


Z = '<final id="z"/>'
E_TO_Z = '<transition event="e" target="z"/></state>' + Z
NESTED_FINAL = """<state id="p">
<state id="a"><transition event="e" target="b"/></state><final id="b"/><transition event="f" target="z"/></state>"""
BOTH_ANSWER = """<parallel id="p"><state id="a"><state id="a1"><transition event="e" target="a2"/></state>
<state id="a2"/></state>
<state id="b"><state id="b1"><transition event="e" target="b2"/></state><state id="b2"/></state></parallel>"""
ENTERED_ANEW = """<state id="d"><transition event="go" target="p"/></state><parallel id="p">
<transition event="e" target="p"/><state id="a"/><state id="b"/></parallel>"""
SHALLOW = """<state id="p"><history id="h"><transition target="a"/></history>
<state id="a"><transition event="e" target="q"/></state><state id="n"><state id="n1"/></state></state>
<state id="q"><transition event="e2" target="h"/></state>"""
UNSAID = [
    (f'<state id="a"><onentry><log expr="1"/></onentry>{E_TO_Z}', 2, "进入环节时执行的内容"),
    (f'<state id="a"><transition target="z"/></state>{Z}', 2, "没有写事件的转移"),
    (f'<state id="a"><transition event="door.open" target="z"/></state>{Z}', 2, "“door.open”不能作操作的名称"),
    (f'<state id="a">\n<transition event="e" cond="x == 1" target="z"/></state>{Z}', 3, "文件里没有的内容"),
    (f'<state id="a"><transition event="e" target="y z"/></state>{Z}', 2, "同时到几个环节"),
    ('<state id="a"><transition event="e" target="gone"/></state>', 2, "“gone”不是一个环节"),
    (f'<state id="Draft">{E_TO_Z}', 2, "如 draft"),
    (f'<datamodel/>\n<state id="a">{E_TO_Z}', 2, "数据模型"),
    (f'<state id="a"><invoke/>{E_TO_Z}', 2, "调用别的服务"),
    (NESTED_FINAL + Z, 3, "并不终结事项"),
    (BOTH_ANSWER, 4, "同时响应“e”"),
    (ENTERED_ANEW, 3, "立即回到其中"),
    (SHALLOW, 2, "最里层"),
]


@pytest.mark.parametrize(("inside", "line", "words"), UNSAID, ids=[one[2] for one in UNSAID])
def test_what_our_language_cannot_say_is_refused_by_line(inside: str, line: int, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        definition(chart(inside), "walk.scxml", "", "")
    found = [one for one in refused.value.problems if words in one.message + one.fix]
    assert [one.place for one in found][:1] == [f"walk.scxml:{line}"], refused.value.problems


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a/>",
        b"<scxml",
        chart(""),
        b'<!DOCTYPE scxml [<!ENTITY a "b">]>' + chart("<state id='a'/>"),
        b"\xff\xfe<",
        b'<?xml version="1.0" encoding="GBK"?>' + chart("<state id='a'/>"),
        b'<?xml version="1.0" encoding="no-such"?>' + chart("<state id='a'/>"),
        chart("".join(f"<state id='a{at}'>" for at in range(3000)) + "</state>" * 3000),
    ],
)
def test_what_is_no_chart_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        definition(data, "walk.scxml", "", "")


def test_another_encoding_is_told_with_what_to_do() -> None:
    with pytest.raises(InvalidInput) as refused:
        definition(b'<?xml version="1.0" encoding="GBK"?>' + chart("<state id='a'/>"), "walk.scxml", "", "")
    assert [(one.message, "UTF-8" in one.fix) for one in refused.value.problems] == [("文件的编码不能读取", True)]


def test_a_line_break_in_a_title_or_a_condition_writes_no_line_of_its_own() -> None:
    move = '<transition event="e" cond="x == 1&#10;events: {}" target="z"/>'
    data = chart(f'<state id="a" z:title="拟&#10;稿">{move}</state>{Z}', 'xmlns:z="urn:zhuli_flow"')
    flow = taken(data, dropping=True)
    assert flow.states["a"].title == "拟 稿"
    assert set(flow.events) == {"begin", "e"}


def test_what_is_asked_twice_is_told_once() -> None:
    inside = '<state id="a"><transition event="e" target="p"/></state><state id="p" initial="q"><state id="n"/></state>'
    with pytest.raises(InvalidInput) as refused:
        definition(chart(inside), "walk.scxml", "", "")
    assert [one.message for one in refused.value.problems] == ["“q”不在“p”之中，或不止一个"]
