"""What lies on a sheet: glyphs, straight bars, drawn shapes; and the lines that glyphs make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from zhuli_flow.documents.ruler.faces import OTHER as UNKNOWN
from zhuli_flow.documents.ruler.faces import is_bold, role
from zhuli_flow.documents.ruler.standard import ABOVE, BELOW, POINT

RED, BLACK, OTHER = "red", "black", "other"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom in mm."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Across, in mm."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Down, in mm."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The centre, across and down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character: pen position ``x``, right end of its advance, baseline (mm), size (pt), font, colour."""

    char: str
    x: float
    right: float
    base: float
    size: float
    font: str
    colour: str
    thickened: bool = False
    turn: int = 0

    @property
    def wide(self) -> bool:
        """Whether it takes a full cell: an ideograph or full-width punctuation."""
        return self.char >= "\u2e80" or self.char in "“”‘’—…·"

    @property
    def bold(self) -> bool:
        """Whether it is printed bolder than its face is meant to be."""
        return self.thickened or is_bold(self.font)


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn: its box, its colour, and whether it is a picture."""

    box: Box
    colour: str
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is looked at; ``number`` counts from 1."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @property
    def landscape(self) -> bool:
        """Wider than high."""
        return self.width > self.height


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs on one baseline of one page, left to right, without spaces."""

    page: int
    glyphs: tuple[Glyph, ...]
    text: str = field(default="")

    @property
    def base(self) -> float:
        """The baseline."""
        return self.glyphs[0].base

    @property
    def size(self) -> float:
        """The size most of its glyphs have, in points."""
        return Counter(round(one.size, 2) for one in self.glyphs).most_common(1)[0][0]

    @property
    def left(self) -> float:
        """Where the first character's box begins."""
        return self.glyphs[0].x

    @property
    def right(self) -> float:
        """Where the last character's box ends."""
        last = self.glyphs[-1]
        return last.x + last.size * POINT if last.wide else last.right

    @property
    def top(self) -> float:
        """Upper edge of the em-box."""
        return self.base - ABOVE * self.size * POINT

    @property
    def bottom(self) -> float:
        """Lower edge of the em-box."""
        return self.base + BELOW * self.size * POINT

    @property
    def centre(self) -> float:
        """The middle, across."""
        return (self.left + self.right) / 2

    @property
    def role(self) -> str:
        """The role of the face that most of its full-width characters have, rare ones beside others not counted."""
        wide = [role(one.font) for one in self.glyphs if one.wide] or [role(one.font) for one in self.glyphs]
        wide = [one for one in wide if one != UNKNOWN] or wide
        return Counter(wide).most_common(1)[0][0]

    @property
    def colour(self) -> str:
        """The colour of most glyphs."""
        return Counter(one.colour for one in self.glyphs).most_common(1)[0][0]

    def split(self, gap: float) -> list[Line]:
        """Return the pieces of the line between gaps wider than ``gap`` mm."""
        cuts = [n for n, (a, b) in enumerate(pairwise(self.glyphs), 1) if b.x - _end(a) > gap]
        edges = [0, *cuts, len(self.glyphs)]
        return [line_of(self.page, self.glyphs[a:b]) for a, b in pairwise(edges)]


def _end(one: Glyph) -> float:
    return one.x + one.size * POINT if one.wide else one.right


def line_of(page: int, glyphs: Sequence[Glyph]) -> Line:
    """Return the line of these glyphs, in order."""
    return Line(page, tuple(glyphs), "".join(one.char for one in glyphs))


def lines_of(page: int, glyphs: Iterable[Glyph], within: float = 0.6) -> list[Line]:
    """Group upright glyphs by baseline (``within`` mm) and return the lines from top to bottom."""
    rows: list[list[Glyph]] = []
    for one in sorted((g for g in glyphs if not g.char.isspace()), key=lambda g: g.base):
        if rows and one.base - rows[-1][0].base <= within:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [line_of(page, sorted(row, key=lambda g: g.x)) for row in rows]
