"""更正: what an act would have been refused for cannot be put there afterwards."""

from tests.engine.desk import DESK, Desk

GUARDED = DESK.replace(
    "submit: {title: 报送, from: draft, to: intake, by: county}",
    "submit: {title: 报送, from: draft, to: intake, by: county,"
    " when: [amount <= 10: 金额过大；请核减, subject is not '密件': 密件不得报送,"
    " amount >= 2 or until present: 请填截止日]}",
)


def desk() -> Desk:
    made = Desk(GUARDED)
    made.do("begin", "县", subject="请示", amount=6)
    return made.to("review")


def test_a_condition_of_an_act_that_was_done_holds_after_a_correction() -> None:
    made = desk()
    (refusal,) = made.ask("correct", "甲", amount=60)  # type: ignore[misc]
    assert refusal.code == "guard"
    assert refusal.because == "更正后“报送”的条件不成立：金额过大"
    assert "退回" in refusal.fix or "核减" in refusal.fix
    made.do("correct", "甲", amount=7)
    assert made.case.fields["amount"] == 7


def test_what_was_broken_before_is_no_matter_of_the_correction() -> None:
    made = Desk(GUARDED)
    made.do("begin", "县", subject="请示", amount=6, until="2018-12-31")
    made.to("review")
    made.do("correct", "甲", amount=1)
    made.do("correct", "甲", subject="函")
    assert made.refused("correct", "甲", subject="密件") == {"guard"}


def test_an_act_that_was_not_done_asks_nothing() -> None:
    made = Desk(GUARDED)
    made.do("begin", "县", subject="请示", amount=6)
    made.do("correct", "甲", amount=60)
    assert made.refused("submit", "县") == {"guard"}
