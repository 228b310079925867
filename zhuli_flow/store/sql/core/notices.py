"""Statements about official documents."""

from __future__ import annotations

from sqlalchemy import func, insert, literal, select, update

from zhuli_flow.store.sql.core.constructs import Chosen, number, table, value
from zhuli_flow.store.sql.tables import NoticeRow

_NOTICES = table(NoticeRow)
_ROW = _NOTICES.c
_NAMES = (
    *("id", "case_id", "seq", "kind", "title", "series", "year", "n", "number", "variables", "recipients", "state"),
    *("sha256", "size", "signed_on", "ordered_at", "issued_at"),
)
_WHOLE = select(*(_ROW[name] for name in _NAMES))
_ORDERED = "case_id seq kind title series year n number variables recipients signed_on ordered_at"

ADD = (
    insert(_NOTICES)
    .values({name: value(name) for name in _ORDERED.split()} | {"state": literal("ordered")})
    .returning(_ROW.id)
)
ISSUE = (
    update(_NOTICES)
    .where(_ROW.id == value("id"), _ROW.state == "ordered")
    .values(
        state="issued", sha256=value("sha256"), size=value("size"), issued_at=value("issued_at"), title=value("title")
    )
)
VOID = update(_NOTICES).where(_ROW.id == value("id"), _ROW.state != "void").values(state="void")
LOAD = _WHOLE.where(_ROW.id == value("id"))
OF_CASE = _WHOLE.where(_ROW.case_id == value("case_id")).order_by(_ROW.id)
BY_NUMBER = _WHOLE.where(_ROW.number == value("number")).order_by(_ROW.id)
BY_SHA256 = _WHOLE.where(_ROW.sha256 == value("sha256")).order_by(_ROW.id)
NUMBERED = _WHOLE.where(_ROW.series.is_not(None)).order_by(_ROW.series, _ROW.year, _ROW.n, _ROW.id)
LISTED = _WHOLE.where(Chosen()).order_by(_ROW.id.desc()).limit(number("limit"))
IN_STATE = _ROW.state == value("state")
BEFORE = _ROW.id < number("before")
TOTAL = select(func.count()).select_from(_NOTICES)
