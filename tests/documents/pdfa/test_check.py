"""The archive copy is PDF/A: by an independent validator for part 1, by our own reading for the others."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pydyf
import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.pdfa.check import archive_problems, variant_of
from zhuli_flow.documents.printing import child, printer
from zhuli_flow.documents.printing.printer import PrintJob, to_pdfs
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render, title_of

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><title>x</title>
<link rel="stylesheet" href="asset:fonts.css">
<link rel="stylesheet" href="asset:gongwen.css">
</head><body><h1><span>关于试验的函</span></h1><p>法库县喆堃，面积12㎡。</p></body></html>"""
JARS = "preflight pdfbox2 fontbox2 xmpbox commons-logging jaxb-api javax.activation".split()
JAVA = Path("/usr/share/java")

needs_kit = pytest.mark.skipif(
    kit.installed() is None, reason="no print fonts: zhuli fonts install (texlive-lang-chinese, fonts-noto-cjk)"
)
needs_preflight = pytest.mark.skipif(
    shutil.which("java") is None or not all((JAVA / f"{jar}.jar").exists() for jar in JARS),
    reason="no PDFBox Preflight: apt-get install libpdfbox2-java default-jre-headless",
)
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="no qpdf: apt-get install qpdf")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdffonts") is None, reason="no pdffonts: apt-get install poppler-utils"
)


def job(variant="2u", **other):
    return PrintJob(PAGE, "关于“试验”<的>函 & 件", "某省科协", "函", "试验-1", variant, **other)


@pytest.fixture(scope="module")
def copies():
    """One paper as 1b, 2u, and 3u with data."""
    jobs = [job("1b"), job("2u"), job("3u", data='{"县": "法库"}', day="2018-12-10")]
    return dict(zip(("1b", "2u", "3u"), to_pdfs(jobs, assets=packaged_notices()), strict=True))


def preflight(folder: Path) -> dict[str, bool]:
    """Validate the PDFs of a folder with PDFBox Preflight, in one run: file name → is PDF/A-1b."""
    listed = folder / "list.txt"
    listed.write_text("".join(f"{path}\n" for path in sorted(folder.glob("*.pdf"))), "utf-8")
    path = ":".join(str(JAVA / f"{jar}.jar") for jar in JARS)
    command = ["java", "-cp", path, "org.apache.pdfbox.preflight.Validator_A1b", "xml", "group", str(listed)]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    root = ET.parse(f"{listed}.preflight.xml").getroot()
    return {one.attrib["name"]: one.findtext("isValid") == "true" for one in root.iter("preflight")}


@needs_kit
@needs_preflight
def test_every_kind_s_filing_copy_passes_an_independent_validator_and_wrong_ones_do_not(tmp_path, copies):
    kinds = load_kinds([packaged_notices()])
    jobs = []
    for name, kind in kinds.items():
        seals = [{}, {"seal": "sample"}] if "seal" in kind.known() else [{}]
        pages = [render(kind, {**kind.sample, **seal}) for seal in seals]
        jobs += [PrintJob(page, title_of(page), kind.issuer, kind.genre, name, "1b") for page in pages]
    for number, data in enumerate(to_pdfs(jobs, assets=packaged_notices())):
        (tmp_path / f"{number:02}-{jobs[number].identifier}.pdf").write_bytes(data)
        assert archive_problems(data) == []
    (tmp_path / "wrong-2u.pdf").write_bytes(copies["2u"])
    (tmp_path / "wrong-bare.pdf").write_bytes(bare())
    (tmp_path / "wrong-fonts.pdf").write_bytes(changed(copies["1b"], unembed))
    found = preflight(tmp_path)
    assert len(found) == len(jobs) + 3
    assert {name for name, valid in found.items() if not valid} == {
        "wrong-2u.pdf",
        "wrong-bare.pdf",
        "wrong-fonts.pdf",
    }


@needs_kit
@pytest.mark.parametrize("variant", ["1b", "2u", "3u"])
def test_each_variant_says_what_it_is_and_keeps_it(copies, variant):
    assert variant_of(copies[variant]) == variant
    assert archive_problems(copies[variant]) == []


@needs_kit
def test_the_data_of_a_3u_file_is_inside_with_its_day_and_relation(copies):
    with pikepdf.open(BytesIO(copies["3u"])) as file:
        (one,) = file.Root.AF
        assert (str(one.UF), str(one.AFRelationship)) == ("data.json", "/Data")
        assert bytes(one.EF.F.read_bytes()).decode() == '{"县": "法库"}'
        assert str(one.EF.F.Params.ModDate) == "D:20181210000000Z"
    with pikepdf.open(BytesIO(copies["2u"])) as file:
        assert "/AF" not in file.Root


def test_data_is_refused_where_the_variant_cannot_carry_it():
    with pytest.raises(ValueError, match="2u carries no data"):
        job("2u", data="{}")


@needs_kit
def test_two_processes_print_the_same_bytes(copies):
    jobs = [job("3u", data='{"县": "法库"}', day="2018-12-10"), job("1b")]
    again, filed = to_pdfs(jobs, assets=packaged_notices())
    assert (again, filed) == (copies["3u"], copies["1b"])


