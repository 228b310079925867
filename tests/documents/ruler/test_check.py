"""A file from anywhere is measured in a child that is short of everything, or refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.generic import ArrayObject, FloatObject, NameObject, RectangleObject

from zhuli_flow.documents.ruler import check as desk
from zhuli_flow.documents.ruler.check import check
from zhuli_flow.documents.ruler.reading import MAX_PAGES
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.errors import InvalidInput


@pytest.fixture(scope="module")
def right(board):
    return board.draw({"right": board.Sheet()})["right"]


def rewritten(data, change):
    """The PDF after ``change(writer)``."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    change(writer)
    sink = BytesIO()
    writer.write(sink)
    return sink.getvalue()


def plain_pdf(content: bytes, extra: bytes = b"", pages: int = 1) -> bytes:
    """A PDF written by hand: ``content`` on every page."""
    kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(pages))
    parts = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj" % (pages, kids),
        b"3 0 obj<</Length %d%s>>stream\n%s\nendstream endobj" % (len(content), extra, content),
    ]
    parts += [
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>endobj" % (4 + n)
        for n in range(pages)
    ]
    return b"%PDF-1.4\n" + b"\n".join(parts) + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def test_a_right_paper_gets_the_same_report_in_the_child_as_in_this_process(right):
    assert check(right, "批复.pdf") == json.loads(json.dumps(measure(right).json()))
    assert check(right, "批复.pdf")["verdict"] == "合格"


