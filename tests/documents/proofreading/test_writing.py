"""Habits of writing: each with a wrong and a right line."""

import pytest

from zhuli_flow.documents.proofreading import writing
from zhuli_flow.documents.templates.addressing import joined


@pytest.mark.parametrize("written", ["绝密", "机密★3年", "秘密★长期", "秘密★6个月"])
def test_the_three_words_of_secrecy_with_their_period(written):
    assert list(writing.secrecy(written)) == []


@pytest.mark.parametrize("written", ["内部", "机密3年", "秘密★", "绝 密"])
def test_other_words_of_secrecy_are_named(written):
    assert len(list(writing.secrecy(written))) == 1


def test_urgency_is_one_of_two_words():
    assert list(writing.urgency("特急")) == []
    assert len(list(writing.urgency("平急"))) == 1


def test_a_paper_cited_by_its_number_first():
    ((said, right),) = writing.cited_backwards("按照辽科协发〔2018〕12号《关于做好示范区工作的通知》要求")
    assert "放在了标题之前" in said
    assert "《关于做好示范区工作的通知》（" in right
    assert list(writing.cited_backwards("按照《关于做好示范区工作的通知》（辽科协发〔2018〕12号）要求")) == []


@pytest.mark.parametrize("text", ["示范区（县）工作", "《“示范区（县）”方案》（辽科协发〔2018〕12号）"])
def test_marks_in_pairs(text):
    assert list(writing.unpaired(text)) == []


@pytest.mark.parametrize("text", ["示范区（县工作", "方案》已印发", "“示范区工作"])
def test_marks_without_their_pair(text):
    assert len(list(writing.unpaired(text))) == 1


def test_kinds_of_addressees_are_kept_apart():
    assert joined(["各市委组织部", "各市科协", "各省级学会"]) == "各市委组织部、各市科协，各省级学会"
    assert joined(["各市委组织部、市科协，各省级学会"]) == "各市委组织部、市科协，各省级学会"
    assert joined(["某公司"]) == "某公司"
    assert len(list(writing.mixed_kinds("各市科学技术协会、各省级学会"))) == 1
    assert list(writing.mixed_kinds("各省级学会（协会、研究会）、某学会，某公司")) == []


@pytest.mark.parametrize(
    "names",
    [
        "各市人民政府、省直各部门",
        "省直各部门、各高等学校",
        "各市委组织部、各有关企业",
        "沈阳市科协、沈阳化工大学",
        "各省级学会、高校科协",
        "各区、县（市）科协、各学会",
    ],
)
def test_neighbours_of_two_kinds_joined_by_the_mark_for_one(names):
    assert list(writing.mixed_kinds(names))


@pytest.mark.parametrize(
    "names",
    [
        "各市人民政府，省政府各厅委、各直属机构",
        "各高校、科研院所、企业",
        "中国科学院沈阳分院、东北大学",
        "省科协机关各部门、各直属单位",
        "中共辽宁省委组织部、辽宁省教育厅",
        "各市委组织部、省科协",
    ],
)
def test_neighbours_of_one_kind(names):
    assert list(writing.mixed_kinds(names)) == []


def test_kinds_are_told_apart_when_the_list_is_printed_too():
    assert joined(["各市人民政府", "省直各单位", "各高校", "科研院所"]) == "各市人民政府，省直各单位，各高校、科研院所"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("根据辽科协发〔2018〕12号文《关于印发方案的通知》", "《关于印发方案的通知》（辽科协发〔2018〕12号）"),
        ("依辽科协发[2018]12号《关于印发方案的通知》", "《关于印发方案的通知》（辽科协发[2018]12号）"),
        ("辽科协发〔2018〕12号“关于印发方案的通知”", "《关于印发方案的通知》（辽科协发〔2018〕12号）"),
        ("（辽科协发〔2018〕12号，《关于印发方案的通知》）", "《关于印发方案的通知》（辽科协发〔2018〕12号）"),
        ("《关于印发方案的通知》辽科协发〔2018〕12号要求", "《关于印发方案的通知》（辽科协发〔2018〕12号）"),
    ],
)
def test_citations_that_are_turned_round_or_bare(text, right):
    ((_, fix),) = writing.cited_backwards(text)
    assert right in fix


@pytest.mark.parametrize(
    "text",
    [
        "按照《条例规定》（中办发〔2012〕14号）《实施办法》（国办发〔2015〕3号）",
        "根据辽科协发〔2018〕12号文件精神",
        "国务院令第714号《保障中小企业款项支付条例》",
    ],
)
def test_citations_that_are_right(text):
    assert list(writing.cited_backwards(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "《a〈b》c",
        "书名《a”",
        "〔2018]1号",
        "(括号",
        "[x",
        "「a」「",
        '他说"好',
        "（见附件）。）",
        "《a《b》c》",
        "“a“b”c”",
    ],
)
def test_marks_that_cross_stand_alone_or_nest_in_their_own_kind(text):
    assert list(writing.unpaired(text))


@pytest.mark.parametrize("text", ["《a〈b〉c》", "“a‘b’c”", "（a（b）c）", "【a】", '"a"', "1) 甲", "“（一）”"])
def test_marks_that_nest_rightly(text):
    assert list(writing.unpaired(text)) == []
