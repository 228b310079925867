"""An .xlsx from outside, opened within bounds: a few million bytes unpacked at most, no macro, no link, no DTD.

The archive is looked through before a byte is unpacked, every XML part is walked once by defusedxml, and only then does
openpyxl read the cells, as a stream. Formulas are recognised and never worked out.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from zhuli_flow.workbooks.cell_values import Cell, refused

MAX_FILE = 5 << 20
MAX_UNPACKED = 16 << 20
MAX_RATIO = 200
MAX_ENTRIES = 400
MAX_ELEMENTS = 300_000
MAX_DEPTH = 64
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 3_000, 64, 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_UNREAD = ("customXml/", "docProps/", "xl/drawings/", "xl/media/", "xl/theme/")
"""Parts of which nothing is wanted."""
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再导入"
_AGAIN = "请重新导出表格，填好后再导入"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range; rows and columns 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        """Whether the cell lies in the range without being its first, the only one that can hold anything."""
        inside = self.top <= row <= self.bottom and self.left <= column <= self.right
        return inside and (row, column) != (self.top, self.left)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet that hold something, by (row, column), 1-based; and its merged ranges."""

    name: str
    cells: dict[tuple[int, int], Cell]
    merged: tuple[Merged, ...]


def open_package(data: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook, by name. Raises InvalidInput when it is anything but a plain, modest .xlsx."""
    _plain_xlsx(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _modest(archive.infolist())
            _harmless(archive.namelist(), archive)
            vetted, merged = _vetted(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's about what it does not need of a file; not for the clerk
            return {sheet.name: sheet for sheet in _sheets(vetted, merged)}
    except DefusedXmlException as error:
        raise refused("file_entities", "文件中有外部实体或文档类型声明，不是电子表格软件存出来的", _AGAIN) from error
    except _BROKEN as error:
        raise refused("file_broken", "文件已损坏或不完整，读不出来", _AGAIN) from error


_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SAXException,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
)
"""What zipfile, openpyxl and the XML parsers (SyntaxError, SAXException) raise over files that are not what they seem;
found by feeding them some thousands."""


def _plain_xlsx(data: bytes) -> None:
    if not data:
        raise refused("file_empty", "文件是空的（0 字节）", _AGAIN)
    if len(data) > MAX_FILE:
        raise refused("file_too_big", f"文件超过 {MAX_FILE >> 20} MB", "填报表不应这样大，请删去图片、空行后再导入")
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise refused("file_encrypted", "文件设了打开密码，不能读取", "请取消密码后另存为 .xlsx，再导入")
        raise refused("file_old", "这是旧格式的表格（.xls、.et）", _SAVE_AS)
    if not data.startswith(b"PK\x03\x04"):
        raise refused("file_kind", "这不是 .xlsx 文件", _SAVE_AS)


def _modest(entries: list[zipfile.ZipInfo]) -> None:
    """Sizes as declared; ``zipfile`` itself never unpacks more of an entry than it declares."""
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise refused("file_bomb", "压缩包内的部件过多或重名，不是正常的表格", _AGAIN)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused("file_encrypted", "文件加了密，不能读取", "请取消密码后另存为 .xlsx，再导入")
    big = [entry for entry in entries if entry.file_size > 1 << 20]
    swollen = any(entry.file_size > MAX_RATIO * max(1, entry.compress_size) for entry in big)
    if swollen or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        fix = "请删去多余的工作表、图片和空行（选中表下方的空行，右键“删除”），另存后再导入"
        raise refused("file_bomb", f"文件展开后超过 {MAX_UNPACKED >> 20} MB 或压缩比异常", fix)


def _harmless(names: list[str], archive: zipfile.ZipFile) -> None:
    lower = [name.lower() for name in names]
    if "xl/workbook.bin" in lower:
        raise refused("file_kind", "这是二进制工作簿（.xlsb）", _SAVE_AS)
    if "mimetype" in lower and "content.xml" in lower:
        raise refused("file_kind", "这是 .ods 文件", _SAVE_AS)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in lower:
        raise refused("file_kind", "这不是 .xlsx 文件", _SAVE_AS)
    macros = any("vbaproject" in name or name.startswith(("xl/macrosheets/", "xl/dialogsheets/")) for name in lower)
    if macros or b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise refused("file_macro", "文件带有宏", _SAVE_AS)
    if any(name.startswith("xl/externallinks/") for name in lower):
        fix = "请在“数据”→“编辑链接”中断开链接，另存后再导入"
        raise refused("file_links", "文件链接着别的工作簿", fix)


class _Walker(ContentHandler):
    """Sees every element go by: counts them, and keeps the merged ranges."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.depth = 0
        self.merged: list[Merged] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the interface of xml.sax
        """An element begins; ``name`` may have a prefix."""
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS or self.depth > MAX_DEPTH:
            raise refused("file_bomb", "文件内容过多或嵌套过深，不是正常的填报表", _AGAIN)
        if name.rpartition(":")[2] == "mergeCell":
            self.merged += _merged(attrs.get("ref", ""))

    def endElement(self, name: str) -> None:  # noqa: N802 - the interface of xml.sax
        """An element ends."""
        self.depth -= 1


def _vetted(archive: zipfile.ZipFile) -> tuple[io.BytesIO, dict[str, tuple[Merged, ...]]]:
    """A copy of the archive that holds nothing but XML walked through, so that nothing else can be read from it."""
    copy = io.BytesIO()
    merged: dict[str, tuple[Merged, ...]] = {}
    with zipfile.ZipFile(copy, "w") as kept:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and not name.startswith(_UNREAD):
                content = archive.read(name)
                merged[name] = _walk(content)
                kept.writestr(zipfile.ZipInfo(name), content)
    return copy, merged


def _walk(content: bytes) -> tuple[Merged, ...]:
    walker = _Walker()
    parseString(content, walker, forbid_dtd=True)
    return tuple(walker.merged)


def _merged(reference: str) -> Iterator[Merged]:
    found = _RANGE.fullmatch(reference)
    if found:
        yield Merged(int(found[2]), _column(found[1]), int(found[4]), _column(found[3]))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


_KINDS: dict[str, Literal["formula", "error"]] = {"f": "formula", "e": "error"}
"""Of openpyxl's letters, those that hold no value."""


def _sheets(vetted: io.BytesIO, merged: dict[str, tuple[Merged, ...]]) -> Iterator[Sheet]:
    book = load_workbook(vetted, read_only=True, keep_links=False)
    for sheet in book.worksheets[:MAX_SHEETS]:
        part = sheet._worksheet_path.lstrip("/")  # noqa: SLF001 - the one place that says which part the sheet was read from
        yield Sheet(sheet.title, dict(_cells(sheet)), merged.get(part, ()))
    book.close()


def _cells(sheet: Any) -> Iterable[tuple[tuple[int, int], Cell]]:
    sheet.reset_dimensions()  # what a file says about its own size need not be true
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), start=1):
        for column, cell in enumerate(row, start=1):
            if cell.value is not None:
                yield (number, column), Cell(cell.value, _KINDS.get(cell.data_type, "value"), cell.number_format or "")
