"""The machine: what is drawn may be walked, nothing else."""

from dataclasses import replace
from itertools import product

import pytest

from tests.engine.desk import book
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
