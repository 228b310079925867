"""How arrows run between boxes: along channels beside the columns and lanes above and below them, never over a box.

Arrows to the same box share a track, as lines of a network share a street: there are as many tracks as boxes that are
arrived at, and two different ones never lie on each other. What leads on goes out to the right and comes in from the
left, by lanes above; what leads back goes out to the left and comes in from the right, by lanes below. All in mm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zhuli_flow.drawing.diagram import Look
from zhuli_flow.drawing.layout import AROUND, NARROWEST, WIDTH, Layout, Placed

TRACK = 1.3
"""Between two tracks beside each other."""
MARGIN = 3.0
TOP = 7.0
"""For the titles of the columns."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way from a row to a box: ``points`` of its corners; ``back`` leads against the order of steps."""

    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    back: bool
    look: Look


@dataclass(frozen=True, slots=True)
class Routed:
    """Arrows and where the columns came to stand; ``top`` is where boxes begin, below the lanes of what leads on."""

    arrows: tuple[Arrow, ...]
    lefts: tuple[float, ...]
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Leg:
    """An arrow before it has a place: from line ``index`` of ``start`` to the head of ``end``."""

    start: Placed
    index: int
    end: Placed
    back: bool
    look: Look

    @property
    def ends(self) -> tuple[str, str]:
        """The names of both boxes."""
        return self.start.box.name, self.end.box.name

    @property
    def left(self) -> bool:
        """Whether it comes in from the left."""
        return self.end.column > self.start.last

    @property
    def west(self) -> bool:
        """Whether it goes out to the left, since the box that it leads to stands there."""
        return self.end.last < self.start.column

    @property
    def out(self) -> int:
        """The channel it goes out into; channel N stands left of column N."""
        return self.start.column if self.west else self.start.last + 1

    @property
    def into(self) -> int:
        """The channel it comes in from."""
        return self.end.column if self.left else self.end.last + 1

    @property
    def street(self) -> tuple[str, bool, bool]:
        return self.end.box.name, self.left, self.back


def routed(layout: Layout) -> Routed:
    """Every row that leads somewhere, with its way."""
    legs = list(_legs(layout))
    streets = _Streets(layout, legs)
    ways = tuple(Arrow(*leg.ends, streets.corners(leg), leg.back, leg.look) for leg in legs)
    return Routed(ways, tuple(streets.lefts), streets.top, streets.width, streets.height)


class _Streets:
    """Where every track and lane lies: worked out once for all arrows of a picture."""

    def __init__(self, layout: Layout, legs: list[_Leg]) -> None:
        far = [leg for leg in legs if leg.out != leg.into]
        self.tracks = _tracks(legs)
        self.above = _lanes(leg for leg in far if leg.left)
        self.below = _lanes(leg for leg in far if not leg.left)
        self.lefts, self.channels, self.width = _spread(layout, self.tracks)
        self.top = MARGIN + TOP + TRACK * (len(self.above) + 1)
        self.floor = self.top + layout.bottom + AROUND
        self.height = self.floor + TRACK * (len(self.below) + 1) + MARGIN

    def corners(self, leg: _Leg) -> tuple[tuple[float, float], ...]:
        """From the row out into its channel, by a lane when the box is further away, and in at its head."""
        out, into = self._track(leg, leg.out), self._track(leg, leg.into)
        x = self.lefts[leg.start.column] if leg.west else self.lefts[leg.start.last] + WIDTH
        end = self.lefts[leg.end.column] if leg.left else self.lefts[leg.end.last] + WIDTH
        y, end_y = self.top + leg.start.line_y(leg.index), self.top + leg.end.entry_y
        lane = () if leg.out == leg.into else ((out, self._lane(leg)), (into, self._lane(leg)))
        return ((x, y), (out, y), *lane, (into, end_y), (end, end_y))

    def _track(self, leg: _Leg, channel: int) -> float:
        return self.channels[channel] + TRACK * (self.tracks[channel].index(leg.street) + 1)

    def _lane(self, leg: _Leg) -> float:
        if leg.left:
            return MARGIN + TOP + TRACK * self.above[leg.street]
        return self.floor + TRACK * (self.below[leg.street] + 1)


def _legs(layout: Layout) -> Iterator[_Leg]:
    for one in layout.placed.values():
        for index, line in enumerate(one.lines):
            if line.first and line.row.target in layout.placed:
                yield _Leg(one, index, layout.placed[line.row.target], line.row.back, line.row.look)


def _tracks(legs: list[_Leg]) -> dict[int, list[tuple[str, bool, bool]]]:
    """The streets through each channel, in the order in which boxes are arrived at."""
    found: dict[int, dict[tuple[str, bool, bool], None]] = {}
    for leg in legs:
        for channel in (leg.out, leg.into):
            found.setdefault(channel, {})[leg.street] = None
    return {channel: list(streets) for channel, streets in found.items()}


def _lanes(legs: Iterable[_Leg]) -> dict[tuple[str, bool, bool], int]:
    return {street: place for place, street in enumerate(dict.fromkeys(leg.street for leg in legs))}


def _spread(
    layout: Layout, tracks: dict[int, list[tuple[str, bool, bool]]]
) -> tuple[list[float], dict[int, float], float]:
    """The left edge of each column and channel, and the width of all: a channel is as wide as its tracks need."""
    lefts: list[float] = []
    channels: dict[int, float] = {}
    x = MARGIN
    for column in range(len(layout.columns) + 1):
        x += AROUND * sum(frame.last + 1 == column for frame in layout.frames)
        channels[column] = x
        x += max(TRACK * (len(tracks.get(column, ())) + 1), NARROWEST)
        x += AROUND * sum(frame.first == column for frame in layout.frames)
        if column < len(layout.columns):
            lefts.append(x)
            x += WIDTH
    return lefts, channels, x + MARGIN - TRACK
