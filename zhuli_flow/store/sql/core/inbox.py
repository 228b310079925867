"""Statements about messages inside the system."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from zhuli_flow.store.sql.core.constructs import Among, Chosen, number, table, upsert, value
from zhuli_flow.store.sql.tables import InboxRow

_INBOX = table(InboxRow)
_ROW = _INBOX.c

PUT = upsert(_INBOX, "key person role case_id text at", key="key")
MESSAGES = (
    select(*(_ROW[name] for name in ("id", "key", "person", "role", "case_id", "text", "at", "read_at")))
    .where(or_(_ROW.person == value("person"), Among(_ROW.role, value("roles"))), Chosen())
    .order_by(_ROW.at.desc(), _ROW.id.desc())
    .limit(number("limit"))
)
UNREAD = _ROW.read_at.is_(None)
MARK_READ = update(_INBOX).where(_ROW.id == value("id"), _ROW.read_at.is_(None)).values(read_at=value("at"))
