"""Plain tables out: registers, wide sheets and lists as .xlsx, CSV and JSON that open cleanly in Excel and WPS."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

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
    book = Workbook()
    page = book.active
    page.title = _sheet_name(table.title)
    widths = [_width(table, heading) for heading in table.headings]
    _headings(page, table, widths)
    for number, row in enumerate(table.rows, start=3):
        entries = [row.get(heading.name) for heading in table.headings]
        for column, entry in enumerate(entries, start=1):
            _put(page.cell(number, column), entry)
        page.row_dimensions[number].height = _height([_plain(entry) for entry in entries], widths)
    last = len(table.rows) + 2
    for number, note in enumerate(table.notes, start=last + 1):
        _put(page.cell(number, 1), note, boxed=False)
    _paper(page, table, last, sum(widths))
    return save(book, at)


def to_csv(table: Table) -> bytes:
    """UTF-8 with BOM, CRLF; a text that a spreadsheet would take for a formula carries ``'`` in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(heading.words) for heading in table.headings])
    for row in table.rows:
        writer.writerow([_safe(row.get(heading.name)) for heading in table.headings])
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def to_json(table: Table) -> bytes:
    """``{"title", "columns", "rows", "notes"}``; decimals as text, dates ISO, every row with every column."""
    rows = [{heading.name: _json(row.get(heading.name)) for heading in table.headings} for row in table.rows]
    columns = [{"name": one.name, "title": one.title, "unit": one.unit} for one in table.headings]
    told = {"title": table.title, "columns": columns, "rows": rows, "notes": list(table.notes)}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


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


def _put(cell: Any, entry: Entry, *, boxed: bool = True) -> None:
    number = isinstance(entry, int | Decimal) and not isinstance(entry, bool)
    exact = number and len(Decimal(str(entry)).as_tuple().digits) <= 15
    if exact or isinstance(entry, date):
        cell.value = entry
        cell.number_format = "yyyy-mm-dd" if isinstance(entry, date) else "General"
    elif entry is not None:
        text = _plain(entry)
        cell.value = text_out(text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT)
        cell.data_type, cell.number_format = "s", "@"
    cell.font = Font(name="宋体", size=10)
    cell.alignment = Alignment(horizontal="right" if exact else "left", vertical="top", wrap_text=boxed)
    if boxed:
        cell.border = _BOX


def _headings(page: Any, table: Table, widths: Sequence[float]) -> None:
    _put(page.cell(1, 1), table.title, boxed=False)
    page.cell(1, 1).font = Font(name="黑体", size=14)
    page.row_dimensions[1].height = 22
    page.row_dimensions[2].height = _height([heading.words for heading in table.headings], widths)
    for column, heading in enumerate(table.headings, start=1):
        cell = page.cell(2, column)
        _put(cell, heading.words)
        cell.font = Font(name="黑体", size=10)
        cell.fill = PatternFill("solid", start_color="EDEDED")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = widths[column - 1]


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
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.print_title_cols = "A:A"
    page.page_setup.orientation = "landscape" if columns > _WIDE else "portrait"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = max(1, math.ceil(width / _ACROSS)), 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "第 &P 页　共 &N 页"