def test_a_row_says_clause_rule_expected_measured_deviation_tolerance_and_verdict(right):
    row = next(row for row in check(right, "批复.pdf")["rows"] if row["code"] == "rule.gap")
    assert set(row) == {
        "code", "clause", "rule", "expected", "measured", "deviation", "unit", "tolerance", "verdict",
    }  # fmt: skip
    assert (row["clause"], row["expected"], row["tolerance"], row["verdict"]) == ("7.2.7", "4.00", "±0.15", "合格")
    assert abs(row["deviation"]) < 0.01


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是 PDF"),
        (b"hello", "不是 PDF"),
        (b"%PDF-1.7\n", "不是可读的 PDF"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 50, "不是可读的 PDF"),
        (plain_pdf(b"", pages=MAX_PAGES + 1), f"{MAX_PAGES + 1} 页"),
    ],
)
def test_what_is_no_pdf_or_too_long_is_refused(data, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        check(data, "文件")
    assert caught.value.fix


def test_a_locked_pdf_is_refused(right):
    locked = rewritten(right, lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    with pytest.raises(InvalidInput, match="密码"):
        check(locked, "文件")


def test_a_file_larger_than_the_limit_is_not_even_given_to_the_child(monkeypatch):
    monkeypatch.setattr(desk, "MAX_BYTES", 10)
    monkeypatch.setattr(desk.confined, "run", lambda *_, **__: pytest.fail("read"))
    with pytest.raises(InvalidInput, match="大于"):
        check(b"%PDF-1.7 and more", "文件")


def test_drawings_without_end_are_refused():
    with pytest.raises(InvalidInput, match="图形过多"):
        check(plain_pdf(b"0 0 9 9 re f\n" * 25_000), "文件")


def test_a_page_that_unpacks_to_hundreds_of_megabytes_is_stopped(monkeypatch):
    monkeypatch.setattr(desk, "MEMORY_BYTES", 300 * 1024**2)
    monkeypatch.setattr(desk, "CPU_S", 10)
    bomb = zlib.compress(b"0 0 9 9 re f\n" * 30_000_000, 1)
    with pytest.raises(InvalidInput, match=r"不能量"):
        check(plain_pdf(bomb, b"/Filter/FlateDecode"), "文件")


def test_a_child_that_hangs_is_stopped_by_the_wall_clock(right, monkeypatch):
    monkeypatch.setattr(desk, "WALL_S", 0.01)
    with pytest.raises(InvalidInput, match="时限"):
        check(right, "文件")


def test_the_child_can_write_no_file(tmp_path):
    code = (
        "from zhuli_flow.support.confined import confine\n"
        "confine(2 * 1024**3, 5)\n"
        f"file = open({str(tmp_path / 'x')!r}, 'wb', buffering=0)\n"
        "file.write(b'x')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert (tmp_path / "x").read_bytes() == b""


def test_an_empty_page_is_measured_and_found_wanting():
    report = check(plain_pdf(b""), "文件")
    assert report["verdict"] == "不合格"
    assert "未见发文机关标志" in next(row for row in report["rows"] if row["code"] == "parts")["measured"]


def test_a_sheet_that_is_turned_and_turned_back_measures_the_same(right):
    """A page may be kept lying and shown upright: what counts is how it is looked at."""

    def lay(writer):
        for page in writer.pages:
            # content a quarter turn to the left on a landscape page, shown with a quarter turn to the right
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            page.add_transformation(Transformation().rotate(90).translate(height, 0))
            page.mediabox.upper_right = (height, width)
            page.cropbox.upper_right = (height, width)
            page.rotate(90)

    turned = measure(rewritten(right, lay))
    assert [(row.rule.code, row.measured) for row in turned.wrong] == []


def test_a_page_box_that_does_not_begin_at_zero_measures_the_same(right):
    def shift(writer):
        for page in writer.pages:
            page.add_transformation(Transformation().translate(100, 50))
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            for box in (page.mediabox, page.cropbox):
                box.lower_left, box.upper_right = (100, 50), (100 + width, 50 + height)

    assert [(row.rule.code, row.measured) for row in measure(rewritten(right, shift)).wrong] == []


def test_a_sheet_of_another_size_is_rejected_for_its_size(right):
    def enlarge(writer):
        for page in writer.pages:
            page.mediabox.upper_right = (612, 842)
            page.cropbox.upper_right = (612, 842)

    wrong = {row.rule.code for row in measure(rewritten(right, enlarge)).wrong}
    assert wrong == {"paper.size"}


def test_the_layout_can_be_given_instead_of_inferred(right):
    assert measure(right).layout == "document"
    asked = measure(right, "letter")
    assert asked.layout == "letter"
    assert {"letter.mark", "letter.double"} <= {row.rule.code for row in asked.wrong}


def boxed(data, change):
    """The PDF with every page's boxes changed by ``change(page)``."""

    def each(writer):
        for page in writer.pages:
            change(page)

    return rewritten(data, each)


def inherit(writer):
    writer.root_object["/Pages"][NameObject("/MediaBox")] = RectangleObject((0, 0, 595.276, 841.89))
    for page in writer.pages:
        for name in ("/MediaBox", "/CropBox", "/TrimBox"):
            page.pop(name, None)


def swap(page):
    page[NameObject("/MediaBox")] = ArrayObject(map(FloatObject, (595.276, 841.89, 0, 0)))


def crop_beyond(page):
    page[NameObject("/CropBox")] = RectangleObject((-10, -10, 700, 900))


def bleed(page, edge=8.504):
    page.add_transformation(Transformation().translate(edge, edge))
    page[NameObject("/MediaBox")] = RectangleObject((0, 0, 595.276 + 2 * edge, 841.89 + 2 * edge))
    page[NameObject("/CropBox")] = page["/MediaBox"]
    page[NameObject("/TrimBox")] = RectangleObject((edge, edge, 595.276 + edge, 841.89 + edge))


def halve(page):
    page.scale_by(0.5)
    page[NameObject("/UserUnit")] = FloatObject(2)


def whole_points(page):
    page[NameObject("/MediaBox")] = RectangleObject((0, 0, 595, 842))


def shifted(right, down):
    def shift(page):
        page.add_transformation(Transformation().translate(right * 72 / 25.4, -down * 72 / 25.4))

    return shift


@pytest.mark.parametrize("change", [swap, crop_beyond, bleed, halve, whole_points])
def test_the_sheet_is_the_one_a_viewer_shows(right, change):
    assert [row for row in measure(boxed(right, change)).json()["rows"] if row["verdict"] == "不合格"] == []


def test_a_box_that_all_pages_inherit_is_theirs(right):
    assert measure(rewritten(right, inherit)).json()["verdict"] == "合格"


@pytest.mark.parametrize("by", [(-0.5, -0.5), (0.9, 0.9), (0.0, -0.95), (0.6, -0.3)])
def test_a_text_area_within_a_millimetre_of_its_place_is_right_and_the_rest_begins_there(right, by):
    report = measure(boxed(right, shifted(*by)))
    assert [(row.rule.code, row.measured) for row in report.wrong] == []
    place = next(row for row in report.rows if row.rule.code == "area.place")
    assert place.deviation == pytest.approx(max(by, key=abs), abs=0.05)


@pytest.mark.parametrize("by", [(-1.2, 0.0), (0.0, 1.2), (3.0, -3.0)])
def test_a_text_area_further_off_is_the_one_thing_that_is_wrong(right, by):
    assert [row.rule.code for row in measure(boxed(right, shifted(*by))).wrong] == ["area.place"]


def test_a_sheet_three_millimetres_short_is_no_a4(right):
    def cut(page):
        page[NameObject("/MediaBox")] = RectangleObject((0, 8.6, 595.276, 841.89))
        page[NameObject("/CropBox")] = page["/MediaBox"]
        page.pop("/TrimBox", None)

    assert [row.rule.code for row in measure(boxed(right, cut)).wrong] == ["paper.size"]


def test_a_scan_is_refused_since_it_has_no_text_to_measure():
    picture = Image.new("L", (827, 1169), 255)
    picture.paste(0, (100, 100, 700, 130))
    sink = BytesIO()
    picture.save(sink, "PDF", resolution=100)
    with pytest.raises(InvalidInput, match="没有可量的文字") as caught:
        check(sink.getvalue(), "扫描件.pdf")
    assert "扫描件" in caught.value.fix
