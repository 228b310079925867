"""One cell and what it means: exact, or refused in words that a clerk can act on. Nothing is rounded or guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from zhuli_flow.engine.expressions.names import split_names
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.support.plain_text import hidden, visible
from zhuli_flow.workbooks.form import NOT_APPLICABLE, Part, Value
from zhuli_flow.workbooks.form_layout import advice
from zhuli_flow.workbooks.number_format import shows_date, shows_digits, shows_number, shows_text

Held = None | bool | int | float | Decimal | str | date | datetime | time | timedelta
SHOWN = 40
"""How much of a wrong entry a message repeats."""
_PLAIN = str.maketrans("０１２３４５６７８９，．－＋／", "0123456789,.-+/")
"""Digits and signs of an input method; other characters that look like digits (②, ½) are not taken for them."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,10})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ESCAPABLE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_FILLERS = frozenset({"无", "没有", "/", "／", "-", "－", "—", "——", "、"})


class Unreadable(ValueError):
    """The cell does not hold what its part asks for; the message is the reason, ``fix`` what to do, in Chinese."""

    def __init__(self, reason: str, fix: str, code: str = "cell_value") -> None:
        super().__init__(reason)
        self.fix = fix
        self.code = code


def refused(code: str, message: str, fix: str) -> InvalidInput:
    """The whole file is not taken; nothing was changed."""
    return InvalidInput(f"{message}，未作任何改动", [Problem("文件", code, message, fix)], fix=fix)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file holds it: ``kind`` is value, formula or error; ``format``: how a spreadsheet shows it."""

    value: Held
    kind: Literal["value", "formula", "error"] = "value"
    format: str = field(default="", compare=False)


def text_in(raw: str) -> str:
    """Text from a file: its own escapes undone (``_x000D_``), line ends made one kind, blanks at both ends cut."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), raw)
    return plain.replace("\r\n", "\n").replace("\r", "\n").strip().strip("\u3000\ufeff").strip()


def text_out(text: str) -> str:
    """Text for a file: what would be read as an escape is escaped, what XML can't hold is shown as �."""
    safe = _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPABLE.sub("_x005F_", safe)


def places(text: str) -> int:
    """How wide a line is; a Chinese character takes two places."""
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in text)


def wrapped(text: str, width: float) -> int:
    """How many lines the text takes in a column ``width`` places wide."""
    return sum(max(1, math.ceil(places(line) / (width - 2))) for line in text.split("\n"))


def is_blank(cell: Cell | None) -> bool:
    """Whether nothing was filled in; white space is nothing."""
    if cell is None or cell.kind != "value":
        return cell is None
    return cell.value is None or (isinstance(cell.value, str) and not text_in(cell.value))


def read_cell(part: Part, cell: Cell) -> Value:
    """The value of a cell that is not blank. Raises Unreadable with the reason."""
    if cell.kind == "formula":
        raise Unreadable(f"是公式，请填{_what(part)}", "请删去公式，把算出的结果直接填上", "cell_formula")
    if cell.kind == "error":
        raise Unreadable(f"是出错的值“{shown(cell.value)}”", f"请直接填{_what(part)}", "cell_error")
    held = text_in(cell.value) if isinstance(cell.value, str) else cell.value
    if isinstance(held, str) and (code := hidden(held)):
        raise Unreadable(f"含有不可见的控制字符（{code}）：“{shown(held)}”", "请清空这一格，重新输入文字")
    if (other := _seen_otherwise(part, cell.value, cell.format)) is not None:
        told = f"表上显示的是“{shown(other)}”，存的却是“{shown(held)}”"
        raise Unreadable(told, "请核对，把单元格格式改为“常规”后重填", "cell_shows_other")
    if held == NOT_APPLICABLE:
        if not part.may_not_apply:
            raise Unreadable(f"这一项都要填报，不能填“{NOT_APPLICABLE}”", advice(part))
        return NOT_APPLICABLE
    return _READ[part.type](part, held)


def _seen_otherwise(part: Part, held: Held, code: str) -> str | None:
    """What the cell shows where a person who looks at it takes another value from it than it holds."""
    if not code or held is None or isinstance(held, bool | time | timedelta):
        return None
    if isinstance(held, date):
        return shows_date(code)
    if isinstance(held, str):
        return shows_text(held, code)
    number = Decimal(as_text(held))
    as_shown = shows_number(number, code)
    if as_shown is None and part.type not in {"int", "decimal"}:
        return shows_digits(number, code)
    return as_shown


