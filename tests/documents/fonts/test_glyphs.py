"""What cannot be printed is named before it is printed, and what is rare stands on the same line as the rest."""

import pypdfium2
import pypdfium2.raw
import pytest

from zhuli_flow.documents.fonts import glyphs
from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts.glyphs import check_glyphs, unprintable
from zhuli_flow.documents.pdfa.check import archive_problems
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.templates.catalog import packaged_notices

RARE = "喆堃镕玥昇犇翀龑赟"
BEYOND = "\U00020000"  # in no free face at hand
PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><title>x</title>
<link rel="stylesheet" href="asset:fonts.css">
<link rel="stylesheet" href="asset:gongwen.css">
</head><body>{0}</body></html>"""

needs_kit = pytest.mark.skipif(
    fontkit.installed() is None, reason="no print fonts: zhuli fonts install (texlive-lang-chinese, fonts-noto-cjk)"
)


def test_a_paper_of_ordinary_and_rare_characters_has_no_problem():
    body = f"<h1>关于{RARE}的函</h1><p>面积12㎡，“引号”——破折……〔2018〕1号★1年</p>"
    assert check_glyphs(PAGE.format(body)) == []


def test_each_missing_character_is_named_with_its_code_point_and_each_of_its_places():
    text = f"<h1>题{BEYOND}</h1><p>甲</p><p>乙&#xE000;<b>{BEYOND}</b></p>"
    table = f"<table><tr><td>丙</td></tr><tr><td>{BEYOND}</td></tr></table>"
    found = check_glyphs(PAGE.format(text + table))
    assert [(one.place, one.code) for one in found] == [
        ("标题", "glyph.missing"),
        ("第2段", "glyph.missing"),
        ("第2段", "glyph.missing"),
        ("表格第2行", "glyph.missing"),
    ]
    assert "U+20000" in found[0].message
    assert "U+E000" in found[1].message
    assert all(one.fix for one in found)


def test_paragraphs_are_counted_as_people_count_them():
    to = f'<p class="to">甲{BEYOND}：</p><p>乙</p><p>丙{BEYOND}</p><div class="enclosures">{BEYOND}</div>'
    annex = f'<section class="attachment"><h2>{BEYOND}</h2><p>丁{BEYOND}</p></section><p class="note">（{BEYOND}）</p>'
    places = [one.place for one in check_glyphs(PAGE.format(to + annex))]
    assert places == ["主送机关", "第2段", "附件说明", "附件标题", "附件第1段", "附注"]


def test_what_is_not_printed_is_not_asked_for():
    head = f"<title>{BEYOND}</title><style>{BEYOND}</style>"
    assert check_glyphs(f"<html><head>{head}</head><body><p>甲\u200b\ufe0f<br>乙</p></body></html>") == []


def test_broken_html_is_still_read_to_its_end():
    found = check_glyphs(f"</p><div><p>甲</div>{BEYOND}<p>{BEYOND}")
    assert [one.place for one in found] == ["页面其他处", "第2段"]


def test_a_character_that_only_one_role_lacks_is_told_with_that_role(monkeypatch):
    monkeypatch.setattr(glyphs, "missing_glyphs", lambda text, role, kit: list(text) if role == "kaiti" else [])
    assert unprintable("甲 甲", None) == {"甲": "楷体"}


def baselines(data: bytes) -> set[float]:
    """The heights of the baselines of all characters on page 1, in points."""
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    found = set()
    for at in range(page.count_chars()):
        x, y = pypdfium2.raw.c_double(), pypdfium2.raw.c_double()
        if page.get_text_range(at, 1).strip():
            pypdfium2.raw.FPDFText_GetCharOrigin(page, at, x, y)
            found.add(round(y.value, 2))
    return found


@needs_kit
@pytest.mark.parametrize("role", ["fangsong", "xiaobiaosong", "heiti", "kaiti", "songti"])
def test_a_rare_character_does_not_move_the_line_it_stands_on(role):
    style = f"<style>@page {{ @bottom-right {{ content: none }} }} p {{ font-family: var(--{role}) }}</style>"

    def line(text):
        html = PAGE.format(f"{style}<p>甲{text}乙</p>")
        data = to_pdf(html, assets=packaged_notices(), title="t", author="a", subject="s", identifier="i")
        assert archive_problems(data) == []
        return baselines(data)

    plain = line("丙丁戊")
    assert len(plain) == 1
    assert line(RARE) == plain


@needs_kit
def test_an_empty_box_that_was_printed_nonetheless_is_found_in_the_file():
    html = PAGE.format(f"<p>甲{BEYOND}乙</p>")
    data = to_pdf(html, assets=packaged_notices(), title="t", author="a", subject="s", identifier="i")
    assert "archive.notdef" in {one.code for one in archive_problems(data)}
