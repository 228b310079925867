"""Statements about the imported years."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from zhuli_flow.store.sql.core.constructs import table, value
from zhuli_flow.store.sql.tables import CalendarYearRow

_YEARS = table(CalendarYearRow)
_YEAR = _YEARS.c
_NEWEST = _YEAR.id.in_(select(func.max(_YEAR.id)).group_by(_YEAR.year))

ADD = insert(_YEARS).values({name: value(name) for name in ("year", "sha256", "data", "added_at")})
DIGESTS = select(_YEAR.year, _YEAR.sha256).where(_NEWEST)
NEWEST = select(_YEAR.year, _YEAR.sha256, _YEAR.data, _YEAR.added_at).where(_NEWEST).order_by(_YEAR.year)
