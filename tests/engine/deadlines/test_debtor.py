"""Who owes a deadline: as written, else who may do what meets it; never who has signed, never a role nobody holds."""

import pytest
from msgspec import structs

from tests.engine.desk import DESK, PEOPLE, Desk
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines import debtor
from zhuli_flow.errors import InvalidInput

LONG = "deadlines:\n  whole:"
REVIEW = "  review: {title: 审核}\n"


def _owing(desk: Desk, name: str, held: frozenset[str] | None = None) -> list[str]:
    facts = structs.replace(desk.question(SYSTEM_ACTOR.person).facts, held=held)
    question = Question(desk.workflow, desk.case, SYSTEM_ACTOR, facts)
    return [seat.person or seat.role for seat in debtor.debtors(question, name)]


def _with(limit: str) -> str:
    return DESK.replace(REVIEW, f"  review: {{title: 审核, deadline: {{within: 5wd, {limit}}}}}\n")


def test_by_default_who_leads_the_case_on_owes_it_not_who_could_end_it() -> None:
    assert _owing(Desk().to("intake"), "intake") == ["office"]
    assert _owing(Desk().to("ruling"), "whole") == ["head"]


def test_who_may_do_what_is_said_to_meet_it_owes_it_even_where_the_case_stays() -> None:
    desk = Desk(_with("met_by: [longer]")).to("review")
    assert _owing(desk, "review") == ["office"]


def test_who_has_signed_owes_no_more() -> None:
    desk = Desk(_with("met_by: [agree]")).to("review")
    assert _owing(desk, "review") == ["office", "head"]
    desk.do("agree", "甲", amount=1)
    assert _owing(desk, "review") == ["head"]


@pytest.mark.parametrize(("given", "who"), [({}, "county"), ({"amount": 3}, "head")])
def test_the_definition_names_others_and_on_what_condition(given: dict[str, int], who: str) -> None:
    desk = Desk(_with("owes: [county if amount absent, head if amount present]"))
    desk.do("begin", "县", subject="标题", **given)
    desk.do("submit", "县")
    desk.do("accept", "甲")
    assert _owing(desk, "review") == [who]


def test_to_whom_the_task_was_handed_owes_it_too_and_alone_of_the_two() -> None:
    desk = Desk().to("intake")
    desk.do("transfer", "甲", person="乙")
    assert _owing(desk, "intake") == ["office", "乙"]
    question = desk.question(SYSTEM_ACTOR.person)
    assert debtor.owed_by(question, "intake", PEOPLE["乙"]) is not None
    assert debtor.owed_by(question, "intake", PEOPLE["甲"]) is None
    assert debtor.owed_by(question, "intake", PEOPLE["县"]) is None


def test_once_it_is_over_who_has_to_confirm_that_owes_it_as_well() -> None:
    text = _with("owes: [county], confirm: ask")
    desk = Desk(text).to("review")
    assert _owing(desk, "review") == ["county"]
    desk.on("2018-12-03")
    assert _owing(desk, "review") == ["county", "office"]


def test_a_role_that_nobody_holds_owes_nothing_and_who_is_told_of_the_end_sees_to_it() -> None:
    text = _with("owes: [county], overdue: {tell: [office]}")
    desk = Desk(text).to("review")
    assert _owing(desk, "review", held_by(PEOPLE["县"]) | held_by(PEOPLE["甲"])) == ["county"]
    assert _owing(desk, "review", held_by(PEOPLE["甲"])) == ["office"]
    assert _owing(desk, "review", frozenset()) == []


def test_what_only_turns_from_one_period_to_the_next_nobody_owes() -> None:
    text = DESK.replace(
        LONG, "deadlines:\n  turns: {title: 逐季, in: [valid], every: quarter, then: note}\n  whole:"
    ).replace(
        "  expire: {title: 期满", "  note: {title: 布置, from: valid, to: same, by: system}\n  expire: {title: 期满"
    )
    assert _owing(Desk(text).to("valid"), "turns") == []


def test_a_role_that_does_not_exist_can_owe_nothing() -> None:
    with pytest.raises(InvalidInput):
        Desk(_with("owes: [offise]"))
    with pytest.raises(InvalidInput):
        Desk(_with("tell: [offise]"))
