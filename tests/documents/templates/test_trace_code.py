"""The printed code: what is put in comes out again, off a picture too, and other codes are none of ours."""

import io

import pypdfium2
import pytest

from zhuli_flow.documents.pdfa.check import archive_problems
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.reading.page_codes import page_codes
from zhuli_flow.documents.ruler.check import check
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render
from zhuli_flow.documents.templates.trace_code import TraceCode, code_of, read_code

LINE = "SFQ-2018-0001 第128条 0123456789abcdef01234567"


def test_a_code_says_line_and_document() -> None:
    assert read_code(code_of(LINE, 17)) == TraceCode(LINE, 17)


@pytest.mark.parametrize("text", ["", "ZLF:", "https://example.org", f"{code_of(LINE, 17)}8:", LINE])
def test_another_text_is_no_code_of_ours(text: str) -> None:
    assert read_code(text) is None


def test_without_a_line_there_is_no_code() -> None:
    assert code_of("", 17) == ""


@pytest.mark.parametrize("name", ["reply", "consent_letter", "meeting_minutes", "returns_call"])
def test_a_printed_code_is_read_off_the_page_and_no_row_of_the_ruler_minds(name: str) -> None:
    kind = load_kinds((packaged_notices(),))[name]
    html = render(kind, {**kind.sample, "checkpoint": LINE, "trace_code": code_of(LINE, 17)})
    for variant in ("2u", "1b"):
        data = to_pdf(
            html,
            assets=packaged_notices(),
            title=kind.title,
            author=kind.issuer,
            subject=kind.genre,
            identifier=name,
            variant=variant,
        )
        assert archive_problems(data) == []
    assert check(data, name)["verdict"] == "合格"
    pytest.importorskip("zxingcpp")
    codes = page_codes(data)
    assert codes is not None
    assert [read_code(text) for text in codes.texts] == [TraceCode(LINE, 17)]
    pages = pypdfium2.PdfDocument(data)
    last = pages[len(pages) - 1].render(scale=150 / 72).to_pil().convert("L").rotate(2, fillcolor=255)
    picture = io.BytesIO()
    last.save(picture, "JPEG", quality=60)
    seen = page_codes(picture.getvalue())
    assert seen is not None
    assert [read_code(text) for text in seen.texts] == [TraceCode(LINE, 17)]
