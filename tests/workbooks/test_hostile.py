"""Files that are not what they seem are refused quickly, in words, and without being opened further than needed."""

import io
import random
import re
import zipfile
from time import process_time

import pytest

from tests.workbooks.packing import STRINGS, as_excel_saves, code, edited, refusal, repacked, typed
from tests.workbooks.returns import AT, PARTS, sheet
from zhuli_flow.errors import InvalidInput
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.form_writer import write
from zhuli_flow.workbooks.xlsx_package import MAX_FILE, OLE

FORM = sheet(*PARTS[:12])
GOOD = as_excel_saves(write(FORM, {}, AT))
SHEET, TYPES = "xl/worksheets/sheet1.xml", "[Content_Types].xml"


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_password() -> bytes:
    """Every entry marked as encrypted, as old zip programs do."""
    out = bytearray(GOOD)
    for found in re.finditer(rb"PK\x01\x02", GOOD):
        out[found.start() + 8] |= 1
    return bytes(out)


def twice() -> bytes:
    """Two entries of one name: which one is read depends on who reads."""
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


DTD = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
DTD_16 = ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]>').encode(
    "utf-16"
)
BIG_MERGE = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'

WRONG = {
    "nothing at all": (b"", "file_empty"),
    "an .xls or .et": (OLE + b"\0" * 600, "file_old"),
    "an encrypted workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
    "a page of HTML called .xls": (b"<html><table>", "file_kind"),
    "a PDF": (b"%PDF-1.7", "file_kind"),
    "another zip": (zipped({"a.txt": b"a"}), "file_kind"),
    "an .ods": (zipped({"mimetype": b"x", "content.xml": b"<a/>"}), "file_kind"),
    "an .xlsb": (zipped({TYPES: b"<Types/>", "xl/workbook.bin": b"x"}), "file_kind"),
    "too many bytes": (b"PK\x03\x04" + b"\0" * MAX_FILE, "file_too_big"),
    "half a file": (GOOD[: len(GOOD) // 2], "file_broken"),
    "a zip with a password": (with_password(), "file_encrypted"),
    "two entries of one name": (twice(), "file_bomb"),
    "a bomb by ratio": (repacked(GOOD, {STRINGS: b" " * (15 << 20)}), "file_bomb"),
    "a bomb by total": (repacked(GOOD, {f"xl/media/{n}": random.Random(n).randbytes(999) * 6000 for n in range(3)}),
                        "file_bomb"),
    "thousands of entries": (zipped({f"{n}.xml": b"" for n in range(500)}), "file_bomb"),
    "a macro": (repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "file_macro"),
    "an old macro sheet": (repacked(GOOD, {"xl/macrosheets/sheet1.xml": b"<a/>"}), "file_macro"),
    "a macro workbook by its type": (repacked(GOOD, {TYPES: lambda old: old.replace(b"sheet.", b"macroEnabled.")}),
                                     "file_macro"),
    "a link to another workbook": (repacked(GOOD, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "file_links"),
    "entities": (repacked(GOOD, {STRINGS: DTD + b"<sst>&b;</sst>"}), "file_entities"),
    "entities in another encoding": (repacked(GOOD, {STRINGS: DTD_16}), "file_entities"),
    "a DTD in a part nobody needs": (repacked(GOOD, {"xl/comments1.xml": DTD + b"<sst/>"}), "file_entities"),
    "XML that breaks off": (repacked(GOOD, {SHEET: lambda old: old[:900]}), "file_broken"),
    "nested without end": (repacked(GOOD, {SHEET: b"<a>" * 5000 + b"</a>" * 5000}), "file_bomb"),
    "a million elements": (repacked(GOOD, {SHEET: b"<a>" + b"<b/>" * 700_000 + b"</a>"}), "file_bomb"),
    "no sheet of ours": (edited(GOOD, lambda book: book.remove(book["zhuli"])), "file_not_ours"),
    "another program's": (edited(GOOD, lambda book: book["zhuli"].__setitem__("A1", "x")), "file_not_ours"),
    "strings that are missing": (repacked(GOOD, {STRINGS: b"<sst/>"}), "file_broken"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_is_refused(what):
    data, expected = WRONG[what]
    began = process_time()
    error = refusal(FORM, data)
    assert code(error) == expected
    assert "未作任何改动" in error.message
    assert process_time() - began < 5


def test_a_range_merged_over_the_whole_sheet_costs_nothing():
    began = process_time()
    told = read(
        FORM,
        repacked(GOOD, {SHEET: lambda old: re.sub(rb"</sheetData>.*?</mergeCells>", BIG_MERGE, old, flags=re.DOTALL)}),
    )
    assert {problem.code for problem in told.problems} == {"cell_merged"}
    assert process_time() - began < 5


def test_a_row_at_the_end_of_the_world_costs_nothing():
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    dimension = b'<dimension ref="A1:XFD1048576"/>'

    def stretch(old: bytes) -> bytes:
        return re.sub(rb"<dimension [^>]*/>", dimension, old).replace(b"</sheetData>", row)

    began = process_time()
    assert read(FORM, repacked(GOOD, {SHEET: stretch})).values == {}
    assert process_time() - began < 5


def test_a_name_of_a_part_that_hides_it_from_the_checks_hides_it_from_the_reader_too():
    hidden = repacked(GOOD, {
        TYPES: lambda old: old.replace(b"/xl/sharedStrings.xml", b"/xl/sharedStrings.dat"),
        "xl/sharedStrings.dat": DTD + b"<sst>&b;</sst>",
    })  # fmt: skip
    assert code(refusal(FORM, hidden)) == "file_broken"


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://example.org")', "=cmd|' /C calc'!A0", "=[1]别的表!A1"])
def test_a_formula_is_told_by_its_cell_and_never_worked_out(text):
    told = read(FORM, typed(GOOD, C5=text))
    assert [(problem.place, problem.message) for problem in told.problems] == [("C5", "是公式，请填数值")]
    assert told.values == {}


def test_the_value_kept_beside_a_formula_is_not_taken():
    cached = b'<c r="C5" s="1"><f>1+1</f><v>2</v></c>'
    data = repacked(GOOD, {SHEET: lambda old: re.sub(rb'<c r="C5"[^>]*?(/>|></c>)', cached, old)})
    told = read(FORM, data)
    assert [str(problem) for problem in told.problems] == [
        "C5: cell_formula: 是公式，请填数值；请删去公式，把算出的结果直接填上"
    ]


def test_a_file_with_bytes_changed_anywhere_is_read_or_refused_and_never_breaks_the_program():
    chance = random.Random(20180626)
    names = [SHEET, STRINGS, TYPES, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"]
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {name: archive.read(name) for name in names}
    refused = 0
    for _ in range(150):
        name = chance.choice(names)
        content = bytearray(parts[name])
        for _ in range(chance.choice([1, 1, 3])):
            at = chance.randrange(len(content))
            content[at : at + chance.choice([1, 1, 8])] = chance.choice([b"", b"9", b'"', b"<", b"A", b"-1", b"\xff"])
        try:
            read(FORM, repacked(GOOD, {name: bytes(content)}))
        except InvalidInput:
            refused += 1
    assert refused > 30
