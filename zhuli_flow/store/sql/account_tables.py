"""The tables of those who come in by a browser: passwords, sessions, links used once, failures, tokens, drafts, views.

Kept apart from the other tables, with the same rules; no secret stands in any of them, only what proves that it is one.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from zhuli_flow.store.sql import tables
from zhuli_flow.store.sql.columns import KEYED, STRICT, Stored, integer, one_of, words

METADATA = tables.Stored.metadata
"""Every table there is: these, and those they stand beside."""
TOKEN_SCOPES = ("read", "write", "calendar")


class AccountRow(Stored, table=True):
    """How a person proves to be one with a password: its argon2id hash, None until it has been set."""

    __tablename__ = "account"
    __table_args__ = (KEYED,)
    person: str = words(primary_key=True, foreign_key="person.id")
    password: str | None = words(default=None)
    changed_at: str = words()


class LoginSessionRow(Stored, table=True):
    """A person at a browser, until ``ends_at``, idle for too long, or ended; ``hash`` of its secret."""

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("hash"), Index(None, "person"), STRICT)
    id: int | None = integer(primary_key=True)
    hash: str = words()
    person: str = words(foreign_key="person.id")
    made_at: str = words()
    seen_at: str = words()
    ends_at: str = words()
    address: str = words(default="")
    browser: str = words(default="")
    ended_at: str | None = words(default=None)


class OneTimeLinkRow(Stored, table=True):
    """A link by which a person sets a password, once; ``hash`` is the SHA-256 (hex) of what stands in the link."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index(None, "person"), KEYED)
    hash: str = words(primary_key=True)
    person: str = words(foreign_key="person.id")
    made_at: str = words()
    ends_at: str = words()
    used_at: str | None = words(default=None)


class LoginFailureRow(Stored, table=True):
    """How often in a row a person's name, or an address, failed to come in, and when it may try again."""

    __tablename__ = "login_failure"
    __table_args__ = (KEYED,)
    key: str = words(primary_key=True)
    count: int = integer()
    last_at: str = words()
    until: str = words()


class AccessTokenRow(Stored, table=True):
    """A secret that stands for a person elsewhere than at a browser: for a program (read, write), for a calendar."""

    __tablename__ = "access_token"
    __table_args__ = (one_of("scope", TOKEN_SCOPES), UniqueConstraint("hash"), Index(None, "person"), STRICT)
    id: int | None = integer(primary_key=True)
    hash: str = words()
    person: str = words(foreign_key="person.id")
    scope: str = words()
    label: str = words(default="")
    made_at: str = words()
    ends_at: str = words()
    ended_at: str | None = words(default=None)


class DraftRow(Stored, table=True):
    """What a person has typed for an act and not done yet; ``version`` of the case that was looked at."""

    __tablename__ = "draft"
    __table_args__ = (KEYED,)
    person: str = words(primary_key=True, foreign_key="person.id")
    case_id: str = words(primary_key=True)
    event: str = words(primary_key=True)
    version: int = integer()
    form: str = words()
    saved_at: str = words()


class SavedViewRow(Stored, table=True):
    """A list as a person wants to see it again: its ``name``, and its address on this site with all it narrows by."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person", "name"), STRICT)
    id: int | None = integer(primary_key=True)
    person: str = words(foreign_key="person.id")
    name: str = words()
    address: str = words()
    made_at: str = words()
