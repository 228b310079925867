"""The lengths of GB/T 9704-2012 in millimetres, derived here again so that the ruler owes nothing to the press."""

from __future__ import annotations

POINT = 25.4 / 72
LEFT, TOP, RIGHT, BOTTOM = 28.0, 37.0, 184.0, 262.0
"""The edges of the text area (版心), 5.2.1."""
CENTRE = (LEFT + RIGHT) / 2
BODY_PT, TITLE_PT, SMALL_PT = 16.0, 22.0, 14.0
"""Sizes 3, 2 and 4 (三号、二号、四号)."""
EM = BODY_PT * POINT
CELL = (RIGHT - LEFT) / 28
LINE = (BOTTOM - TOP - EM) / 21
HALF_LEADING = (LINE - EM) / 2
ABOVE, BELOW = 0.88, 0.12
"""The ideographic em-box as shares of the em, above and below the baseline."""
DASH_Y = BOTTOM + 7
"""Where the dashes of the page number lie (7.5)."""
LINES, CELLS = 22, 28


def grid(em_top: float, first: float = TOP) -> tuple[int, float]:
    """Return the number (from 0) of the grid line nearest to ``em_top`` and how far below it that is."""
    number = round((em_top - first) / LINE)
    return number, em_top - first - number * LINE
