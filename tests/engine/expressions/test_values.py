"""Values: what is read exactly is kept, everything else is refused with the reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine.desk import CALENDAR, COLLEGE, COUNTY, PEOPLE
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.model.workflow import Column, Field
from zhuli_flow.engine.expressions.names import bare, split_names
from zhuli_flow.engine.expressions.values import MAX_TEXT, ValueRefused, accept, plain, same_unit, typed
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.facts import Facts

FACTS = Facts(parse_instant("2018-10-08"), CALENDAR, people=PEOPLE, organisations={COUNTY.id: COUNTY})
ROWS = (Column("item", "项目"), Column("amount", "金额", "decimal", "万元"), Column("paid", "已拨", "yes_no"))


def field(type_: str, **more: Any) -> Field:
    return Field("x", "某项", type_, **more)


def test_only_organisations_of_the_kinds_asked_for_are_taken() -> None:
    assert accept(field("organisation", kinds=("county", "park")), "甲县政府", FACTS) == "甲县政府"
    with pytest.raises(ValueRefused, match="“甲县政府”的类别（county）不在此处可填之列；可填的类别：society"):
        accept(field("organisations", kinds=("society",)), "甲县政府", FACTS)


PAPER = {"filename": "a.pdf", "sha256": "0" * 64, "size": 1, "type": "pdf"}


@pytest.mark.parametrize(
    ("of", "raw", "kept"),
    [
        (field("text"), "  请示\t一  ", "请示\t一"),
        (field("int"), "1,200", 1200),
        (field("int"), 7, 7),
        (field("int"), "7.0", 7),
        (field("int", minimum=1, maximum=5), "5", 5),
        (field("decimal"), "0.10", "0.10"),
        (field("decimal"), 0.1, "0.1"),
        (field("decimal"), "-3", "-3"),
        (field("date"), "2018-02-28", "2018-02-28"),
        (field("yes_no"), "是", True),
        (field("yes_no"), "NO", False),
        (field("yes_no"), True, True),
        (field("choice", choices=("甲", "乙")), "乙", "乙"),
        (field("names"), "1. 粮食；2、果蔬\n（3）农机", ["粮食", "果蔬", "农机"]),
        (field("names"), ["a", "b"], ["a", "b"]),
        (
            field("names"),
            "各市、县（市、区（含新区、开发区））政府；“甲、乙”组",
            ["各市", "县（市、区（含新区、开发区））政府", "“甲、乙”组"],
        ),
        (field("names"), "未闭（甲、乙", ["未闭（甲", "乙"]),
        (
            field("rows", columns=ROWS),
            '[{"item":"种子","amount":"1.5"}]',
            [{"item": "种子", "amount": "1.5", "paid": None}],
        ),
        (field("file"), PAPER, PAPER),
        (field("organisation"), "甲县政府", "甲县政府"),
        (field("people", role="expert"), "专家、本县专家", ["专家", "本县专家"]),
        (field("case"), "SFQ-2018-0001", "SFQ-2018-0001"),
    ],
)
def test_a_value_is_kept_as_it_is_meant(of: Field, raw: Json, kept: Json) -> None:
    assert accept(of, raw, FACTS) == kept


@pytest.mark.parametrize(
    ("of", "raw", "why"),
    [
        (field("text"), 3, "应为文字"),
        (field("text"), "a\x00b", "控制字符"),
        (field("text"), "字" * (MAX_TEXT + 1), "超过"),
        (field("int"), "7.5", "应为整数"),
        (field("int"), "一", "应为整数"),
        (field("int"), True, "应为整数"),
        (field("int"), None, "应为整数"),
        (field("int"), "1,2", "应为整数"),
        (field("int"), "1e3", "应为整数"),
        (field("int"), "9" * 16, "应为整数"),
        (field("int", minimum=1_234_567), "5", "不得小于 1234567"),
        (field("int", maximum=5, unit="家"), "6", "不得大于 5家"),
        (field("decimal"), "NaN", "应为数"),
        (field("decimal"), "1_000", "应为数"),
        (field("decimal"), "0." + "1" * 11, "应为数"),
        (field("decimal"), "", "应为数"),
        (field("date"), "2018-02-30", "应为日期"),
        (field("date"), "2018-2-3", "应为日期"),
        (field("date"), "2018-02-03\n", "应为日期"),
        (field("yes_no"), "也许", "应为“是”或“否”"),
        (field("yes_no"), 1, "应为“是”或“否”"),
        (field("choice", choices=("甲", "乙")), "丙", "甲、乙"),
        (field("choice", choices=("甲", "乙")), ["甲"], "甲、乙"),
        (field("names", at_least=2), "一个", "至少填写 2 项"),
        (field("names"), "甲、甲", "重复填写：甲"),
        (field("rows", columns=ROWS), "不是表", "应为表格"),
        (field("rows", columns=ROWS), {"item": "种子"}, "应为表格"),
        (field("rows", columns=ROWS, at_least=1), [], "至少填写 1 项"),
        (field("rows", columns=ROWS), [7], "第 1 行应为一个对象"),
        (field("rows", columns=ROWS), [{"else": 1}], "不认识的列：else"),
        (field("rows", columns=ROWS), [{}, {"amount": "多"}], "第 2 行“金额”应为数"),
        (field("file"), "a.pdf", "请用 --attach"),
        (field("file"), {"sha256": "0"}, "请用 --attach"),
        (field("file"), {**PAPER, "type": "docx"}, "不收 docx"),
        (field("organisation"), "无此机构", "机构名录中没有“无此机构”"),
        (field("people"), "无此人", "名录中没有“无此人”"),
        (field("people", role="expert"), "甲", "不具备所需角色"),
        (field("people", at_least=2), "专家", "至少填写 2 项"),
        (field("case"), "../etc", "应为事项编号"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_the_reason(of: Field, raw: Json, why: str) -> None:
    with pytest.raises(ValueRefused, match=why):
        accept(of, raw, FACTS)


def test_conditions_compare_typed_values() -> None:
    assert typed(field("date"), "2018-02-28") == date(2018, 2, 28)
    assert typed(field("decimal"), "0.10") == Decimal("0.1")
    assert typed(field("names"), ["a"]) == ("a",)
    assert typed(field("int"), None) is None
    assert typed(field("yes_no"), False) is False


def test_what_the_engine_fills_in_is_json() -> None:
    assert plain(date(2021, 9, 27)) == "2021-09-27"
    assert plain(Decimal("85.00")) == 85
    assert plain(Decimal("85.50")) == "85.5"
    assert plain(Decimal("1000000.5")) == "1000000.5"
    assert plain(("a", Decimal(1))) == ["a", 1]


@pytest.mark.parametrize(
    ("typed_in", "names"),
    [
        ("2.0 版联盟；甲联盟", ["2.0 版联盟", "甲联盟"]),
        ("甲联盟\n2.0 版联盟", ["甲联盟", "2.0 版联盟"]),
        ("《关于服务铸造、锻造企业的意见》、《细则》", ["《关于服务铸造、锻造企业的意见》", "《细则》"]),
        ("《甲；乙》；丙", ["《甲；乙》", "丙"]),
        ("《没有写完、乙", ["《没有写完", "乙"]),
        ("1、甲学会\n2、乙学会、丙学会", ["甲学会", "乙学会", "丙学会"]),
        ("1、甲学会", ["甲学会"]),
        ("3.甲项目；8.乙项目", ["3.甲项目", "8.乙项目"]),
        ("（1）甲\n\n（2）乙", ["甲", "乙"]),
    ],
)
def test_names_keep_what_belongs_to_them(typed_in: str, names: list[str]) -> None:
    assert split_names(typed_in) == names


def test_a_name_is_the_same_however_it_is_set() -> None:
    assert bare("《ＡＢ 意见》") == bare("“ab意见”") != bare("ab 意见稿")


def test_names_are_split_on_what_people_write_between_them() -> None:
    assert split_names("甲、乙；丙;丁\n戊") == ["甲", "乙", "丙", "丁", "戊"]


def test_units_without_an_area_are_not_of_one_area() -> None:
    assert not same_unit(COLLEGE, COUNTY, "county")
    assert same_unit(PEOPLE["本县专家"], COUNTY, "city")
    nowhere = COUNTY.__class__("某", "某")
    assert not same_unit(nowhere, COUNTY.__class__("他", "他"), "city")
