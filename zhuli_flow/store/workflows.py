"""Definitions in use: what a case is pinned to is kept for ever, word for word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.store import meta
from zhuli_flow.store.sql.statements import Connection, Row, first, instant, pack, rows, run, unpack

RETIRED = ""
"""Chosen in the place of a version: no new cases."""

_CHOSEN = "workflow_in_use:"


@dataclass(frozen=True, slots=True)
class Definition:
    """A stored definition: the file's ``text``, its content as JSON, and when (UTC, ISO text) it was taken into use."""

    name: str
    version: str
    digest: str
    text: str
    document: Json
    added_at: str


def put(
    connection: Connection, *, name: str, version: str, digest: str, text: str, document: Json, at: datetime
) -> bool:
    """Take a definition into use; False when exactly this one is there already.

    Raises InvalidInput when the version is in use with other content, or the same content under another name.
    """
    clash = first(connection, "workflows.clash", name=name, version=version, digest=digest)
    if clash == (name, version, digest):
        return False
    if clash is not None:
        raise _version_in_use(name, version, clash)
    run(
        connection,
        "workflows.put",
        {
            "name": name,
            "version": version,
            "digest": digest,
            "text": text,
            "document": pack(document),
            "added_at": instant(at),
        },
    )
    return True


def by_digest(connection: Connection, digest: str) -> Definition | None:
    """The definition cases are pinned to by this digest."""
    return _one(first(connection, "workflows.by_digest", digest=digest))


def latest(connection: Connection, name: str) -> Definition | None:
    """As ``current``, whole."""
    digest = current(connection, name)
    return None if digest is None else by_digest(connection, digest)


def current(connection: Connection, name: str) -> str | None:
    """The digest of the version that new cases of ``name`` run on: the one chosen, else the newest; None without any.

    Of a retired workflow it is the newest: what its registers and lists go by.
    """
    known = known_versions(connection, name)
    return known.get(chosen(connection, name) or "") or next(iter(reversed(known.values())), None)


def chosen(connection: Connection, name: str) -> str | None:
    """The version that the office chose for new cases: RETIRED for none at all, None when it never chose."""
    return meta.get(connection, _CHOSEN + name)


def choose(connection: Connection, name: str, version: str) -> None:
    """Let new cases of ``name`` run on ``version`` from now on; RETIRED lets none be opened."""
    meta.put(connection, _CHOSEN + name, version)


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """By which versions stand: numbers in them by their value, so that 1.10 is newer than 1.9."""
    parts = re.findall(r"\d+|\D+", version)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def listed(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Every definition as (name, version, digest, added_at), oldest first."""
    found = rows(connection, "workflows.listed")
    return [(name, version, digest, added_at) for name, version, digest, added_at in found]


def known_versions(connection: Connection, name: str) -> dict[str, str]:
    """The versions in use of a name, each with its digest, the oldest version first (1.10 after 1.9)."""
    found = rows(connection, "workflows.known_versions", name=name)
    return dict(sorted(((str(version), str(digest)) for version, digest in found), key=lambda row: order(row[0])))


def _one(row: Row | None) -> Definition | None:
    if row is None:
        return None
    name, version, digest, text, document, added_at = row
    return Definition(name, version, digest, text, _copy(document), added_at)


def _copy(document: str) -> Json:
    """The stored copy; None for one so damaged that it is not even JSON, which no reader takes for a model."""
    try:
        copy: Json = unpack(document)
    except (ValueError, RecursionError):
        return None
    return copy


def _version_in_use(name: str, version: str, clash: Row) -> InvalidInput:
    used = f"{clash[0]} {clash[1]}"
    message = f"{name} {version}: 已有事项可能依此办理，内容不能再改"
    if (clash[0], clash[1]) != (name, version):
        message = f"{name} {version}: 内容与已启用的 {used} 完全相同"
    problem = Problem(f"{name} {version}", "version_in_use", message, "请改写 version 后重新启用")
    return InvalidInput(f"{message}；未启用", [problem], fix="请改写 version 后重新启用")
