"""Passwords, sessions, links used once, failures to come in, tokens and drafts: for those who work in a browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whose(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f(f"fk_{table}_person_person"))


def upgrade() -> None:
    op.create_table(
        "account",
        _words("person"),
        _words("password", nullable=True),
        _words("changed_at"),
        _whose("account"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_account")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _sessions_and_links()
    _tokens_and_drafts()


def _sessions_and_links() -> None:
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_words(name) for name in ("hash", "person", "made_at", "seen_at", "ends_at", "address", "browser")),
        _words("ended_at", nullable=True),
        _whose("login_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("hash", name=op.f("uq_login_session_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_login_session_person"), "login_session", ["person"])
    op.create_table(
        "one_time_link",
        *(_words(name) for name in ("hash", "person", "made_at", "ends_at")),
        _words("used_at", nullable=True),
        _whose("one_time_link"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_one_time_link")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_one_time_link_person"), "one_time_link", ["person"])


def _tokens_and_drafts() -> None:
    op.create_table(
        "login_failure",
        _words("key"),
        sa.Column("count", sa.Integer(), nullable=False),
        *(_words(name) for name in ("last_at", "until")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_failure")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_words(name) for name in ("hash", "person", "scope", "label", "made_at", "ends_at")),
        _words("ended_at", nullable=True),
        sa.CheckConstraint("scope IN ('read', 'write', 'calendar')", name=op.f("ck_access_token_scope")),
        _whose("access_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_access_token_person"), "access_token", ["person"])
    op.create_table(
        "draft",
        *(_words(name) for name in ("person", "case_id", "event")),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_words(name) for name in ("form", "saved_at")),
        _whose("draft"),
        sa.PrimaryKeyConstraint("person", "case_id", "event", name=op.f("pk_draft")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
