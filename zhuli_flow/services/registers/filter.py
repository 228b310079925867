"""Narrowing and ordering the rows of a register by what is shown in them, and handing them on as a plain table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt

from zhuli_flow.engine.deadlines.lights import ORDER
from zhuli_flow.engine.expressions.values import worded
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.services.registers.register import Table
from zhuli_flow.support.pinyin import in_order
from zhuli_flow.support.plain_text import folded
from zhuli_flow.support.suggest import nearest
from zhuli_flow.workbooks.entry import Entry, text_of

_CONDITION = re.compile(r"\s*([^=!<>~]+?)\s*(>=|<=|!=|!~|=|>|<|~)\s*(.*?)\s*", re.DOTALL)
_TYPED = str.maketrans({"＝": "=", "≠": "!=", "≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "～": "~", "！": "!"})
"""The signs that Chinese input gives for those of a condition."""
_ORDERED: Mapping[str, Callable[[Decimal | date, Decimal | date], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}
_LIGHTS = tuple(word for word in ORDER if word != "—")
_NUMBERS = {"int", "decimal"}


@dataclass(frozen=True, slots=True)
class Condition:
    """``column op value`` as typed; ``op`` one of ``= != > >= < <= ~ !~`` (~: contains)."""

    column: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions that rows have to meet, and the column by which they are ordered (empty: by none)."""

    conditions: tuple[Condition, ...]
    order: str = ""
    last_first: bool = False


def filtered(table: Table, where: Sequence[str], sort: str = "") -> Table:
    """The rows that meet every condition, ordered by column ``sort`` (``-`` before it: the greatest first).

    A column is called by its name or title; blank cells come last. Raises InvalidInput with every problem.
    """
    wanted = read(table, where, sort)
    rows = [row for row in table.rows if meets(table, row, wanted.conditions)]
    if wanted.order:
        rows.sort(key=lambda row: rank(table, row, wanted))
    return replace(table, rows=tuple(rows))


def read(table: Table, where: Sequence[str], sort: str = "") -> Wanted:
    """What is asked of the rows of a table, as it is typed. Raises InvalidInput with every problem."""
    conditions, problems = _read(table, where)
    order = _column(table, sort.removeprefix("-").strip(), problems) if sort else ""
    if problems:
        raise InvalidInput("筛选或排序的写法不对", problems, fix="写成“列=值”，如 市=沈阳市；列名见台账表头")
    return Wanted(tuple(conditions), order, sort.startswith("-"))


def _read(table: Table, where: Sequence[str]) -> tuple[list[Condition], list[Problem]]:
    found: list[Condition] = []
    problems: list[Problem] = []
    for text in where:
        parts = _CONDITION.fullmatch(text) or _CONDITION.fullmatch(text.translate(_TYPED))
        if parts is None:
            fix = "写成“列=值”；另有 !=（不等于）、>、>=、<、<=、~（包含）、!~（不包含）"
            problems.append(Problem(text, "condition", "看不出条件", fix))
            continue
        name, op, value = parts.groups()
        column = _column(table, name, problems)
        if column and op in _ORDERED and _measure(table, column, value) is None:
            kind = "日期" if table.types.get(column) == "date" else "数"
            problems.append(Problem(text, "condition", f"“{value}”不是{kind}，不能比大小", "文字列用 =、!=、~、!~"))
        found.append(Condition(column, op, _known(table, column, op, value, problems)))
    return found, problems


def _known(table: Table, column: str, op: str, value: str, problems: list[Problem]) -> str:
    """A value of a column of which all values are known, a state by its title; noted when it can't be there."""
    words = tuple(table.states.values()) if column == "state" else _LIGHTS if column.startswith("light_") else ()
    value = table.states.get(value, value) if column == "state" else value
    if op in {"=", "!="} and words and value not in words:
        problems.append(Problem(column, "condition", f"“{value}”不是这一列会有的内容", _near(value, words)))
    return value


