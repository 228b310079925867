"""The page with the signature bears text of the body, whatever stands between them; no sheet is left blank."""

import pytest

from tests.notices.generated import ORGANS
from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.pages import in_two_lines
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render


@pytest.fixture(scope="module")
def printed():
    """A function that prints a kind's sample with other values."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    with PrintingChild(packaged_notices()) as printer:

        def print_kind(name="document", **values):
            kind = load_kind([packaged_notices()], name)
            html = render(kind, {**kind.sample, **values})
            return printer.outcome(PrintJob(html, "试验", "某省科协", "通知", "signature"))

        yield print_kind


def wrong(data):
    return [(row.rule.code, row.measured) for row in measure(data).wrong]


@pytest.mark.parametrize("lines", [3, 4, 5, 6, 7, 13, 22, 25])
@pytest.mark.parametrize("count", [0, 3, 12])
def test_the_list_of_attachments_stays_whole_and_goes_with_a_line_of_the_body(printed, count, lines):
    names = [f"关于第{number}项工作的评估指标" for number in range(1, count + 1)]
    assert wrong(printed(attachments=names, paragraphs=["请按时报送。"] * lines)) == []


@pytest.mark.parametrize("seal", ["sample", "none"])
@pytest.mark.parametrize("count", [3, 4, 6, 8, 10])
def test_one_line_of_text_under_many_organs_shows_on_page_1_and_beside_the_signature(printed, count, seal):
    text = ["现将有关材料印发给你们，请认真组织实施，特此通知。"]
    organs = list(ORGANS[:count])
    assert wrong(printed(issuers=organs, paragraphs=text, seal=seal)) == []


@pytest.mark.parametrize("text", ["请认真组织实施并按时报送有关情况", "请照办。", "此件发至县级。请认真贯彻落实"])
def test_a_line_without_marks_is_parted_where_two_thirds_stand_and_a_word_or_two_is_not(text):
    html = f'<p class="">{text}</p>\n<section class="signature pressed">'
    parted = in_two_lines(html)
    assert parted.replace("<br>", "") == html
    assert ("<br>" in parted) == (len(text) > 5)
    assert "。<br>请" in parted or "此件" not in text


@pytest.mark.parametrize("lines", [3, 12, 24])
def test_twenty_five_addressees_leave_no_blank_sheet_before_the_record(printed, lines):
    many = [f"辽宁省第{number}市人民政府办公厅" for number in range(1, 26)]
    data = printed(addressees=many, paragraphs=["请按时报送。"] * lines)
    assert wrong(data) == []
    with File(data) as file:
        pages = file.pages()
    assert all(any(one.base < 262 for one in page.glyphs if not one.char.isspace() and one.size < 20) for page in pages)


def test_thirty_who_were_present_flow_after_the_text(printed):
    people = [f"张三（辽宁省第{number}学会）" for number in range(1, 31)]
    data = printed("meeting_minutes", present=people)
    assert wrong(data) == []
    with File(data) as file:
        first, second = ([g for g in page.glyphs if g.size == pytest.approx(16, abs=0.3)] for page in file.pages()[:2])
    assert max(one.base for one in first) > 240
    assert max(one.base for one in second) > 240
