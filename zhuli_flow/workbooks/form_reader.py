"""A filled-in form, back from the unit: values, and every problem at its cell.

The file is not trusted: whose form it is stands in its hidden sheet and is compared with the form expected; where rows
or columns were moved, parts are found again by their labels, in order, or the file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhuli_flow.errors import Problem
from zhuli_flow.workbooks import form_layout
from zhuli_flow.workbooks.cell_values import Cell, Unreadable, as_text, is_blank, read_cell, refused, shown, text_in
from zhuli_flow.workbooks.form import Column, FormSheet, Part, Reading, Value
from zhuli_flow.workbooks.form_csv import read_csv
from zhuli_flow.workbooks.xlsx_package import MAX_COLUMNS, Sheet, open_package

_EXPORT = "请用 zhuli form export 重新导出本事项的表，把数据填进去再导入"
_AT_MOST = 1_000
"""Rows read of a part that holds rows."""


def read(sheet: FormSheet, data: bytes, filename: str = "") -> Reading:
    """What ``data`` says on the form ``sheet``; a name ending in ``.csv`` is read as text, anything else as .xlsx.

    Blank cells give no value. Raises InvalidInput when the file as a whole can't be taken: wrong kind, damaged, too
    big, with macros; of another form, version or case. Nothing is ever worked out or fetched.
    """
    if filename.lower().endswith((".csv", ".txt")):
        return read_csv(sheet, data)
    sheets = open_package(data)
    main, hidden = sheets.get(form_layout.MAIN), sheets.get(form_layout.HIDDEN)
    if main is None or hidden is None:
        raise refused("file_not_ours", "这不是本系统导出的填报表（缺少表式信息）", _EXPORT)
    _same_form(sheet, hidden)
    return _Reader(sheet, main, sheets).read()


def _same_form(sheet: FormSheet, hidden: Sheet) -> None:
    mark, form, version, digest, case = (_word(hidden, 1, column) for column in range(1, 6))
    if mark != form_layout.MARK:
        raise refused("file_not_ours", "这不是本系统导出的填报表（表式信息认不出）", _EXPORT)
    if form != sheet.form:
        raise refused("form_other", f"这是另一张表（{shown(form)}），要导入的是“{sheet.title}”", "请核对文件或表名")
    if case != sheet.case:
        fix = f"请核对：若确属 {shown(case)}，改用 zhuli form import {shown(case)} {sheet.form} 导入"
        raise refused("form_case", f"这是事项 {shown(case)} 的表，不是 {sheet.case} 的", fix)
    if digest != sheet.digest:
        raise refused("form_version", f"表式版本不符：文件是 {shown(version)}，现行 {sheet.version} 已有改动", _EXPORT)


def _word(sheet: Sheet, row: int, column: int) -> str:
    cell = sheet.cells.get((row, column))
    return text_in(as_text(cell.value)) if cell else ""


class _Reader:
    """One reading of one workbook; gathers values and problems part by part."""

    def __init__(self, sheet: FormSheet, main: Sheet, sheets: Mapping[str, Sheet]) -> None:
        self.sheet = sheet
        self.main = main
        self.sheets = sheets
        self.values: dict[str, Value] = {}
        self.problems: list[Problem] = []
        self.cells: dict[str, str] = {}
        self.blank: list[str] = []

    def read(self) -> Reading:
        """Every part in order, then what stands where nothing was asked."""
        top, labels, data = self._columns()
        rows = self._rows(top, labels)
        tops = form_layout.row_sheets(self.sheet)
        for part in self.sheet.parts:
            at = (rows[part.field], data)
            self.cells[part.field] = place(*at)
            self._part(part, at, tops.get(part.field, ""))
        self.problems += self._strays(top, data, set(rows.values()))
        return Reading(self.values, tuple(self.problems), self.cells, tuple(self.blank))

    def _columns(self) -> tuple[int, int, int]:
        """The row of the headings, and the columns of labels and data, wherever they have been moved to."""
        _, label, data = form_layout.HEADINGS
        for row in sorted({row for row, _ in self.main.cells}):
            words = {_word(self.main, row, column): column for column in range(1, MAX_COLUMNS + 1)}
            if label in words and data in words:
                return row, words[label], words[data]
        raise refused("form_moved", f"找不到表头“{'、'.join(form_layout.HEADINGS)}”，表已被改动", _EXPORT)

    def _rows(self, top: int, labels: int) -> dict[str, int]:
        """The row of every part: its label met in the order of the form. Raises InvalidInput when one is not met."""
        met = [(row, _word(self.main, row, labels)) for row in sorted({row for row, _ in self.main.cells}) if row > top]
        found: dict[str, int] = {}
        after = iter(met)
        for line in form_layout.lines(self.sheet):
            wanted = text_in(line.text)
            row = next((row for row, text in after if text == wanted), None)
            if row is None:
                raise refused("form_moved", f"找不到“{shown(wanted)}”这一行，或者它的顺序被改动", _EXPORT)
            if line.part is not None:
                found[line.part.field] = row
        return found

    def _part(self, part: Part, at: tuple[int, int], tops: str) -> None:
        cell = self.main.cells.get(at)
        over = next((merged for merged in self.main.merged if merged.covers(*at)), None)
        if over is not None:
            first = place(over.top, over.left)
            self._problem(place(*at), "cell_merged", f"与 {first} 合并成了一格", "请取消合并，每项分别填写")
        elif part.type == "rows" and (is_blank(cell) or cell == Cell(f"见“{tops}”")):
            self._rows_part(part, self.sheets.get(tops))
        elif cell is None or is_blank(cell):
            self.blank.append(part.field)
        else:
            self._take(part, cell, place(*at))

    def _take(self, part: Part, cell: Cell, where: str) -> None:
        try:
            self.values[part.field] = read_cell(part, cell)
        except Unreadable as why:
            self._problem(where, why.code, str(why), why.fix)

    def _problem(self, where: str, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(where, code, message, fix))

    def _rows_part(self, part: Part, page: Sheet | None) -> None:
        if page is None:
            raise refused("form_moved", f"填写“{part.label}”的工作表不见了", _EXPORT)
        self.cells[part.field] = f"{page.name}!A3"
        columns = self._titled(part, page)
        found = [row for row in sorted({row for row, _ in page.cells}) if row > 2]
        rows = [one for row in found[:_AT_MOST] if (one := self._row(page, row, columns))]
        if len(found) > _AT_MOST:
            self._problem(f"{page.name}!A{found[_AT_MOST]}", "rows_many", f"多于 {_AT_MOST} 行", "请分开报送")
        if rows:
            self.values[part.field] = list(rows)
        else:
            self.blank.append(part.field)

    @staticmethod
    def _titled(part: Part, page: Sheet) -> dict[int, Column]:
        """Which column of the sheet is which, by its heading."""
        known = {form_layout.heading(column.title, column.unit): column for column in part.columns}
        met = {column: text for column in range(1, MAX_COLUMNS + 1) if (text := _word(page, 2, column))}
        if sorted(met.values()) != sorted(text_in(title) for title in known):
            raise refused("form_moved", f"工作表“{page.name}”第 2 行的栏目被改动", _EXPORT)
        by_title = {text_in(title): column for title, column in known.items()}
        return {number: by_title[text] for number, text in met.items()}

    def _row(self, page: Sheet, row: int, columns: Mapping[int, Column]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for number, column in columns.items():
            cell = page.cells.get((row, number))
            if cell is None or is_blank(cell):
                continue
            part = Part(column.name, "", "", column.title, column.type, column.unit, may_not_apply=False)
            try:
                found[column.name] = read_cell(part, cell)
            except Unreadable as why:
                where = f"{page.name}!{place(row, number)}"
                self._problem(where, why.code, f"“{column.title}”{why}", why.fix)
        return found

    def _strays(self, top: int, data: int, rows: set[int]) -> Iterator[Problem]:
        """What was typed into the data column beside no label: it would be lost without a word."""
        for (row, column), cell in sorted(self.main.cells.items(), key=lambda one: one[0]):
            if column == data and row > top and row not in rows and not is_blank(cell):
                fix = "请写进所属项目的那一格（格内换行用 Alt+Enter），再删去这一行"
                yield Problem(place(row, column), "cell_stray", f"“{shown(cell.value)}”不在任何项目内", fix)


def place(row: int, column: int) -> str:
    """``C12`` for row 12, column 3."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
