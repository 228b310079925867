"""What rows repeat of the office's own chain: the directory, 委托 and 承继, definitions and years taken into use.

A home whose directory was never imported by a command has nothing to compare; of what entries of earlier days did not
say yet, nothing is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec.structs import asdict

from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.services.history.case_record import Body
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases, directory, numbers, whole_rows, workflows
from zhuli_flow.store.sql.statements import Connection

_DIRECTORY = frozenset({"organisation", "person"})
Things = dict[str, Any]
"""What is so called, by its key."""


@dataclass(slots=True)
class Told:
    """What the office's entries say, one after another: the newest word on each thing, by kind and key."""

    things: dict[str, Things] = field(default_factory=dict)
    revoked: dict[str, str] = field(default_factory=dict)
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    tokens: dict[str, str | None] = field(default_factory=dict)
    years: set[tuple[int, str]] = field(default_factory=set)
    imported: bool = False
    begun: bool = False
    """A change of what no entry has brought: the directory was there before its record was, and only that is asked of
    which an entry speaks."""

    def take(self, body: Body) -> None:
        """One more entry."""
        self.imported = self.imported or body["event"] == "directory_import"
        if body["event"] == "token":
            self.tokens[str(body["actor"]["person"])] = None
        if body["event"] == "calendar_import":
            self.years |= {(int(change[1]), str(body["at"])) for change in body.get("changes", ())}
        for section, key, old, new in body.get("changes", ()):
            if old is not None and section in _DIRECTORY and key not in self.things.get(section, {}):
                self.begun = True
            self._change(str(section), str(key), new, body)

    def _change(self, section: str, key: str, new: Any, body: Body) -> None:
        if section == "token":
            self.tokens[key] = new
        elif section == "entrustment" and new is None:
            self.revoked[key] = str(body["at"])
        elif section == "definition":
            self.made[section, str(body.get("definition", ""))] = str(body["at"])
            self.made["model", str(body.get("definition", ""))] = str(body.get("model", ""))
        else:
            self.things.setdefault(section, {})[key] = new
            self.made[section, key] = str(body["at"])


def told_by(connection: Connection) -> Told:
    """What the office's own chain says."""
    told = Told()
    for entry in audit.entries(connection, OFFICE_CHAIN):
        told.take(json.loads(entry.body))
    return told


def faults(office: Office) -> Iterator[str]:
    """Every row that the office's entries do not lead to, in words."""
    with office.database.read() as connection:
        told = told_by(connection)
        wrong = [*_directory(connection, told), *_entrustments(connection, told), *_successions(connection, told)]
        wrong += [*_definitions(connection, told), *_years(connection, told), *_numbers(connection)]
    yield from (f"{what}与留痕不符，被改动过" for what in wrong)


def _directory(connection: Connection, told: Told) -> Iterator[str]:
    people = whole_rows.people(connection)
    if told.imported:
        units = {one.id: asdict(one) for one in directory.every_organisation(connection)}
        yield from _differing("机构", units, told.things.get("organisation", {}), whole=not told.begun)
        posts = {
            one.id: {
                "id": one.id,
                "title": one.title,
                "organisation": one.organisation,
                "roles": sorted(one.roles),
                "active": one.active,
            }
            for one in people
        }
        yield from _differing("人员", posts, told.things.get("person", {}), whole=not told.begun)
    for one in people:
        if (one.token_hash is not None) != (one.id in told.tokens) or (
            one.token_hash and told.tokens[one.id] not in {None, fingerprint(one.token_hash)}
        ):
            yield f"人员“{one.id}”的身份令牌"


def fingerprint(text: str) -> str:
    """What history keeps of a text that does not stand in it: the hash of a token, the model of a definition."""
    return sha256(text.encode()).hexdigest()


def _differing(what: str, found: Things, told: Things, *, whole: bool = True) -> Iterator[str]:
    for key in sorted(found.keys() | told.keys() if whole else told.keys()):
        if found.get(key) != told.get(key):
            yield f"{what}“{key}”"


def _entrustments(connection: Connection, told: Told) -> Iterator[str]:
    known = told.things.get("entrustment", {})
    found = {str(one.id): one for one in directory.entrustments(connection)}
    for key in sorted(found.keys() | known.keys(), key=int):
        one, said = found.get(key), known.get(key)
        if one is None or said is None:
            yield f"第 {key} 号委托"
            continue
        row = (one.giver, one.receiver, one.since, one.until, one.reason)
        moments = (_second(one.made_at), _second(one.revoked_at))
        meant = (_second(told.made["entrustment", key]), _second(told.revoked.get(key)))
        if row != tuple(said[name] for name in ("from", "to", "since", "until", "reason")) or moments != meant:
            yield f"第 {key} 号委托"


def _second(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(microsecond=0) if text else None


def _successions(connection: Connection, told: Told) -> Iterator[str]:
    found = {one.predecessor: to_json(one) for one in directory.successions(connection)}
    yield from _differing("承继：", found, told.things.get("succession", {}))


def _definitions(connection: Connection, told: Told) -> Iterator[str]:
    """By ``workflows.listed``; that text and digest go together is asked elsewhere."""
    for name, version, digest, added_at in workflows.listed(connection):
        made = told.made.get(("definition", digest))
        if made is not None and _second(made) != _second(added_at):
            yield f"流程定义 {name} {version} 的启用时间"
        model, stored = told.made.get(("model", digest)), workflows.by_digest(connection, digest)
        if model and stored is not None and model != fingerprint(str(stored.document)):
            yield f"流程定义 {name} {version} 的存储副本"


def _years(connection: Connection, told: Told) -> Iterator[str]:
    there = {(one.year, _second(one.added_at)) for one in whole_rows.years(connection)}
    meant = {(year, _second(at)) for year, at in told.years}
    yield from (f"{year}年放假安排" for year in sorted(year for year, _ in meant - there))
    for one in whole_rows.years(connection):
        if (one.year, _second(one.added_at)) not in meant or json.loads(one.data).get("sha256") != one.sha256:
            yield f"{one.year}年放假安排"


def _numbers(connection: Connection) -> Iterator[str]:
    """Case numbers have no gaps: one that was given and has no case is a case that was deleted."""
    there = {one.case.id for one in cases.every(connection, 500)}
    for (series, year), last in sorted(numbers.last(connection).items()):
        kind, _, prefix = series.partition(":")
        if kind == "case" and prefix:
            ids = (f"{prefix}-{year}-{n:04d}" for n in range(1, last + 1))
            yield from (f"事项编号 {one} 没有事项，" for one in ids if one not in there)
            beyond = f"{prefix}-{year}-{last + 1:04d}"
            if beyond in there:
                yield f"事项编号 {prefix}-{year} 的序号"
