"""Statements about the rows of deadlines and the reminders that have gone out."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_, update

from zhuli_flow.store.sql.core.constructs import Among, Chosen, number, table, upsert, value
from zhuli_flow.store.sql.core.readable import in_reach, near
from zhuli_flow.store.sql.mirrored import DutyRow, ListingRow
from zhuli_flow.store.sql.tables import DeadlineRow, ReminderSentRow

_DEADLINES, _SENT = table(DeadlineRow), table(ReminderSentRow)
_ROW, _REMINDER = _DEADLINES.c, _SENT.c
_LISTED, _DUTY = table(ListingRow).c, table(DutyRow).c
_NAMES = "case_id name version state due_on next_on title provisional whole_case"
_WHOLE = select(*(_ROW[name] for name in _NAMES.split()))
_RUNNING = _ROW.state == "running"
_BEHIND = tuple_(_ROW.next_on, _ROW.case_id, _ROW.name) > tuple_(value("next_on"), value("case_id"), value("name"))
_THIS = (_ROW.case_id == value("case_id")) & (_ROW.name == value("name")) & (_ROW.version == value("version"))

MIRROR = upsert(
    _DEADLINES,
    _NAMES,
    key="case_id name",
    replace="version title state due_on next_on provisional whole_case",
)
DUE = (
    _WHOLE.where(_RUNNING, _ROW.next_on <= value("by"), _BEHIND)
    .order_by(_ROW.next_on, _ROW.case_id, _ROW.name)
    .limit(number("limit"))
)
NEXT_DUE = select(func.min(_ROW.next_on)).where(_RUNNING, _ROW.next_on > value("after"), _ROW.next_on <= value("until"))
_BY_DAY = (_ROW.due_on, _ROW.case_id, _ROW.name)
RUNNING = _WHOLE.where(_RUNNING, Chosen()).order_by(*_BY_DAY).limit(number("limit"))
SUSPENDED = _WHOLE.where(_ROW.state == "suspended", Chosen()).order_by(*_BY_DAY).limit(number("limit"))
READABLE = in_reach(_ROW.case_id)
READABLE_NEAR = near(_ROW.case_id)
BEYOND = tuple_(*_BY_DAY) > tuple_(value("due_on"), value("beyond"), value("name"))
UNTIL = _ROW.due_on <= value("until")
IN_CASE = _ROW.case_id == value("case_id")
PAST = (
    select(_ROW.case_id)
    .distinct()
    .where(_RUNNING, _ROW.due_on <= value("by"), Among(_ROW.name, value("names")), Chosen())
    .order_by(_ROW.case_id)
)
PAST_AT = (
    select(_ROW.case_id, _ROW.name, _LISTED.digest)
    .join_from(_DEADLINES, table(ListingRow), _LISTED.case_id == _ROW.case_id)
    .where(
        _RUNNING,
        _ROW.due_on <= value("by"),
        Among(_ROW.name, value("names")),
        _ROW.case_id.in_(select(_DUTY.case_id).where(Among(_DUTY.address, value("addresses")))),
    )
    .order_by(_ROW.case_id, _ROW.name)
)
COUNT_RUNNING = select(func.count()).select_from(_DEADLINES).where(_RUNNING, Chosen())
COUNT_SUSPENDED = select(func.count()).select_from(_DEADLINES).where(_ROW.state == "suspended", Chosen())
LIVE_CASES = (
    select(_ROW.case_id)
    .distinct()
    .where(_ROW.state.in_(("running", "suspended")), _ROW.case_id > value("after"))
    .order_by(_ROW.case_id)
    .limit(number("limit"))
)
OF_CASE = _WHOLE.where(_ROW.case_id == value("case_id")).order_by(_ROW.name)
MARK = (
    update(_DEADLINES).where(_THIS, _ROW.state == value("was")).values(state=value("state"), next_on=value("next_on"))
)
MARK_RUNNING = update(_DEADLINES).where(_THIS, _RUNNING).values(next_on=value("next_on"))

RECORD_REMINDER = upsert(_SENT, "case_id name version remind sent_at merged", key="case_id name version remind")
REMINDERS_SENT = select(_REMINDER.remind).where(
    _REMINDER.case_id == value("case_id"), _REMINDER.name == value("name"), _REMINDER.version == value("version")
)
SENT_IN = select(_REMINDER.case_id, _REMINDER.name, _REMINDER.version, _REMINDER.remind).where(
    Among(_REMINDER.case_id, value("case_ids"))
)
