"""Which characters a face must be able to print: the State's table of 8105, GB 2312, and the signs offices add."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("characters.txt")
"""The file of the State's table."""

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_DASHES_AND_QUOTES = "\u00a0·–—―‐‑‘’“”…⋯•‧‥′″"
_BRACKETS = "〔〕【】〖〗《》〈〉「」『』（）［］｛｝"
_NUMBERS = "〇①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ²³½¼¾㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_UNITS = "㎡㎥㎜㎝㎞㎎㎏℃℉‰￥¥￠€№℡Ωμ"
_MARKS = "★☆○●◎◇◆□■△▲※→←↑↓√×÷±≤≥≈≠∞∶✓"  # the star stands between secrecy and its period (7.2.2)
EXTRA = _ASCII + _DASHES_AND_QUOTES + _BRACKETS + _NUMBERS + _UNITS + _MARKS


@lru_cache(maxsize=1)
def standard_characters() -> tuple[str, str, str]:
    """Return the three levels of 通用规范汉字表: 3500, 3000 and 1605 characters, each in the table's order."""
    levels: list[str] = []
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("# level"):
            levels.append("")
        elif not line.startswith("#"):
            levels[-1] += line
    first, second, third = levels
    return first, second, third


@lru_cache(maxsize=1)
def needed() -> frozenset[str]:
    """Return every character a role must print: the table's, those of GB 2312 and ``EXTRA``."""
    return frozenset("".join(standard_characters()) + EXTRA + _gb2312())


def _gb2312() -> str:
    """GB 2312, with both code points that are in use for its dash and its middle dot."""
    cells = [bytes((row, column)) for row in range(0xA1, 0xF8) for column in range(0xA1, 0xFF)]
    return "".join(cell.decode(codec, "ignore") for codec in ("gb2312", "gbk") for cell in cells)


def is_ideograph(code: int) -> bool:
    """Tell whether a code point is a Chinese character, of whatever block, unified or kept for compatibility."""
    return unicodedata.name(chr(code), "").startswith("CJK ") and unicodedata.category(chr(code)) == "Lo"


def is_silent(char: str) -> bool:
    """Tell whether a character leaves no ink by design: spaces, joiners, variation selectors, soft hyphens."""
    return (
        char.isspace()
        or unicodedata.category(char) in {"Cf", "Zs"}
        or unicodedata.name(char, "").startswith("VARIATION SELECTOR")
    )
