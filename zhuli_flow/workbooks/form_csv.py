"""A form filled in as CSV: a part's number, field or label; then its value. UTF-8 (BOM or not) or GB18030.

Meant for programs and for who has no spreadsheet. It need not say whose form it is; lines for 事项 and 表式版本 may.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from zhuli_flow.errors import Problem
from zhuli_flow.workbooks.cell_values import Cell, Unreadable, read_cell, refused, shown, text_in
from zhuli_flow.workbooks.form import FormSheet, Part, Reading, Value

_UTF8 = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")  # a Chinese character, or its punctuation
MAX_CSV = 1 << 20
_HEADINGS = frozenset({"编号", "项目", "内容", "字段", "field", "number"})
_NO_COMMA = {";": "半角分号", "；": "全角分号", "\t": "制表符", "，": "全角逗号", "|": "竖线", "、": "顿号"}
_CASE, _VERSION = "事项", "表式版本"


def read_csv(sheet: FormSheet, data: bytes) -> Reading:
    """What the lines say, with the same checks as of a workbook; problems at ``B3``. Raises InvalidInput."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    cells: dict[str, str] = {}
    names = _names(sheet)
    for line, key, text in _pairs(_decoded(data)):
        known = names.get(key, [])
        if not (key and text) and not known:
            problems.append(_one_column(line, key or text))
            continue
        if not text or _about(sheet, key, text):
            continue
        if len(known) != 1:
            problems.append(_unknown(sheet, line, key, known))
        elif known[0].field in cells:
            again = f"“{shown(key)}”在 {cells[known[0].field]} 已经填过"
            problems.append(Problem(f"A{line}", "line_twice", again, "每项只写一行，请删去多余的"))
        else:
            cells[known[0].field] = f"B{line}"
            _take(known[0], line, text, values, problems)
    blank = tuple(part.field for part in sheet.parts if part.field not in cells)
    return Reading(values, tuple(problems), cells, blank)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_CSV:
        raise refused("file_too_big", f"文件超过 {MAX_CSV >> 20} MB", "请核对文件，填报用的 CSV 只有两栏")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise refused("file_kind", "这不是 CSV 文件，或者用了 UTF-16 编码", "请另存为“CSV UTF-8（逗号分隔）”")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            if _damaged_utf8(data):
                break
    raise refused("file_broken", "文字编码认不出（不是 UTF-8，也不是 GB18030）", "请另存为“CSV UTF-8（逗号分隔）”")


def _damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII reads as UTF-8: some bytes are lost, and as GB 18030 it would be nonsense."""
    return 2 * sum(map(len, _UTF8.findall(data))) > sum(byte > 0x7F for byte in data)


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, first column, second column) of every line that is not blank; a line of headings is passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            key, value, *rest = [*(text_in(cell) for cell in row), "", ""]
            if any(rest):
                fix = "只写两栏：编号、内容；内容里有逗号时用双引号括起来"
                raise refused("file_columns", f"第 {number} 行多于两栏", fix)
            if (key or value) and not (number == 1 and value and key in _HEADINGS):
                yield number, key, value
    except csv.Error as error:
        raise refused("file_broken", "双引号不成对或一格过长，读不出来", "请另存为“CSV UTF-8（逗号分隔）”") from error


def _one_column(line: int, text: str) -> Problem:
    """A line without its two columns: parted by another sign, or no line of a form at all."""
    parted = next((word for sign, word in _NO_COMMA.items() if sign in text), "")
    told = f"“{shown(text)}”没有分成编号和内容两栏" + (f"（用的是{parted}）" if parted else "")
    return Problem(
        f"A{line}", "line_columns", told, "两栏之间用半角逗号“,”，如 1a,12.5；也可另存为“CSV UTF-8（逗号分隔）”"
    )


def _names(sheet: FormSheet) -> dict[str, list[Part]]:
    """Every name a part may be called by; labels that several parts share name none."""
    names: dict[str, list[Part]] = {}
    for part in sheet.parts:
        for name in {part.field, part.number, text_in(part.label)} - {""}:
            names.setdefault(name, []).append(part)
    return names


def _about(sheet: FormSheet, key: str, text: str) -> bool:
    """Whether the line says whose form this is; raises InvalidInput when it is another's."""
    if key == _CASE and text != sheet.case:
        raise refused("form_case", f"这是事项 {shown(text)} 的表，不是 {sheet.case} 的", "请核对文件或事项编号")
    if key == _VERSION and text != sheet.version:
        fix = "请按现行表式重新填写"
        raise refused("form_version", f"表式版本不符：文件是 {shown(text)}，现行的是 {sheet.version}", fix)
    return key in {_CASE, _VERSION}


def _unknown(sheet: FormSheet, line: int, key: str, known: list[Part]) -> Problem:
    if known:
        numbers = "、".join(part.number or part.field for part in known)
        return Problem(f"A{line}", "line_ambiguous", f"有几项都叫“{shown(key)}”", f"请改写编号：{numbers}")
    first = sheet.parts[0].number or sheet.parts[0].field if sheet.parts else ""
    return Problem(f"A{line}", "line_unknown", f"表中没有“{shown(key)}”", f"第一栏写编号（如 {first}）或表上的文字")


def _take(part: Part, line: int, text: str, values: dict[str, Value], problems: list[Problem]) -> None:
    try:
        values[part.field] = read_cell(part, _cell(text))
    except Unreadable as why:
        problems.append(Problem(f"B{line}", why.code, str(why), why.fix))


def _cell(text: str) -> Cell:
    """A text that a spreadsheet would work out is a formula; one marked with ``'`` against that is not."""
    if text.startswith("'") and text[1:2] in {"=", "+", "-", "@"}:
        return Cell(text[1:])
    return Cell(text, "formula" if text.startswith(("=", "@")) else "value")
