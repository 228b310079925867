"""Which record is this paper: genuine by its bytes, altered and by how much, or unknown, whatever was done to it."""

import dataclasses
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests.services.homes import office_at
from zhuli_flow import bootstrap
from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.pdfa.check import archive_problems, variant_of
from zhuli_flow.documents.printing.printer import PrintingChild, to_pdf
from zhuli_flow.documents.reading.pdf_copy import read_copy
from zhuli_flow.documents.templates.catalog import load_kinds
from zhuli_flow.documents.templates.trace_code import code_of
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.history.checkpoints import against
from zhuli_flow.services.notices import browse, issue
from zhuli_flow.services.notices.filing_copy import filing_copy
from zhuli_flow.services.notices.reprint import as_issued, reprint
from zhuli_flow.services.notices.verify import EXIT_CODES, verify_code, verify_paper
from zhuli_flow.services.notices.void import void
from zhuli_flow.services.office import TRACE_CODE, TRACE_LINE, Office

HEAD = "省科协主要负责人"
ACTS = (
    ("submit", "省科协学会学术部经办"),
    ("review", "省科协办公室核稿人"),
    ("sign", HEAD),
    ("check", "省科协办公室文书"),
    ("number", "省科协办公室文书"),
)
NUMBER = "辽科协发〔2018〕1号"
TEXT = "各示范区（县）工作进展情况请于季度末报送，有效期限三年。"
FORGED = "0" * 24


