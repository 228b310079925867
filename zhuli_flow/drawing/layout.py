"""Where each box of a picture stands: steps are columns, final states the last one. All measures in mm.

A compound state takes columns of its own beside each other, so that the box around it holds nobody else's step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from zhuli_flow.drawing.diagram import Box, Diagram, Row

WIDTH = 31.0
ROW, HEAD, PAD = 3.8, 5.4, 1.2
BETWEEN = 5.0
"""Between two boxes of a column."""
AROUND = 2.0
"""From a step to the box of its compound."""
BODY, TITLE = 2.75, 3.0
"""Sizes of letters: 7.8 pt for rows, 8.5 pt for titles."""
NARROWEST = 4.0
"""The channel between two columns is at least so wide."""


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of a row: only the first of a row (``first``) has a mark and an arrow."""

    row: Row
    text: str
    first: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A box over the columns ``column`` to ``last``, with the lines that fit their width; ``y`` is its upper edge."""

    box: Box
    column: int
    last: int
    y: float
    height: float
    title: tuple[str, ...]
    lines: tuple[Line, ...]

    def line_y(self, index: int) -> float:
        """The middle of a line, from the top of the page."""
        return self.y + head_height(self.title) + ROW * (index + 0.5)

    @property
    def entry_y(self) -> float:
        """Where arrows come in: the middle of the first line of the title."""
        return self.y + HEAD / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The box of a compound state over columns ``first`` to ``last``; its head is a box placed in it."""

    box: Box
    first: int
    last: int
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Layout:
    """``columns``: what stands above each column (第N步); ``bottom`` the lowest edge of all boxes."""

    columns: tuple[str, ...]
    placed: Mapping[str, Placed]
    frames: tuple[Frame, ...]
    bottom: float


def width(text: str, size: float) -> float:
    """How wide a text is: a Chinese character is as wide as high, any other about half (mm, as ``size``)."""
    return sum(size if ord(char) > 0x2000 else 0.56 * size for char in text)


@lru_cache(4096)
def wrapped(text: str, room: float, size: float) -> tuple[str, ...]:
    """The text in lines of at most ``room`` mm; no line begins with a closing mark."""
    lines = [""]
    for char in text:
        if width(lines[-1] + char, size) > room and char not in "，。、；：）》”":
            lines.append("")
        lines[-1] += char
    return tuple(lines)


def head_height(title: Sequence[str]) -> float:
    """The height of a head with so many lines of title."""
    return HEAD + (len(title) - 1) * (TITLE + 0.5)


def laid_out(diagram: Diagram) -> Layout:
    """Every box at its place, columns from left to right."""
    placed: dict[str, Placed] = {}
    frames: list[Frame] = []
    columns: list[str] = []
    for stack in _stacks(diagram.boxes):
        if stack[0].inside:
            _put_compound(stack[0], columns, placed, frames, 0.0)
        else:
            _put_column(stack, columns, placed, 0.0)
    bottom = max([one.y + one.height for one in placed.values()] + [frame.bottom for frame in frames])
    return Layout(tuple(columns), placed, tuple(frames), bottom)


def _stacks(boxes: Iterable[Box]) -> list[list[Box]]:
    """Boxes of one column together: those of a step, each compound alone, and the final ones at the end."""
    found: dict[tuple[int, int, str], list[Box]] = {}
    last = 0
    for box in boxes:
        last = box.step or last
        key = (1, 0, "") if box.kind == "final" else (0, last, box.name if box.inside else "")
        found.setdefault(key, []).append(box)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1], bool(key[2])))]


def _put_column(boxes: Iterable[Box], columns: list[str], placed: dict[str, Placed], top: float) -> float:
    """Boxes below each other in a new column; returns the lowest edge."""
    column, y, title = len(columns), top, ""
    for box in boxes:
        one = _place(box, column, y)
        placed[box.name] = one
        title = title or ("终结" if box.kind == "final" else f"第{box.step}步" if box.step else "")
        y = one.y + one.height + BETWEEN
    columns.append(title)
    return y - BETWEEN


def _put_compound(box: Box, columns: list[str], placed: dict[str, Placed], frames: list[Frame], top: float) -> float:
    """The head of the compound over all its columns, its steps below; returns the lowest edge of its box."""
    first = len(columns)
    head = _place(box, first, top + AROUND, first + _breadth(box) - 1)
    placed[box.name] = head
    bottom = inner = head.y + head.height + BETWEEN
    for stack in _stacks(box.inside):
        put = _put_compound(stack[0], columns, placed, frames, inner) if stack[0].inside else 0.0
        bottom = max(bottom, put or _put_column(stack, columns, placed, inner))
    frames.append(Frame(box, first, len(columns) - 1, top, bottom + AROUND))
    return bottom + AROUND


def _breadth(box: Box) -> int:
    """How many columns a box takes."""
    return sum(_breadth(stack[0]) for stack in _stacks(box.inside)) or 1


def _place(box: Box, column: int, y: float, last: int | None = None) -> Placed:
    last = column if last is None else last
    room = WIDTH + (last - column) * (WIDTH + NARROWEST)
    title = wrapped(box.title, room - 3, TITLE)
    lines = tuple(_lines(box.rows, room - 5.5))
    height = head_height(title) + (ROW * len(lines) + PAD if lines else 0)
    return Placed(box, column, last, y, height, title, lines)


def _lines(rows: Iterable[Row], room: float) -> Iterable[Line]:
    for row in rows:
        for place, text in enumerate(wrapped(row.text, room, BODY)):
            yield Line(row, text, place == 0)
