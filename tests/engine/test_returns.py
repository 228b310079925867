"""退回 twice on end, and to steps that the way went past: nothing that lies behind a return counts unseen."""

from tests.engine.desk import Desk, book
from zhuli_flow.engine.evidence import way

PAST = {
    "past": "ask: {title: 要求补正, from: review, to: repair, by: office} -> "
    "ask: {title: 要求补正, from: [intake, review], to: repair, by: office}\n"
    "  onward: {title: 补正后决定, from: repair, to: ruling, by: office}",
    "returns": "from: [intake, review, ruling], to: earlier -> from: [intake, review, repair, ruling], to: earlier",
}


def at_ruling(desk: Desk) -> Desk:
    desk.to("review").do("agree", "甲", amount="6")
    desk.do("agree", "领导", amount="6")
    assert (desk.case.state, "agree" in desk.case.stale) == ("ruling", False)
    return desk


def test_a_straight_return_that_is_overtaken_by_another_is_walked_step_by_step() -> None:
    desk = at_ruling(Desk())
    desk.do("return", "领导", to="review", walk="straight")
    assert "agree" not in desk.case.stale
    desk.do("return", "甲", to="intake", walk="straight")
    assert "agree" in desk.case.stale
    desk.do("accept", "甲")
    assert desk.case.state == "review"


def test_a_straight_return_alone_leaves_what_it_goes_past() -> None:
    desk = at_ruling(Desk())
    desk.do("return", "领导", to="intake", walk="straight")
    desk.do("accept", "甲")
    assert (desk.case.state, "agree" in desk.case.stale) == ("ruling", False)
    assert way(desk.case) == ["draft", "intake", "review", "ruling"]


def test_a_step_gone_past_at_first_leads_back_to_no_later_step_of_an_earlier_round() -> None:
    desk = at_ruling(Desk(book(**PAST)))
    desk.do("return", "领导", to="intake")
    desk.do("ask", "甲")
    assert way(desk.case) == ["draft", "intake", "repair"]
    (refused,) = desk.ask("return", "甲", to="review")
    assert refused.code == "bad_target"
    assert refused.fix.endswith("可退回：draft（起草）、intake（受理）")
    desk.do("return", "甲", to="intake")
    assert "agree" in desk.case.stale
