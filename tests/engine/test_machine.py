"""The machine: what is drawn may be walked, nothing else."""

from dataclasses import replace
from itertools import product

import pytest

from tests.definitions.reading.test_compound_states import TEXT
from tests.engine.desk import Desk, book
from zhuli_flow.definitions.check import load
from zhuli_flow.engine.machine import topology
from zhuli_flow.errors import InvalidInput

FINAL = ("closed", "ended")


def test_only_drawn_steps_are_walked() -> None:
    machine = topology(book())
    assert machine.step("accept", "intake") == "review"
    assert machine.step("accept", "draft") is None
    assert machine.step("accept", "intake", permitted=False) is None
    assert machine.step("return", "review", bound_for="intake") == "intake"
    assert machine.step("return", "review", bound_for="valid") is None
    assert machine.step("submit", "draft", bound_for="ruling") == "ruling"  # straight back to who returned it


def test_a_final_state_cannot_be_left_whatever_the_definition_asks() -> None:
    flow = book()
    everywhere = tuple(flow.states)
    back = replace(flow.operations["return"], sources=everywhere, targets=everywhere)
    end = replace(flow.operations["terminate"], sources=everywhere)
    greedy = replace(
        flow,
        events={name: replace(event, sources=everywhere) for name, event in flow.events.items()},
        operations={**flow.operations, "return": back, "terminate": end},
        digest="greedy",
    )
    machine = topology(greedy)
    triggers = [*greedy.events, "return", "terminate"]
    for trigger, state, bound in product(triggers, FINAL, (None, *everywhere)):
        assert not machine.leads(trigger, state)
        assert machine.step(trigger, state, bound_for=bound) is None


def test_there_are_no_transitions_of_the_library_s_own() -> None:
    machine = topology(book())
    for name in (*book().states, "start"):
        assert machine.step(f"to_{name}", "draft") is None
        assert machine.step(name, "draft") is None


@pytest.mark.parametrize("part", ["accept: {title -> os.system: {title", "review: {title -> a.b: {title"])
def test_a_dotted_name_is_no_name(part: str) -> None:
    with pytest.raises(InvalidInput):
        book(a=part)


def test_a_definition_is_compiled_once() -> None:
    assert topology(book()) is topology(book())


def test_what_may_be_done_in_any_state_of_a_compound_is_drawn_once_out_of_the_compound() -> None:
    machine = topology(load(TEXT.encode(), "desk.yaml"))
    assert {name: machine.step("report", name) for name in ("valid", "extended", "mending", "review")} == {
        "valid": "valid",
        "extended": "extended",
        "mending": "mending",
        "review": None,
    }
    drawn = machine.transitions("report")
    assert drawn == [("standing", None)]
    assert {source for source, _ in machine.transitions("mend")} == {"standing/running"}


def test_a_compound_is_entered_where_the_token_is_bound_for() -> None:
    machine = topology(load(TEXT.encode(), "desk.yaml"))
    assert machine.step("mended", "mending") == "valid"
    assert machine.step("mended", "mending", bound_for="extended") == "extended"
    assert machine.step("mended", "mending", bound_for="closed") is None


def test_the_case_goes_back_to_where_it_was_in_the_compound() -> None:
    desk = Desk(TEXT.replace("from: mending, to: running", "from: mending, to: standing")).to("valid")
    desk.do("extend", "甲")
    desk.do("mend", "甲")
    assert desk.do("mended", "甲").after.state == "extended"


def test_in_any_state_of_the_compound_the_same_may_be_done_and_the_condition_holds() -> None:
    desk = Desk(TEXT).to("ruling")
    assert desk.refused("report", "县") == {"wrong_state", "guard"}
    desk.do("approve", "领导")
    for event in ("extend", "mend"):
        assert desk.do("report", "县").after.state == desk.do(event, "甲").before.state
    assert desk.do("report", "县").after.state == "mending"
