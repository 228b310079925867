"""The years' holidays an office imported: every version is kept, the newest of a year counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhuli_flow.store.sql.statements import Connection, instant, pack, rows, run, unpack


@dataclass(frozen=True, slots=True)
class StoredYear:
    """One imported year: ``data`` as ``calendar.load_year`` reads it, its digest, and since when (UTC, ISO text)."""

    year: int
    sha256: str
    data: dict[str, Any]
    added_at: str


def add(connection: Connection, *, year: int, sha256: str, data: dict[str, Any], at: datetime) -> None:
    """Put a version of a year above the earlier ones."""
    added = {"year": year, "sha256": sha256, "data": pack(data), "added_at": instant(at)}
    run(connection, "calendars.add", added)


def digests(connection: Connection) -> dict[int, str]:
    """The digest of the newest version of every imported year: what tells whether anything came since, at no cost."""
    return dict(rows(connection, "calendars.digests"))


def newest(connection: Connection) -> list[StoredYear]:
    """The newest version of every imported year, the earliest year first."""
    found = rows(connection, "calendars.newest")
    return [StoredYear(year, sha256, unpack(data), added_at) for year, sha256, data, added_at in found]
