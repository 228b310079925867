"""Deadlines of a case that goes on under another version of its definition, by the pure engine alone."""

import pytest

from tests.engine.desk import DESK, Desk, book
from zhuli_flow.engine.migration import judged
from zhuli_flow.engine.model.deadline import Deadline

RESTS = DESK.replace(
    "in: [intake, review, ruling], suspended_in: [repair]", "in: [intake, ruling], suspended_in: [repair, review]"
)


def moved(old: str, new: str, *, held: bool = False) -> Deadline:
    """The deadline of the whole, begun on Monday 8 October and brought along on the Friday, in ``review``."""
    desk = Desk(old).to("review")
    if held:
        desk.do("suspend", "甲", opinion="停")
    desk.on("2018-10-12")
    went = judged(desk.workflow, book(new), desk.case, [], {}, desk.question("甲").facts)
    assert went.verdict == "continues"
    assert went.after is not None
    return went.after.deadlines["whole"]


def test_it_rests_where_the_new_version_suspends_it() -> None:
    deadline = moved(DESK, RESTS)
    assert (deadline.state, str(deadline.suspended_on), deadline.remaining) == ("suspended", "2018-10-12", 16)


def test_one_of_another_length_is_counted_anew_before_it_rests() -> None:
    assert moved(DESK, RESTS.replace("within: 20wd", "within: 30wd")).remaining == 26


@pytest.mark.parametrize(("held", "state"), [(False, "running"), (True, "suspended")])
def test_it_goes_on_where_the_new_version_suspends_it_no_more_unless_the_case_is_held(held: bool, state: str) -> None:
    deadline = moved(RESTS, DESK, held=held)
    assert deadline.state == state
