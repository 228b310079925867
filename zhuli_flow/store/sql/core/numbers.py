"""Statements about number series."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from zhuli_flow.store.sql.core.constructs import PerDialect, table, value
from zhuli_flow.store.sql.tables import NumberSeriesRow

_SERIES = table(NumberSeriesRow)


def _take(insert: Any) -> Any:
    first = insert(_SERIES).values(series=value("series"), year=value("year"), last=value("start"))
    further = first.on_conflict_do_update(index_elements=["series", "year"], set_={"last": _SERIES.c.last + 1})
    return further.returning(_SERIES.c.last)


TAKE = PerDialect(_take)
LAST = select(_SERIES.c.series, _SERIES.c.year, _SERIES.c.last)
LAST_TAKEN = LAST.where(_SERIES.c.series.not_like("case:%"))