def bare() -> bytes:
    """A PDF made by hand, with nothing an archive asks for."""
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    made.pages[0].Contents = made.make_stream(b"BT /F1 12 Tf 50 50 Td (x) Tj ET")
    made.save(out)
    return out.getvalue()


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **saved: object) -> bytes:
    """The file after ``change``."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as file:
        change(file)
        file.save(out, **saved)
    return out.getvalue()


def fonts(file):
    return [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"]


def unembed(file):
    for font in fonts(file):
        del font.DescendantFonts[0].FontDescriptor.FontFile2


def widen(file):
    for font in fonts(file):
        font.DescendantFonts[0].W = pikepdf.Array([0, 65535, 333])


def unread(file):
    for font in fonts(file):
        del font.ToUnicode


def box(file):
    page = file.pages[0]
    name = next(iter(page.Resources.Font.keys()))
    page.contents_add(f"BT {name} 16 Tf <0000> Tj ET".encode())


def retitle(file):
    file.trailer.Info.Title = "另一个题名"


def script(file):
    file.Root.OpenAction = file.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))


def fade(file):
    file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.5))
    file.pages[0].Resources.ExtGState = pikepdf.Dictionary(
        G=file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.5))
    )


def enclose(file):
    file.attachments["x.txt"] = b"x"


def drop(key):
    def change(file):
        del file.Root[key]

    return change


def rename(file):
    stream = file.Root.Metadata
    stream.write(stream.read_bytes().replace(b"<pdfaid:part>1<", b"<pdfaid:part>7<"))


def nest(file):
    file.Root.Metadata.write(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')


FAULTS = [
    (unembed, "archive.font"),
    (widen, "archive.width"),
    (unread, "archive.unicode"),
    (box, "archive.notdef"),
    (retitle, "archive.metadata"),
    (script, "archive.action"),
    (fade, "archive.transparency"),
    (enclose, "archive.file"),
    (drop("/OutputIntents"), "archive.intent"),
    (drop("/MarkInfo"), "archive.tags"),
    (drop("/Lang"), "archive.language"),
    (rename, "archive.variant"),
    (nest, "archive.variant"),
]


@needs_kit
@pytest.mark.parametrize(("change", "code"), FAULTS, ids=[code for _, code in FAULTS])
def test_each_fault_is_found_and_named(copies, change, code):
    assert code in {one.code for one in archive_problems(changed(copies["1b"], change))}


@needs_kit
def test_an_encrypted_copy_is_no_archive_copy(copies):
    locked = changed(copies["1b"], lambda _: None, encryption=pikepdf.Encryption(owner="x", user="", R=4))
    assert "archive.encrypted" in {one.code for one in archive_problems(locked)}


@needs_kit
def test_an_embedded_file_must_say_how_it_relates_to_the_paper(copies):
    def hide(file):
        del file.Root.AF[0].AFRelationship

    assert "archive.file" in {one.code for one in archive_problems(changed(copies["3u"], hide))}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 nothing", b"x" * 1000])
def test_what_is_no_pdf_is_told_as_such(data):
    assert [one.code for one in archive_problems(data)] == ["archive.unreadable"]
    assert variant_of(data) is None


def test_a_pdf_made_by_hand_is_no_archive_copy():
    codes = {one.code for one in archive_problems(bare())}
    assert {"archive.variant", "archive.intent", "archive.metadata", "archive.font"} <= codes


def test_without_print_fonts_a_filing_copy_is_not_called_one(monkeypatch):
    monkeypatch.setattr(printer.fontkit, "installed", lambda: None)
    (data,) = to_pdfs([job("1b")], assets=packaged_notices())
    assert "archive.font" in {one.code for one in archive_problems(data)}


@needs_kit
@needs_qpdf
@needs_poppler
@pytest.mark.parametrize("variant", ["1b", "2u", "3u"])
def test_other_programs_find_nothing_wrong_with_file_or_fonts(tmp_path, copies, variant):
    path = tmp_path / "x.pdf"
    path.write_bytes(copies[variant])
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors found" in checked.stdout
    assert not checked.stderr
    told = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True)
    assert not told.stderr
    rows = told.stdout.splitlines()[2:]
    assert rows
    assert all("CID TrueType" in row and row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def written(version: bytes, *, once: bool) -> bytes:
    """A small PDF with a stream, as the press's writer puts it down."""
    file, out = pydyf.PDF(), BytesIO()
    file.add_object(pydyf.Stream([b"BT", 1.5, "ET" * 200], {"Kind": "/X"}, compress=True))
    file.add_object(pydyf.Dictionary({"Names": pydyf.Array([pydyf.String("名"), 2, 0.25])}))
    file.info["Title"] = pydyf.String("函")
    if once:
        file.objects[1:] = map(child._Written, file.objects[1:])
    file.write(out, version, b"x", compress=True)
    return out.getvalue()


@pytest.mark.parametrize("version", [b"1.4", b"1.7"])  # 1b has a table of places, 2u and 3u have object streams
def test_giving_the_bytes_of_each_object_once_changes_none_of_them(version):
    assert written(version, once=True) == written(version, once=False)
