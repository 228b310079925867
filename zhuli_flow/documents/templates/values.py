"""The values of a paper as they print: one line each, one pair of brackets, figures of half width (GB/T 15835).

What cannot be seen is refused, never printed: it is named with its code point and where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from zhuli_flow.support import plain_text

_BREAK = re.compile("[ \t]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])[ \t\n\r\x0b\x0c\x85\u2028\u2029]*")
_CELL_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_WIDE_FIGURES = re.compile("[0-9０-９]*[０-９][0-9０-９]*(?:．[0-9０-９]+)*")
_HALF = {ord(wide): half for wide, half in zip("０１２３４５６７８９．", "0123456789.", strict=True)}
_WIDE = re.compile("[！-～]")
_THOUSANDS = re.compile(r"(?<![\d，,.])(\d{1,3}(?:，\d{3})+)(?=(?:\.\d+)?[十百千万亿]{0,2}[元人个项家次份件名亩吨])")
_BESIDE_FIGURES = re.compile(r"(?<=\d)％|(?<=\d)／(?=\d)")
_TIME = re.compile(
    "(?<![件表图题例注第0-9０-９])([０-９]{1,2})：(?=[０-９]{2}(?![0-9０-９年月日个项]))"
)  # none of 附件１：２０项
_CLOSES = {"（": "）)", "(": "）)", "【": "】", "［": "］]", "[": "］]", "〔": "〕"}
_FIRST_WIDE = "\u2e80"


def printable(value: object) -> object:
    """A value as it prints: texts in one line, lists item by item; the cells of a table keep their lines."""
    if isinstance(value, str):
        return half_width(one_line(value))
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return _row(value) if isinstance(value, dict) else value


def _row(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> object:
    """A cell; a list in it is the answers of a line, rows themselves."""
    if isinstance(value, str):
        return half_width(_CELL_BREAK.sub("\n", value))
    return printable(value) if isinstance(value, list | tuple) else value


def one_line(text: str) -> str:
    """``text`` without line breaks: nothing in their place beside a Chinese character, between words a space."""
    return _BREAK.sub(_joint, text.strip()) if _BREAK.search(text) else text


def _joint(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return "" if max(before, after) >= _FIRST_WIDE or not before or not after else " "


def half_width(text: str) -> str:
    """``text`` with figures of full width, and the marks that belong to figures, in half width (GB/T 15835).

    Those marks are the point, the comma between thousands of an amount, the colon of a time, the stroke and the %.
    """
    if not _WIDE.search(text):
        return text
    figures = _WIDE_FIGURES.sub(lambda found: found[0].translate(_HALF), _TIME.sub(r"\1:", text))
    return _THOUSANDS.sub(_narrow, _BESIDE_FIGURES.sub(_narrow, figures))


def _narrow(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def unbracketed(note: str) -> str:
    """A note without the brackets around it: the frame puts its own (7.3.6). One that has lost its pair goes too."""
    text = note.strip()
    while len(text) > 1 and (kind := _CLOSES.get(text[0])) and text[-1] in kind and _encloses(text):
        text = text[1:-1].strip()
    if text[:1] in _CLOSES and not any(char in _CLOSES[text[0]] for char in text):
        return text[1:].strip()
    return text[:-1].strip() if text[-1:] in "）)" and not any(char in "（(" for char in text) else text


def _encloses(text: str) -> bool:
    """Whether the bracket that opens ``text`` is closed by its last character."""
    depth, closing = 0, _CLOSES[text[0]]
    opening = [char for char, kind in _CLOSES.items() if kind == closing]
    for char in text[:-1]:
        depth += (char in opening) - (char in closing)
        if not depth:
            return False
    return True


def unseen(value: object, place: str = "") -> Iterator[str]:
    """What in a value nobody sees, each with its code point and where it stands (第2项)."""
    if isinstance(value, str):
        found = (char for char in plain_text.unseen(value) if not _BREAK.fullmatch(char))
        yield from (f"{place}{_named(char)}" for char in dict.fromkeys(found))
    elif isinstance(value, dict):
        yield from (found for pair in value.items() for part in pair for found in unseen(part, place))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, 1):
            yield from unseen(item, f"第{number}项")


def _named(char: str) -> str:
    return f" U+{ord(char):04X}（{unicodedata.name(char, '控制字符')}）"
