"""A full line of Chinese ends at the edge; a last line and a short one are left alone."""

import pytest
import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

from zhuli_flow.documents import justify

TEXT = "二〇一八年即2018年12月10日起至2021年12月10日止，辽宁省（沈阳市）Faku县“示范区”，" * 3


@pytest.fixture
def _installed(monkeypatch):
    """Justification for this test only: undone afterwards."""
    monkeypatch.setattr(inline, "count_expandable_spaces", inline.count_expandable_spaces)
    monkeypatch.setattr(inline, "justify_line", inline.justify_line)
    monkeypatch.setattr(Layout, "set_text", Layout.set_text)
    assert justify.install()


def widths(body):
    """Width of each line of the page, in CSS px, of 400."""
    page_rule = "@page { size: 500px 900px; margin: 50px } body, p { margin: 0 }"
    text_rule = "p { font: 20px 'Noto Serif CJK SC'; text-align: justify }"
    document = weasyprint.HTML(string=f"<style>{page_rule}{text_rule}</style><p>{body}</p>").render()
    page = document.pages[0]
    return [box.width for box in page._page_box.descendants() if isinstance(box, boxes.LineBox)]


def test_without_it_lines_are_ragged():
    assert not all(width == pytest.approx(400, abs=0.5) for width in widths(TEXT)[:-1])


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("body", [TEXT, TEXT.replace("辽宁省", "<b>辽宁省</b>"), TEXT.replace("Faku", " Faku ")])
def test_every_full_line_ends_at_the_edge(body):
    lines = widths(body)
    assert len(lines) > 3
    assert lines[:-1] == pytest.approx([400] * (len(lines) - 1), abs=0.5)
    assert lines[-1] < 390


@pytest.mark.usefixtures("_installed")
def test_latin_text_is_justified_as_before():
    lines = widths("some words of another language that fill more than just one line of it")
    assert lines[0] == pytest.approx(400, abs=0.5)


@pytest.mark.usefixtures("_installed")
def test_a_line_broken_far_too_early_is_not_torn_apart():
    assert widths("某" * 10 + "<span style='white-space: nowrap'>" + "某" * 15 + "</span>")[0] < 250


def test_another_release_is_left_as_it_is(monkeypatch):
    before = inline.justify_line
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    assert not justify.install()
    assert inline.justify_line is before
