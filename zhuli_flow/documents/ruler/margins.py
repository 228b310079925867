"""Where the text area of a paper lies: 天头 and 订口 have a millimetre of play (5.2.1), and the rest begins there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from zhuli_flow.documents.ruler import standard
from zhuli_flow.documents.ruler.judge import Found, InkReader, Paper, Rule
from zhuli_flow.documents.ruler.parts import Parts
from zhuli_flow.documents.ruler.sheet import Box, Glyph, Page, Shape
from zhuli_flow.documents.ruler.sheet_rules import gridded, openings
from zhuli_flow.documents.ruler.standard import ABOVE, BOTTOM, EM, LEFT, RIGHT, TOP

_LETTER = 20.0, 190.0, 277.0  # left, right and lower edge of a letter's double rules
_AGREED = 0.2  # mm between parts that tell of one shift
_MOST = 0.6  # the share of them that must
_FARTHEST = 10.0
_LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Shift:
    """How far right and down (mm) of the standard's place a text area lies."""

    right: float = 0.0
    down: float = 0.0

    def __bool__(self) -> bool:
        return max(abs(self.right), abs(self.down)) > _LEAST


def found(parts: Parts) -> Shift:
    """Return the shift that most parts of a paper agree on; none where they do not, since then no area is found."""
    return Shift(_agreed(list(_across(parts))), _agreed(list(_down(parts))))


def _agreed(told: Sequence[float]) -> float:
    middle = median(told) if len(told) > 1 else 0.0
    near = sum(abs(one - middle) <= _AGREED for one in told)
    return middle if abs(middle) <= _FARTHEST and near > 1 and near >= _MOST * len(told) else 0.0


def _across(parts: Parts) -> Iterator[float]:
    letter = parts.layout == "letter"
    left, right = _LETTER[:2] if letter else (LEFT, RIGHT)
    for rule in parts.rules if letter else parts.rules[:1]:
        yield from (rule.box.left - left, rule.box.right - right)
    for bar in parts.bars:
        yield from (bar.box.left - LEFT, bar.box.right - RIGHT)
    yield from (line.left - LEFT for line in parts.addressees[:1])
    more = [line.left - LEFT for paragraph in parts.paragraphs for line in paragraph[1:]]
    yield from [median(more)] if more else []


def _down(parts: Parts) -> Iterator[float]:
    yield from (line.base - ABOVE * EM - TOP for line in openings(parts) if line.size < 19)
    yield from (bar.box.bottom - BOTTOM for bar in parts.bars[-1:])
    if parts.layout == "letter":
        yield from [max(rule.box.bottom for rule in parts.rules) - _LETTER[2]] if parts.rules else []
    lines = [standard.grid(line.base - ABOVE * EM)[1] for line in gridded(parts)]
    yield from [median(lines)] if lines else []


def moved(pages: Sequence[Page], by: Shift) -> list[Page]:
    """The upright pages with their text area where the standard has it."""
    return [page if page.landscape else _moved(page, by) for page in pages]


def _moved(page: Page, by: Shift) -> Page:
    glyphs = tuple(_glyph(one, by) for one in page.glyphs)
    return replace(page, glyphs=glyphs, shapes=tuple(_shape(one, by) for one in page.shapes))


def _glyph(one: Glyph, by: Shift) -> Glyph:
    return replace(one, x=one.x - by.right, right=one.right - by.right, base=one.base - by.down)


def _shape(one: Shape, by: Shift) -> Shape:
    return replace(one, box=_box(one.box, -by.right, -by.down))


def _box(box: Box, right: float, down: float) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def reader(ink: InkReader, pages: Sequence[Page], by: Shift) -> InkReader:
    """``ink`` for places on the moved pages."""
    turned = {page.number for page in pages if page.landscape}

    def read(page: int, box: Box, red: bool) -> Box | None:
        if page in turned:
            return ink(page, box, red)
        seen = ink(page, _box(box, by.right, by.down), red)
        return _box(seen, -by.right, -by.down) if seen else None

    return read


def place(paper: Paper) -> Found | None:
    """天头 and 订口: where the text area begins, whatever lies within it."""
    right, down = paper.shift
    top, left = TOP + down, LEFT + right
    return Found(f"{top:.2f}，{left:.2f}", max(right, down, key=abs)) if paper.parts.paragraphs else None


RULES = (Rule("area.place", "5.2.1", "天头、订口（版心的位置）", "37.00，28.00", 1.0, place),)
