"""Every kind of paper can be read aloud, and a file that can't is told by the clause it fails."""

from io import BytesIO

import pikepdf
import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.pdfa.accessible import accessibility_problems
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render
from zhuli_flow.documents.templates.trace_code import code_of

LINE = "SFQ-2018-0001 第128条 0123456789abcdef01234567"
KINDS = load_kinds((packaged_notices(),))


@pytest.fixture(scope="module")
def printed():
    """A function that prints a kind's sample with all that a paper may bear."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    made = {}
    with PrintingChild(packaged_notices()) as child:

        def print_kind(name):
            if name not in made:
                kind = KINDS[name]
                more = {"checkpoint": LINE, "trace_code": code_of(LINE, 17)}
                more |= {"seal": "sample"} if kind.layout in ("document", "letter") else {}
                html = render(kind, {**kind.sample, **more})
                made[name] = child.outcome(PrintJob(html, kind.title, kind.issuer, kind.genre, name))
            return made[name]

        yield print_kind


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_passes(printed, name):
    found = [problem.code for problem in accessibility_problems(printed(name))]
    assert found == []


def elements(one, name):
    kids = one.get("/K")
    for kid in () if kids is None else kids if isinstance(kids, pikepdf.Array) else (kids,):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if name == kid.S:
                yield kid
            yield from elements(kid, name)


def first(pdf, name):
    return next(elements(pdf.Root.StructTreeRoot, name))


def without_scope(pdf):
    for name in ("/TH", "/TD"):
        for cell in elements(pdf.Root.StructTreeRoot, name):
            del cell.A


def short_row(pdf):
    row = list(elements(pdf.Root.StructTreeRoot, "/TR"))[2]
    row.K = pikepdf.Array(list(row.K)[:-1])


def bare_text(pdf):
    pdf.pages[0].contents_add(b"BT /F0 12 Tf (x) Tj ET", prepend=True)


FAULTS = {
    "ua.marked": lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False),
    "ua.language": lambda pdf: pdf.Root.__delitem__("/Lang"),
    "ua.title": lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"),
    "ua.tags": lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"),
    "ua.alt": lambda pdf: first(pdf, "/Figure").__delitem__("/Alt"),
    "ua.scope": without_scope,
    "ua.rows": short_row,
    "ua.headings": lambda pdf: first(pdf, "/H1").__setitem__("/S", pikepdf.Name("/H3")),
    "ua.type": lambda pdf: first(pdf, "/P").__setitem__("/S", pikepdf.Name("/Absatz")),
    "ua.untagged": bare_text,
    "ua.identifier": lambda pdf: pdf.Root.__delitem__("/Metadata"),
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_and_named(printed, code):
    with pikepdf.open(BytesIO(printed("group_notice"))) as pdf:
        FAULTS[code](pdf)
        target = BytesIO()
        pdf.save(target)
    assert code in {problem.code for problem in accessibility_problems(target.getvalue())}


def test_what_is_no_pdf_is_told_as_such():
    assert [problem.code for problem in accessibility_problems(b"text")] == ["ua.file"]
