"""Conditions on the lights of a case as its row in the lists has them, and the word of the more urgent of the two."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, or_

from zhuli_flow.store.sql.core.constructs import table, value
from zhuli_flow.store.sql.mirrored import ListingRow

_ROW = table(ListingRow).c
_NOW, _TODAY = value("now"), value("today")
_RED: list[ColumnElement[bool]] = []
_YELLOW: list[ColumnElement[bool]] = []
_GREEN: list[ColumnElement[bool]] = []
_GREY: list[ColumnElement[bool]] = []
for _of in ("step", "whole"):
    _yellow_on, _red_at, _rests = (_ROW[f"{_of}_{part}"] for part in ("yellow_on", "red_at", "rests"))
    _RED.append(_red_at <= _NOW)
    _YELLOW.append(and_(_yellow_on <= _TODAY, _red_at > _NOW))
    _GREEN.append(and_(_yellow_on > _TODAY, _red_at > _NOW))
    _GREY.append(and_(_rests == 1, _yellow_on.is_(None), or_(_red_at.is_(None), _red_at > _NOW)))
RED, YELLOW, GREEN, _AT_REST = (or_(*either) for either in (_RED, _YELLOW, _GREEN, _GREY))
GREY = and_(or_(_ROW.step_rests == 1, _ROW.whole_rests == 1), _AT_REST)  # as its index has it
DARK = and_(
    *(_ROW[f"{of}_{part}"].is_(None) for of in ("step", "whole") for part in ("yellow_on", "red_at")),
    *(_ROW[f"{of}_rests"] == 0 for of in ("step", "whole")),
)


def lit() -> ColumnElement[str]:
    """The word of the more urgent light: 红、黄、绿、灰, or — without a live deadline."""
    return case((RED, "红"), (YELLOW, "黄"), (GREEN, "绿"), (GREY, "灰"), else_="—")
