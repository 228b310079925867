"""A proof print shows the page that will be issued: the same pixels, of every genre, but for the number's digits."""

from pathlib import Path

import docx
import pytest

from tests.services.homes import office_at
from zhuli_flow.documents.reading.pdf_copy import Page, read_copy
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.paper_draft import docx_draft, import_docx, proof_print
from zhuli_flow.services.notices import issue
from zhuli_flow.services.notices.browse import preview
from zhuli_flow.services.notices.word_draft import check_docx, sample_docx
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases

DRAFTER, REVIEWER = "省科协学会学术部经办", "省科协办公室核稿人"
HEAD, CLERK = "省科协主要负责人", "省科协办公室文书"
TEXT = "\n".join(
    ["为做好有关工作，现将有关事项通知如下：", "一、总体要求", "（一）高度重视。" + "各有关单位要加强领导。" * 40]
)
GENRES = {
    "通知": ("辽科协发", {}),
    "通报": ("辽科协发", {}),
    "决定": ("辽科协发", {}),
    "意见": ("辽科协发", {}),
    "函": ("辽科协函", {}),
    "通告": ("辽科协函", {}),
    "报告": ("辽科协发", {"signers": "王平"}),
    "请示": ("辽科协发", {"signers": "王平", "consent_date": "2018-10-08", "paragraphs": TEXT + "\n妥否，请批示。"}),
    "命令": ("辽科协发", {"signers": "王平", "position": "主席"}),
    "纪要": ("辽科协发", {"attendees": "王平、李明", "observers": "张红"}),
}


def pages_of(path: Path) -> tuple[Page, ...]:
    found = read_copy(path.read_bytes())
    assert found is not None
    return found.pages


def without_number(page: Page, *, first: bool) -> bytes:
    """The dots of a page; of the first without the strip in which the number stands."""
    if not first:
        return page.grey
    rows = len(page.grey) // page.width
    return page.grey[: page.width * rows * 9 // 100] + page.grey[page.width * rows * 43 // 100 :]


@pytest.mark.parametrize("genre", GENRES)
def test_the_proof_print_is_the_paper_but_for_its_number(genre: str, tmp_path: Path) -> None:
    office = office_at(tmp_path / "home", sampled=True)
    series, more = GENRES[genre]
    given = {"genre_word": genre, "subject": "关于做好有关工作", "series": series, "paragraphs": TEXT}
    values = {**given, "addressees": "中国科学技术协会", **more}
    case = open_case(office, "official_document", "辽宁省科学技术协会", DRAFTER, values).case
    proof_print(office, case, "", DRAFTER, tmp_path / "early.pdf")
    for event, person in (("submit", DRAFTER), ("review", REVIEWER), ("sign", HEAD), ("check", CLERK)):
        advance(office, case, person, Command(event))
    proof_print(office, case, "编号登记", CLERK, tmp_path / "proof.pdf")
    advance(office, case, CLERK, Command("number"))
    [issued] = issue.issue_ordered(office, case)
    early, proof, paper = map(pages_of, (tmp_path / "early.pdf", tmp_path / "proof.pdf", Path(issued.file)))
    assert len(early) == len(proof) == len(paper) > 1
    for number, (before, now, after) in enumerate(zip(early, proof, paper, strict=True)):
        dots = [without_number(page, first=number == 0) for page in (before, now, after)]
        assert dots[0] == dots[1] == dots[2], f"page {number + 1}"


def test_a_specimen_of_a_letter_has_a_letters_head(office: Office, tmp_path: Path) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text(
        '{"number": "辽科协函〔2018〕901号", "signed_on": "2018-12-10", "subject": "关于商请支持", "genre_word": "函",'
        ' "addressees": "大连市科学技术协会", "paragraphs": "请予支持为盼。"}',
        "utf-8",
    )
    preview(office.notices, "document", sample, tmp_path / "letter.pdf")
    assert "文件" not in pages_of(tmp_path / "letter.pdf")[0].text


def test_where_no_paper_is_near_it_is_said_which_there_could_be(office: Office, tmp_path: Path) -> None:
    case = open_case(office, "official_document", "辽宁省科学技术协会", DRAFTER, {
        "genre_word": "通知", "subject": "关于有关工作", "series": "辽科协发", "addressees": "大连市科学技术协会",
        "paragraphs": "请组织实施。",
    }).case  # fmt: skip
    with pytest.raises(NotFound, match="没有可以预览的公文"):
        proof_print(office, case, "送核", DRAFTER, tmp_path / "none.pdf")
    advance(office, case, DRAFTER, Command("submit"))
    advance(office, case, REVIEWER, Command("review"))
    with pytest.raises(NotFound, match="没有可以预览的公文") as told:
        proof_print(office, case, "编号登记", HEAD, tmp_path / "none.pdf")
    assert "签发并编号" in str(told.value.fix)
    proof_print(office, case, "", HEAD, tmp_path / "made.pdf")
    with pytest.raises(InvalidInput, match="存在"):
        proof_print(office, case, "", HEAD, tmp_path / "made.pdf")


def test_an_edited_draft_comes_back_into_the_case_and_only_what_changed(office: Office, tmp_path: Path) -> None:
    given = {"genre_word": "通知", "subject": "关于有关工作", "series": "辽科协发"}
    text = {
        "addressees": "大连市科学技术协会、各市（县、区）科协",
        "paragraphs": "一、要求\n请组织实施。",
        "copies": "中国科学技术协会",
    }
    case = open_case(office, "official_document", "辽宁省科学技术协会", DRAFTER, {**given, **text}).case
    file = tmp_path / "draft.docx"
    docx_draft(office, case, "", DRAFTER, file)
    with pytest.raises(InvalidInput, match="没有不同"):
        import_docx(office, case, "送核", DRAFTER, file)
    edited = docx.Document(str(file))
    next(one for one in edited.paragraphs if one.text == "请组织实施。").runs[0].text = "请认真组织实施。"
    edited.save(str(file))
    tried = import_docx(office, case, "送核", DRAFTER, file, dry_run=True)
    assert (len(tried.fields), tried.dry_run) == (1, True)
    assert import_docx(office, case, "送核", DRAFTER, file).state == "reviewing"
    with office.database.read() as connection:
        stored = cases.load(connection, case)
    assert stored is not None
    assert stored.case.fields["paragraphs"] == "一、要求\n请认真组织实施。"


def test_a_draft_that_could_not_be_signed_is_told_paragraph_by_paragraph(office: Office, tmp_path: Path) -> None:
    sample_docx(office.notices, "document", tmp_path / "draft.docx")
    edited = docx.Document(str(tmp_path / "draft.docx"))
    at, one = next((n, p) for n, p in enumerate(edited.paragraphs, 1) if "按期完成的" in p.text)
    one.runs[-1].text = "（1）按期完成的，由XX负责。"
    edited.save(str(tmp_path / "edited.docx"))
    told = check_docx(office.notices, tmp_path / "edited.docx")
    assert [(found.rule, found.paragraph) for found in told.findings if found.severity == "block"] == [("L15", at)]
    assert told.blocked
    assert not check_docx(office.notices, tmp_path / "draft.docx").blocked
