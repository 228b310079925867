"""Statements about cases and their places in queues."""

from __future__ import annotations

from sqlalchemy import Integer, and_, exists, func, insert, literal, or_, select, update
from sqlalchemy import delete as remove

from zhuli_flow.store.sql.core.constructs import (
    Among,
    Chosen,
    JsonText,
    Larger,
    TextWithin,
    number,
    table,
    value,
    words,
)
from zhuli_flow.store.sql.tables import CaseRow, DeadlineRow, QueuePlaceRow

_CASES, _QUEUE, _DEADLINE = table(CaseRow), table(QueuePlaceRow), table(DeadlineRow)
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
    _CASE.body,
    _CASE.seq,
    _CASE.head,
    _CASE.state_kind,
)
_MOVING = {name: value(name) for name in ("state", "state_kind", "version", "seq", "head", "updated_at", "body")}
_COUNT = select(func.count()).select_from(_CASES).where(_CASE.workflow == value("workflow"))

LOAD = _STORED.where(_CASE.id == value("id"))
REPEATED = select(_CASE.applicant_id, _CASE.city, _CASE.state_kind, _CASE.approved_once).where(_CASE.id == value("id"))
BEHIND = _STORED.where(_CASE.id > value("after")).order_by(_CASE.id).limit(number("limit"))
BY_IDS = _STORED.where(Among(_CASE.id, value("ids")))
INSERT = insert(_CASES)
UPDATE = (
    update(_CASES)
    .where(_CASE.id == value("id"), _CASE.version == value("expected"))
    .values(_MOVING | {"approved_once": Larger(_CASE.approved_once, number("in_force"))})
)
EXTEND_CHAIN = (
    update(_CASES)
    .where(_CASE.id == value("id"), _CASE.seq == value("was"))
    .values(seq=value("seq"), head=value("head"))
)

SEARCH = (
    _STORED.where(Chosen()).order_by(_CASE.updated_at.desc(), _CASE.id).limit(number("limit")).offset(number("offset"))
)
PAGE = (
    _STORED.add_columns(_CASE.updated_at)
    .where(Chosen())
    .order_by(_CASE.updated_at.desc(), _CASE.id)
    .limit(number("limit"))
)
TOTAL = select(func.count()).select_from(_CASES).where(Chosen())
BEYOND = or_(
    _CASE.updated_at < value("changed"), and_(_CASE.updated_at == value("changed"), _CASE.id > value("beyond"))
)
LIVING = _CASE.state_kind != "final"
WITH_DEADLINE = _CASE.id.in_(select(_DEADLINE.c.case_id).where(_DEADLINE.c.state.in_(("running", "suspended"))))
LINKED = _STORED.where(_CASE.workflow == value("workflow"), Chosen()).order_by(_CASE.id)
NUMBERED = _CASE.id == value("id")
OF_WORKFLOW = _CASE.workflow == value("workflow")
IN_STATE = _CASE.state == value("state")
IN_STATES = Among(_CASE.state, value("states"))
OF_KIND = _CASE.state_kind == value("kind")
OF_APPLICANT = _CASE.applicant_id == value("applicant")
IN_CITY = _CASE.city == value("city")
DUE_BY = _CASE.id.in_(
    select(_DEADLINE.c.case_id).where(_DEADLINE.c.state == "running", _DEADLINE.c.due_on <= value("due_by"))
)
NAMES = TextWithin(_CASE.body, words("target")) & (JsonText(_CASE.body, words("path")) == words("target"))

COUNTS = select(_CASE.workflow, _CASE.state, func.count()).group_by(_CASE.workflow, _CASE.state)
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

TAKE_PLACE = insert(_QUEUE).from_select(
    ["quota", "case_id", "place", "since"],
    select(
        words("quota"),
        words("case_id"),
        select(func.coalesce(func.max(_PLACE.place), 0) + 1).where(_THIS_QUEUE).scalar_subquery(),
        words("at"),
    ).where(~exists().where(_MINE)),
)
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
