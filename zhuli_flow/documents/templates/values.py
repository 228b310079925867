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
    """``text`` with figures of full width, and the point between them, in half width (GB/T 15835)."""
    return _WIDE_FIGURES.sub(lambda found: found[0].translate(_HALF), text)


def unbracketed(note: str) -> str:
    """A note without the brackets that enclose all of it: the frame puts its own (7.3.6)."""
    text = note.strip()
    while len(text) > 1 and text[0] in "（(" and text[-1] in "）)" and _encloses(text):
        text = text[1:-1].strip()
    return text


def _encloses(text: str) -> bool:
    """Whether the bracket that opens ``text`` is closed by its last character."""
    depth = 0
    for char in text[:-1]:
        depth += (char in "（(") - (char in "）)")
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
