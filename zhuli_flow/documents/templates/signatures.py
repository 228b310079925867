"""Who signs, and where each name and seal stands beside the last one and the date (GB/T 9704-2012, 7.3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
_PITCH = {2: 72.0, 3: 46.5}  # from one column to the next; the first seal stays inside the text area


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
    columns = _columns(issuers)
    rows = -(-len(issuers) // columns)
    if seal in ("room", "sample") and rows > _MOST_ROWS:
        raise ValueError(
            f"{len(issuers)} 个机关的署名用印要排 {rows} 排，一面至多 {_MOST_ROWS} 排（7.3.5.1），"
            "请用能并排三枚印章的规范化简称（一般不超过 7 字），或减少联合行文的机关"
        )
    places = [_place(at, len(issuers), columns, rows) for at in range(len(issuers))]
    seals = [
        {"left": round(0.045 - SEAL / 2 - left, 3), "top": round(LINE - SEAL_RISE - SEAL / 2 - up, 3)}
        for left, up in places
    ]
    before = [
        {"name": name, "left": round(-left - 70, 3), "top": round(-up, 3), "wide": not left and width(name) > _WIDE}
        for name, (left, up) in zip(issuers[:-1], places[:-1], strict=True)
    ]
    return {
        "before": before,
        "seals": seals if seal == "sample" else [],
        "room": round((rows - 1) * ROW_LINES * LINE, 3),
        "tall": seal in ("room", "sample") and rows == _MOST_ROWS,
        "wide": width(issuers[-1]) > _WIDE,
        "names": [_spread(name, issuers) for name in issuers],
    }


def _columns(issuers: Sequence[str]) -> int:
    """How many names a row holds: as many as stand beside one another with a character between them."""
    for columns in (3, 2) if len(issuers) in (3, 5, 6) or len(issuers) > 6 else (2,):
        pairs = [(a, b) for at, (a, b) in enumerate(pairwise(issuers)) if (at + 1) % columns]
        if pairs and all((width(a) + width(b)) / 2 + 1 <= _PITCH[columns] / CELL for a, b in pairs):
            return columns
    return 1


def _place(at: int, count: int, columns: int, rows: int) -> tuple[float, float]:
    """How far left of the last name's middle and above its line the name ``at`` stands; the last row ends rightmost."""
    row, column = divmod(at, columns)
    in_row = columns if row < rows - 1 else count - (rows - 1) * columns
    pitch = _PITCH.get(columns, 0.0)
    return (in_row - 1 - column) * pitch, (rows - 1 - row) * ROW_LINES * LINE


def _spread(name: str, names: Sequence[str]) -> dict[str, object]:
    """The spacing (mm) that makes a name as wide as the longest; it would also follow the last character."""
    gap = (max(map(width, names)) - width(name)) * CELL / max(len(name) - 1, 1)
    return {"name": name, "spacing": round(gap, 3), "back": round(-gap, 3)}
