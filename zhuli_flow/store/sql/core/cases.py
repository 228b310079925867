"""Statements about cases and their places in queues."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, func, insert, literal, literal_column, or_, select, update
from sqlalchemy import delete as remove

from zhuli_flow.store.sql.core.constructs import (
    Among,
    AsBytes,
    AsText,
    Chosen,
    Larger,
    TextWithin,
    blob,
    number,
    table,
    upsert,
    value,
)
from zhuli_flow.store.sql.core.lights import lit
from zhuli_flow.store.sql.core.readable import in_reach, listed_in_reach, near
from zhuli_flow.store.sql.mirrored import CaseLinkRow, ListingRow, RegionRow
from zhuli_flow.store.sql.tables import CaseRow, DeadlineRow, EntryRow, MetaRow, QueuePlaceRow

_CASES, _QUEUE, _DEADLINE = table(CaseRow), table(QueuePlaceRow), table(DeadlineRow)
_LINK, _LISTINGS, _REGION = table(CaseLinkRow), table(ListingRow), table(RegionRow)
_ENTRY, _META = table(EntryRow).c, table(MetaRow).c
_ROW = _LISTINGS.c
_CASE, _PLACE = _CASES.c, _QUEUE.c
_STORED = select(
    _CASE.id,
    _CASE.workflow,
    _CASE.definition_version,
    _CASE.digest,
    _CASE.applicant,
    _CASE.state,
    _CASE.version,
    _CASE.opened_at,
    AsBytes(_CASE.body),
    _CASE.seq,
    _CASE.head,
    _CASE.state_kind,
)
_MOVED = ("state", "state_kind", "version", "seq", "head", "updated_at")
_MOVING: dict[str, ColumnElement[Any]] = {name: value(name) for name in _MOVED}
_MOVING["body"] = AsText(blob("body"))
_COUNT = select(func.count()).select_from(_CASES).where(_CASE.workflow == value("workflow"))

LOAD = _STORED.where(_CASE.id == value("id"))
FOR_ACT = LOAD.add_columns(
    select(_ENTRY.seq).where(_ENTRY.request_id == value("request_id")).scalar_subquery(),
    select(_META.value).where(_META.key == value("directory")).scalar_subquery(),
)
REPEATED = select(_CASE.applicant_id, _CASE.city, _CASE.state_kind, _CASE.approved_once).where(_CASE.id == value("id"))
BEHIND = (
    _STORED.add_columns(_CASE.updated_at).where(_CASE.id > value("after")).order_by(_CASE.id).limit(number("limit"))
)
BY_IDS = _STORED.where(Among(_CASE.id, value("ids")))
INSERT = insert(_CASES).values({column.name: value(column.name) for column in _CASES.columns} | _MOVING)
UPDATE = (
    update(_CASES)
    .where(_CASE.id == value("id"), _CASE.version == value("expected"))
    .values(_MOVING | {"approved_once": Larger(_CASE.approved_once, number("in_force"))})
)
REPIN = UPDATE.values(definition_version=value("definition_version"), digest=value("digest"))
EXTEND_CHAIN = (
    update(_CASES)
    .where(_CASE.id == value("id"), _CASE.seq == value("was"))
    .values(seq=value("seq"), head=value("head"))
)

SUCCEED = (
    update(_CASES)
    .where(_CASE.id == value("id"), _CASE.seq == value("was"))
    .values({name: value(name) for name in ("applicant_id", "applicant", "city", "seq", "head")})
)

_BY_CHANGE = (_ROW.changed_at.desc(), _ROW.case_id)
_FOUND = select(_ROW.case_id).where(Chosen()).order_by(*_BY_CHANGE)
IDS = _FOUND
PAGE = (
    _STORED.add_columns(_CASE.updated_at)
    .where(_CASE.id.in_(_FOUND.limit(number("limit"))))
    .order_by(_CASE.updated_at.desc(), _CASE.id)
)
_BY_NUMBER = select(_ROW.case_id).where(Chosen()).order_by(_ROW.case_id)
PAGE_BY_NUMBER = _STORED.add_columns(_CASE.id).where(_CASE.id.in_(_BY_NUMBER.limit(number("limit")))).order_by(_CASE.id)
BEYOND_NUMBER = _ROW.case_id > value("beyond")
_SHOWN = _LISTINGS.alias("shown")
_LAST_DAY, _SHOWN_DAY = (
    func.coalesce(one.step_red_at, one.whole_red_at, literal_column("'9999'")) for one in (_ROW, _SHOWN.c)
)  # without a last day: behind all; as its index has it
_BY_LAST_DAY = select(_ROW.case_id).where(Chosen()).order_by(_LAST_DAY, _ROW.case_id)
PAGE_BY_LAST_DAY = (
    _STORED.add_columns(_SHOWN_DAY)
    .join(_SHOWN, _SHOWN.c.case_id == _CASE.id)
    .where(_CASE.id.in_(_BY_LAST_DAY.limit(number("limit"))))
    .order_by(_SHOWN_DAY, _CASE.id)
)
BEYOND_LAST_DAY = and_(
    value("changed") <= _LAST_DAY,  # by which the index begins
    or_(value("changed") < _LAST_DAY, _ROW.case_id > value("beyond")),
)
TOTAL = select(func.count()).select_from(_LISTINGS).where(Chosen())
TOTAL_UP_TO = select(func.count()).select_from(select(_ROW.case_id).where(Chosen()).limit(number("limit")).subquery())
BEYOND = or_(
    _ROW.changed_at < value("changed"), and_(_ROW.changed_at == value("changed"), _ROW.case_id > value("beyond"))
)
LIVING = _ROW.state_kind != "final"
LINKED = _STORED.where(_CASE.id.in_(select(_ROW.case_id).where(Chosen()))).order_by(_CASE.id)
IDS_BEHIND = (
    select(_ROW.case_id)
    .where(_ROW.workflow == value("workflow"), _ROW.case_id > value("after"), Chosen())
    .order_by(_ROW.case_id)
    .limit(number("limit"))
)
IN_STATES = or_(
    Among(_ROW.state, value("states")),
    _ROW.case_id.in_(select(_REGION.c.case_id).where(Among(_REGION.c.state, value("states")))),
)
NUMBERED = _ROW.case_id == value("id")
OF_WORKFLOW = _ROW.workflow == value("workflow")
OF_WORKFLOWS = Among(_ROW.workflow, value("workflows"))
IN_STATE = or_(
    _ROW.state == value("state"),
    _ROW.case_id.in_(select(_REGION.c.case_id).where(_REGION.c.state == value("state"))),
)
OF_KIND = _ROW.state_kind == value("kind")
OF_APPLICANT = _ROW.applicant_id == value("applicant")
IN_CITY = _ROW.city == value("city")
IN_COUNTY = _ROW.county == value("county")
OF_NAME = _ROW.applicant == value("name")
NAME_HAS = TextWithin(_ROW.applicant, value("part"))
OPENED_FROM = _ROW.opened_on >= value("opened_from")
OPENED_TO = _ROW.opened_on <= value("opened_to")
READABLE = listed_in_reach()
READABLE_NEAR = near(_ROW.case_id)
DUE_BY = _ROW.case_id.in_(
    select(_DEADLINE.c.case_id).where(_DEADLINE.c.state == "running", _DEADLINE.c.due_on <= value("due_by"))
)
NAMES = _ROW.case_id.in_(
    select(_LINK.c.case_id).where(
        _LINK.c.workflow == value("workflow"), _LINK.c.field == value("field"), _LINK.c.target == value("target")
    )
)

_LIT = lit()
STANDING = (
    select(_ROW.state, _ROW.state_kind, _LIT, func.count())
    .where(_ROW.workflow == value("workflow"), Chosen())
    .group_by(_ROW.state, _ROW.state_kind, _LIT)
)
COUNTS = select(_CASE.workflow, _CASE.state, func.count()).where(Chosen()).group_by(_CASE.workflow, _CASE.state)
COUNTED_IN_REACH = in_reach(_CASE.id)
COUNTED_IN_REACH_NEAR = near(_CASE.id)
EVERY_ID = select(_ROW.case_id)
ANY_OF = select(_ROW.case_id).where(_ROW.workflow == value("workflow")).limit(1)
COUNT_IN_FORCE = _COUNT.where(_CASE.state_kind == "in_force")
COUNT_EVER_IN_FORCE = _COUNT.where(_CASE.approved_once == 1)
OTHER_OPEN = (
    select(_CASE.id)
    .where(
        _CASE.applicant_id == value("applicant"),
        _CASE.workflow == value("workflow"),
        _CASE.state_kind != "final",
        _CASE.id != value("this"),
    )
    .order_by(_CASE.id)
    .limit(1)
)

_THIS_QUEUE = _PLACE.quota == value("quota")
_MINE = _THIS_QUEUE & (_PLACE.case_id == value("case_id"))
_LAST = 2**63 - 1

TAKE_PLACE = upsert(_QUEUE, "quota case_id place since", key="quota case_id")
PLACES = select(_PLACE.place).where(_THIS_QUEUE)
PLACE = select(_PLACE.place).where(_MINE)
LEAVE_QUEUE = remove(_QUEUE).where(_MINE)
AHEAD = (
    select(func.count())
    .select_from(_QUEUE)
    .where(
        _THIS_QUEUE,
        _PLACE.case_id != value("case_id"),
        _PLACE.place
        < func.coalesce(select(_PLACE.place).where(_MINE).correlate(None).scalar_subquery(), literal(_LAST, Integer())),
    )
)
QUEUE = select(_PLACE.case_id).where(_THIS_QUEUE).order_by(_PLACE.place)
