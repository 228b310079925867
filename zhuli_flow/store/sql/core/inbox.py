"""Statements about messages inside the system."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, literal_column, or_, select, update

from zhuli_flow.store.sql.core.constructs import Among, Chosen, number, table, upsert, value
from zhuli_flow.store.sql.mirrored import DutyRow, ListingRow
from zhuli_flow.store.sql.tables import InboxRow, MessageReadRow

_INBOX = table(InboxRow)
_ROW = _INBOX.c
_READ = table(MessageReadRow)
_ABOUT: ColumnElement[str] = literal_column(f"{_INBOX.name}.{_ROW.case_id.name}")
"""The case of the message, in a condition that is compiled alone: else it would be read from the table once more."""
_LISTING, _DUTY = table(ListingRow).c, table(DutyRow).c

PUT = upsert(_INBOX, "key person role case_id text at", key="key")
MESSAGES = (
    select(*(_ROW[name] for name in ("id", "key", "person", "role", "case_id", "text", "at", "read_at")))
    .where(or_(_ROW.person == value("person"), Among(_ROW.role, value("roles"))), Chosen())
    .order_by(_ROW.at.desc(), _ROW.id.desc())
    .limit(number("limit"))
)
_LATEST = (
    select(*(_ROW[name] for name in ("id", "key", "person", "role", "case_id", "text", "at", "read_at")))
    .where(Chosen())
    .order_by(_ROW.id.desc())
    .limit(number("limit"))
)
TO_PERSON = _LATEST.where(_ROW.person == value("to"))
TO_ROLE = _LATEST.where(_ROW.role == value("to"))


def _elsewhere(area: str, column: str) -> ColumnElement[bool]:
    return Among(_LISTING.workflow, value(f"by_{area}")) & (_LISTING[column] != value(area))


_ELSEWHERE = or_(_elsewhere("city", "city"), _elsewhere("county", "county"), _elsewhere("applicant", "applicant_id"))
WITHIN = or_(
    _ROW.case_id.is_(None),
    exists().where(_LISTING.case_id == _ABOUT, ~_ELSEWHERE),
    exists().where(_DUTY.address == value("handed"), _DUTY.case_id == _ABOUT),
)
BEFORE = _ROW.id < number("before")
NEWER = _ROW.id > number("newer")
UNREAD_BY = _ROW.id.not_in(select(_READ.c.message_id).where(_READ.c.person == value("reader")))
READ = upsert(_READ, "person message_id at", key="person message_id")
READ_BY = select(_READ.c.message_id, _READ.c.at).where(
    _READ.c.person == value("person"), Among(_READ.c.message_id, value("ids"))
)
UNREAD = _ROW.read_at.is_(None)
MARK_READ = update(_INBOX).where(_ROW.id == value("id"), _ROW.read_at.is_(None)).values(read_at=value("at"))
