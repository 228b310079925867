"""The calendar shipped with the program: one file a year, checked and read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from zhuli_flow.calendar.workdays import Calendar
from zhuli_flow.calendar.year import load_year

_FOLDER = Path(__file__).parent / "data"


@cache
def bundled() -> Calendar:
    """The calendar of every bundled year (2007 on); the same object each time, later years joined by ``with_year``."""
    paths = sorted(_FOLDER.glob("[0-9][0-9][0-9][0-9].json"))
    return Calendar(tuple(load_year(json.loads(path.read_text(encoding="utf-8")), path.name) for path in paths))
