"""Where each part stands on paper: the lines of the sheet, its columns, and the words beside each cell.

Writer and reader both take it from here. The columns are those of the printed form (类别, 内容, 数据); a fourth, that
is not printed, tells number, unit and how to fill in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from zhuli_flow.workbooks.form import NOT_APPLICABLE, FormSheet, Part

MAIN = "填报表"
HIDDEN = "zhuli"
MARK = "zhuli-form/1"
"""The first cell of the hidden sheet: a workbook that came from here, in this layout."""
HEADINGS = ("类别", "内容", "数据")
HINTS = "填法（不打印）"
LABELS, DATA, HINT = 2, 3, 4
"""Columns of the main sheet, 1-based."""
HOW = {
    "int": "整数",
    "decimal": "数字",
    "text": "文字",
    "names": "名称，每行一个",
    "yes_no": "是／否",
    "choice": "从列表中选",
    "date": "日期，如 2018-05-31",
    "rows": "另表填写",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the main sheet (1-based) below the headings: a part, or a line over parts (``part`` is None)."""

    row: int
    text: str
    group: str
    part: Part | None


def head_row(sheet: FormSheet) -> int:
    """The row of the headings: title, notes and the line of the unit stand above it."""
    return len(sheet.notes) + 3


def lines(sheet: FormSheet) -> list[Line]:
    """Every row below the headings, in order."""
    found: list[Line] = []
    row, section = head_row(sheet), ""
    for part in sheet.parts:
        if part.section and part.section != section:
            row += 1
            found.append(Line(row, part.section, part.group, None))
        section = part.section
        for text in part.above:
            row += 1
            found.append(Line(row, text, part.group, None))
        row += 1
        found.append(Line(row, part.label, part.group, part))
    return found


def groups(found: list[Line]) -> list[tuple[str, int, int]]:
    """The runs of lines that share a group: (text, first row, last row)."""
    if not found:
        return []
    starts = [found[0], *(after for before, after in pairwise(found) if after.group != before.group)]
    ends = [*(one.row - 1 for one in starts[1:]), found[-1].row]
    return [(one.group, one.row, end) for one, end in zip(starts, ends, strict=True)]


def row_sheets(sheet: FormSheet) -> dict[str, str]:
    """The sheet on which each part of rows is filled in, by field."""
    return {
        part.field: f"明细{number}" for number, part in enumerate((p for p in sheet.parts if p.type == "rows"), start=1)
    }


def heading(title: str, unit: str) -> str:
    """A column's heading, with its unit."""
    return f"{title}（{unit}）" if unit else title


def hint(part: Part) -> str:
    """How to fill the part in, in a few words."""
    words = [part.number, HOW[part.type], f"单位：{part.unit}" if part.unit else ""]
    return "　".join(word for word in words if word)


def advice(part: Part) -> str:
    """What to do where the cell can't be read."""
    how = {
        "int": "只填数字，不写单位和“约”",
        "decimal": "只填数字，不写单位和“约”",
        "yes_no": "填“是”或“否”",
        "choice": f"请填 {'、'.join(part.choices)} 之一",
        "date": "写成 2018-05-31 的样子",
    }.get(part.type, "请改成文字")
    zero = "没有发生填 0，" if part.type in {"int", "decimal"} else ""
    other = f"不适用填“{NOT_APPLICABLE}”，" if part.may_not_apply else ""
    return f"{how}；{zero}{other}不清楚就留空"
