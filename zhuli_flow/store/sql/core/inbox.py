"""Statements about messages inside the system."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, insert, literal, literal_column, or_, select, update

from zhuli_flow.store.sql.core.constructs import Among, AmongNumbers, Chosen, number, table, upsert, value, words
from zhuli_flow.store.sql.mirrored import DutyRow
from zhuli_flow.store.sql.tables import InboxRow, MessageReadRow

_INBOX = table(InboxRow)
_ROW = _INBOX.c
_READ = table(MessageReadRow)
_NUMBER: ColumnElement[int] = literal_column(f"{_INBOX.name}.{_ROW.id.name}")
"""The message, in a condition that is compiled alone: else it would be read from the table once more."""
_DUTY = table(DutyRow).c

PUT = upsert(_INBOX, "key person role case_id text at address", key="key")
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
AT = _LATEST.where(_ROW.address == value("to"))
OF_HANDED = _LATEST.where(
    _ROW.case_id.in_(select(_DUTY.case_id).where(_DUTY.address == value("to"))), Among(_ROW.role, value("roles"))
)
COUNT_AT = select(func.count()).select_from(
    select(_ROW.id).where(Among(_ROW.address, value("addresses")), Chosen()).limit(number("limit")).subquery()
)
ADDRESSES_OF = select(_ROW.role, _ROW.address).distinct().where(_ROW.case_id == value("case_id"), _ROW.person.is_(None))
ADDRESS_AGAIN = (
    update(_INBOX)
    .where(_ROW.case_id == value("case_id"), _ROW.role == value("role"), _ROW.person.is_(None))
    .values(address=value("address"))
)
ASTRAY = (
    select(_ROW.id)
    .where(
        or_(
            _ROW.address != literal("@") + _ROW.person,
            and_(_ROW.person.is_(None), _ROW.case_id.is_(None), _ROW.address != _ROW.role),
        )
    )
    .limit(1)
)
BEFORE = _ROW.id < number("before")
NEWER = _ROW.id > number("newer")
UNREAD_BY = and_(
    _ROW.id > 0,  # every one: a condition names its own table first
    ~exists().where(_READ.c.person == value("reader"), _READ.c.message_id == _NUMBER),
)
_NEW = (_ROW.read_at.is_(None), UNREAD_BY)
_OF_THESE = (
    Among(_ROW.address, value("addresses")),
    _ROW.case_id.in_(select(_DUTY.case_id).where(_DUTY.address == value("to"))) & Among(_ROW.role, value("roles")),
)
READ_EVERY, READ_HANDED = (
    insert(_READ).from_select(
        ["person", "message_id", "at"], select(words("reader"), _ROW.id, words("at")).where(these, *_NEW)
    )
    for these in _OF_THESE
)
READ = upsert(_READ, "person message_id at", key="person message_id")
READ_BY = select(_READ.c.message_id, _READ.c.at).where(
    _READ.c.person == value("person"), AmongNumbers(_READ.c.message_id, value("ids"))
)
UNREAD = _ROW.read_at.is_(None)
MARK_READ = update(_INBOX).where(_ROW.id == value("id"), _ROW.read_at.is_(None)).values(read_at=value("at"))
REWORD = update(_INBOX).where(_ROW.key == value("key")).values(text=words("text"))
