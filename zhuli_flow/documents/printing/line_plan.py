"""Where the lines of a paragraph end: pure, over the widths of its characters.

A line is full, or its punctuation is squeezed to take in what else would leave it short, or, last, its characters are
spread. All lines of a paragraph are weighed together, so that before something long that may not be parted two or three
lines give a little instead of one giving much.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_WINDOW = 14  # cells a line may lack before other ends are not looked at
_EARLY = 6.0  # the cost of a line that ends although the next word still fits
_LONELY = 9.0  # the cost of a last line of one character (孤字)
_NO_WAY = 1000.0
_MOST_SPREAD = 5.4  # cells a line may lack and still be spread (a quarter of what it holds)
_TORN = 200.0  # the cost of one that is left ragged
_ROUNDING = 0.02  # of a cell
_CLOSING = "，。、；：？！）》〉」』】〕”’"


@dataclass(frozen=True, slots=True)
class Measured:
    """A text as it will be set, in px.

    What each character takes and how much more it is drawn, by how much its blank half may be narrowed, where lines may
    end (ascending, the last is the text's length), one full cell, and what of the last character lies beyond the end.
    """

    text: str
    advances: Sequence[float]
    drift: Sequence[float]
    slack: Sequence[float]
    breaks: Sequence[int]
    cell: float
    beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text ends before ``stop`` and the next begins at ``end``; ``over`` px have to be squeezed out."""

    stop: int
    end: int
    width: float
    over: float


class Plan:
    """The best line ends of one text in lines of ``width`` px; ``even`` weighs them together, else each is filled."""

    def __init__(self, measured: Measured, width: float, *, even: bool = True) -> None:
        self.measured = measured
        self._even = even
        self._sums = [0.0, *accumulate(measured.advances)]
        self._slack = [0.0, *accumulate(measured.slack)]
        self._costs = {len(measured.text): 0.0}
        for start in reversed((0, *measured.breaks[:-1])) if even else ():
            self._costs[start] = self._best(start, width)[0]

    def line(self, start: int, width: float) -> Line | None:
        """The line that begins at ``start`` and has ``width`` px; None when nothing that may stand alone fits."""
        _, end = self._best(start, width)
        if not end:
            return None
        stop = self._stop(end)
        taken = self._sums[stop] - self._sums[start]
        over = taken - width if taken - width > _ROUNDING * self.measured.cell else 0.0
        return Line(stop, end, taken - over, over)

    def _stop(self, end: int) -> int:
        """Where the text of a line ends: spaces before the break are not set."""
        text = self.measured.text
        while end and text[end - 1] == " ":
            end -= 1
        return end

    def _best(self, start: int, width: float) -> tuple[float, int]:
        """The least cost of what begins at ``start``, and the end of its first line; 0 when none will do."""
        breaks, cell = self.measured.breaks, self.measured.cell
        cost, best = _NO_WAY, 0
        at = bisect_right(breaks, start)
        while at < len(breaks):
            end = breaks[at]
            lacks = (width - self._sums[self._stop(end)] + self._sums[start]) / cell
            if lacks < -3:
                break
            following = breaks[at + 1] if at + 1 < len(breaks) else None
            early = following and self._sums[self._stop(following)] - self._sums[start] <= width + _ROUNDING * cell
            own = self._own(start, end, lacks) + (_EARLY if early else 0)
            total = own + (self._costs.get(end, _NO_WAY) if self._even else 0.0)
            if own < _NO_WAY and (total < cost or not best) and (lacks < _WINDOW or not best or not self._even):
                cost, best = total, end
            at += 1
        return (cost, best) if best else (_NO_WAY, 0)

    def _own(self, start: int, end: int, lacks: float) -> float:
        """The cost of one line that lacks so many cells (less than none: they have to be squeezed out)."""
        stop, last = self._stop(end), end == len(self.measured.text)
        lonely = _LONELY if last and start and len(self.measured.text[start:stop].rstrip(_CLOSING)) < 2 else 0.0
        if lacks >= -_ROUNDING:
            return lonely + (0.0 if last else _spread_cost(lacks))
        if not self._even:
            return _NO_WAY
        inner = (self._slack[stop - 1] - self._slack[start + 1]) / self.measured.cell if stop > start + 1 else 0.0
        whole = inner + self._end_slack(stop) / self.measured.cell
        if -lacks <= inner:
            return lonely + 0.05 + 0.3 * (lacks / inner) ** 2
        return lonely + 0.4 if -lacks <= whole else _NO_WAY

    def _end_slack(self, stop: int) -> float:
        return self.measured.slack[stop - 1] if self.measured.text[stop - 1] in _CLOSING else 0.0

    def squeezed(self, start: int, line: Line) -> dict[int, float]:
        """By how many px each mark of a line is narrowed, by its place in the line; the last mark by all or nothing."""
        marks = {at: self.measured.slack[at] for at in range(start + 1, line.stop - 1) if self.measured.slack[at]}
        found: dict[int, float] = {}
        if line.over <= 0:
            return found
        inner = sum(marks.values())
        over = line.over + sum(self.measured.drift[start : line.stop]) + self.measured.beyond
        if over > inner:
            last = self._end_slack(line.stop)
            found[line.stop - 1 - start] = last
            over = max(0.0, over - last)
        share = min(1.0, over / inner) if inner else 0.0
        return {**{at - start: share * slack for at, slack in marks.items() if share}, **found}


def _spread_cost(lacks: float) -> float:
    """Up to a cell nobody sees; beyond two the line looks loose."""
    torn = _TORN if lacks > _MOST_SPREAD else 0.0
    return 0.5 * lacks**2 if lacks <= 1 else lacks**2 + 8 * max(0.0, lacks - 2) ** 2 + torn