def printed(office: Office, checkpoint: str = "", **changed: str) -> bytes:
    """The first document printed with other contents, under its own identifier and line."""
    with office.database.read() as connection:
        one = browse.find(connection, "1")
    line = checkpoint or as_issued(office, one).checkpoint
    other = dataclasses.replace(one, variables={**one.variables, **changed})
    paper = issue.paper_of(office, other, load_kinds(office.notices), line, (TRACE_LINE,))
    with PrintingChild(office.notices[0]) as printer:
        done = printer.outcome(issue.job_of(paper))
    assert isinstance(done, bytes)
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which a document was issued, and copies of it: altered, forged, with another number."""
    place = tmp_path_factory.mktemp("made")
    office = office_at(place / "home", sampled=True)
    office.traces = (TRACE_LINE, TRACE_CODE)
    given = {"genre_word": "通知", "subject": "关于报送工作进展情况", "series": "辽科协发"}
    more = {"addressees": "沈阳市科学技术协会", "paragraphs": TEXT}
    case = open_case(office, "official_document", "辽宁省科学技术协会", "省科协学会学术部经办", {**given, **more}).case
    for event, person in ACTS:
        advance(office, case, person, Command(event))
    [issued] = issue.issue_ordered(office)
    shutil.copy(issued.file, place / "issued.pdf")
    altered = TEXT.replace("三年", "五年")
    line = f"{case} 第6条 {FORGED}"
    (place / "altered.pdf").write_bytes(printed(office, paragraphs=altered))
    (place / "forged.pdf").write_bytes(printed(office, line, paragraphs=altered))
    (place / "renumbered.pdf").write_bytes(printed(office, line, number="辽科协发〔2018〕77号"))
    office.database.close()
    return place


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Office]:
    found = bootstrap.open_office(Path(shutil.copytree(made / "home", tmp_path / "home")))
    yield found
    found.database.close()


def test_the_very_file_is_genuine(office: Office, made: Path) -> None:
    told = as_json(verify_paper(office, made / "issued.pdf"))
    assert (told["verdict"], told["found_by"]) == ("genuine", "sha256")
    assert told["record"]["number"] == NUMBER


def test_a_void_document_is_genuine_and_said_to_be_void(office: Office, made: Path) -> None:
    advance(office, "GW-2018-0001", HEAD, Command("terminate", opinion="有误"))
    void(office, NUMBER, "有误", "省科协办公室文书")
    told = as_json(verify_paper(office, made / "issued.pdf"))
    assert (told["verdict"], told["record"]["state"]) == ("genuine", "void")


def differing(told: dict[str, Any]) -> tuple[Any, Any, Any]:
    found = told["differences"]
    return found["bytes"]["differing"], [one["page"] for one in found["pages"]["differing"]], found["text"]


def test_a_changed_word_is_found_and_shown(office: Office, made: Path) -> None:
    told = as_json(verify_paper(office, made / "altered.pdf"))
    assert (told["verdict"], told["found_by"], EXIT_CODES["altered"]) == ("altered", "checkpoint", 7)
    assert told["checkpoint"]["holds"] is True
    count, pages, [edit] = differing(told)
    assert count > 0
    assert pages == [1]
    assert (edit["recorded"], edit["found"]) == ("三", "五")
    assert "有效期限【三】年" in edit["context"]


def test_a_line_that_is_not_of_the_history_is_said_to_be_none(office: Office, made: Path) -> None:
    told = as_json(verify_paper(office, made / "forged.pdf"))
    assert (told["verdict"], told["found_by"]) == ("altered", "identifier")
    assert told["checkpoint"] == {"text": f"GW-2018-0001 第6条 {FORGED}", "holds": False}


def test_with_line_and_number_forged_the_identifier_still_leads_to_the_record(office: Office, made: Path) -> None:
    told = as_json(verify_paper(office, made / "renumbered.pdf"))
    assert (told["verdict"], told["found_by"]) == ("altered", "identifier")
    assert {edit["recorded"] for edit in differing(told)[2]} >= {"1"}


def test_saved_by_another_program_the_words_and_looks_are_the_same(office: Office, made: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pypdfium2.PdfDocument((made / "issued.pdf").read_bytes()).save(buffer)
    (tmp_path / "saved.pdf").write_bytes(buffer.getvalue())
    told = as_json(verify_paper(office, tmp_path / "saved.pdf"))
    count, pages, text = differing(told)
    assert (told["verdict"], count > 0, pages, text) == ("altered", True, [], [])


def scan(made: Path, place: Path, *, turned: float = 1.5, dpi: int = 150) -> Path:
    """The issued document as a scanner gives it: pictures of its pages, a little turned, in a PDF or a picture."""
    pages = pypdfium2.PdfDocument((made / "issued.pdf").read_bytes())
    seen = [page.render(scale=dpi / 72).to_pil().convert("L").rotate(turned, fillcolor=255) for page in pages]
    several = {"save_all": True, "append_images": seen[1:]} if place.suffix == ".pdf" else {}
    (seen[0] if several else seen[-1]).save(place, **several)
    return place


@pytest.mark.parametrize("name", ["scan.pdf", "scan.jpg", "scan.png"])
def test_a_scan_leads_to_the_record_by_its_code_and_is_not_said_to_be_genuine(
    office: Office, made: Path, tmp_path: Path, name: str
) -> None:
    pytest.importorskip("zxingcpp")
    told = as_json(verify_paper(office, scan(made, tmp_path / name)))
    assert (told["verdict"], told["found_by"], told["record"]["number"]) == ("scan", "code", NUMBER)
    assert (told["checkpoint"]["holds"], told["pages"], EXIT_CODES["scan"]) == (True, {"recorded": 1, "found": 1}, 7)


def test_the_text_of_a_code_leads_to_the_record_unless_the_history_has_no_such_entry(office: Office) -> None:
    with office.database.read() as connection:
        one = browse.find(connection, "1")
    code = code_of(as_issued(office, one).checkpoint, one.id)
    told = as_json(verify_code(office, code))
    assert (told["verdict"], told["record"]["number"], told["checkpoint"]["holds"]) == ("scan", NUMBER, True)
    forged = as_json(verify_code(office, code_of(f"{one.case_id} 第6条 {FORGED}", one.id)))
    assert (forged["verdict"], forged["record"], forged["checkpoint"]["holds"]) == ("unknown", None, False)
    with pytest.raises(InvalidInput, match="不是公文校验码"):
        verify_code(office, "https://example.org/")


def test_a_picture_without_a_code_is_unknown_and_said_to_be_a_picture(office: Office, tmp_path: Path) -> None:
    Image.new("L", (800, 1100), 255).save(tmp_path / "blank.png")
    told = as_json(verify_paper(office, tmp_path / "blank.png"))
    assert (told["verdict"], told["picture"]) == ("unknown", True)


def test_an_original_bears_neither_line_nor_code_unless_the_office_says_so_a_filing_copy_the_line(
    office: Office, tmp_path: Path
) -> None:
    given = {"genre_word": "通知", "subject": "关于报送工作进展情况", "series": "辽科协发"}
    more = {"addressees": "沈阳市科学技术协会", "paragraphs": TEXT}
    case = open_case(office, "official_document", "辽宁省科学技术协会", "省科协学会学术部经办", {**given, **more}).case
    for event, person in ACTS:
        advance(office, case, person, Command(event))
    [issued] = issue.issue_ordered(office, case)
    assert "第6条" not in text_of(Path(issued.file))
    filing_copy(office, str(issued.id), tmp_path / "filed.pdf", "省科协办公室文书")
    assert f"{case} 第6条" in text_of(tmp_path / "filed.pdf")
    reprint(office, str(issued.id), tmp_path / "again.pdf", "省科协办公室文书")
    assert (tmp_path / "again.pdf").read_bytes() == Path(issued.file).read_bytes()


def text_of(path: Path) -> str:
    found = read_copy(path.read_bytes())
    assert found is not None
    return found.text


def test_a_page_more_is_told(office: Office, made: Path, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument((made / "issued.pdf").read_bytes())
    document.new_page(595, 842)
    document.save(tmp_path / "longer.pdf")
    told = as_json(verify_paper(office, tmp_path / "longer.pdf"))
    pages = told["differences"]["pages"]
    assert (pages["recorded"] + 1, pages["differing"][-1]) == (
        pages["found"],
        {"page": pages["found"], "share": "1.0000"},
    )


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"hello", b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<</Type/Catalog", b"\0" * 4096]
)
def test_what_is_no_document_of_ours_is_unknown(office: Office, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(content)
    assert as_json(verify_paper(office, tmp_path / "x.pdf"))["verdict"] == "unknown"


def test_cut_in_the_middle_it_is_unknown_or_told_as_altered(office: Office, made: Path, tmp_path: Path) -> None:
    whole = (made / "issued.pdf").read_bytes()
    for part in (0.3, 0.9, 0.999):
        (tmp_path / "cut.pdf").write_bytes(whole[: int(len(whole) * part)])
        assert as_json(verify_paper(office, tmp_path / "cut.pdf"))["verdict"] in {"unknown", "altered"}


def test_another_offices_paper_is_unknown_also_when_it_has_a_line(office: Office, tmp_path: Path) -> None:
    html = "<p>别家的公文 他协发〔2018〕5号</p><p>SFQ-2018-0009 第3条 " + "ab" * 12 + "</p>"
    data = to_pdf(html, assets=office.notices[0], title="别家", author="别家", subject="函", identifier="x")
    (tmp_path / "other.pdf").write_bytes(data)
    told = as_json(verify_paper(office, tmp_path / "other.pdf"))
    assert (told["verdict"], EXIT_CODES["unknown"]) == ("unknown", 5)
    assert told["checkpoint"]["holds"] is False


def test_when_the_original_is_lost_too_the_record_is_still_named(office: Office, made: Path) -> None:
    Path(str(as_json(browse.show(office, NUMBER))["file"])).unlink()
    (office.notices[0] / "document.html").write_text("{% extends 'base.html' %}{% set title = ['x'] %}")
    told = as_json(verify_paper(office, made / "altered.pdf"))
    assert (told["verdict"], told["differences"]) == ("altered", None)


def test_a_lost_file_is_printed_anew_by_the_real_press_to_the_byte(office: Office, made: Path, tmp_path: Path) -> None:
    Path(str(as_json(browse.show(office, NUMBER))["file"])).unlink()
    told = as_json(reprint(office, NUMBER, tmp_path / "again.pdf", HEAD))
    assert told["source"] == "rendered"
    assert (tmp_path / "again.pdf").read_bytes() == (made / "issued.pdf").read_bytes()


def test_a_file_that_is_not_there_or_far_too_large_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="不能读取"):
        verify_paper(office, tmp_path / "none.pdf")
    monkeypatch.setattr("zhuli_flow.services.notices.verify.MAX_BYTES", 10)
    (tmp_path / "large.pdf").write_bytes(b"x" * 11)
    with pytest.raises(InvalidInput, match="超过"):
        verify_paper(office, tmp_path / "large.pdf")


def test_more_pages_than_a_paper_has_are_not_read() -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(61):
        document.new_page(100, 100)
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_copy(buffer.getvalue()) is None


def test_a_filing_copy_is_pdf_a_1b_and_is_known_again(office: Office, tmp_path: Path) -> None:
    if kit.installed() is None:
        pytest.skip("needs the font kit: zhuli fonts install (texlive-lang-chinese, fonts-noto-cjk)")
    told = as_json(filing_copy(office, NUMBER, tmp_path / "filing.pdf", "省科协办公室文书"))
    data = (tmp_path / "filing.pdf").read_bytes()
    assert (variant_of(data), archive_problems(data), told["variant"]) == ("1b", [], "1b")
    found = as_json(verify_paper(office, tmp_path / "filing.pdf"))
    assert (found["verdict"], found["found_by"]) == ("genuine", "filing")
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))
    assert against(office, text.encode()).ok, "it bears a signed checkpoint of the whole history"
    assert as_json(browse.show(office, NUMBER))["history"][-1]["event"] == "filing"
    (tmp_path / "touched.pdf").write_bytes(data + b"\n")
    assert as_json(verify_paper(office, tmp_path / "touched.pdf"))["verdict"] == "altered"


def test_a_kind_that_embeds_its_values_is_issued_as_pdf_a_3u(office: Office) -> None:
    with office.database.read() as connection:
        one = browse.find(connection, "1")
    paper = issue.paper_of(office, one, load_kinds(office.notices), "")
    job = issue.job_of(dataclasses.replace(paper, kind=dataclasses.replace(paper.kind, embed=True)))
    assert (job.variant, json.loads(job.data), job.day) == ("3u", dict(one.variables), one.signed_on)
