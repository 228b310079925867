"""Statements about passwords, sessions, links used once, failures to come in, tokens and drafts."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from zhuli_flow.store.sql.account_tables import (
    AccessTokenRow,
    AccountRow,
    DraftRow,
    LoginFailureRow,
    LoginSessionRow,
    OneTimeLinkRow,
)
from zhuli_flow.store.sql.core.constructs import number, table, upsert, value
from zhuli_flow.store.sql.tables import PersonRow

_ACCOUNTS, _SESSIONS, _LINKS = table(AccountRow), table(LoginSessionRow), table(OneTimeLinkRow)
_FAILURES, _TOKENS, _DRAFTS, _PEOPLE = table(LoginFailureRow), table(AccessTokenRow), table(DraftRow), table(PersonRow)
_ACCOUNT, _SESSION, _LINK, _TOKEN, _DRAFT = _ACCOUNTS.c, _SESSIONS.c, _LINKS.c, _TOKENS.c, _DRAFTS.c
_ACTIVE = _PEOPLE.c.active == 1

PUT_PASSWORD = upsert(_ACCOUNTS, "person password changed_at", key="person", replace="password changed_at")
PASSWORD = (
    select(_ACCOUNT.password)
    .join_from(_ACCOUNTS, _PEOPLE, _PEOPLE.c.id == _ACCOUNT.person)
    .where(_ACCOUNT.person == value("person"), _ACTIVE)
)

_MADE = ("hash", "person", "made_at", "seen_at", "ends_at", "address", "browser")
OPEN_SESSION = insert(_SESSIONS).values({name: value(name) for name in _MADE})
SESSION = (
    select(_SESSION.id, _SESSION.person, _SESSION.seen_at, _SESSION.ends_at)
    .join_from(_SESSIONS, _PEOPLE, _PEOPLE.c.id == _SESSION.person)
    .where(_SESSION.hash == value("hash"), _SESSION.ended_at.is_(None), _ACTIVE)
)
SEE_SESSION = update(_SESSIONS).where(_SESSION.id == number("id")).values(seen_at=value("at"))
END_SESSION = (
    update(_SESSIONS)
    .where(_SESSION.id == number("id"), _SESSION.person == value("person"), _SESSION.ended_at.is_(None))
    .values(ended_at=value("at"))
)
END_SESSIONS = (
    update(_SESSIONS)
    .where(_SESSION.person == value("person"), _SESSION.ended_at.is_(None))
    .values(ended_at=value("at"))
)
END_EVERY_SESSION = update(_SESSIONS).where(_SESSION.ended_at.is_(None)).values(ended_at=value("at"))
SESSIONS = (
    select(*(_SESSION[name] for name in ("id", "made_at", "seen_at", "ends_at", "address", "browser")))
    .where(_SESSION.person == value("person"), _SESSION.ended_at.is_(None), _SESSION.ends_at > value("at"))
    .order_by(_SESSION.id.desc())
)

ADD_LINK = insert(_LINKS).values({name: value(name) for name in ("hash", "person", "made_at", "ends_at")})
LINK = (
    select(_LINK.person)
    .join_from(_LINKS, _PEOPLE, _PEOPLE.c.id == _LINK.person)
    .where(_LINK.hash == value("hash"), _LINK.used_at.is_(None), _LINK.ends_at > value("at"), _ACTIVE)
)
USE_LINKS = update(_LINKS).where(_LINK.person == value("person"), _LINK.used_at.is_(None)).values(used_at=value("at"))

NOTE_FAILURE = upsert(_FAILURES, "key count last_at until", key="key", replace="count last_at until")
FAILURE = select(_FAILURES.c.count, _FAILURES.c.last_at, _FAILURES.c.until).where(_FAILURES.c.key == value("key"))
FORGET_FAILURE = delete(_FAILURES).where(_FAILURES.c.key == value("key"))

_TOLD = ("hash", "person", "scope", "label", "made_at", "ends_at")
ADD_TOKEN = insert(_TOKENS).values({name: value(name) for name in _TOLD}).returning(_TOKEN.id)
TOKEN = (
    select(_TOKEN.person, _TOKEN.scope)
    .join_from(_TOKENS, _PEOPLE, _PEOPLE.c.id == _TOKEN.person)
    .where(_TOKEN.hash == value("hash"), _TOKEN.ended_at.is_(None), _TOKEN.ends_at > value("at"), _ACTIVE)
)
TOKENS = (
    select(*(_TOKEN[name] for name in ("id", "scope", "label", "made_at", "ends_at")))
    .where(_TOKEN.person == value("person"), _TOKEN.ended_at.is_(None), _TOKEN.ends_at > value("at"))
    .order_by(_TOKEN.id.desc())
)
END_TOKEN = (
    update(_TOKENS)
    .where(_TOKEN.id == number("id"), _TOKEN.person == value("person"), _TOKEN.ended_at.is_(None))
    .values(ended_at=value("at"))
)

_OF_DRAFT = (
    _DRAFT.person == value("person"),
    _DRAFT.case_id == value("case_id"),
    _DRAFT.event == value("event"),
)
PUT_DRAFT = upsert(
    _DRAFTS, "person case_id event version form saved_at", key="person case_id event", replace="version form saved_at"
)
DRAFT = select(_DRAFT.version, _DRAFT.form, _DRAFT.saved_at).where(*_OF_DRAFT)
DROP_DRAFT = delete(_DRAFTS).where(*_OF_DRAFT)
DROP_DRAFTS = delete(_DRAFTS).where(_DRAFT.case_id == value("case_id"))
