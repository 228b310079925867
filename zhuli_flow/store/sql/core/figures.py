"""Statements about the numbers that were filled in."""

from __future__ import annotations

from sqlalchemy import delete, func, select, tuple_

from zhuli_flow.store.sql.core.constructs import Among, JsonText, number, table, upsert, value
from zhuli_flow.store.sql.mirrored import FigureRow, ListingRow
from zhuli_flow.store.sql.tables import CaseRow

_FIGURES = table(FigureRow)
_ROW, _LISTING, _CASE = _FIGURES.c, table(ListingRow).c, table(CaseRow).c
_NAMES = "workflow field value case_id"
_COLUMNS = [_ROW[name] for name in _NAMES.split()]
_THIS = [_ROW[name] == value(name) for name in _NAMES.split()]

PUT = upsert(_FIGURES, _NAMES, key=_NAMES)
DROP = delete(_FIGURES).where(*_THIS)
HAS = select(_ROW.case_id).where(*_THIS)
BEHIND = (
    select(*_COLUMNS)
    .where(tuple_(*_COLUMNS) > tuple_(*map(value, _NAMES.split())))
    .order_by(*_COLUMNS)
    .limit(number("limit"))
)
COUNTED = (
    select(_ROW.value, func.count())
    .where(_ROW.workflow == value("workflow"), _ROW.field == value("field"))
    .group_by(_ROW.value)
)
EACH = select(_ROW.case_id, _ROW.value).where(_ROW.workflow == value("workflow"), _ROW.field == value("field"))
WITH_FIELD = select(_CASE.id).where(
    _CASE.workflow == value("workflow"), func.coalesce(JsonText(_CASE.body, value("path")), "") != ""
)
COUNTED_IN = COUNTED.where(
    _ROW.case_id.in_(
        select(_LISTING.case_id).where(_LISTING.workflow == value("workflow"), Among(_LISTING.state, value("states")))
    )
)
