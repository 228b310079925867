"""The geometry closes on itself, and titles break where a person would break them."""

from time import process_time

import pytest

from tests.notices.generated import papers
from zhuli_flow.documents.templates.heads import HALF_LEADING, LETTER_TOP, TOP, Facts, compose
from zhuli_flow.documents.templates.layout import (
    CELL,
    EM,
    LINE,
    MAX_TITLE_LINES,
    TITLE_EM,
    TITLE_LINE,
    TITLE_WIDTH,
    title_lines,
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


def test_a_title_breaks_only_between_its_parts():
    assert title_lines(TITLE) == ("辽宁省科学技术协会关于同意法库县建立", "“创新驱动助力示范区（县）”的批复")


def test_a_title_of_three_lines_is_no_hourglass():
    lines = title_lines(
        ["一二三四五六七八九十", "一二三四", "一二三", "一二三四五六七八九十一二", "一二三四五六七八九十"]
    )
    first, middle, last = map(width, lines)
    assert not first > middle < last


def test_no_title_line_begins_with_a_particle_when_it_can_be_helped():
    parts = ["某某省科学技术协会", "关于调研工作安排", "的", "通知要求和有关事项说明"]
    assert title_lines(parts)[1][0] not in "的和"


def test_a_part_wider_than_a_line_is_cut_rather_than_lost():
    assert "".join(title_lines(["某" * 45])) == "某" * 45
    assert all(width(line) <= 20 for line in title_lines(["某" * 45]))


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


def test_a_long_title_without_pauses_is_cut_before_a_word_and_is_no_hourglass():
    matter = "关于进一步加强全省创新驱动助力示范区建设管理和期满复核以及补助经费绩效评价监督检查的通知"
    first, middle, last = title_lines(["辽宁省科学技术协会", matter])
    assert first + middle + last == "辽宁省科学技术协会" + matter
    assert not width(first) > width(middle) < width(last)
    assert all(not line.startswith(("范", "管理和", "查", "费", "价")) for line in (middle, last))


def test_letters_in_a_title_are_given_the_room_they_take():
    assert len(title_lines(["关于组织开展", "ISO/IEC 27001:2013", "INFORMATION SECURITY", "认证的通知"])) == 3


@pytest.mark.parametrize("word", ["的", "工作", "、", "“甲”", "a"])
@pytest.mark.parametrize("count", [19, 40, 400])
def test_a_title_of_any_number_of_pauses_is_broken_at_once(word, count):
    before = process_time()
    lines = title_lines(["关于" + word * count + "通知"])
    assert "".join(lines) == "关于" + word * count + "通知"
    assert process_time() - before < 2


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (
            ["辽宁省科学技术协会", "关于印发《创新驱动助力示范区管理办法》", "的通知"],
            ("辽宁省科学技术协会关于印发", "《创新驱动助力示范区管理办法》的通知"),
        ),
        (
            ["辽宁省科学技术协会", "关于转发《某某部关于公布企业名单的公告》", "的通知"],
            ("辽宁省科学技术协会关于转发", "《某某部关于公布企业名单的公告》的通知"),
        ),
    ],
)
def test_a_title_breaks_beside_the_title_it_quotes_rather_than_leave_its_last_word_alone(parts, lines):
    assert title_lines(parts) == lines


@pytest.mark.parametrize("count", range(4, 30))
def test_the_last_word_of_a_title_never_stands_alone(count):
    lines = title_lines(["辽宁省科学技术协会", f"关于印发《{'示范区管理办法' * 5:.{count}}》", "的通知"])
    assert lines[-1] != "的通知"
    assert not any(line.startswith("》") for line in lines)
    assert "".join(lines) == f"辽宁省科学技术协会关于印发《{'示范区管理办法' * 5:.{count}}》的通知"


def test_seven_organs_and_more_stand_in_rows_that_one_page_bears_or_are_refused():
    eight = arrange(["辽宁省科学技术协会"] * 8, "sample")
    assert eight["tall"]
    assert len(eight["seals"]) == 8
    nine = arrange(["辽宁省财政厅"] * 9, "sample")
    assert not nine["tall"]
    assert len({place["left"] for place in nine["seals"]}) == 3
    with pytest.raises(ValueError, match="9 个机关"):
        arrange(["辽宁省科学技术协会"] * 9, "room")
    assert not arrange(["辽宁省科学技术协会"] * 9, "none")["tall"]


def test_a_thousand_long_titles_have_no_hourglass_and_stay_inside_a_line():
    for seed in (9704, 1, 2, 3, 4):
        for paper in papers(200, seed):
            organs, subject = paper.values["issuers"], paper.values["subject"]
            names = [f"{name} " for name in organs[:-1]] + organs[-1:]
            parts = [*names, subject, "的通知"] if len(organs) < 4 else [f"{organs[0]}等部门", subject, "的通知"]
            lines = title_lines(parts)
            wide = [sum(1.0 if not char.isascii() else 0.6 for char in line) for line in lines]
            assert max(wide) <= TITLE_WIDTH, lines
            assert "".join(lines).replace(" ", "") == "".join(parts).replace(" ", "")
            if len(lines) <= MAX_TITLE_LINES:
                assert not any(a - 1.5 > b < c - 1.5 for a, b, c in zip(wide, wide[1:], wide[2:], strict=False)), lines
