"""The geometry closes on itself, and titles break where a person would break them."""

from collections import Counter

import pytest

from zhuli_flow.documents.templates.heads import HALF_LEADING, LETTER_TOP, TOP, Facts, compose
from zhuli_flow.documents.templates.layout import (
    CELL,
    EM,
    LINE,
    TITLE_EM,
    TITLE_LINE,
    width,
)
from zhuli_flow.documents.templates.signatures import arrange

TITLE = ["辽宁省科学技术协会", "关于同意", "法库县", "建立", "“创新驱动助力示范区（县）”的批复"]
ORGANS = ["中共辽宁省委组织部", "辽宁省科学技术协会", "辽宁省财政厅", "辽宁省人力资源和社会保障厅"]


def head(title=TITLE, organs=ORGANS[1:2], **more):
    return compose(Facts(title=title, issuers=organs, number="辽科协发〔2018〕12号", **more))


def places(placed, kind):
    """The declarations of the pieces of one class, mm."""
    found = (piece.style for piece in placed.pieces if piece.kind == kind)
    return [
        {
            name: float(value.removesuffix("mm"))
            for name, _, value in (d.partition(": ") for d in style.split("; "))
            if value.endswith("mm")
        }
        for style in found
    ]


def test_22_lines_and_28_cells_fill_the_text_area():
    assert pytest.approx(225) == 21 * LINE + EM
    assert pytest.approx(156) == 28 * CELL


@pytest.mark.parametrize(("parts", "count"), [(["关于调研的", "通知"], 1), (TITLE, 2), ([*TITLE, "（试行）"], 3)])
@pytest.mark.parametrize("organs", [ORGANS[:n] for n in (1, 2, 3, 4)], ids=len)
def test_the_head_takes_whole_lines_so_that_page_one_stays_on_the_grid(parts, count, organs):
    placed = head(parts, organs)
    assert placed.height / LINE == pytest.approx(round(placed.height / LINE), abs=1e-3)
    assert placed.height <= 19 * LINE
    assert len(placed.title_lines) == count


@pytest.mark.parametrize("layout", ["letter", "minutes", "order", "form"])
def test_every_format_starts_its_text_on_a_grid_line(layout):
    assert head(layout=layout).height / LINE == pytest.approx(round(head(layout=layout).height / LINE), abs=1e-3)


def test_the_head_keeps_the_distances_of_the_standard():
    placed = head()
    number, rule = places(placed, "number middle")[0]["top"], places(placed, "rule")[0]["top"]
    assert rule - number == pytest.approx(EM + 4, abs=2e-3)
    assert placed.title_top - rule == pytest.approx(0.5 + 2 * LINE, abs=2e-3)
    title_end = placed.title_top + TITLE_LINE + TITLE_EM
    blank = placed.height + HALF_LEADING - title_end
    assert LINE - 1e-6 <= blank <= LINE + 2 * HALF_LEADING + 1e-6


def test_a_letters_rules_stand_where_the_paper_begins_and_ends():
    bars = places(head(layout="letter", genre="函"), "bar")
    assert [bar["height"] for bar in bars] == [1.0, 0.35, 1.0, 0.35]  # thick over thin above; the lower thick one last
    assert bars[2]["top"] + LETTER_TOP + 1.0 == pytest.approx(277, abs=2e-3)


def test_a_long_mark_is_squeezed_to_fit_and_a_short_one_is_left_alone():
    long = head(organs=["辽宁省科学技术协会某某领导小组办公室"])
    assert any("scaleX" in piece.style for piece in long.pieces) or places(long, "mark")[0]["font-size"] * 20 <= 151
    assert not any("scaleX" in piece.style for piece in head(organs=["省科协"]).pieces)


def test_joint_organs_are_spread_to_the_longest_and_share_one_word():
    placed = head(organs=ORGANS)
    *names, word = [piece for piece in placed.pieces if piece.kind == "mark"]
    assert [piece.text for piece in names] == ORGANS
    assert word.text == "文件"
    ends = [
        at["left"] + width(p.text) * at["font-size"] + (len(p.text) - 1) * at["letter-spacing"]
        for p, at in zip(names, places(placed, "mark"), strict=False)
    ]
    assert ends == pytest.approx([ends[0]] * 4, abs=0.02)


def test_signers_stand_two_a_row_and_the_number_beside_the_last():
    placed = head(organs=ORGANS[:3], direction="up", signers=["张三", "李四光", "王五一"])
    rows = [at["top"] for at in places(placed, "signer-name")]
    assert rows[0] == rows[1] == pytest.approx(rows[2] - LINE, abs=2e-3)
    assert places(placed, "number")[0]["top"] == rows[2]


def test_copy_number_secrecy_and_urgency_stand_one_below_the_other():
    placed = head(copy_number="000001", secrecy="秘密★1年", urgency="特急")
    tops = [places(placed, kind)[0]["top"] + TOP - HALF_LEADING for kind in ("copy", "secrecy", "urgency")]
    assert tops == pytest.approx([37, 37 + LINE, 37 + 2 * LINE], abs=2e-3)
    alone = places(head(secrecy="秘密★1年"), "secrecy")[0]["top"]
    assert alone == pytest.approx(LINE + HALF_LEADING, abs=2e-3)


def test_addressees_that_leave_no_text_on_page_one_move_to_the_record():
    assert head(addressees=ORGANS * 9, organs=ORGANS).moved
    assert not head(addressees=ORGANS).moved


def test_a_title_that_would_fill_page_one_is_refused():
    with pytest.raises(ValueError, match="7 行"):
        head(["某" * 20] * 7)
    with pytest.raises(ValueError, match="首页"):
        head(["某" * 20] * 5, [*ORGANS, *ORGANS][:6], direction="up", signers=["张三"] * 12)


def test_latin_letters_and_digits_take_half_a_cell():
    assert width("2018年AB") == 4.0


def test_a_list_of_names_taller_than_a_page_is_refused_instead_of_leaving_the_sheet():
    assert not head(copies=ORGANS).long
    assert head(copies=["沈阳市科学技术协会"] * 45).long
    with pytest.raises(ValueError, match="版记中要排 36 行"):
        head(addressees=["沈阳市科学技术协会及所属学会"] * 60)
    with pytest.raises(ValueError, match="统称"):
        head(copies=["沈阳市科学技术协会"] * 70)


def test_a_signing_name_that_no_line_holds_is_refused():
    assert arrange(["某" * 26], "room")["wide"]
    with pytest.raises(ValueError, match="规范化简称"):
        arrange(["某" * 27], "room")


def test_seven_organs_and_more_stand_in_rows_that_one_page_bears_or_are_refused():
    eight = arrange(["辽宁省科学技术协会"] * 8, "sample")
    assert eight["tall"]
    assert len(eight["seals"]) == 8
    nine = arrange(["辽宁省财政厅"] * 9, "sample")
    assert not nine["tall"]
    assert len({place["left"] for place in nine["seals"]}) == 3
    five = arrange(["辽宁省财政厅"] * 5, "sample")
    assert len({place["left"] for place in five["seals"]}) == 3  # the second row under the last two columns
    mixed = arrange(["辽宁省科学技术协会"] * 3 + ["辽宁省财政厅"] * 7, "sample")
    assert sorted(Counter(seal["top"] for seal in mixed["seals"]).values()) == [2, 2, 3, 3]
    with pytest.raises(ValueError, match=r"9 个机关.*规范化简称.*会签"):
        arrange(["辽宁省科学技术协会"] * 9, "room")
    assert not arrange(["辽宁省科学技术协会"] * 9, "none")["tall"]
