"""What an event brings about: fields filled, documents, linked cases, sheets and quotas."""

import pytest

from tests.engine.desk import DESK, PROVINCE, Desk, paper
from zhuli_flow.engine.model.facts import QuotaUse
from zhuli_flow.engine.model.people import Actor

SHEETS = """
forms:
  mark: {title: 评分, fields: [points, conflict]}
sheets:
  score:
    {title: 评分表, by: expert, form: mark, total: [points], valid: [conflict is no, author in experts],
     sealed_until: agree}
quotas:
  places: {title: 名额, max: 2, queued_by: ask}
states:
"""


def judged(guard: str = "count of score >= 2 and mean of score.total >= 60") -> Desk:
    text = (
        DESK.replace("states:\n", SHEETS, 1)
        .replace(
            "  amount: {title: 金额, type: int}\n",
            "  amount: {title: 金额, type: int}\n  points: {title: 分, type: int}\n"
            "  conflict: {title: 利害关系, type: yes_no}\n  average: {title: 均分, type: decimal}\n",
        )
        .replace(
            "look: {title: 专家意见, from: review, to: same, by: expert}",
            "look: {title: 评分, from: review, to: same, by: expert, sheet: score}",
        )
        .replace(
            "fill: [amount]}", f"fill: [amount], set: {{average: mean of score.total}}, when: [{guard}: 分数不足]}}"
        )
    )
    desk = Desk(text)
    for name in ("专家一", "专家二", "专家三"):
        desk.people[name] = Actor(name, PROVINCE, frozenset({"expert"}))
    desk.do("begin", "县", subject="请示", experts="专家一、专家二、专家三")
    return desk.to("review")


def test_only_valid_sheets_count_and_an_own_sheet_may_be_filled_anew() -> None:
    desk = judged()
    desk.do("look", "专家一", points="50", conflict="no")
    desk.do("look", "专家二", points="80", conflict="yes")
    assert desk.refused("agree", "甲", amount="6") == {"guard"}  # one valid sheet
    desk.do("look", "专家三", points="61", conflict="no")
    assert desk.refused("agree", "甲", amount="6") == {"guard"}  # a mean of 55.5
    desk.do("look", "专家一", points="60", conflict="no")
    desk.do("agree", "甲", amount="6")
    desk.do("agree", "领导")
    assert desk.case.fields["average"] == "60.5"
    assert "points" not in desk.case.fields


def test_a_sheet_is_filled_in_person() -> None:
    desk = judged().entrust("专家一", "代")
    assert desk.refused("look", "代", points="50", conflict="no") == {"personal_duty"}


@pytest.mark.parametrize(("used", "ahead", "room"), [(0, 0, True), (1, 0, True), (1, 1, False), (2, 0, False)])
def test_there_is_room_while_those_in_force_and_those_ahead_leave_some(used: int, ahead: int, room: bool) -> None:
    desk = judged("room in places")
    desk.quotas["places"] = QuotaUse(used, ahead)
    if room:
        desk.do("agree", "甲", amount="6")
    else:
        assert desk.refused("agree", "甲", amount="6") == {"quota_full"}


def test_fields_are_filled_in_order_and_documents_tell_what_came_of_it() -> None:
    text = DESK.replace(
        "by: head, issue: {notice: reply, series: 测函}",
        'by: head, set: {until: today + 3y, amount: ["9 if subject is \'别的\'", "7"]},'
        " issue: {notice: reply, series: 测函, to: [county], with: {until: until, amount: amount + 1, team: experts}},"
        " open: {workflow: desk, event: begin, set: {subject: subject}}, tell: [office], note: 已答复",
    ).replace("to: draft, by: county", "to: draft, by: [county, system]")
    desk = Desk(text).to("ruling")
    done = desk.do("reply", "领导")
    assert (desk.case.fields["until"], desk.case.fields["amount"]) == ("2021-10-08", 7)
    [order] = done.notices
    assert (order.series, order.to) == ("测函", ("county",))
    number = {"number": "测函〔2018〕1号", "n": 1, "signed_on": "2018-10-08"}
    assert dict(order.variables) == {"until": "2021-10-08", "amount": 8, "team": None, **number}
    [linked] = done.cases
    assert dict(linked.values) == {"applicant": "甲县政府", "subject": "请示"}
    assert (done.messages[0].role, done.notes) == ("office", ("已答复",))


@pytest.mark.parametrize(("amount", "issued"), [("6", 1), ("5", 0)])
def test_a_document_is_ordered_only_when_its_condition_holds(amount: str, issued: int) -> None:
    desk = Desk(DESK.replace("series: 测函}}", "series: 测函, if: amount > 5}}"))
    desk.do("begin", "县", subject="请示")
    for event, who, given in (
        ("submit", "县", {}),
        ("accept", "甲", {}),
        ("agree", "甲", {"amount": amount}),
        ("agree", "领导", {}),
    ):
        desk.do(event, who, **given)
    assert len(desk.do("reply", "领导").notices) == issued


def test_a_date_filled_in_sets_the_deadline_of_the_new_state() -> None:
    desk = Desk(DESK.replace("to: valid, by: head}", "to: valid, by: head, set: {until: today + 3y}}")).to("valid")
    assert desk.clock("valid")["due_on"] == "2021-10-08"


def test_materials_of_a_wrong_type_or_not_asked_for_are_refused_by_name() -> None:
    text = DESK.replace("states:\n", "materials: {plan: {title: 方案}}\nstates:\n", 1).replace(
        "by: office}\n  refuse", "by: office, attach: [plan!]}\n  refuse"
    )
    desk = Desk(text).to("intake")
    assert desk.refused("accept", "甲") == {"missing_material"}
    assert desk.refused("accept", "甲", files={"plan": (paper(kind="exe"),)}) == {"bad_material"}
    assert desk.refused("accept", "甲", files={"paln": (paper(),)}) == {"unknown_material", "missing_material"}
    desk.do("accept", "甲", files={"plan": (paper(),)})
    assert desk.case.materials["plan"] == (paper(),)


def test_changes_replay_to_the_case_and_undo_to_the_one_before() -> None:
    from zhuli_flow.engine.model import changes

    desk = Desk().to("review")
    desk.do("agree", "甲", amount="6")
    desk.do("suspend", "甲")
    desk.do("resume", "甲")
    desk.do("agree", "领导")
    desk.do("return", "领导", to="intake", walk="straight")
    replayed = desk.log[0].before
    for done in desk.log:
        replayed = changes.apply(replayed, done.changes)
        assert (replayed.state, replayed.body) == (done.after.state, done.after.body)
        back = changes.undo(done.after, done.changes)
        assert (back.state, back.body) == (done.before.state, done.before.body)
