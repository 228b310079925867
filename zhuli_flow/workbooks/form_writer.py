"""A form as a workbook to fill in: the printed form's layout, only the data cells unlocked, each checked as typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from zhuli_flow.workbooks import form_layout
from zhuli_flow.workbooks.cell_values import text_out, wrapped
from zhuli_flow.workbooks.deterministic_zip import save
from zhuli_flow.workbooks.form import NOT_APPLICABLE, Column, FormSheet, Part, Value
from zhuli_flow.workbooks.form_layout import DATA, HINT, LABELS, Line

ROOM = 50
"""Rows ready to be filled in on the sheet of a part that holds rows."""
_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_OPEN = PatternFill("solid", start_color="FFFBE6")
_SONG, _HEI = "宋体", "黑体"
_WIDTHS = {1: 16, LABELS: 50, DATA: 34, HINT: 34}
_LEFT, _CENTRE = (Alignment(horizontal=side, vertical="center", wrap_text=True) for side in ("left", "center"))
_UNLOCKED = Protection(locked=False)
_EARLIEST = date(1900, 3, 1)
"""Before it, spreadsheets disagree about which day a number is; such a date is written as text."""


def write(
    sheet: FormSheet, values: Mapping[str, Value], at: datetime, told: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """The workbook for ``sheet`` with ``values`` (by field) filled in already; ``at`` is the only time in the bytes.

    ``told`` is said beside a cell besides how to fill it in (by field): what the system itself holds.
    """
    book = Workbook()
    page = book.active
    page.title = form_layout.MAIN
    found = form_layout.lines(sheet)
    tops = form_layout.row_sheets(sheet)
    _head(page, sheet)
    _groups(page, found)
    for line in found:
        _line(page, line, values, tops, told)
    _validate(page, found)
    _paper(page, sheet, found)
    for part in sheet.parts:
        if part.type == "rows":
            _rows(book.create_sheet(tops[part.field]), part, values.get(part.field))
    _hidden(book.create_sheet(form_layout.HIDDEN), sheet, found)
    return save(book, at)


def fill(cell: Any, part: Part | Column, value: Value) -> None:
    """Put a value into a cell in the form that reads back as the same value."""
    cell.number_format = _format(part)
    if value is None:
        return
    held: str | int | Decimal | date = text_out(_text(value))
    if value != NOT_APPLICABLE and part.type in {"int", "decimal"}:
        number = Decimal(str(value))
        held = number if len(number.as_tuple().digits) <= 15 else str(value)
    elif value != NOT_APPLICABLE and part.type == "date":
        day = date.fromisoformat(str(value))
        held = day if day >= _EARLIEST else str(value)
    cell.value = held
    if isinstance(held, str):
        cell.data_type = "s"  # never a formula, whatever the text begins with


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "\n".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _format(part: Part | Column) -> str:
    unit = part.unit.replace('"', "")
    shown = f'"{unit}"' if unit else ""
    return {"int": f"0{shown}", "decimal": f"0.00########{shown}", "date": "yyyy-mm-dd"}.get(part.type, "@")


@lru_cache(maxsize=16)
def _face(bold: bool, size: int) -> Font:
    return Font(name=_HEI if bold else _SONG, size=size)


def _style(cell: Any, *, bold: bool = False, centre: bool = False, size: int = 11) -> None:
    cell.font, cell.alignment = _face(bold, size), _CENTRE if centre else _LEFT


def _merge(page: Any, top: int, bottom: int, left: int, right: int) -> None:
    """As ``merge_cells``, which works the borders out anew; here every cell has its own already."""
    page.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")


def _open(cell: Any) -> None:
    """A cell to be filled in."""
    _style(cell)
    cell.border, cell.fill, cell.protection = _BOX, _OPEN, _UNLOCKED


def _head(page: Any, sheet: FormSheet) -> None:
    about = f"填报单位：{sheet.unit_name}　　事项：{sheet.case}　　表式版本：{sheet.version}"
    for row, text in enumerate((sheet.title, *sheet.notes, about), start=1):
        cell = page.cell(row, 1, text_out(text))
        cell.data_type = "s"
        _style(cell, bold=row == 1, centre=row <= len(sheet.notes) + 1, size=16 if row == 1 else 11)
        _merge(page, row, row, 1, DATA)
        page.row_dimensions[row].height = 30 if row == 1 else 16 * (1 + len(text) // 50)
    for column, text in enumerate((*form_layout.HEADINGS, form_layout.HINTS), start=1):
        cell = page.cell(form_layout.head_row(sheet), column, text)
        _style(cell, bold=True, centre=True)
        cell.border = _BOX if column <= DATA else Border()


def _groups(page: Any, found: list[Line]) -> None:
    for text, first, last in form_layout.groups(found):
        for row in range(first, last + 1):
            page.cell(row, 1).border = _BOX
        cell = page.cell(first, 1, text_out(text))
        _style(cell, centre=True)
        if last > first:
            _merge(page, first, last, 1, 1)


def _line(page: Any, line: Line, values: Mapping[str, Value], tops: Mapping[str, str], told: Mapping[str, str]) -> None:
    label, cell, part = page.cell(line.row, LABELS), page.cell(line.row, DATA), line.part
    label.value, label.data_type = text_out(line.text), "s"
    _style(label, bold=part is None)
    label.border = cell.border = _BOX
    if part is None:
        _merge(page, line.row, line.row, LABELS, DATA)
        return
    hint = "\n".join(text for text in (form_layout.hint(part), told.get(part.field, "")) if text)
    page.row_dimensions[line.row].height = _height(part, values.get(part.field), hint)
    _open(cell)
    value = values.get(part.field)
    if part.type == "rows":
        value = NOT_APPLICABLE if value == NOT_APPLICABLE else f"见“{tops[part.field]}”"
    fill(cell, part, value)
    beside = page.cell(line.row, HINT, text_out(hint))
    beside.data_type = "s"
    _style(beside)
    beside.font = Font(name=_SONG, size=9, color="808080")


def _height(part: Part, value: Value, hint: str) -> float:
    """Points for label and value as they wrap; an empty cell for names or text gets room for three lines."""
    shown = _text(value) if value is not None else ""
    room = 3 if part.type in {"names", "text"} and not shown else 1
    widths = ((part.label, _WIDTHS[LABELS]), (shown, _WIDTHS[DATA]), (hint, _WIDTHS[HINT]))
    rows = max(room, *(wrapped(text, width) for text, width in widths))
    return 15.0 * min(rows, 26) + 4  # a row is at most 409 points high


def _validate(page: Any, found: list[Line]) -> None:
    """One rule for all cells that ask for the same; its formula is written for the first and moves along."""
    checks: dict[tuple[str, str], DataValidation] = {}
    for line in found:
        if line.part is None:
            continue
        at, told = f"C{line.row}", form_layout.advice(line.part)[:220]
        key = told, str(_rule(line.part, "C0"))
        if key not in checks:
            check = DataValidation(**_rule(line.part, at), allow_blank=True, showErrorMessage=True)
            check.errorTitle, check.error = "请核对", told
            check.showInputMessage, check.promptTitle, check.prompt = True, "填法", told
            checks[key] = check
        checks[key].add(at)
    for check in checks.values():
        page.add_data_validation(check)


def _rule(part: Part, at: str) -> dict[str, str]:
    """The rule a spreadsheet checks as one types; the import checks again, for it may have been pasted over."""
    apart = f'{at}="{NOT_APPLICABLE}"' if part.may_not_apply else "FALSE"
    least = f",{at}>={part.minimum:g}" if part.minimum is not None else ""
    most = f",{at}<={part.maximum:g}" if part.maximum is not None else ""
    if part.type == "int":
        return {"type": "custom", "formula1": f"OR({apart},IF(ISNUMBER({at}),AND({at}=INT({at}){least}{most}),FALSE))"}
    if part.type == "decimal":
        return {"type": "custom", "formula1": f"OR({apart},IF(ISNUMBER({at}),AND(TRUE{least}{most}),FALSE))"}
    if part.type == "date":
        return {"type": "custom", "formula1": f"OR({apart},ISNUMBER({at}))"}
    if part.type in {"yes_no", "choice"}:
        return _list(part)
    return {"type": "textLength", "operator": "lessThanOrEqual", "formula1": "20000"}


def _list(part: Part) -> dict[str, str]:
    words = [
        *(("是", "否") if part.type == "yes_no" else part.choices),
        *([NOT_APPLICABLE] if part.may_not_apply else []),
    ]
    listed = ",".join(words)
    if len(listed) > 250 or any("," in word or '"' in word for word in words):  # more than the file format takes
        return {"type": "textLength", "operator": "lessThanOrEqual", "formula1": "255"}
    return {"type": "list", "formula1": f'"{listed}"'}


def _paper(page: Any, sheet: FormSheet, found: list[Line]) -> None:
    head = form_layout.head_row(sheet)
    last = found[-1].row if found else head
    page.freeze_panes = page.cell(head + 1, 1)
    _print(page, f"A1:C{last}", f"{head}:{head}", "portrait")
    for column, width in _WIDTHS.items():
        page.column_dimensions["ABCD"[column - 1]].width = width
    page.oddFooter.center.text = f"{sheet.case}　第 &P 页　共 &N 页"
    _lock(page)


def _print(page: Any, area: str, titles: str, orientation: str) -> None:
    page.print_area, page.print_title_rows = area, titles
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, orientation
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True


def _lock(page: Any) -> None:
    """Protected without a password: against slips, not against people. Rows and columns may still be resized."""
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False


def _rows(page: Any, part: Part, value: Value) -> None:
    """The sheet of a part that holds rows: its label, the headings, and rows to fill in."""
    given = value if isinstance(value, list) else []
    page.cell(1, 1, text_out(part.label)).data_type = "s"
    _style(page.cell(1, 1), bold=True)
    last = len(part.columns)
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=max(1, last))
    for number, column in enumerate(part.columns, start=1):
        cell = page.cell(2, number, text_out(form_layout.heading(column.title, column.unit)))
        cell.data_type = "s"
        _style(cell, bold=True, centre=True)
        cell.border = _BOX
        page.column_dimensions[cell.column_letter].width = max(14, 2 * len(column.title) + 6)
    for row in range(max(ROOM, len(given) + 20)):
        one = given[row] if row < len(given) else {}
        for number, column in enumerate(part.columns, start=1):
            cell = page.cell(row + 3, number)
            _open(cell)
            fill(cell, column, one.get(column.name) if isinstance(one, dict) else None)
    page.freeze_panes = "A3"
    used = page.cell(2 + max(20, len(given)), max(1, last)).coordinate
    _print(page, f"A1:{used}", "1:2", "landscape" if last > 5 else "portrait")
    _lock(page)


def _hidden(page: Any, sheet: FormSheet, found: list[Line]) -> None:
    """What the reader needs to know the form again: which one, for which case, and which cell holds which field."""
    about = [form_layout.MARK, sheet.form, sheet.version, sheet.digest, sheet.case, sheet.unit_id]
    rows = [[line.part.field, f"C{line.row}", line.part.number] for line in found if line.part is not None]
    for row, words in enumerate([about, *rows], start=1):
        for column, word in enumerate(words, start=1):
            page.cell(row, column, text_out(word)).data_type = "s"
    page.sheet_state = "veryHidden"
    page.protection.sheet = True
