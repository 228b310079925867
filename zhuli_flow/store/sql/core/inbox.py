"""Statements about messages inside the system."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from zhuli_flow.store.sql.core.constructs import Among, Chosen, number, table, upsert, value
from zhuli_flow.store.sql.tables import InboxRow, MessageReadRow

_INBOX = table(InboxRow)
_ROW = _INBOX.c
_READ = table(MessageReadRow)

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
BEFORE = _ROW.id < number("before")
NEWER = _ROW.id > number("newer")
UNREAD_BY = _ROW.id.not_in(select(_READ.c.message_id).where(_READ.c.person == value("reader")))
READ = upsert(_READ, "person message_id at", key="person message_id")
READ_BY = select(_READ.c.message_id, _READ.c.at).where(
    _READ.c.person == value("person"), Among(_READ.c.message_id, value("ids"))
)
UNREAD = _ROW.read_at.is_(None)
MARK_READ = update(_INBOX).where(_ROW.id == value("id"), _ROW.read_at.is_(None)).values(read_at=value("at"))
