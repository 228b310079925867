"""Who waits for a place: entering and leaving the waiting state, by whatever act; the order of those who wait."""

import pytest

from tests.engine.desk import DESK, Desk
from zhuli_flow.engine import queues
from zhuli_flow.engine.model.facts import QuotaUse
from zhuli_flow.engine.queues import QueueMove

QUEUED = DESK.replace(
    "operations:",
    "  wait: {title: 候补, from: ruling, to: waiting, by: head}\n"
    "  called: {title: 递补, from: waiting, to: ruling, by: head}\n"
    "operations:",
).replace("  closed: {", "  waiting: {title: 候补}\n  closed: {")
QUEUED = QUEUED.replace(
    "events:\n", "quotas:\n  zones: {title: 名额, max: 1, counts: in_force, queued_by: wait}\nevents:\n", 1
)


def test_who_enters_the_waiting_state_takes_a_place_and_gives_it_up_by_leaving() -> None:
    desk = Desk(QUEUED).to("ruling")
    assert queues.moves(desk.workflow, desk.log[-1]) == (QueueMove("zones", takes=False),)
    assert queues.moves(desk.workflow, desk.do("wait", "领导")) == (QueueMove("zones", takes=True),)
    assert queues.moves(desk.workflow, desk.do("urge", "甲")) == ()
    assert queues.moves(desk.workflow, desk.do("called", "领导")) == (QueueMove("zones", takes=False),)


def test_a_definition_without_a_queue_moves_none() -> None:
    desk = Desk(DESK).to("ruling")
    assert queues.moves(desk.workflow, desk.log[-1]) == ()


@pytest.mark.parametrize(("taken", "following"), [([], 1), ([1, 2], 3), ([4], 5)])
def test_a_place_that_was_given_up_is_not_filled_again(taken: list[int], following: int) -> None:
    assert queues.next_place(taken) == following


def test_who_has_no_place_waits_behind_all() -> None:
    places = {"A": 2, "B": 5, "C": 7}
    assert [queues.ahead(places, name) for name in "ABCD"] == [0, 1, 2, 3]


def test_a_place_that_was_given_up_is_not_had_back_by_returning_or_withdrawing() -> None:
    pause = "pause: {title: 停办, from: valid, to: paused, by: head}"
    end = "end: {title: 终结, from: paused, to: closed, by: head}"
    paused = QUEUED.replace("operations:", f"  {pause}\n  {end}\noperations:")
    paused = paused.replace("  closed: {", "  paused: {title: 停办}\n  closed: {", 1)
    paused = paused.replace("from: [intake, review, ruling], to: earlier", "from: [review, paused], to: earlier")
    desk = Desk(paused).to("valid")
    desk.do("pause", "领导")
    desk.quotas = {"zones": QuotaUse(used=1)}  # somebody else has come into force meanwhile
    assert desk.refused("withdraw", "领导") == {"quota_full"}
    assert desk.refused("return", "领导", to="valid") == {"quota_full"}
    desk.quotas = {"zones": QuotaUse(used=0)}
    desk.do("withdraw", "领导")
    assert desk.case.state == "valid"
