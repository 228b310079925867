"""Every paper of the programme: declared, filled with its own sample, passed by the linter, printed and read back."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream
from ruamel.yaml import YAML

from zhuli_flow.definitions import check
from zhuli_flow.documents.fonts.roles import missing_glyphs
from zhuli_flow.documents.printing.printer import PrintJob, to_pdfs
from zhuli_flow.documents.proofreading import text_patterns
from zhuli_flow.documents.proofreading.lint import lint
from zhuli_flow.documents.proofreading.sheet import Known, Organisation, Registered
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.kind import STANDARD, is_date
from zhuli_flow.documents.templates.render import chinese_date, render, title_of
from zhuli_flow.services.administration.workflows import parts_beside

ROOT = Path(__file__).resolve().parents[2]
KINDS = load_kinds([packaged_notices()])
REGISTER = {
    # step of the programme: (kind, genre, who issues the sample, how long it is kept)
    "programme": ("programme_notice", "通知", "中共辽宁省委组织部", "永久"),
    "recommendation": ("recommendation_letter", "函", "沈阳市科学技术协会", "永久"),
    "consent": ("consent_letter", "函", "中共沈阳市委组织部", "永久"),
    "request, with the survey report": ("joint_request", "请示", "沈阳市科学技术协会", "永久"),
    "assessment": ("assessment_notice", "通知", "辽宁省科学技术协会", "30年"),
    "correction": ("correction_notice", "函", "辽宁省科学技术协会办公室", "10年"),
    "correction missed": ("lapse_notice", "函", "辽宁省科学技术协会办公室", "10年"),
    "assessed": ("assessment_report", "报告", "辽宁省硅酸盐学会", "永久"),
    "decision": ("meeting_minutes", "纪要", "辽宁省科学技术协会", "永久"),
    "approval": ("reply", "批复", "辽宁省科学技术协会", "永久"),
    "refusal": ("rejection_reply", "批复", "辽宁省科学技术协会", "永久"),
    "zone set-up": ("group_notice", "通知", "中共法库县委员会", "永久"),
    "zone group changed": ("group_change_notice", "通知", "中共法库县委员会", "永久"),
    "zone plan": ("work_plan_notice", "通知", "法库县人民政府", "30年"),
    "regular talk": ("consultation_minutes", "纪要", "法库县人民政府", "30年"),
    "tracking": ("progress_report", "报告", "法库县人民政府", "10年"),
    "yearly appraisal": ("appraisal_circular", "通报", "辽宁省科学技术协会", "30年"),
    "subsidy": ("subsidy_notice", "通知", "辽宁省科学技术协会", "30年"),
    "station": ("station_reply", "批复", "辽宁省科学技术协会", "30年"),
    "station refused": ("station_refusal", "批复", "辽宁省科学技术协会", "30年"),
    "workstation": ("workstation_notice", "通知", "辽宁省科学技术协会", "30年"),
    "station closed": ("station_closing", "通知", "辽宁省科学技术协会", "30年"),
    "station to be mended": ("station_rectification", "通知", "辽宁省科学技术协会", "30年"),
    "station goes on": ("station_renewal", "通知", "辽宁省科学技术协会", "30年"),
    "subsidy taken back": ("subsidy_recovery", "通知", "辽宁省科学技术协会", "30年"),
    "call for returns": ("returns_call", "通知", "辽宁省科学技术协会办公室", "10年"),
    "return": ("summary_report", "报告", "大连市科学技术协会", "30年"),
    "provincial summary": ("provincial_summary", "报告", "辽宁省科学技术协会", "永久"),
    "reminder": ("expiry_reminder", "函", "辽宁省科学技术协会办公室", "10年"),
    "extension": ("extension_reply", "函", "辽宁省科学技术协会", "永久"),
    "leaving": ("withdrawal_reply", "函", "辽宁省科学技术协会", "永久"),
    "review asked": ("review_request", "请示", "沈阳市科学技术协会", "永久"),
    "renewal": ("renewal_reply", "批复", "辽宁省科学技术协会", "永久"),
    "completion": ("completion_notice", "通知", "辽宁省科学技术协会", "永久"),
    "rectification": ("rectification_notice", "通知", "辽宁省科学技术协会", "永久"),
    "revocation": ("revocation_decision", "决定", "辽宁省科学技术协会", "永久"),
    "expiry": ("expiry_notice", "函", "辽宁省科学技术协会", "永久"),
    "provincial group": ("provincial_group_notice", "通知", "辽宁省科学技术协会", "永久"),
    "any other paper": ("document", "通知", "辽宁省科学技术协会", "10年"),
}
FORMS = ("score_sheet", "score_summary", "flow_sheet", "archive_list", "form_sheet", "table_sheet", "workflow_sheet")
NAMES = [*(kind for kind, *_ in REGISTER.values()), *FORMS]
PAPERS = [name for name in NAMES if name not in FORMS]
LAYOUTS = {"函": "letter", "纪要": "minutes"}
MM = 72 / 25.4
each_kind = pytest.mark.parametrize("name", NAMES)
each_paper = pytest.mark.parametrize("name", PAPERS)


def page(name, **values):
    kind = KINDS[name]
    return render(kind, {**kind.sample, **values})


def job(name, **values):
    html = page(name, **values)
    return PrintJob(html, title_of(html), KINDS[name].issuer, KINDS[name].title, name)


@pytest.fixture(scope="session")
def papers():
    """All samples and one rehearsal, printed in one go."""
    jobs = [job(name) for name in NAMES] + [job("reply", rehearsal=True, checkpoint="留痕第128条 3f9a1c77")]
    printed = to_pdfs(jobs, assets=packaged_notices())
    return {name: PdfReader(BytesIO(data)) for name, data in zip([*NAMES, "rehearsal"], printed, strict=True)}


def squeezed(words):
    return re.sub(r"\s+", "", words)


def shown_on(pages):
    return squeezed("".join(sheet.extract_text() for sheet in pages))


def rectangles(sheet):
    """Filled or clipped rectangles of a page: left, right, top, bottom in mm from the upper left corner."""
    matrix, kept, found = (1.0, 1.0, 0.0, 0.0), [], []
    for operands, operator in ContentStream(sheet.get_contents(), None).operations:
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


def lowest_rule(sheet):
    return max(bottom for left, right, _, bottom in rectangles(sheet) if right - left > 150)


# ── which papers there are ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_step_of_the_programme_has_its_paper_and_no_paper_is_without_a_step():
    assert set(KINDS) == set(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("step", REGISTER)
def test_a_paper_has_the_genre_the_issuer_and_the_retention_of_its_step(step):
    name, genre, issuer, retention = REGISTER[step]
    kind = KINDS[name]
    assert (kind.genre, kind.retention) == (genre, retention)
    assert (kind.sample.get("issuers") or [kind.issuer])[0] == kind.issuer == issuer


@each_paper
def test_a_letter_is_laid_out_as_a_letter_and_what_goes_up_names_who_signed_it(name):
    kind = KINDS[name]
    numbered_as_a_letter = "函〔" in str(kind.sample["number"])  # the head goes with the 代字
    assert kind.layout == ("letter" if numbered_as_a_letter else LAYOUTS.get(kind.genre, "document"))
    assert (kind.direction == "up") == (kind.genre in ("请示", "报告"))
    assert bool(kind.sample.get("signers")) == (kind.direction == "up")


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_for_inside_the_office(name):
    assert KINDS[name].layout == "form"


@each_kind
def test_a_sample_is_fictional_by_its_numbers(name):
    numbers = re.findall(r"〔\d{4}〕(\d+)号", str(dict(KINDS[name].sample)))
    assert numbers or name in FORMS
    assert min(map(int, numbers), default=900) >= 900


def test_no_department_issues_in_its_own_name():
    issuers = {name for kind in KINDS.values() for name in kind.sample.get("issuers", [kind.issuer])}
    assert [name for name in issuers if "学术部" in name or "人才办" in name] == []


def test_the_page_about_the_papers_has_a_row_for_each():
    table = (ROOT / "docs" / "papers.zh-CN.md").read_text("utf-8")
    for name, kind in KINDS.items():
        row = next(line for line in table.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {kind.title} |" in row
        assert f"| {kind.retention} |" in row


# ── what they say ─────────────────────────────────────────────────────────────────────────────────────────────────────


def words_in(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from words_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_in(item)
    elif not isinstance(value, bool):
        yield str(value)


@each_kind
def test_a_paper_shows_every_value_of_its_sample(name):
    kind = KINDS[name]
    shown = squeezed(text_patterns.plain(page(name)))
    # How a table is set (what it says is asked below), and a day that only decides a phrase.
    silent = {"lying", "columns", "entries", "rows", "parts", "previous_until"}
    silent |= {"printer", "copies"} if kind.layout == "form" else {"printer"} if kind.layout == "letter" else set()
    for variable, value in kind.sample.items():
        if variable in silent:
            continue
        for word in words_in(value):
            wanted = squeezed(chinese_date(word) if is_date(word) else word)
            assert wanted in shown, variable


@pytest.mark.parametrize("name", ["completion_notice", "expiry_notice", "expiry_reminder", "review_request"])
def test_a_period_counts_from_the_day_after_the_reply_three_years_and_not_a_day_more(name):
    given = {**KINDS[name].sample, "valid_from": "2018-12-10", "valid_until": "2021-12-10"}
    assert "创建工作有效期限为2018年12月11日至2021年12月10日" in squeezed(
        text_patterns.plain(render(KINDS[name], given))
    )


@each_paper
def test_a_paper_says_who_writes_to_whom_about_what(name):
    kind, text = KINDS[name], text_patterns.plain(page(name))
    title = text.split("\n", maxsplit=1)[0]
    assert title.endswith(kind.genre)
    if kind.layout != "minutes":
        to = kind.sample.get("addressees") or kind.sample["requesters"]
        assert set("、".join(text_patterns.addressees(text)).replace("，", "、").split("、")) >= set(
            "、".join(to).replace("，", "、").split("、")
        )


def directory():
    """What the office of the demonstration knows of organisations."""
    read = YAML(typ="safe").load(ROOT / "zhuli_flow" / "samples" / "directory.yaml")
    return {name: Organisation(told["level"]) for name, told in read["organisations"].items()}


def known_for(name):
    """The office knows the request a reply answers, what travels with a paper, and who agreed to a request."""
    sample = KINDS[name].sample
    beside = [one for one in sample.get("attachments", []) if f"\f{one}" not in text_patterns.plain(page(name))]
    asked = sample.get("request_number")
    return Known(
        papers={asked: Registered(sample["request_title"], tuple(sample["requesters"]))} if asked else {},
        organisations=directory(),
        attached=tuple(beside),
        consent_on=date.fromisoformat(sample.get("consent_date", "2018-11-16")),
    )


@each_kind
def test_the_linter_has_nothing_to_object_to_in_a_sample(name):
    kind = KINDS[name]
    found = lint(kind, kind.sample, text_patterns.plain(page(name)), known_for(name))
    assert [one for one in found if one.severity != "info"] == []
    assert {one.rule for one in found} <= set(kind.exempt)


@pytest.mark.parametrize(
    "name", ["joint_request", "review_request", "group_notice", "group_change_notice", "work_plan_notice"]
)
def test_what_the_programme_orders_against_the_book_is_excused_by_its_clause(name):
    kind = KINDS[name]
    assert set(kind.exempt) == {"L8"}
    assert kind.exempt["L8"].startswith("《“创新驱动助力示范区（县）”创建工作实施方案》")
    (found,) = lint(kind, kind.sample, text_patterns.plain(page(name)), known_for(name))
    assert (found.rule, found.severity) == ("L8", "info")


def test_the_reply_answers_the_request_and_states_its_three_years():
    shown = squeezed(text_patterns.plain(page("reply")))
    assert "你们《关于法库县创建“创新驱动助力示范区（县）”的请示》（沈科协发〔2018〕911号）收悉。" in shown
    assert "有效期限为三年，自批复成文之日的次日起计算，即自2018年12月11日起至2021年12月10日止" in shown
    assert "工作领导小组和办公室" in shown
    assert "抄送：中共辽宁省委组织部，中共沈阳市委组织部，辽宁省硅酸盐学会。" in shown


def test_headings_of_a_text_given_as_paragraphs_are_recognised_and_sentences_are_not():
    given = ["一、甲", "（一）乙", "1.丙", "（1）丁", "一、戊。", "（二）己；", "2.庚：", "第一，辛", "十二、壬"]
    found = re.findall(r'<p class="(|level\d)">([^<]+)</p>', page("document", paragraphs=given))
    assert found == [
        ("level1", "一、甲"),
        ("level2", "（一）乙"),
        ("level3", "1.丙"),
        ("level4", "（1）丁"),
        ("", "一、戊。"),
        ("", "（二）己；"),
        ("", "2.庚："),
        ("", "第一，辛"),
        ("level1", "十二、壬"),
    ]


ORGANS = {
    "recommendation_letter": (1, 2),
    "joint_request": (3, 4),
    "review_request": (3, 4),
    "document": (1, 2, 3),
    "group_notice": (1, 2, 3),
    "group_change_notice": (1, 2, 3),
    "work_plan_notice": (1, 2, 3),
    "programme_notice": (1, 2),
}


@pytest.mark.parametrize(("name", "organs"), ORGANS.items())
def test_the_title_names_every_organ_that_issues(name, organs):
    every = ["沈阳市科学技术协会", "中共法库县委员会", "法库县人民政府", "法库经济开发区管理委员会"]
    for count in organs:
        title = title_of(page(name, issuers=every[:count], signers=["关若愚"] * count))
        assert title.startswith(" ".join(every[:count]) + "关于")


# ── the table of 31 items ─────────────────────────────────────────────────────────────────────────────────────────────

CALL = (ROOT / "docs" / "sources" / "summary-notice-2018-33.txt").read_text("utf-8")
PLAN = (ROOT / "docs" / "sources" / "implementation-plan-2018-12.txt").read_text("utf-8")


def table():
    html = page("returns_call")
    return html[html.index('<section class="attachment"') : html.index("</section>", html.index("创新驱动助力工程|"))]


def test_the_table_of_31_items_is_that_of_the_notice_character_by_character():
    asked = squeezed(re.sub("<[^>]+>", "", re.sub('<div class="part">.*?</div>', "", table())))
    published = squeezed(CALL[CALL.rindex("创新驱动助力工程工作情况统计表") :])
    assert asked == "附件" + published


def test_the_table_asks_57_things_in_31_items():
    assert len(re.findall(r"<td[^>]*>\d+\.", table())) == 31
    assert len(re.findall('class="part"', table())) == 57
    assert re.findall("<th[^>]*>([^<]+)", table()) == ["类别", "内容", "数据"]


def test_the_call_gives_its_last_instant_with_the_hour():
    assert "请于2018年6月26日17:00前（下班前）将总结评估报告和统计表报送" in squeezed(
        text_patterns.plain(page("returns_call"))
    )


@pytest.mark.parametrize("name", ["returns_call", "form_sheet"])
def test_the_lines_of_a_form_are_printed_in_their_order_each_with_its_answers(name):
    body = page(name).partition("数据</th>")[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", body, re.DOTALL)
    words = [re.sub("<[^>]+>", "", cell) for cell in cells if 'class="part"' not in cell]
    assert squeezed("".join(words)) == squeezed("".join(row["text"] for row in KINDS[name].sample["rows"]))
    parts = [re.sub("<[^>]+>", "", part) for part in re.findall(r'<div class="part">(.*?)</div>', body)]
    asked = [one for row in KINDS[name].sample["rows"] for one in row["answers"]]
    assert len(parts) == len(asked)
    assert all(one["value"] in part for one, part in zip(asked, parts, strict=True))


@pytest.mark.parametrize("name", ["table_sheet", "provincial_summary"])
def test_every_value_of_a_table_is_printed(name):
    shown = squeezed(text_patterns.plain(page(name)))
    for row in KINDS[name].sample.get("entries") or KINDS[name].sample["totals"]:
        assert all(squeezed(str(value)) in shown for value in row.values())


def test_the_summary_of_the_province_has_the_headings_of_the_call_in_their_order():
    text = squeezed(text_patterns.plain(page("provincial_summary")))
    headings = [
        "一、主要工作",
        "（一）服务区域",
        "（二）促进科技成果",
        "（三）服务科学决策",
        "（四）引进",
        "二、工作模式",
    ]
    headings += ["（一）学会企业联合体", "（二）学会服务站", "（三）合作项目", "三、支撑保障", "四、问题"]
    places = [text.index(one) for one in headings]
    assert places == sorted(places)


def test_the_public_texts_are_kept_without_the_person_to_ask():
    for text in (CALL, PLAN):
        assert list(text_patterns.personal_data(text)) == []
        assert "@" not in text
        assert not re.search(r"\d{3,4}[-－]\d{7,8}", text)
    assert re.findall(r"(?:联系人|电\s+话|电子邮箱)：(.*)", CALL) == ["（略）  ", "（略）", "（略）"]


# ── what a workflow must bring ────────────────────────────────────────────────────────────────────────────────────────

FILE = ROOT / "workflows" / "zone_creation.yaml"
WORKFLOW = FILE.read_text("utf-8")
DECLARED = {name: {item.name: item.required for item in kind.variables.values()} for name, kind in KINDS.items()}


def problems_of(text):
    found = check.parse(text.encode(), "zone.yaml", DECLARED, parts_beside(FILE))
    return [(problem.code, problem.message) for problem in found.problems]


def test_a_workflow_that_issues_a_paper_without_one_of_its_variables_is_refused_when_it_is_checked():
    with_reason = "with: {signed_on: reply_date, applicant: applicant.name, reason: reject_reason}"
    assert with_reason in WORKFLOW
    found = problems_of(WORKFLOW.replace(with_reason, with_reason.replace(", reason: reject_reason", "")))
    assert [code for code, _ in found] == ["missing_variable"]
    assert "rejection_reply" in found[0][1]
    assert "reason" in found[0][1]


def test_what_every_paper_has_anyway_is_not_asked_of_a_workflow():
    assert problems_of(WORKFLOW) == []
    issued = {name for name in KINDS if f"notice: {name}," in WORKFLOW}
    assert len(issued) > 8
    for name in issued:
        assert [item for item, needed in DECLARED[name].items() if needed and item in STANDARD] == []


# ── how they print ────────────────────────────────────────────────────────────────────────────────────────────────────


@each_kind
def test_a_paper_needs_no_glyph_this_machine_lacks(name):
    assert missing_glyphs(re.sub(r"<[^>]*>", "", page(name))) == []


@each_kind
def test_a_paper_is_a4_and_numbered_and_its_fonts_are_inside(papers, name):
    pages = papers[name].pages
    sizes = {tuple(sorted((round(sheet.mediabox.width / MM), round(sheet.mediabox.height / MM)))) for sheet in pages}
    assert sizes == {(210, 297)}
    for number, sheet in enumerate(pages, 1):
        letter_front = KINDS[name].layout == "letter" and number == 1
        assert (f"—{number}—" in squeezed(sheet.extract_text())) != letter_front
        for font in sheet["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@each_paper
def test_a_paper_prints_its_number_and_signs_on_a_page_with_text(papers, name):
    kind, pages = KINDS[name], papers[name].pages
    assert kind.sample["number"] in squeezed(pages[0].extract_text())
    if kind.layout == "minutes":
        return
    dated = chinese_date(kind.sample["signed_on"])
    signed = (kind.sample.get("issuers") or [kind.issuer])[-1] + dated
    last, *_ = [words for sheet in pages if signed in (words := squeezed(sheet.extract_text()))]
    body = re.split(r"附件：|抄送：", last[: last.index(signed)])[0]
    assert len(body) > 3, "the signature stands on a page without body text"


@each_paper
def test_the_red_rule_and_the_record_lie_where_the_standard_puts_them(papers, name):
    if KINDS[name].layout == "letter":
        return
    first, last = papers[name].pages[0], papers[name].pages[-1]
    rule = next(box for box in rectangles(first) if box[3] - box[2] < 1 and box[1] - box[0] > 150)
    assert rule[:2] == pytest.approx((28, 184), abs=0.05)
    assert lowest_rule(last) == pytest.approx(262, abs=0.05)


@pytest.mark.parametrize("name", [one for one in FORMS if one != "form_sheet"])
def test_a_form_fits_its_sheet(papers, name):
    assert len(papers[name].pages) == 1
    assert all(right <= 184.2 for left, right, *_ in rectangles(papers[name].pages[0]) if right - left < 160)


def test_the_signature_and_the_record_share_a_page_with_body_text_at_any_length():
    letter = KINDS["station_refusal"]  # whose text is of any length, under the head that has a ruled record
    kind = replace(letter, layout="document", template=letter.template.replace("letter.html", "base.html"))
    pages = [render(kind, {**kind.sample, "reason": "某" * (28 * lines - 10)}) for lines in (2, 13, 14, 15, 16, 21)]
    jobs = [PrintJob(each, "试验", "某", "函", "1") for each in pages]
    for data in to_pdfs(jobs, assets=packaged_notices()):
        last = PdfReader(BytesIO(data)).pages[-1]
        words = squeezed(last.extract_text())
        assert words.index("此复。") < words.index("2019年5月20日") < words.index("抄送：")
        assert lowest_rule(last) == pytest.approx(262, abs=0.05)


def test_the_rehearsal_mark_is_on_every_page_of_a_rehearsal_and_on_no_other_paper(papers):
    assert all("演练件不具效力" in squeezed(sheet.extract_text()) for sheet in papers["rehearsal"].pages)
    assert not any("演练" in shown_on(papers[name].pages) for name in NAMES)
    assert "留痕第128条" in shown_on(papers["rehearsal"].pages)
