"""States inside states: a compound stands for what it holds, and is told of where it is written."""

import pytest

from tests.engine.desk import DESK
from zhuli_flow.definitions.check import load, problems
from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.stored import from_stored, to_stored

VALID = "  valid: {title: 有效, kind: in_force, deadline: {until: until, then: expire}}\n"
STANDING = """  standing:
    title: 有效期内
    kind: in_force
    step: 5
    states:
      running:
        title: 运行中
        states:
          valid: {title: 有效, deadline: {until: until, then: expire}}
          extended: {title: 延期}
      mending: {title: 整改, step: 6}
"""
EVENTS = """events:
  extend: {title: 延期, from: valid, to: extended, by: office}
  mend: {title: 限期整改, from: running, to: mending, by: office}
  mended: {title: 整改完成, from: mending, to: running, by: office}
  report: {title: 报告, from: standing, to: same, by: county, when: [state within standing: 不在有效期]}
"""
assert VALID in DESK
TEXT = (
    DESK.replace(VALID, STANDING)
    .replace("events:\n", EVENTS, 1)
    .replace("deadlines:\n", "deadlines:\n  yearly: {title: 年报, in: [standing], within: 1y}\n")
)


def test_a_compound_stands_for_the_states_it_holds() -> None:
    flow = load(TEXT.encode(), "desk.yaml")
    assert flow.compounds == {
        "standing": Compound("standing", "有效期内", ("valid", "extended", "mending")),
        "running": Compound("running", "运行中", ("valid", "extended"), "standing"),
    }
    assert flow.events["report"].sources == ("valid", "extended", "mending")
    assert flow.deadlines["yearly"].states == {"valid", "extended", "mending"}
    assert (flow.events["mended"].target, flow.events["mended"].history) == ("valid", "running")
    assert "standing" not in flow.states


def test_what_a_compound_says_holds_for_each_that_does_not_say_otherwise() -> None:
    states = load(TEXT.encode(), "desk.yaml").states
    assert [(states[name].kind, states[name].step) for name in ("valid", "extended", "mending")] == [
        ("in_force", 5),
        ("in_force", 5),
        ("in_force", 6),
    ]


def test_a_stored_definition_keeps_its_compounds() -> None:
    flow = load(TEXT.encode(), "desk.yaml")
    assert from_stored(to_stored(TEXT.encode(), "desk.yaml", None), TEXT, flow.digest) == flow


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "extended: {title: 延期}",
            "extended: {titel: 延期}",
            "unknown_key: “extended”中没有“titel”这个键",
        ),
        ("    step: 5\n", "    stp: 5\n", "unknown_key: 大环节“standing”中没有“stp”这个键"),
        ("within standing", "within standng", "unknown_state: 没有名为“standng”的大环节；是否指“standing”"),
        ("from: running", "from: runing", "unknown_state: 没有名为“runing”的环节；是否指“running”"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, expected: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    line = next(number for number, one in enumerate(text.split("\n"), 1) if new.strip() in one)
    assert any(
        str(each).startswith(f"desk.yaml:{line}: {expected}") for each in problems(text.encode(), "desk.yaml")[1]
    )