def shown(held: Held) -> str:
    """What was filled in, as a message repeats it."""
    text = visible(as_text(held))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def as_text(held: Held) -> str:
    """Anything a cell holds as the text a person saw there."""
    if isinstance(held, bool):
        return "TRUE" if held else "FALSE"
    if isinstance(held, float):
        return f"{Decimal(f'{held:.15g}'):f}"
    if isinstance(held, datetime):
        return held.date().isoformat() if held.time() == time() else held.isoformat(" ", "seconds")
    return "" if held is None else str(held)


def number_in(text: str) -> Decimal | None:
    """A number typed as text, when it can be read in one way only: full-width digits, commas at thousands."""
    plain = text.translate(_PLAIN)
    return Decimal(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def date_in(text: str) -> date | None:
    """A date typed as text with four figures for the year."""
    found = _DATE.fullmatch(text.translate(_PLAIN).replace(" ", ""))
    try:
        return date(*(int(piece) for piece in found.groups())) if found else None
    except ValueError:
        return None


def _what(part: Part) -> str:
    return {"int": "数值", "decimal": "数值", "date": "日期", "yes_no": "“是”或“否”"}.get(part.type, "文字")


def _number(part: Part, held: Held) -> Decimal:
    kind = "整数" if part.type == "int" else "数"
    number: Decimal | None = None
    if isinstance(held, str):
        number = number_in(held)
    elif isinstance(held, int | float | Decimal) and not isinstance(held, bool):
        number = number_in(as_text(held))  # fifteen digits are all that a spreadsheet keeps of a number
    elif isinstance(held, datetime | date):
        raise Unreadable(
            f"应为{kind}，填的是日期“{shown(held)}”", "请先把单元格格式改为“数值”再填（3-2 之类会被当作日期）"
        )
    if number is None:
        raise Unreadable(f"应为{kind}，填的是“{shown(held)}”", advice(part))
    _in_range(part, number, held)
    return number + 0  # no negative nought


def _in_range(part: Part, number: Decimal, held: Held) -> None:
    for limit, wrong, word in ((part.minimum, -1, "小于"), (part.maximum, 1, "大于")):
        if limit is not None and (number - Decimal(str(limit))) * wrong > 0:
            told = f"不得{word} {Decimal(str(limit)).normalize():f}{part.unit}，填的是“{shown(held)}”"
            raise Unreadable(told, "请核对数字和单位")


def _int(part: Part, held: Held) -> Value:
    number = _number(part, held)
    if number != number.to_integral_value():
        raise Unreadable(f"应为整数，填的是“{shown(held)}”", advice(part))
    return int(number)


def _decimal(part: Part, held: Held) -> Value:
    return f"{_number(part, held):f}"


def _text(part: Part, held: Held) -> Value:
    return as_text(held)


def _names(part: Part, held: Held) -> Value:
    text = as_text(held)
    if text in _FILLERS:
        raise Unreadable(f"填的是“{text}”，会被当作一个名称", advice(part))
    return list(split_names(text))


def _yes_no(part: Part, held: Held) -> Value:
    if isinstance(held, bool):
        return held
    if held not in {"是", "否"}:
        raise Unreadable(f"应为“是”或“否”，填的是“{shown(held)}”", advice(part))
    return held == "是"


def _choice(part: Part, held: Held) -> Value:
    text = as_text(held)
    if text not in part.choices:
        raise Unreadable(f"应为 {'、'.join(part.choices)} 之一，填的是“{shown(held)}”", advice(part))
    return text


def _date(part: Part, held: Held) -> Value:
    day: date | None = None
    if isinstance(held, datetime):
        day = held.date() if held.time() == time() else None
    elif isinstance(held, date):
        day = held
    elif isinstance(held, str):
        day = date_in(held)
    if day is None:
        raise Unreadable(f"应为日期，填的是“{shown(held)}”", advice(part))
    return day.isoformat()


def _rows(part: Part, held: Held) -> Value:
    raise Unreadable(f"应在另一张工作表上逐行填写，填的是“{shown(held)}”", f"请填在另表；不适用填“{NOT_APPLICABLE}”")


_READ: dict[str, Callable[[Part, Held], Value]] = {
    "int": _int,
    "decimal": _decimal,
    "text": _text,
    "names": _names,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "rows": _rows,
}
