"""Statements about official documents."""

from __future__ import annotations

from sqlalchemy import func, insert, literal, select, tuple_, update

from zhuli_flow.store.sql.core.constructs import Chosen, number, table, value
from zhuli_flow.store.sql.core.readable import in_reach, near
from zhuli_flow.store.sql.tables import NoticeRow

_NOTICES = table(NoticeRow)
_ROW = _NOTICES.c
_NAMES = (
    *("id", "case_id", "seq", "kind", "title", "series", "year", "n", "number", "variables", "recipients", "state"),
    *("sha256", "size", "signed_on", "ordered_at", "issued_at"),
)
_WHOLE = select(*(_ROW[name] for name in _NAMES))
_ORDERED = "case_id seq kind title series year n number variables recipients signed_on ordered_at"

_NEXT = select(func.coalesce(func.max(_ROW.id), 0) + 1).scalar_subquery()
"""Not the server's own counting, which a preview that is undone would use up: the file of a paper bears its id."""

ADD = (
    insert(_NOTICES)
    .values({name: value(name) for name in _ORDERED.split()} | {"id": _NEXT, "state": literal("ordered")})
    .returning(_ROW.id)
)
KEEP = insert(_NOTICES).values({name: value(name) for name in _NAMES})
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
NUMBERS = (
    _WHOLE.where(_ROW.series.is_not(None), Chosen()).order_by(_ROW.series, _ROW.year, _ROW.n).limit(number("limit"))
)
READABLE = in_reach(_ROW.case_id)
READABLE_NEAR = near(_ROW.case_id)
BEYOND = tuple_(_ROW.series, _ROW.year, _ROW.n) > tuple_(value("series_to"), number("year_to"), number("n_to"))
OF_SERIES = _ROW.series == value("series")
OF_YEAR = _ROW.year == number("year")
_OF_SERIES = (_ROW.series, _ROW.year)
RANGES = (
    select(*_OF_SERIES, func.count(), func.min(_ROW.n), func.max(_ROW.n))
    .where(_ROW.series.is_not(None))
    .group_by(*_OF_SERIES)
)
VOIDS = select(*_OF_SERIES, func.count()).where(_ROW.state == "void").group_by(*_OF_SERIES)
LISTED = _WHOLE.where(Chosen()).order_by(_ROW.id.desc()).limit(number("limit"))
IN_STATE = _ROW.state == value("state")
BEFORE = _ROW.id < number("before")
KINDS = select(_ROW.kind).distinct()
TOTAL = select(func.count()).select_from(_NOTICES).where(Chosen())
REWORD = update(_NOTICES).where(_ROW.id == value("id")).values(title=value("title"), variables=value("variables"))
