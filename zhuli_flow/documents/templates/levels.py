"""Paragraphs of a body that carry their level's number: what of them is a heading (GB/T 9704-2012, 7.3.3)."""

from __future__ import annotations

import re

from zhuli_flow.documents.templates.layout import bare_positions

_LEVELS = (
    ("level1", re.compile("[一二三四五六七八九十]{1,3}、")),
    ("level2", re.compile("[（(][一二三四五六七八九十]{1,3}[）)]")),
    ("level3", re.compile(r"[1-9]\d?[.．](?!\d)")),
    ("level4", re.compile(r"[（(][1-9]\d?[）)]")),
)
_SENTENCE = ("。", "；", "：", "！", "？", "，")


def levelled(text: str) -> dict[str, str]:
    """Return ``level`` (level1 … level4, or none of a plain paragraph), ``head`` and ``rest`` of a paragraph.

    A paragraph without a stop is a heading as a whole; of （一）坚持协商。每季度… the first sentence is one that
    runs in, and stands in its level's face. A single numbered sentence is text.
    """
    level = next((name for name, pattern in _LEVELS if pattern.match(text)), "")
    head, rest = _first_sentence(text)
    if not level or (not rest and text.endswith(_SENTENCE)):
        return {"level": "", "head": "", "rest": text}
    return {"level": level, "head": head, "rest": rest}


def _first_sentence(text: str) -> tuple[str, str]:
    """Up to the first 。 that stands in no bracket and no quotation marks."""
    stop = next((at for at in bare_positions(text) if text[at] == "。"), len(text) - 1)
    return text[: stop + 1], text[stop + 1 :]