def _column(table: Table, name: str, problems: list[Problem]) -> str:
    """The column of that name or title; noted among the problems when there is none, or more than one."""
    if any(name == column for column, _ in table.columns):
        return name
    found = [column for column, title in table.columns if title == name]
    if len(found) == 1:
        return found[0]
    several = f"有 {len(found)} 列都叫“{name}”" if found else f"没有“{name}”这一列"
    fix = f"用列的英文名：{'、'.join(found)}" if found else _near(name, [title for _, title in table.columns])
    problems.append(Problem(name, "column", several, fix))
    return ""


def _near(name: str, known: Sequence[str]) -> str:
    """The few of many that were probably meant; else the first."""
    close = [one for one in known if name and name in one] + nearest(name, known, 3, 0.4)
    return f"{'是不是' if close else '可用，如'}：{'、'.join(dict.fromkeys(close or known[:8]))}"


def meets(table: Table, row: Values, conditions: Iterable[Condition]) -> bool:
    """Whether a row of the table meets every condition."""
    return all(_meets(table, row, one) for one in conditions)


def _meets(table: Table, row: Values, one: Condition) -> bool:
    entry = typed(table, one.column, row[one.column])
    if one.op in _ORDERED:
        left, right = _measured(entry), _measure(table, one.column, one.value)
        return left is not None and right is not None and _ORDERED[one.op](left, right)
    if one.op in {"~", "!~"}:
        return (folded(one.value) in folded(text_of(entry))) == (one.op == "~")
    return _equal(table, entry, one) == (one.op == "=")


def _equal(table: Table, entry: Entry, one: Condition) -> bool:
    if not one.value:
        return entry is None or text_of(entry) == ""
    if (left := _measured(entry)) is not None:
        return left == _measure(table, one.column, one.value)
    if isinstance(entry, Sequence) and not isinstance(entry, str):
        return one.value in entry
    return text_of(entry) == one.value


def _measured(entry: Entry) -> Decimal | date | None:
    """What can be greater or less: numbers and dates."""
    if isinstance(entry, bool) or not isinstance(entry, int | Decimal | date):
        return None
    return Decimal(entry) if isinstance(entry, int) else entry


def _measure(table: Table, column: str, text: str) -> Decimal | date | None:
    return _measured(_of_type(table.types.get(column, ""), text))


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a row stands in the order wanted: blank ones last, whichever way; rows of the same value are equal."""

    blank: bool
    value: tuple[int, Decimal, bytes]
    last_first: bool

    def __lt__(self, other: Rank) -> bool:
        if self.blank or other.blank:
            return other.blank and not self.blank
        return other.value < self.value if self.last_first else self.value < other.value


def rank(table: Table, row: Values, wanted: Wanted) -> Rank:
    """Where the row stands by the column wanted."""
    entry = typed(table, wanted.order, row[wanted.order])
    blank = entry in (None, "", ())
    return Rank(blank, (0, Decimal(0), b"") if blank else _rank(entry), wanted.last_first)


def _rank(entry: Entry) -> tuple[int, Decimal, bytes]:
    """Numbers before dates before text (by 拼音): a column may hold 不适用 among numbers."""
    measured = _measured(entry)
    if isinstance(measured, Decimal):
        return 0, measured, b""
    return (1 if measured else 2), Decimal(0), in_order(text_of(entry))


def typed(table: Table, column: str, value: Json) -> Entry:
    """A cell as a spreadsheet should hold it: numbers as numbers, dates as dates, lists as names, all else as text."""
    if isinstance(value, list):
        return tuple(worded(item) for item in value)
    if isinstance(value, dict | float):
        return worded(value)
    return _of_type(table.types.get(column, ""), value) if isinstance(value, str) else value


def _of_type(kind: str, text: str) -> Entry:
    """A text by the type of its column; as it stands when it does not fit (不适用, another version's type)."""
    try:
        if kind == "date":
            return date.fromisoformat(text)
        if kind in _NUMBERS:
            number = Decimal(text)
            return number if number.is_finite() else text
    except (ValueError, InvalidOperation):
        return text
    return text
