"""Geometry of an official document after GB/T 9704-2012, in millimetres unless a name says points.

The standard's 22 lines of 28 characters fill a text area of 156 x 225 mm exactly only when the *character* of line 1
touches its top edge and the character of line 22 its bottom edge. The constants below follow from that one sentence,
and so do the page margins of ``notices/gongwen.css``: half a leading lies outside the text area, above and below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

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
MAX_TITLE_LINES = 5

_MARK_TOP = 35.0  # 7.2.4: top of the mark's ink below the text area's top edge
_RULE_GAP = 4.0  # 7.2.5: between the document number and the red rule
_RULE = 0.5  # the standard leaves the thickness open
_MARK_MAX_WIDTH = 150.0
_MARK_IDEAL_INK = 14.0  # the standard leaves the size open: large, dignified
_INK_ABOVE = 0.856  # ink of a heavy Song face, as a share of the em, above and below the baseline
_INK_BELOW = 0.09
_EM_ABOVE = 0.88  # the ideographic em-box, whatever the font file says


@dataclass(frozen=True, slots=True)
class Head:
    """The red head of page 1: whole grid lines in height, so that the text below it starts on the grid.

    All lengths in mm from the top of the text area's first line box; ``mark_scale`` squeezes a long name sideways.
    """

    height: float
    mark_top: float
    mark_size: float
    mark_scale: float
    number_top: float
    rule_top: float
    title_top: float
    title_lines: tuple[str, ...]

    def values(self) -> dict[str, float | list[str]]:
        """Return the lengths, rounded to a micron, and the title's lines under the names a template uses."""
        lengths = {name: round(getattr(self, name), 3) for name in self.__slots__ if name != "title_lines"}
        return {**lengths, "title_lines": list(self.title_lines)}


def head(mark: str, title: Sequence[str]) -> Head:
    """Place the issuing organ's mark, the number, the red rule and the title (7.2.4, 7.2.5, 7.2.7, 7.3.1).

    Distances are fixed by the standard, the mark's size is not: it is chosen so that all of it ends on a grid line and
    page 1 still fills to its last line. ValueError when the title leaves no room for text on page 1 (7.3.3).
    """
    lines = title_lines(title)
    if len(lines) > MAX_TITLE_LINES:
        raise ValueError(f"标题长达 {len(lines)} 行，最多 {MAX_TITLE_LINES} 行，请缩短标题中的名称")
    below = 4 * LINE + EM + _RULE_GAP + _RULE + (len(lines) - 1) * TITLE_LINE + TITLE_EM + (2 * LINE - EM)
    count, ink = _grid_lines(below)
    size = ink / (_INK_ABOVE + _INK_BELOW)
    number = _MARK_TOP + ink + 2 * LINE
    rule = number + EM + _RULE_GAP
    half = (LINE - EM) / 2
    return Head(
        height=count * LINE,
        mark_top=half + _MARK_TOP - (_EM_ABOVE - _INK_ABOVE) * size,
        mark_size=size,
        mark_scale=min(1.0, _MARK_MAX_WIDTH / (size * max(width(mark), 1))),
        number_top=half + number,
        rule_top=half + rule,
        title_top=half + rule + _RULE + 2 * LINE,
        title_lines=lines,
    )


def _grid_lines(below: float) -> tuple[int, float]:
    """Return how many lines the head takes and the mark's ink height that makes it so, nearest the ideal."""
    choices = ((count, count * LINE - _MARK_TOP - below) for count in range(10, 19))
    return min(((c, ink) for c, ink in choices if ink > 8), key=lambda choice: abs(choice[1] - _MARK_IDEAL_INK))


def width(text: str) -> float:
    """Return the width of ``text`` in characters: an ideograph 1, a Latin letter, digit or ASCII sign one half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def title_lines(parts: Sequence[str], limit: float = TITLE_WIDTH) -> tuple[str, ...]:
    """Break a title between its parts into as few lines as fit, even and never hourglass-shaped (7.3.1).

    A part (a name, a quoted phrase) is never broken unless it alone is wider than a line.
    """
    pieces = [piece for part in parts for piece in _pieces(part, limit)]
    for count in range(1, len(pieces) + 1):
        fitting = [lines for lines in _splits(pieces, count) if max(map(width, lines)) <= limit]
        if fitting:
            return min(fitting, key=_unevenness)
    return tuple(pieces)


def _pieces(part: str, limit: float) -> Iterator[str]:
    step = int(limit)
    yield from ([part] if width(part) <= limit else (part[at : at + step] for at in range(0, len(part), step)))


def _splits(pieces: Sequence[str], count: int) -> Iterator[tuple[str, ...]]:
    for cuts in combinations(range(1, len(pieces)), count - 1):
        edges = (0, *cuts, len(pieces))
        yield tuple("".join(pieces[a:b]) for a, b in pairwise(edges))


def _unevenness(lines: Sequence[str]) -> float:
    widths = [width(line) for line in lines]
    hourglass = any(a > b < c for a, b, c in zip(widths, widths[1:], widths[2:], strict=False))
    return max(widths) - min(widths) + (100 if hourglass else 0)
