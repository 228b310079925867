"""Who signs, and where each name and seal stands beside the last one and the date (GB/T 9704-2012, 7.3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise, product

from zhuli_flow.documents.templates.layout import CELL, LINE, width

SEAL = 42.0
"""Diameter of a sample seal; the regulations give organs of a province 45 mm or 42 mm."""
SEAL_RISE = 3.7
"""How far a seal's centre lies above the middle of name and date: they sit slightly below it."""
ROW_LINES = 5
"""From one row of seals to the next, so that they do not touch."""

_WIDE = 14  # characters of a name that, centred on the date, would leave the text area
_WIDEST = 26  # characters of a name that still stands in one line, two cells from its end
_MOST_ROWS = 4  # with the date, the room for the last seal and one line of text they fill a page
_PITCH = {1: 0.0, 2: 72.0, 3: 46.5}  # from one column to the next where the names leave it so
_ROOM = 114.2  # from the text area's left edge to the middle of the longest date in its place
_HALF_BOX = 80.0  # half the width of the box that a name is centred in


def arrange(issuers: Sequence[str], seal: str) -> dict[str, object]:
    """Return where the names stand: ``before`` the last name, by their distance to it (mm left and up).

    ``seals`` are the seals' upper left corners relative to the middle of the last name's line top; ``tall`` tells that
    so many rows leave the record no room on their page, ``wide`` that the last name is too long to be centred on the
    date. Without seals, ``names`` are spread to the longest by ``spacing`` mm. ValueError names a name that no line
    holds, or says that no page holds the rows.
    """
    too_long = next((name for name in issuers if seal != "stamp" and width(name) > _WIDEST), None)
    if too_long:
        raise ValueError(f"署名“{too_long}”过长，一行至多 {_WIDEST} 字，请使用规范化简称（7.3.5）")
    rows = _rows(issuers)
    if seal in ("room", "sample") and len(rows) > _MOST_ROWS:
        raise ValueError(_too_many(issuers, len(rows)))
    places = [
        (left, (len(rows) - 1 - row) * ROW_LINES * LINE)
        for row, names in enumerate(rows)
        for left in _lefts(names, _pitch(rows), last=row == len(rows) - 1)
    ]
    seals = [
        {"left": round(0.045 - SEAL / 2 - left, 3), "top": round(LINE - SEAL_RISE - SEAL / 2 - up, 3)}
        for left, up in places
    ]
    before = [
        {"name": name, "left": round(-left - _HALF_BOX, 3), "top": round(-up, 3)}
        for name, (left, up) in zip(issuers[:-1], places[:-1], strict=True)
    ]
    return {
        "before": before,
        "seals": seals if seal == "sample" else [],
        "room": round((len(rows) - 1) * ROW_LINES * LINE, 3),
        "tall": seal in ("room", "sample") and len(rows) == _MOST_ROWS,
        "wide": width(issuers[-1]) > _WIDE,
        "names": [_spread(name, issuers) for name in issuers],
    }


def _too_many(issuers: Sequence[str], rows: int) -> str:
    """What no page holds, the longest names that are to blame, and what their writer does next."""
    longest = sorted(issuers, key=width, reverse=True)[:2]
    return (
        f"{len(issuers)} 个机关的署名用印要排 {rows} 排，一面至多 {_MOST_ROWS} 排（7.3.5.1）；"
        f"请改用规范化简称（现最长的是{'、'.join(longest)}；7 字以内的可并排三枚印章，一面 12 个机关），"
        "或减少联合行文的机关（其余机关以会签、抄送代替联署）"
    )


def _rows(issuers: Sequence[str]) -> list[list[str]]:
    """The names row by row: as many columns as names allow, alike in all rows if those fit on a page, else mixed."""
    few = (3, 2) if len(issuers) in (3, 5, 6) or len(issuers) > 6 else (2,)
    alike = [_cut(issuers, [columns] * -(-len(issuers) // columns)) for columns in (*few, 1)]
    fitting = [rows for rows in alike if _stand(rows)]
    if len(fitting[0]) <= _MOST_ROWS:
        return fitting[0]
    counts = (counts for rows in range(1, _MOST_ROWS + 1) for counts in product((3, 2, 1), repeat=rows))
    mixed = (_cut(issuers, sizes) for sizes in counts if sum(sizes) == len(issuers))
    return next((rows for rows in mixed if _stand(rows)), fitting[0])


def _cut(issuers: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    ends = list(accumulate(sizes))
    return [list(issuers[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def _stand(rows: Sequence[Sequence[str]]) -> bool:
    """Whether every row stays in the text area, its seals with it; a name that stands alone always does."""
    return all(
        len(names) == 1
        or _lefts(names, _pitch(rows), last=names is rows[-1])[0] + max(width(names[0]) * CELL, SEAL) / 2 <= _ROOM
        for names in rows
    )


def _pitch(rows: Sequence[Sequence[str]]) -> float:
    """From one column to the next in all rows, so that short rows stand under the last columns of full ones."""
    return _PITCH[max(map(len, rows))]


def _lefts(names: Sequence[str], pitch: float, *, last: bool) -> list[float]:
    """How far left of the date's middle the middle of each name of a row stands.

    The last name of all stands over the date; others as long stand so far left that they stay in the text area.
    """
    lefts = [0.0 if last else max(0.0, (width(names[-1]) - _WIDE) / 2 * CELL)]
    for name, after in reversed(list(pairwise(names))):
        apart = max(pitch, ((width(name) + width(after)) / 2 + 1) * CELL)
        lefts.insert(0, lefts[0] + apart)
    return lefts


def _spread(name: str, names: Sequence[str]) -> dict[str, object]:
    """The spacing (mm) that makes a name as wide as the longest; it would also follow the last character."""
    gap = (max(map(width, names)) - width(name)) * CELL / max(len(name) - 1, 1)
    return {"name": name, "spacing": round(gap, 3), "back": round(-gap, 3)}
