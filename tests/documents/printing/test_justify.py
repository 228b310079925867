"""A full line of Chinese ends at the edge; a last line and a short one are left alone."""

from io import BytesIO

import pdfplumber
import pytest
import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

from zhuli_flow.documents.printing import justify

TEXT = "二〇一八年即2018年12月10日起至2021年12月10日止，辽宁省（沈阳市）Faku县“示范区”，" * 3


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    """Each test starts from WeasyPrint's own justification, whatever an earlier test of this process printed."""
    monkeypatch.setattr(inline, "count_expandable_spaces", justify._count_spaces)
    monkeypatch.setattr(inline, "justify_line", justify._justify_line)
    monkeypatch.setattr(Layout, "set_text", justify._set_text)


@pytest.fixture
def _installed(_plain):
    """Justification for this test only: undone afterwards."""
    assert justify.install()


def widths(body):
    """Width of each line of the page, in CSS px, of 400."""
    page_rule = "@page { size: 500px 900px; margin: 50px } body, p { margin: 0 }"
    text_rule = "p { font: 20px 'Noto Serif CJK SC'; text-align: justify }"
    document = weasyprint.HTML(string=f"<style>{page_rule}{text_rule}</style><p>{body}</p>").render()
    page = document.pages[0]
    return [box.width for box in page._page_box.descendants() if isinstance(box, boxes.LineBox)]


def ends(body):
    """Where each line's last character ends as drawn, px from the text's left edge; the edge is at 400."""
    page_rule = "@page { size: 500px 900px; margin: 50px } body, p { margin: 0 }"
    text_rule = "p { font: 20px 'Noto Serif CJK SC'; text-align: justify; letter-spacing: -0.27px }"
    html = f"<style>{page_rule}{text_rule}</style><p>{body}</p>"
    with pdfplumber.open(BytesIO(weasyprint.HTML(string=html).write_pdf())) as file:
        lines = file.pages[0].extract_text_lines(return_chars=True)
        return [line["chars"][-1]["x1"] / 0.75 - 50 for line in lines]


def test_without_it_lines_are_ragged():
    assert not all(end == pytest.approx(400, abs=0.5) for end in ends(TEXT)[:-1])


BODIES = [TEXT, TEXT.replace("辽宁省", "<b>辽宁省</b>"), TEXT.replace("Faku", " Faku ")]


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("body", BODIES)
def test_every_full_line_ends_at_the_edge(body):
    lines = ends(body)
    assert len(lines) > 3
    assert lines[:-1] == pytest.approx([400] * (len(lines) - 1), abs=0.5)  # 0.13 mm
    assert lines[-1] < 390


@pytest.mark.parametrize("wanted", [-15.2, -12.9, -12.4, -1.0, 0.0, 0.7, 3.3, 11.1, 40.6])
def test_what_is_drawn_is_at_most_half_a_thousandth_of_what_was_wanted(wanted):
    assert justify._drawn(justify._drawable(wanted)) == pytest.approx(wanted, abs=0.55)


@pytest.mark.usefixtures("_installed")
def test_latin_text_is_justified_as_before():
    lines = widths("some words of another language that fill more than just one line of it")
    assert lines[0] == pytest.approx(400, abs=0.5)


@pytest.mark.usefixtures("_installed")
def test_a_line_broken_far_too_early_is_not_torn_apart():
    assert widths("某" * 10 + "<span style='white-space: nowrap'>" + "某" * 15 + "</span>")[0] < 250


def test_a_specimen_that_comes_out_wrong_leaves_the_process_as_it_was(monkeypatch):
    monkeypatch.setattr(justify, "_specimen_is_justified", lambda: False)
    before = (inline.count_expandable_spaces, inline.justify_line, Layout.set_text)
    assert not justify.install()
    assert (inline.count_expandable_spaces, inline.justify_line, Layout.set_text) == before


def test_another_release_is_left_as_it_is(monkeypatch):
    before = inline.justify_line
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    assert not justify.install()
    assert inline.justify_line is before
