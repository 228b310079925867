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


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("于2018年2月29日", 1),
        ("于2020年2月29日", 0),
        ("于2月30日", 1),
        ("于13月1日", 1),
        ("于2018年11月31日和12月31日", 1),
    ],
)
def test_days_that_no_calendar_has(text, count):
    assert len(list(writing.impossible_days(text))) == count


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


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["一、甲", "（一）乙", "（二）丙", "二、丁", "（一）戊"], 0),
        (["一、甲", "三、乙"], 1),
        (["（一）甲", "（三）乙"], 1),
        (["2.甲"], 1),
        (["一、甲", "1.乙", "2.丙", "二、丁", "1.戊"], 0),
        (["附件：1.甲", "2.乙"], 0),
        (["十、甲"], 1),
    ],
)
def test_numbers_of_a_level_follow_one_another(lines, count):
    assert len(list(writing.gaps("\n".join(lines)))) == count


def test_kinds_of_addressees_are_kept_apart():
    assert joined(["各市委组织部", "各市科协", "各省级学会"]) == "各市委组织部、各市科协，各省级学会"
    assert joined(["各市委组织部、市科协，各省级学会"]) == "各市委组织部、市科协，各省级学会"
    assert joined(["某公司"]) == "某公司"
    assert len(list(writing.mixed_kinds("各市科学技术协会、各省级学会"))) == 1
    assert list(writing.mixed_kinds("各省级学会（协会、研究会）、某学会，某公司")) == []
