"""What counts as an answer: 不适用, several files, questions for some only, and warnings that ask for a reason."""

from decimal import Decimal

import pytest

from tests.engine.desk import CALENDAR, COUNTY, DESK, PEOPLE, PROVINCE, Desk, paper
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.model.workflow import Field
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE, ValueRefused, accept, typed
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.engine.model.facts import Facts

FACTS = Facts(
    parse_instant("2018-10-08"), CALENDAR, people=PEOPLE, organisations={one.id: one for one in (COUNTY, PROVINCE)}
)
TEXT = DESK.replace(
    "  amount: {title: 金额, type: int}\n", "  amount: {title: 金额, type: int, may_be: not_applicable}\n"
)


def test_not_applicable_is_neither_blank_nor_zero() -> None:
    field = Field("n", "数", "int", may_be="not_applicable")
    assert accept(field, " 不适用 ", FACTS) == NOT_APPLICABLE
    assert accept(field, "0", FACTS) == 0
    assert typed(field, NOT_APPLICABLE) is None
    assert typed(field, 0) == Decimal(0)
    with pytest.raises(ValueRefused, match="应为整数，填的是“不适用”"):
        accept(Field("n", "数", "int"), "不适用", FACTS)


def guarded(condition: str) -> str:
    return TEXT.replace(
        "{all_of: [office, head]}, fill: [amount]",
        f"{{any_of: [office]}}, fill: [amount!], when: [{{{condition}: 不对}}]",
    )


@pytest.mark.parametrize(
    ("condition", "given", "holds"),
    [
        ("amount not_applicable", "不适用", True),
        ("amount not_applicable", "0", False),
        ("amount present", "不适用", False),
        ("amount present", "0", True),
        ("amount >= 0 or amount absent", "不适用", True),
        ("not (amount >= 0)", "不适用", False),
    ],
)
def test_conditions_tell_it_apart(condition: str, given: str, holds: bool) -> None:
    answer = Desk(guarded(condition)).to("review").ask("agree", "甲", amount=given)
    assert isinstance(answer, Decision) is holds


def test_it_answers_a_question_that_must_be_answered() -> None:
    desk = Desk(guarded("amount present or amount not_applicable")).to("review")
    assert desk.refused("agree", "甲") == {"missing_field"}
    desk.do("agree", "甲", amount="不适用")
    assert desk.case.fields["amount"] == NOT_APPLICABLE


def test_a_field_takes_several_files_and_each_must_fit() -> None:
    field = Field("papers", "文件", "files", at_least=2)
    one, two = paper("一.pdf").json(), paper("二.pdf", "1" * 64).json()
    assert accept(field, [one, two], FACTS) == [one, two]
    with pytest.raises(ValueRefused, match="至少填写 2 项，填了 1 项"):
        accept(field, one, FACTS)
    with pytest.raises(ValueRefused, match="不收 xls 文件"):
        accept(field, [one, paper("三.xls", kind="xls").json()], FACTS)


def test_organisations_are_those_of_the_directory_each_once() -> None:
    field = Field("units", "单位", "organisations", at_least=1)
    assert accept(field, "甲县政府、省科协", FACTS) == ["甲县政府", "省科协"]
    for given, why in (("丁县", "机构名录中没有“丁县”"), ("省科协、省科协", "重复填写"), ("、", "至少填写 1 项")):
        with pytest.raises(ValueRefused, match=why):
            accept(field, given, FACTS)


ONLY = DESK.replace(
    "  amount: {title: 金额, type: int}\n", "  amount: {title: 金额, type: int, only: subject is '要'}\n"
).replace("sign: {all_of: [office, head]}, fill: [amount]", "by: office, fill: [amount]")


def agreeing(subject: str) -> Desk:
    desk = Desk(ONLY)
    desk.do("begin", "县", subject=subject)
    desk.do("submit", "县")
    desk.do("accept", "甲")
    return desk


def test_a_question_for_some_is_asked_of_them_alone() -> None:
    asked, spared = agreeing("要"), agreeing("否")
    assert asked.refused("agree", "甲") == {"missing_field"}
    assert [one.name for one in asked.options("甲")["agree"].needs.fields or ()] == ["amount"]
    assert spared.options("甲")["agree"].needs.fields == ()
    assert spared.refused("agree", "甲", amount="3") == {"not_asked"}
    assert spared.do("agree", "甲").after.state == "ruling"


WARNED = DESK.replace(
    "by: county}\n  accept", "by: county, when: [{check: amount < 10, say: 金额偏大, warn: explained}]}\n  accept"
)


def test_a_warning_that_asks_for_a_reason_passes_with_one() -> None:
    desk = Desk(WARNED)
    desk.do("begin", "县", subject="请示", amount="12")
    (refusal,) = desk.ask("submit", "县", opinion=" ")  # type: ignore[misc]
    assert (refusal.code, refusal.because) == ("explanation_required", "金额偏大")
    assert "--opinion" in refusal.fix
    assert desk.options("县")["submit"].allowed
    done = desk.do("submit", "县", opinion="数字属实，含上年结转。")
    assert [one.because for one in done.warnings] == ["金额偏大"]


def test_without_the_oddity_no_reason_is_asked_for() -> None:
    desk = Desk(WARNED)
    desk.do("begin", "县", subject="请示", amount="2")
    assert desk.do("submit", "县", opinion="").warnings == ()
