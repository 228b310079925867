"""What every table stands on: the naming convention, the shapes of columns and checks.

Instants are UTC in ISO 8601 (``…+00:00``), dates are Asia/Shanghai dates as ``YYYY-MM-DD``, both as text, so that they
sort and read the same everywhere. Yes and no are 1 and 0.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Integer, MetaData, Text
from sqlmodel import Field, SQLModel

CASE_KINDS = ("initial", "open", "in_force", "final")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
STRICT: dict[str, Any] = {"sqlite_strict": True}
KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""Rows stored in the order of their primary key: one page touched instead of two."""


def words(primary_key: bool = False, **more: Any) -> Any:
    """A column of text."""
    return Field(sa_type=Text, primary_key=primary_key, **more)


def integer(**more: Any) -> Any:
    """A column of whole numbers."""
    return Field(sa_type=Integer, **more)


def yes_no(default: bool = False, primary_key: bool = False) -> Any:
    """A column of 1 and 0."""
    return Field(default=default, sa_type=Integer, primary_key=primary_key)


def one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    """A check that the column holds one of these words. Not by ``IN``: SQLite would make a table of them each time."""
    return CheckConstraint(" OR ".join(f"{column} = {word!r}" for word in allowed), name=column)


def flag(column: str) -> CheckConstraint:
    """A check that the column holds 1 or 0."""
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


class Stored(SQLModel):
    """Base of every table; holds the metadata with the naming convention that migrations rely on."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
