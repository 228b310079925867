"""Who may read what of a case."""

from dataclasses import replace

import pytest
from msgspec import structs

from tests.engine.desk import COUNTY, PEOPLE, Desk, book, paper
from zhuli_flow.engine.authority.reading import SEALED, Reader, SheetAnswers, about
from zhuli_flow.engine.history.entry import Doer, Entry, HandedIn, Reason
from zhuli_flow.engine.model.people import Organisation

SHEETS = """forms:
  mark: {title: 评分, fields: [points, grounds?]}
sheets:
  score: {title: 评分表, by: expert, form: mark, sealed_until: agree}
states:
"""
WORKFLOW = book(
    a=f"states:\n -> {SHEETS}",
    b="  amount: {title: 金额, type: int}\n -> "
    "  amount: {title: 金额, type: int}\n  points: {title: 分, type: int}\n  grounds: {title: 依据, type: file}\n",
    c="by: expert} -> by: expert, sheet: score}",
)
OF_THE_EXPERT = Doer(person="专家")
POINTS = {"points": 87, "grounds": paper("评语.pdf", "a" * 64).json()}
SCORED = Entry("move", "look", "专家意见", "", actor=OF_THE_EXPERT, opinion="给八十七分",
               changes=(("counts", "look", None, 1), ("sheets", "score/专家", None, POINTS)))  # fmt: skip
REFUSED = Entry("refused", "look", "专家意见", "", actor=OF_THE_EXPERT, opinion="给八十七分",
                refusals=(Reason("bad_value", "“87分”不是整数"),),
                materials=(HandedIn("草稿.pdf", "b" * 64, 10, "pdf", "draft"),))  # fmt: skip
OPEN = Entry("move", "submit", "报送", "", actor=Doer(person="县"), opinion="请审",
             materials=(HandedIn("请示.pdf", "c" * 64, 10, "pdf", "request"),))  # fmt: skip
CORRECTED = Entry("operation", "correct", "更正", "", actor=Doer(person="甲"), changes=SCORED.changes[1:])


def scored(*, opened: bool) -> Desk:
    desk = Desk(WORKFLOW)
    desk.do("begin", "县", subject="请示", experts=["专家"])
    desk.to("review")
    desk.do("look", "专家", points="87")
    return desk.to("ruling") if opened else desk


def reader(person: str | None, *, opened: bool = False) -> Reader:
    desk = scored(opened=opened)
    return Reader(desk.workflow, desk.case, person)


def test_answers_under_seal_are_for_their_author_alone() -> None:
    assert list(reader("专家").sheets()) == [SheetAnswers("score", "专家", sealed=False, answers={"points": 87})]
    for other in (None, "甲", "县"):
        assert list(reader(other).sheets()) == [SheetAnswers("score", "专家", sealed=True, answers=None)]
        [opened] = reader(other, opened=True).sheets()
        assert (opened.sealed, opened.answers) == (False, {"points": 87})


def test_a_sheet_that_the_definition_no_longer_knows_stays_sealed() -> None:
    desk = scored(opened=True)
    [found] = Reader(replace(desk.workflow, sheets={}), desk.case, "甲").sheets()
    assert (found.sealed, found.answers) == (True, None)


@pytest.mark.parametrize("entry", [SCORED, REFUSED])
def test_an_entry_of_a_sealed_sheet_hides_values_opinion_and_reasons(entry: Entry) -> None:
    for other in (None, "甲"):
        shown = reader(other).masked(entry)
        assert (shown.opinion, shown.refusals) == (SEALED, ())
        assert [step for step in shown.changes if step[0] == "sheets"] == [
            ("sheets", "score/专家", SEALED, SEALED) for step in entry.changes if step[0] == "sheets"
        ]
        assert not reader(other).knows(entry)
    for seeing in (reader("专家"), reader(None, opened=True), reader("甲", opened=True)):
        assert seeing.masked(entry) == entry
        assert seeing.knows(entry)


def test_whoever_else_touches_a_sealed_sheet_hides_its_value_and_keeps_his_words() -> None:
    entry = Entry("operation", "correct", "更正", "", opinion="笔误", changes=CORRECTED.changes)
    shown = reader("甲").masked(entry)
    assert (shown.opinion, shown.changes) == ("笔误", (("sheets", "score/专家", SEALED, SEALED),))
    assert not reader("甲").knows(entry)
    assert reader("专家").knows(entry)


def test_what_is_under_no_seal_is_everybody_s() -> None:
    assert reader(None).masked(OPEN) == OPEN
    assert reader(None).knows(OPEN)


def test_a_file_opens_with_the_entry_that_names_it() -> None:
    entries = [OPEN, SCORED, REFUSED]
    for person, opened, mine in (("甲", False, "c"), ("专家", False, "abc"), (None, True, "abc"), (None, False, "c")):
        found = reader(person, opened=opened)
        assert "".join(one for one in "abcd" if found.may_open(entries, one * 64)) == mine


def test_what_a_role_is_told_is_for_those_who_hold_it_for_this_case() -> None:
    desk = Desk(WORKFLOW).to("intake")
    elsewhere = Organisation("乙县政府", "乙县政府", "county", "大连市", "乙县", "county")

    def hears(person: str, role: str, unit: Organisation = COUNTY) -> bool:
        actor = structs.replace(PEOPLE[person], organisation=unit) if person == "县" else PEOPLE[person]
        return about(desk.workflow, desk.case, actor, role)

    assert hears("县", "county")
    assert not hears("县", "county", elsewhere)
    assert not hears("外人", "office")
    assert hears("外人", "没有这个角色")
