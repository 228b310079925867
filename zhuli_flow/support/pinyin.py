"""In which order Chinese text stands: by 拼音, character by character, as a dictionary has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

TABLE = Path(__file__).parent / "pinyin.txt"
_LETTERS = re.compile(r"[a-z]+[1-5]")
_SPOKEN = re.compile(r"(\D)([a-z]+[1-5])")
_NAME = 3  # characters of a name that begins with a surname
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class _Table:
    """What ``pinyin.txt`` says; readings of words and surnames by their first character."""

    readings: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[tuple[str, Mapping[int, str]]]] = field(default_factory=dict)
    surnames: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


@lru_cache(1 << 16)
def in_order(text: str) -> bytes:
    """By which Chinese text is sorted: figures and letters first, then characters by 拼音 (syllable, tone, GB 18030).

    A character outside the table stands after all others. Words in which a character is read otherwise than in most
    (重庆, 会计, 银行), and the surname of a name of two or three characters, count as they are spoken.
    """
    if text.isascii():
        return text.encode()
    spoken = _spoken(text)
    return b"".join(_key(char, spoken.get(at)) for at, char in enumerate(text))


def _spoken(text: str) -> dict[int, str]:
    """The readings that a surname or a word gives to characters, by their place."""
    table, found = _table(), {}
    reading, others = table.surnames.get(text[0], ("", ()))
    if reading and len(text) <= _NAME and not text.startswith(others):
        found[0] = reading
    for at, char in enumerate(text):
        for word, readings in table.words.get(char, ()):
            if text.startswith(word, at):
                found |= {at + place: spoken for place, spoken in readings.items()}
    return found


def _key(char: str, spoken: str | None) -> bytes:
    """One character: GB 18030 below byte B0 when it is no Chinese character, FF before a rare one."""
    code = char.encode("gb18030", "replace")
    if reading := spoken or _table().readings.get(char):
        return b"\xb0" + f"{reading[:-1]:\0<6}{reading[-1]}".encode() + code
    return b"\xff" + code if _HAN.match(char) else b"\xa0" + code if code[0] > 0x7F else code


@cache
def _table() -> _Table:
    table = _Table()
    for line in TABLE.read_text("utf-8").splitlines():
        sign, *rest = line.split()
        if sign == "=":
            for word in rest:
                plain = _LETTERS.sub("", word)
                table.words.setdefault(plain[0], []).append((plain, _places(word)))
        elif sign == "^":
            table.surnames[rest[0][0]] = rest[0][1:], tuple(rest[1:])
        elif sign != "#":
            table.readings.update(dict.fromkeys(rest[0], sign))
    return table


def _places(word: str) -> dict[int, str]:
    """``银行hang2`` → ``{1: "hang2"}``."""
    return {len(_LETTERS.sub("", word[: found.start()])): found.group(2) for found in _SPOKEN.finditer(word)}
