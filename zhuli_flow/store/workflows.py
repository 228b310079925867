"""Definitions in use: what a case is pinned to is kept for ever, word for word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

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
    connection.known.pop(_CATALOG, None)
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
    known, version = known_versions(connection, name), chosen(connection, name)
    return known.get(version or "") or next(iter(reversed(known.values())), None)


def chosen(connection: Connection, name: str) -> str | None:
    """The version that the office chose for new cases: RETIRED for none at all, None when it never chose."""
    return _catalog(connection).chosen.get(name)


def choose(connection: Connection, name: str, version: str) -> None:
    """Let new cases of ``name`` run on ``version`` from now on; RETIRED lets none be opened."""
    connection.known.pop(_CATALOG, None)
    meta.put(connection, _CHOSEN + name, version)


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """By which versions stand: numbers in them by their value, so that 1.10 is newer than 1.9."""
    parts = re.findall(r"\d+|\D+", version)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


class _Catalog(NamedTuple):
    """Every definition as ``listed`` tells it, the versions of each name in their order, and what the office chose."""

    listed: tuple[tuple[str, str, str, str], ...]
    versions: Mapping[str, Mapping[str, str]]
    chosen: Mapping[str, str]


def listed(connection: Connection) -> tuple[tuple[str, str, str, str], ...]:
    """Every definition as (name, version, digest, added_at), oldest first."""
    return _catalog(connection).listed


def known_versions(connection: Connection, name: str) -> dict[str, str]:
    """The versions in use of a name, each with its digest, the oldest version first (1.10 after 1.9)."""
    return dict(_catalog(connection).versions.get(name, {}))


_CATALOG = "definitions"


def _catalog(connection: Connection) -> _Catalog:
    """All of it by one statement, once in a transaction: a list asks it for every workflow there is."""
    found = connection.known.get(_CATALOG)
    if not isinstance(found, _Catalog):
        found = connection.known[_CATALOG] = _catalog_of(tuple(rows(connection, "workflows.listed", prefix=_CHOSEN)))
    return found


@lru_cache(4)
def _catalog_of(found: tuple[Row, ...]) -> _Catalog:
    versions = dict[str, dict[str, str]]()
    for name, version, digest, _, _ in found:
        versions.setdefault(name, {})[version] = digest
    in_order = {name: dict(sorted(own.items(), key=lambda one: order(one[0]))) for name, own in versions.items()}
    chosen = {row[0]: row[4] for row in found if row[4] is not None}
    return _Catalog(tuple(row[:4] for row in found), in_order, chosen)


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
