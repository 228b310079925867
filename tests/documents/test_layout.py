"""The geometry closes on itself, and titles break where a person would break them."""

import pytest

from zhuli_flow.documents.layout import CELL, EM, LINE, TITLE_EM, head, title_lines, width

MARK = "辽宁省科学技术协会文件"
TITLE = ["辽宁省科学技术协会", "关于同意", "法库县", "建立", "“创新驱动助力示范区（县）”的批复"]


def test_22_lines_and_28_cells_fill_the_text_area():
    assert pytest.approx(225) == 21 * LINE + EM
    assert pytest.approx(156) == 28 * CELL


@pytest.mark.parametrize(("parts", "count"), [(["关于调研的", "通知"], 1), (TITLE, 2), ([*TITLE, "（试行）"], 3)])
def test_the_head_takes_whole_lines_so_that_page_one_stays_on_the_grid(parts, count):
    placed = head(MARK, parts)
    assert placed.height / LINE == pytest.approx(round(placed.height / LINE))
    assert len(placed.title_lines) == count


def test_the_head_keeps_the_distances_of_the_standard():
    placed = head(MARK, TITLE)
    assert placed.rule_top - placed.number_top == pytest.approx(EM + 4)
    assert placed.title_top - placed.rule_top == pytest.approx(0.5 + 2 * LINE)
    last_title_bottom = placed.title_top + TITLE_EM + EM * 7 / 8 + TITLE_EM
    blank_line_and_leading = 2 * LINE - EM - (LINE - EM) / 2
    assert placed.height - last_title_bottom == pytest.approx(blank_line_and_leading)


def test_a_long_mark_is_squeezed_to_fit_and_a_short_one_is_left_alone():
    long = head("辽宁省科学技术协会某某领导小组办公室文件", TITLE)
    assert long.mark_scale * long.mark_size * 20 <= 150.001
    assert head("省科协文件", TITLE).mark_scale == 1.0


def test_a_title_breaks_only_between_its_parts():
    assert title_lines(TITLE) == ("辽宁省科学技术协会关于同意法库县建立", "“创新驱动助力示范区（县）”的批复")


def test_a_title_of_three_lines_is_no_hourglass():
    lines = title_lines(
        ["一二三四五六七八九十", "一二三四", "一二三", "一二三四五六七八九十一二", "一二三四五六七八九十"]
    )
    first, middle, last = map(width, lines)
    assert not first > middle < last


def test_a_part_wider_than_a_line_is_cut_rather_than_lost():
    assert "".join(title_lines(["某" * 45])) == "某" * 45
    assert all(width(line) <= 20 for line in title_lines(["某" * 45]))


def test_a_title_that_would_fill_page_one_is_refused():
    with pytest.raises(ValueError, match="6 行"):
        head(MARK, ["某" * 20] * 6)
    assert head(MARK, ["某" * 20] * 5).height <= 17.001 * LINE


def test_latin_letters_and_digits_take_half_a_cell():
    assert width("2018年AB") == 4.0
