"""What a value may hold, and how it prints: one line, one pair of brackets, figures of half width."""

import pytest

from zhuli_flow.documents.templates.render import names, render, title_of
from zhuli_flow.documents.templates.values import half_width, one_line, printable, unbracketed, unseen
from zhuli_flow.errors import InvalidInput


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", " \n \n"])
def test_a_line_break_of_any_kind_is_joined(mark):
    assert one_line(f"关于报送{mark}工作") == "关于报送工作"
    assert one_line(f"2021年度{mark}ISO") == "2021年度ISO"
    assert one_line(f"two{mark}words{mark}") == "two words"


def test_a_paper_prints_no_line_break_in_its_title_and_its_paragraphs(memo):
    page = render(memo, {**memo.sample, "text": "软\u2028行\n分隔", "issuer": "某省\n科协", "who": ["甲市\r\n科协"]})
    assert "软行分隔" in page
    assert "甲市科协" in page
    assert title_of(page) == "某省科协关于试验的函"


def test_the_cells_of_a_table_keep_their_lines():
    assert printable([{"name": "甲\r\n乙\u2028丙１２", "n": 1}]) == [{"name": "甲\n乙\n丙12", "n": 1}]
    assert printable([{"answers": [{"value": "甲\r乙"}]}]) == [{"answers": [{"value": "甲\n乙"}]}]


@pytest.mark.parametrize(
    "char",
    ["\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\x9b", "\x1b", "\u00ad", "\U000e0041", "\u3164"],
)
def test_what_cannot_be_seen_is_refused_by_its_code_point_and_place(memo, char):
    with pytest.raises(InvalidInput) as caught:
        render(memo, {**memo.sample, "who": ["甲市科协", f"乙{char}市科协"]})
    (problem,) = caught.value.problems
    assert problem.code == "variable.unprintable"
    assert f"第2项 U+{ord(char):04X}" in problem.message


def test_a_variant_of_a_character_may_be_asked_for():
    assert list(unseen("葛\U000e0100和\u3000全角空格\u00a0")) == []


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("１２３４５６７．８９元", "1234567.89元"),
        ("２０２1年度", "2021年度"),
        ("１．建立台账", "1．建立台账"),
        ("ＡＢ甲，乙", "ＡＢ甲，乙"),
    ],
)
def test_figures_are_of_half_width(written, printed):
    assert half_width(written) == printed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("（此件公开发布）", "此件公开发布"),
        ("(此件公开发布)", "此件公开发布"),
        ("（（此件公开发布））", "此件公开发布"),
        ("此件公开发布（不含附件）", "此件公开发布（不含附件）"),
        ("（甲）（乙）", "（甲）（乙）"),
        ("此件公开发布", "此件公开发布"),
    ],
)
def test_a_note_typed_with_its_brackets_keeps_one_pair(memo, typed, kept):
    assert unbracketed(typed) == kept
    assert f'<p class="note">（{kept}）</p>' in render(memo, {**memo.sample, "note": typed})


def test_separators_that_were_written_stay():
    assert (
        names(["省委各部委，省人大", "省政协，各县（市、区）政府"], "，")
        == "省委各部委，省人大、省政协，各县（市、区）政府"
    )
    assert names(["各县（市，区）政府", "省政协"], "，") == "各县（市，区）政府，省政协"
    assert names(["甲", "乙"]) == "甲、乙"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("１，２３４．５０元", "1,234.50元"),
        ("拨付3，000万元", "拨付3,000万元"),
        ("１２，３４５人", "12,345人"),
        ("到2018年，300人", "到2018年，300人"),
        ("第1，200号", "第1，200号"),
        ("５０％", "50%"),
        ("３：００", "3:00"),
        ("定于１３：３０召开", "定于13:30召开"),
        ("附件１：２０项", "附件1：20项"),
        ("附件1：2018年名单", "附件1：2018年名单"),
        ("表２：１２", "表2：12"),
        ("３／４", "3/4"),
        ("通知如下：（一）", "通知如下：（一）"),
    ],
)
def test_what_belongs_to_figures_has_their_width(typed, printed):
    assert half_width(typed) == printed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("【此件公开】", "此件公开"),
        ("［此件公开]", "此件公开"),
        ("〔此件公开〕", "此件公开"),
        ("（此件公开", "此件公开"),
        ("此件公开）", "此件公开"),
        ("（甲）（乙）", "（甲）（乙）"),
        ("甲（乙）", "甲（乙）"),
    ],
)
def test_a_note_has_one_pair_of_brackets_whatever_was_typed(typed, kept):
    assert unbracketed(typed) == kept
