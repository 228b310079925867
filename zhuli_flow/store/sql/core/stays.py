"""Statements about how long cases were in each state."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from zhuli_flow.store.sql.core.constructs import Chosen, Seconds, number, table, upsert, value, words
from zhuli_flow.store.sql.core.readable import in_reach, near
from zhuli_flow.store.sql.mirrored import ListingRow, StayRow

_STAYS, _LISTINGS = table(StayRow), table(ListingRow)
_STAY, _ROW = _STAYS.c, _LISTINGS.c
_NAMES = "workflow state seconds case_id version"
_OF_STATE = (_STAY.workflow == value("workflow"), _STAY.state == value("state"))

LEAVE = insert(_STAYS).from_select(
    _NAMES.split(),
    select(_ROW.workflow, _ROW.state, Seconds(_ROW.entered_at, words("at")), _ROW.case_id, number("version")).where(
        _ROW.case_id == value("case_id")
    ),
)
PUT = upsert(_STAYS, _NAMES, key=_NAMES)
HAS = select(_STAY.seconds).where(
    *_OF_STATE,
    _STAY.seconds == number("seconds"),
    _STAY.case_id == value("case_id"),
    _STAY.version == number("version"),
)
TOTAL = select(func.count()).select_from(_STAYS)
COUNTS = (
    select(_STAY.state, func.count(), func.max(_STAY.seconds))
    .where(_STAY.workflow == value("workflow"), Chosen())
    .group_by(_STAY.state)
)
RANKED = (
    select(_STAY.seconds)
    .where(*_OF_STATE, Chosen())
    .order_by(_STAY.seconds)
    .limit(number("limit"))
    .offset(number("skip"))
)
OPEN = select(_ROW.state, Seconds(_ROW.entered_at, words("now"))).where(_ROW.workflow == value("workflow"), Chosen())
READABLE = in_reach(_STAY.case_id)
READABLE_NEAR = near(_STAY.case_id)
