"""Every paper of the programme, printed from its own sample and read back."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from zhuli_flow.documents.catalog import check_kind, load_kinds, packaged_notices
from zhuli_flow.documents.fonts import missing_glyphs
from zhuli_flow.documents.pdf import PrintJob, to_pdfs
from zhuli_flow.documents.render import chinese_date, render, title_of

KINDS = load_kinds([packaged_notices()])
EXPECTED = {
    "reply": "批复",
    "rejection_reply": "批复",
    "correction_notice": "函",
    "assessment_notice": "通知",
    "renewal_reply": "批复",
    "extension_reply": "函",
    "rectification_notice": "通知",
    "revocation_decision": "决定",
    "withdrawal_reply": "函",
    "lapse_notice": "函",
    "expiry_notice": "函",
    "completion_notice": "通知",
}
MM = 72 / 25.4
each_kind = pytest.mark.parametrize("name", EXPECTED)


def job(name, **values):
    kind = KINDS[name]
    page = render(kind, {**kind.sample, **values})
    return PrintJob(page, title_of(page), kind.issuer, kind.title, kind.sample["number"])


@pytest.fixture(scope="session")
def papers():
    """All samples and one rehearsal, printed in one go."""
    jobs = [job(name) for name in EXPECTED] + [job("reply", rehearsal=True, checkpoint="留痕第128条 3f9a1c77")]
    names = [*EXPECTED, "rehearsal"]
    return {
        name: PdfReader(BytesIO(data))
        for name, data in zip(names, to_pdfs(jobs, assets=packaged_notices()), strict=True)
    }


def text(reader):
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def rectangles(page):
    """Filled or clipped rectangles of a page: left, right, top, bottom in mm from the upper left corner."""
    matrix, kept, found = (1.0, 1.0, 0.0, 0.0), [], []
    for operands, operator in ContentStream(page.get_contents(), None).operations:
        if operator == b"q":
            kept.append(matrix)
        elif operator == b"Q":
            matrix = kept.pop()
        elif operator == b"cm" and not float(operands[1]):  # turned ones are the rehearsal mark's
            a, _, _, d, e, f = map(float, operands)
            matrix = (a * matrix[0], d * matrix[1], e * matrix[0] + matrix[2], f * matrix[1] + matrix[3])
        elif operator == b"re":
            x, y, w, h = map(float, operands)
            across = [(x * matrix[0] + matrix[2]) / MM, ((x + w) * matrix[0] + matrix[2]) / MM]
            down = [297 - (y * matrix[1] + matrix[3]) / MM, 297 - ((y + h) * matrix[1] + matrix[3]) / MM]
            found.append((min(across), max(across), min(down), max(down)))
    return found


def lowest_rule(page):
    return max(bottom for left, right, _, bottom in rectangles(page) if right - left > 150)


def test_the_programme_s_papers_are_all_there():
    assert {name: kind.genre for name, kind in KINDS.items()} == EXPECTED


@each_kind
def test_a_kind_agrees_with_its_template_and_its_sample(name):
    assert check_kind(KINDS[name]) == []


@each_kind
def test_a_sample_is_fictional_by_its_numbers(name):
    numbers = re.findall(r"〔\d{4}〕(\d+)号", str(dict(KINDS[name].sample)))
    assert numbers
    assert min(map(int, numbers)) >= 900


@each_kind
def test_a_paper_shows_its_number_title_addressees_and_date(papers, name):
    sample, shown = KINDS[name].sample, text(papers[name])
    assert sample["number"] in shown
    assert title_of(job(name).html) in shown
    assert "、".join(sample["requesters"]) + "：" in shown
    assert shown.count(chinese_date(sample["signed_on"])) >= 2
    assert papers[name].metadata.title.endswith(KINDS[name].genre)


@each_kind
def test_a_paper_shows_every_value_of_its_sample(papers, name):
    shown = text(papers[name])
    for variable, value in KINDS[name].sample.items():
        for word in value if isinstance(value, list) else [value]:
            date = KINDS[name].known()[variable].type == "date"
            assert (chinese_date(word) if date else word) in shown, variable


@each_kind
def test_a_paper_needs_no_glyph_this_machine_lacks(name):
    assert missing_glyphs(re.sub(r"<[^>]*>", "", job(name).html)) == []


@each_kind
def test_a_paper_is_two_upright_a4_pages_that_end_on_text(papers, name):
    pages = papers[name].pages
    assert [(round(page.mediabox.width / MM), round(page.mediabox.height / MM)) for page in pages] == [(210, 297)] * 2
    signed = KINDS[name].issuer + chinese_date(KINDS[name].sample["signed_on"])
    last = re.sub(r"\s+", "", pages[-1].extract_text())
    assert last.index(signed) > 0, "the signature stands on a page without body text"


@each_kind
def test_pages_are_numbered_and_fonts_are_inside(papers, name):
    shown = [re.sub(r"\s+", "", page.extract_text()) for page in papers[name].pages]
    assert ["—1—" in shown[0], "—2—" in shown[1]] == [True, True]
    for page in papers[name].pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@each_kind
def test_the_red_rule_and_the_record_lie_where_the_standard_puts_them(papers, name):
    first, last = papers[name].pages
    rule = next(box for box in rectangles(first) if box[3] - box[2] < 1 and box[1] - box[0] > 150)
    assert rule[:2] == pytest.approx((28, 184), abs=0.05)
    assert rule[3] - rule[2] == pytest.approx(0.5, abs=0.02)
    assert lowest_rule(last) == pytest.approx(262, abs=0.05)


def test_the_signature_and_the_record_share_a_page_with_body_text_at_any_length():
    kind = KINDS["rejection_reply"]
    pages = [render(kind, {**kind.sample, "reason": "某" * (28 * lines - 10)}) for lines in (2, 13, 14, 15, 16, 21)]
    jobs = [PrintJob(page, "试验", "某", "函", "1") for page in pages]
    for data in to_pdfs(jobs, assets=packaged_notices()):
        last = PdfReader(BytesIO(data)).pages[-1]
        words = re.sub(r"\s+", "", last.extract_text())
        assert words.index("此复。") < words.index("2019年1月9日") < words.index("抄送：")
        assert lowest_rule(last) == pytest.approx(262, abs=0.05)


def test_the_reply_answers_the_request_and_states_its_three_years(papers):
    shown = text(papers["reply"])
    request = "你们《关于法库县创建“创新驱动助力示范区（县）”的请示》（沈科协发〔2018〕911号）收悉。"
    assert request in shown
    assert "有效期限为三年，自批复成文之日起计算，即自2018年12月10日起至2021年12月10日止" in shown
    assert "工作领导小组和办公室" in shown
    assert "抄送：中共辽宁省委组织部，中共沈阳市委组织部，辽宁省硅酸盐学会。" in shown


def test_the_rehearsal_mark_is_on_every_page_of_a_rehearsal_and_on_no_other_paper(papers):
    assert all("演练件不具效力" in re.sub(r"\s+", "", page.extract_text()) for page in papers["rehearsal"].pages)
    assert not any("演练" in text(papers[name]) for name in EXPECTED)
    assert "留痕第128条" in text(papers["rehearsal"])
