"""What text people may give: nothing that cannot be seen, and in which order it stands when it is Chinese."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by their class that print nothing at all."""
_KEPT = "\n\t"
_BRACKETS = str.maketrans("【{(〔〖⟦﹝】})〕〗⟧﹞", "[" * 7 + "]" * 7)
"""A number is 〔2018〕 by the standard and [2018], （2018） or 【2018】 as people type it."""
REPLACED = "\ufffd"


def hidden(text: str) -> str:
    """The first character of ``text`` that nobody sees, as ``U+200B``; empty when there is none.

    Control and format characters (zero width, direction, escape), lone surrogates, separators of lines and paragraphs.
    Line feed and tabulator are layout that people type; a private code point is some office's own character, and
    whether it can be printed is asked of the faces.
    """
    if text.isprintable() and _BLANK.isdisjoint(text):
        return ""
    return next((f"U+{ord(char):04X}" for char in text if _unseen(char)), "")


def visible(text: str) -> str:
    """``text`` for a screen: what nobody sees is shown as a replacement character, and nothing repaints the page."""
    return "".join(REPLACED if _unseen(char) else char for char in text) if hidden(text) else text


def folded(text: str) -> str:
    """``text`` as it is looked for: full and half width, either case and all brackets alike; as long as it was."""
    return "".join(_alike(char) for char in text)


def in_order(text: str) -> bytes:
    """By which Chinese text is sorted: GB 18030, where characters in common use stand by 拼音, the rest by radical."""
    return text.encode("gb18030", "replace")


def _unseen(char: str) -> bool:
    if char in _KEPT:
        return False
    return char in _BLANK or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@lru_cache(1 << 16)
def _alike(char: str) -> str:
    found = unicodedata.normalize("NFKC", char).casefold().translate(_BRACKETS)
    return found if len(found) == 1 else char
