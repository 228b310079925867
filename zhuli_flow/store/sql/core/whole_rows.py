"""Statements that read whole rows, to hold them against history."""

from __future__ import annotations

from sqlalchemy import select

from zhuli_flow.store.sql.core.constructs import table, value
from zhuli_flow.store.sql.tables import (
    CalendarYearRow,
    CaseRow,
    InboxRow,
    OutboxRow,
    PersonRow,
    QueuePlaceRow,
    ReminderSentRow,
)

_CASES, _REMINDERS, _INBOX = table(CaseRow), table(ReminderSentRow), table(InboxRow)
_OUTBOX, _QUEUE, _PEOPLE, _YEARS = table(OutboxRow), table(QueuePlaceRow), table(PersonRow), table(CalendarYearRow)
_CASE, _SENT, _LETTER = _CASES.c, _REMINDERS.c, _OUTBOX.c

CASE = select(
    _CASE.workflow,
    _CASE.definition_version,
    _CASE.digest,
    _CASE.opened_at,
    _CASE.updated_at,
).where(_CASE.id == value("case_id"))
REMINDERS = select(_SENT.name, _SENT.version, _SENT.remind, _SENT.sent_at, _SENT.merged).where(
    _SENT.case_id == value("case_id")
)
MESSAGES = select(_INBOX.c.key, _INBOX.c.person, _INBOX.c.role, _INBOX.c.text, _INBOX.c.at).where(
    _INBOX.c.case_id == value("case_id")
)
LETTERS = select(_LETTER.key, _LETTER.kind, _LETTER.payload, _LETTER.state, _LETTER.created_at).where(
    _LETTER.case_id == value("case_id")
)
PLACES = (
    select(_QUEUE.c.quota, _QUEUE.c.place, _QUEUE.c.since, _QUEUE.c.case_id)
    .where(_QUEUE.c.case_id == value("case_id"))
    .order_by(_QUEUE.c.quota)
)
QUEUES = select(_QUEUE.c.quota, _QUEUE.c.place, _QUEUE.c.since, _QUEUE.c.case_id).order_by(
    _QUEUE.c.quota, _QUEUE.c.place
)
_EVERYBODY = select(
    _PEOPLE.c.id, _PEOPLE.c.title, _PEOPLE.c.organisation, _PEOPLE.c.roles, _PEOPLE.c.active, _PEOPLE.c.token_hash
)
PEOPLE = _EVERYBODY.order_by(_PEOPLE.c.id)
PERSON = _EVERYBODY.where(_PEOPLE.c.id == value("id"))
YEARS = select(_YEARS.c.year, _YEARS.c.sha256, _YEARS.c.data, _YEARS.c.added_at).order_by(_YEARS.c.id)
