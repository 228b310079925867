"""Secrets that stand for a person where no browser is: for a program, read or write, and for a calendar's address."""

from __future__ import annotations

import secrets
from datetime import timedelta

from zhuli_flow.errors import NotFound
from zhuli_flow.services.administration.sessions import SECRET_BYTES
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import accounts, directory
from zhuli_flow.store.accounts import Token
from zhuli_flow.support.plain_text import require_visible

FEED_LASTS = timedelta(days=400)
SCOPES = {"read": "只看", "write": "查看和办理", "calendar": "期限日历"}
"""What a token is good for."""


def issue(office: Office, person: str, scope: str, lasts: timedelta, label: str = "") -> str:
    """A new token of an active person, told once; on record. Raises NotFound, InvalidInput."""
    require_visible("名称", label)
    secret, now = secrets.token_urlsafe(SECRET_BYTES), office.clock.now()
    with office.database.write() as connection:
        if directory.find(connection, person, office.today) is None:
            raise NotFound(f"名录中没有“{person}”", fix="请从名录中选择")
        accounts.add_token(connection, secret, person, scope, label, now, now + lasts)
        entries.write_office(connection, office, "access_token", f"发放{SCOPES[scope]}令牌", person=person)
    return secret


def issue_feed(office: Office, person: str) -> str:
    """The secret of a new calendar address; those the person had before end."""
    for one in listed(office, person):
        if one.scope == "calendar":
            end(office, person, one.id)
    return issue(office, person, "calendar", FEED_LASTS, "期限日历")


def owner(office: Office, secret: str, *scopes: str) -> str:
    """Whose token this is, when it is good now for one of ``scopes``. Raises NotFound."""
    with office.database.read() as connection:
        found = accounts.token(connection, secret, office.clock.now())
    if found is None or found[1] not in scopes:
        raise NotFound("没有这个地址，或它已经作废", fix="请在“我的登录”中重新取一个")
    return found[0]


def scope_of(office: Office, secret: str) -> tuple[str, str] | None:
    """Whose token this is and what it is good for; None for one that is not good now."""
    with office.database.read() as connection:
        return accounts.token(connection, secret, office.clock.now())


def listed(office: Office, person: str) -> list[Token]:
    """The person's tokens that are good now, without their secrets."""
    with office.database.read() as connection:
        return accounts.tokens(connection, person, office.clock.now())


def end(office: Office, person: str, number: int) -> None:
    """End one of one's own tokens. Raises NotFound."""
    with office.database.write() as connection:
        if not accounts.end_token(connection, person, number, office.clock.now()):
            raise NotFound(f"没有编号为 {number} 的令牌", fix="请在“我的登录”中查看")
