"""Sessions of people at browsers: rows that end by themselves, by their owner, or with the password they began with."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from zhuli_flow.errors import NotFound
from zhuli_flow.services.administration import security
from zhuli_flow.services.office import Office
from zhuli_flow.store import accounts, directory
from zhuli_flow.store.accounts import OpenSession, Session
from zhuli_flow.store.sql.statements import Connection

SECRET_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""A session that is used is noted at most this often: looking at a page is no reason to write."""
LONGEST_NAME = 200


def begin(office: Office, person: str, lasts: timedelta, *, address: str = "", browser: str = "") -> str:
    """A new session of an active person; returns its secret, told once. Raises NotFound."""
    secret, now = secrets.token_urlsafe(SECRET_BYTES), office.clock.now()
    with office.database.write() as connection:
        if directory.find(connection, person, office.today) is None:
            raise NotFound(f"名录中没有“{person}”", fix="请从名录中选择")
        accounts.open_session(connection, secret, person, now, now + lasts, address, browser[:LONGEST_NAME])
    security.note(office, "login", person, address=address)
    return secret


def current(office: Office, secret: str, idle: timedelta) -> Session | None:
    """The session of this secret as long as it lasts, and notes that it is used.

    Under a rehearsal's clock, which jumps, only its owner ends it.
    """
    now = office.clock.now()
    with office.database.read() as connection:
        found = accounts.session(connection, secret)
    if found is None or (not office.rehearsal and _over(found, now, idle)):
        return None
    if now - datetime.fromisoformat(found.seen_at) >= SEEN_EVERY:
        with office.database.write() as connection:
            accounts.see_session(connection, found.id, now)
    return found


def listed(office: Office, person: str) -> list[OpenSession]:
    """The person's sessions that go on, the latest first."""
    with office.database.read() as connection:
        return accounts.sessions(connection, person, office.clock.now())


def end(office: Office, person: str, number: int) -> None:
    """End one of one's own sessions. Raises NotFound when there is none of that number."""
    with office.database.write() as connection:
        if not accounts.end_session(connection, person, number, office.clock.now()):
            raise NotFound(f"没有编号为 {number} 的登录", fix="请在“我的登录”中查看")


def end_everybodys(connection: Connection, office: Office) -> int:
    """End every session there is, as where a backup is put back in which ended ones still went on; how many."""
    return accounts.end_every_session(connection, office.clock.now())


def _over(session: Session, now: datetime, idle: timedelta) -> bool:
    return now >= datetime.fromisoformat(session.ends_at) or now - datetime.fromisoformat(session.seen_at) >= idle
