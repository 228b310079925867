"""Statements about how long cases were in each state."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from zhuli_flow.store.sql.core.constructs import Chosen, Seconds, number, table, upsert, value, words
from zhuli_flow.store.sql.core.readable import in_reach, near
from zhuli_flow.store.sql.mirrored import ListingRow, RegionRow, StayRow

_STAYS, _LISTINGS, _REGIONS = table(StayRow), table(ListingRow), table(RegionRow)
_STAY, _ROW, _REGION = _STAYS.c, _LISTINGS.c, _REGIONS.c
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

_PLACE = "workflow state case_id"
_THERE = [_REGION[name] == value(name) for name in _PLACE.split()]
LEAVE_REGION = insert(_STAYS).from_select(
    _NAMES.split(),
    select(
        _REGION.workflow, _REGION.state, Seconds(_REGION.entered_at, words("at")), _REGION.case_id, number("version")
    ).where(*_THERE),
)
ENTER_REGION = upsert(_REGIONS, f"{_PLACE} entered_at", key=_PLACE)
DROP_REGION = delete(_REGIONS).where(*_THERE)
IN_REGION = select(_REGION.entered_at).where(*_THERE)
TOTAL_IN_REGIONS = select(func.count()).select_from(_REGIONS)
OPEN_IN_REGIONS = select(_REGION.state, Seconds(_REGION.entered_at, words("now"))).where(
    _REGION.workflow == value("workflow"), Chosen()
)
REGION_READABLE = in_reach(_REGION.case_id)
REGION_READABLE_NEAR = near(_REGION.case_id)
COUNTS_IN_REGIONS = (
    select(_REGION.state, func.count()).where(_REGION.workflow == value("workflow"), Chosen()).group_by(_REGION.state)
)
