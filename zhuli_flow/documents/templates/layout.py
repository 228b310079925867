"""Geometry of an official document after GB/T 9704-2012, in millimetres unless a name says points.

The standard's 22 lines of 28 characters fill a text area of 156 x 225 mm exactly only when the *character* of line 1
touches its top edge and the character of line 22 its bottom edge. The constants below follow from that one sentence,
and so do the page margins of ``notices/gongwen.css``: half a leading lies outside the text area, above and below.
"""

from __future__ import annotations

from collections.abc import Iterator

POINT = 25.4 / 72
"""One point in millimetres."""
EM = 16 * POINT
"""A character of size 3 (16 pt)."""
CELL = 156 / 28
"""The width one character takes: 28 of them fill a line (5.2.3)."""
LINE = (225 - EM) / 21
"""From one line to the next: 21 of them and one character fill the page (5.2.3)."""
TITLE_EM = 22 * POINT
"""A character of size 2 (22 pt), the title's (7.3.1)."""
TITLE_LINE = TITLE_EM + EM * 7 / 8
"""From one title line to the next."""
TITLE_WIDTH = 20
"""Characters of size 2 that fit in one title line of 156 mm."""
MAX_TITLE_LINES = 6
"""A longer title leaves no text on page 1 (7.3.3)."""
_OPENING, _CLOSING = "（(《〈“‘【〔[", "）)》〉”’】〕]"


def width(text: str) -> float:
    """Return the width of ``text`` in characters: an ideograph 1, a Latin letter, digit or ASCII sign one half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def bare_positions(text: str) -> Iterator[int]:
    """Where in ``text`` no bracket and no quotation mark is open, its own marks counted as inside."""
    depth = 0
    for at, char in enumerate(text):
        depth += char in _OPENING
        if not depth:
            yield at
        depth -= char in _CLOSING and depth > 0
