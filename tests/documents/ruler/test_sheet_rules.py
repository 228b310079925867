"""Rules of the sheet on lines made by hand, where a PDF of an office's program cannot be drawn."""

from types import SimpleNamespace

import pytest

from zhuli_flow.documents.ruler import sheet_rules
from zhuli_flow.documents.ruler.parts import Parts, find
from zhuli_flow.documents.ruler.sheet import Glyph, Page, line_of
from zhuli_flow.documents.ruler.standard import CELL, EM


def glyph(char, x, base=200.0, wide=1.0):
    return Glyph(char, x, x + EM * wide, base, 16.0, "FangSong", "black")


def paper(last):
    """A paragraph of two lines; the first is full and ends with the glyph ``last``."""
    first = [*(glyph("字", 28 + n * CELL) for n in range(27)), last]
    lines = [line_of(1, first), line_of(1, [glyph("字", 28, 210.446), glyph("。", 28 + CELL, 210.446)])]
    page = Page(1, 210, 297, tuple(one for line in lines for one in line.glyphs))
    return SimpleNamespace(parts=Parts("document", [page], paragraphs=[lines], tables={1: []}))


@pytest.mark.parametrize("x", [184 - EM / 2, 184 - EM])
def test_a_stop_at_a_lines_end_may_be_set_half_as_wide(x):
    assert abs(sheet_rules.right(paper(glyph("，", x))).deviation) < 0.01
    assert sheet_rules.inside(paper(glyph("，", x))).deviation == 0


def test_a_character_half_out_of_the_text_area_is_found():
    assert abs(sheet_rules.right(paper(glyph("字", 184 - EM / 2))).deviation) > 2
    assert sheet_rules.inside(paper(glyph("字", 184 - EM / 2))).deviation == 1


def test_latin_beyond_the_edge_is_found():
    assert sheet_rules.inside(paper(glyph("W", 184 - EM / 2, wide=0.9))).deviation == 1


@pytest.mark.parametrize(
    "names", [("辽宁省人力资源和社会保障厅", "辽宁省财政厅"), ("中共辽宁省委全面深化改革委员会", "辽宁省财政厅")]
)
def test_a_long_organ_in_the_left_column_of_a_joint_signature_is_an_organ(names):
    def row(text, x, base):
        return [glyph(char, x + n * CELL, base) for n, char in enumerate(text)]

    left = 29.0
    glyphs = [
        *row("请按时报送有关材料。", 28 + 2 * CELL, 150),
        *row(names[0], left, 171),
        *row(names[1], 128, 171),
        *row("2021年3月8日", 128, 181.446),
    ]
    parts = find([Page(1, 210, 297, tuple(glyphs))], "document")
    assert [one.text for one in parts.organs] == list(names)
    assert [line.text for line in parts.body] == ["请按时报送有关材料。"]


def test_text_beyond_the_edge_is_looked_for_on_every_kind_of_paper():
    assert set(next(rule for rule in sheet_rules.RULES if rule.code == "area.inside").layouts) == set("dlmof")
