"""Plain tables out: registers, wide sheets and lists as .xlsx, CSV and JSON that open cleanly in Excel and WPS."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zhuli_flow.workbooks.cell_values import places, text_out, wrapped
from zhuli_flow.workbooks.deterministic_zip import save
from zhuli_flow.workbooks.entry import Entry

LONGEST = 32_767
"""Characters that a spreadsheet keeps in one cell."""
_CUT = "……（全文见 JSON）"
_THIN = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ACROSS = 200
"""Places that are still legible across one page; a wider table goes on beside it, its first column repeated."""
_WIDE = 8
"""More columns than this are printed on a page lying down."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: ``name`` in JSON, ``title`` as people read it, ``unit`` of its numbers."""

    name: str
    title: str
    unit: str = ""

    @property
    def words(self) -> str:
        """The title with its unit, as it stands over the column."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by column name; ``notes`` stand under the table (as of when, by which filter)."""

    title: str
    headings: tuple[Heading, ...]
    rows: Sequence[Mapping[str, Entry]]
    notes: tuple[str, ...] = ()


def to_xlsx(table: Table, at: datetime) -> bytes:
    """A workbook of one sheet, headings frozen and filtered, A4, as wide as one page; ``at`` is the only time in it."""
    book = Workbook(write_only=True)  # rows leave memory as they come
    page = book.create_sheet(_sheet_name(table.title))
    widths = [_width(table, heading) for heading in table.headings]
    last = len(table.rows) + 2
    _paper(page, table, last, sum(widths))
    _headings(page, table, widths)
    for number, row in enumerate(table.rows, start=3):
        entries = [row.get(heading.name) for heading in table.headings]
        page.row_dimensions[number].height = _height([_plain(entry) for entry in entries], widths)
        page.append([_cell(page, entry) for entry in entries])
        del page.row_dimensions[number]
    for note in table.notes:
        page.append([_cell(page, note, boxed=False)])
    return save(book, at)


def to_csv(table: Table) -> bytes:
    """UTF-8 with BOM, CRLF; a text that a spreadsheet would take for a formula carries ``'`` in front."""
    return b"".join(csv_parts(table.headings, table.rows))


def csv_parts(headings: Sequence[Heading], rows: Iterable[Mapping[str, Entry]]) -> Iterator[bytes]:
    """The same, a row at a time as they are asked for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(heading.words) for heading in headings])
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield out.getvalue().encode("utf-8", "replace")
        out.seek(0)
        out.truncate()
        writer.writerow([_safe(row.get(heading.name)) for heading in headings])
    yield out.getvalue().encode("utf-8", "replace")


def to_json(table: Table) -> bytes:
    """``{"title", "columns", "rows", "notes"}``; decimals as text, dates ISO, every row with every column."""
    return b"".join(json_parts(table.title, table.headings, table.rows, lambda: table.notes))


def json_parts(
    title: str,
    headings: Sequence[Heading],
    rows: Iterable[Mapping[str, Entry]],
    notes: Callable[[], Sequence[str]],
) -> Iterator[bytes]:
    """The same, a row at a time as they are asked for; ``notes`` are asked for once all rows are written."""
    columns = [{"name": one.name, "title": one.title, "unit": one.unit} for one in headings]
    head = f'{{\n  "title": {_indented(title, 2)},\n  "columns": {_indented(columns, 2)},\n  "rows": ['
    yield head.encode("utf-8", "replace")
    before, after = "\n    ", "]"
    for row in rows:
        told = {heading.name: _json(row.get(heading.name)) for heading in headings}
        yield f"{before}{_indented(told, 4)}".encode("utf-8", "replace")
        before, after = ",\n    ", "\n  ]"
    yield f'{after},\n  "notes": {_indented(list(notes()), 2)}\n}}\n'.encode("utf-8", "replace")


def _indented(value: object, depth: int) -> str:
    """JSON over several lines, the later ones indented by so many places more."""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * depth)


def _json(entry: Entry) -> object:
    if isinstance(entry, Decimal | date):
        return str(entry)
    return entry if entry is None or isinstance(entry, bool | int | str) else list(entry)


def _plain(entry: Entry) -> str:
    """An entry as the text of one cell."""
    if isinstance(entry, bool):
        return "是" if entry else "否"
    if entry is None or isinstance(entry, str | int | Decimal | date):
        return "" if entry is None else str(entry)
    return "\n".join(entry)


def _safe(entry: Entry) -> str:
    text = _plain(entry)
    typed = isinstance(entry, int | Decimal | date)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) and not typed else text


def _sheet_name(title: str) -> str:
    """A name that a sheet may have: at most 31 characters, none of those that Excel refuses."""
    kept = "".join(" " if char in "[]:*?/\\'" else char for char in text_out(title)).strip()
    return kept[:31].strip() or "表"


def _cell(page: Any, entry: Entry, *, boxed: bool = True) -> Any:
    """A cell of a page that is written row by row."""
    cell = WriteOnlyCell(page)
    number = isinstance(entry, int | Decimal) and not isinstance(entry, bool)
    exact = number and len(Decimal(str(entry)).as_tuple().digits) <= 15
    if exact or isinstance(entry, date):
        cell.value = entry
        cell.number_format = "yyyy-mm-dd" if isinstance(entry, date) else "General"
    elif entry is not None:
        text = _plain(entry)
        cell.value = text_out(text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT)
        cell.data_type, cell.number_format = "s", "@"
    cell.font = _SONG
    cell.alignment = _ALIGNED[exact, boxed]
    if boxed:
        cell.border = _BOX
    return cell


_SONG, _HEI, _TITLE = Font(name="宋体", size=10), Font(name="黑体", size=10), Font(name="黑体", size=14)
_ALIGNED = {
    (exact, boxed): Alignment(horizontal="right" if exact else "left", vertical="top", wrap_text=boxed)
    for exact in (False, True)
    for boxed in (False, True)
}
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_GREY = PatternFill("solid", start_color="EDEDED")


def _headings(page: Any, table: Table, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[1].height = 22
    page.row_dimensions[2].height = _height([heading.words for heading in table.headings], widths)
    title = _cell(page, table.title, boxed=False)
    title.font = _TITLE
    page.append([title])
    heads = [_cell(page, heading.words) for heading in table.headings]
    for cell in heads:
        cell.font, cell.fill, cell.alignment = _HEI, _GREY, _CENTRED
    page.append(heads)


def _width(table: Table, heading: Heading) -> float:
    """As wide as its longest line, within bounds; a long heading wraps rather than widen its column."""
    texts = [_plain(row.get(heading.name)) for row in table.rows[:500]]
    longest = max((places(line[:60]) for text in texts for line in text.split("\n")), default=0)
    return min(48, max(8, longest + 3, min(20, places(heading.words) + 3)))


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points for the tallest of the cells, no more than a row can have."""
    rows = max((wrapped(text[:2000], width) for text, width in zip(texts, widths, strict=True)), default=1)
    return min(400, 13.5 * rows + 4)


def _paper(page: Any, table: Table, last: int, width: float) -> None:
    columns = max(1, len(table.headings))
    end = get_column_letter(columns)
    page.freeze_panes = "B3" if columns > _WIDE else "A3"
    if table.headings:
        page.auto_filter.ref = f"A2:{end}{last}"
    page.print_area, page.print_title_rows = f"A1:{end}{last + len(table.notes)}", "1:2"
    page.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    page.print_title_cols = "A:A"
    page.page_setup.orientation = "landscape" if columns > _WIDE else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = max(1, math.ceil(width / _ACROSS)), 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "第 &P 页　共 &N 页"
