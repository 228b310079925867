"""What text people may give: nothing that cannot be seen; and how it is looked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from zhuli_flow.errors import InvalidInput

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks by their class that print nothing at all."""
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SUSPECT = re.compile(f"[{''.join(sorted(_BLANK))}]|{_VARIANT.pattern}")
"""What counts as printable, and is not always seen."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KEPT = "\n\t"
_BRACKETS = str.maketrans("【{(〔〖⟦﹝】})〕〗⟧﹞", "[" * 7 + "]" * 7)
"""A number is 〔2018〕 by the standard and [2018], （2018） or 【2018】 as people type it."""
REPLACED = "\ufffd"


def hidden(text: str) -> str:
    """The first character of ``text`` that nobody sees, as ``U+200B``; empty when there is none.

    Control and format characters (zero width, direction, escape), lone surrogates, code points that are no characters,
    separators of lines and paragraphs; a selector of a variant anywhere but behind a Chinese character. Line feed and
    tabulator are layout that people type; a private code point is some office's own character, and whether it can be
    printed is asked of the faces.
    """
    return next((f"U+{ord(char):04X}" for char in unseen(text)), "")


def unseen(text: str) -> Iterator[str]:
    """Every character of ``text`` that is hidden, as often as it stands there."""
    if _plain(text):
        return iter(())
    return (char for before, char in pairwise(f" {text}") if _unseen(char) or _is_lone_variant(before, char))


def _plain(text: str) -> bool:
    """Whether nothing of it can be hidden: so it is with nearly every text, and told at once."""
    return text.isprintable() and not _SUSPECT.search(text)


def require_visible(what: str, text: str) -> None:
    """Raise InvalidInput when ``text`` has something hidden; ``what`` it is, in words."""
    if code := hidden(text):
        fix = "请删去后重试（多为从网页或聊天软件复制带入）"
        raise InvalidInput(f"{what}“{visible(text)}”含有不可见的字符（{code}），未作任何改动", fix=fix)


def visible(text: str) -> str:
    """``text`` for a screen: what nobody sees is shown as a replacement character, and nothing repaints the page."""
    if _plain(text) or not hidden(text):
        return text
    pairs = pairwise(f" {text}")
    return "".join(REPLACED if _unseen(char) or _is_lone_variant(before, char) else char for before, char in pairs)


def folded(text: str) -> str:
    """``text`` as it is looked for: full and half width, either case and all brackets alike; as long as it was."""
    return "".join(_alike(char) for char in text)


@lru_cache(1 << 16)
def _unseen(char: str) -> bool:
    if char in _KEPT:
        return False
    code = ord(char)
    nothing = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return nothing or char in _BLANK or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _is_lone_variant(before: str, char: str) -> bool:
    """Whether it selects a variant of a character that has none: it shows in Chinese characters alone, if anywhere."""
    return bool(_VARIANT.match(char)) and not _HAN.match(before)


@lru_cache(1 << 16)
def _alike(char: str) -> str:
    found = unicodedata.normalize("NFKC", char).casefold().translate(_BRACKETS)
    return found if len(found) == 1 else char
