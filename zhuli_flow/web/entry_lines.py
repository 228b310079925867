"""An entry of the history as a line for people: who, when, from where to where, what changed, old → new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import START, SYSTEM
from zhuli_flow.engine.history.entry import Doer, Entry
from zhuli_flow.services.cases.view import HistoryLine
from zhuli_flow.services.history.wording import regions, vote
from zhuli_flow.web.templating import shown


@dataclass(frozen=True, slots=True)
class EntryLine:
    """``kind`` as the entry has it; ``system``: nobody did it, a deadline or another case did.

    ``changes`` as (title, old, new), ``files`` as (title, name, SHA-256).
    """

    seq: int
    version: int
    kind: str
    at: str
    who: str
    as_what: str
    title: str
    move: str
    opinion: str
    vote: str
    changes: tuple[tuple[str, str, str], ...]
    files: tuple[tuple[str, str, str], ...]
    papers: tuple[str, ...]
    notes: tuple[str, ...]
    hash: str
    system: bool


def line(told: HistoryLine, titles: Mapping[str, str]) -> EntryLine:
    """One entry in the words of its definition."""
    entry = told.entry
    nobody = entry.actor.person in ("", SYSTEM)
    return EntryLine(
        seq=entry.seq,
        version=entry.version,
        kind=entry.kind,
        at=entry.at,
        who="系统" if nobody else entry.actor.person,
        as_what=_as_what(entry.actor, titles),
        title=entry.title,
        move=_move(entry, titles),
        opinion=entry.opinion,
        vote=vote(entry),
        changes=tuple(_changes(entry, titles)),
        files=tuple(
            (titles.get(f"material/{one.material}", one.material), one.filename, one.sha256) for one in entry.materials
        ),
        papers=tuple(one.number or one.title or one.kind for one in entry.papers),
        notes=tuple(_notes(entry)),
        hash=told.hash,
        system=nobody,
    )


def _as_what(actor: Doer, titles: Mapping[str, str]) -> str:
    role = titles.get(f"role/{actor.role}", "")
    behalf = f"代{actor.on_behalf_of}（{actor.how or '委托'}）" if actor.on_behalf_of else ""
    return "，".join(part for part in (actor.organisation, role, behalf) if part)


def _move(entry: Entry, titles: Mapping[str, str]) -> str:
    ways = list(regions(entry, titles))
    if entry.to and entry.source != entry.to:
        before = "开始" if entry.source == START else titles.get(f"state/{entry.source}", entry.source)
        ways.insert(0, f"{before} → {titles.get(f'state/{entry.to}', entry.to)}")
    return "；".join(ways)


def _changes(entry: Entry, titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each field that changed: its title, what stood there, what stands there now."""
    for section, name, old, new in entry.changes:
        if section == "fields":
            yield titles.get(f"field/{name}", name), _value(old), _value(new)


def _value(value: object) -> str:
    return "（空）" if value is None or value in ("", [], {}) else shown(value)


def _notes(entry: Entry) -> Iterator[str]:
    yield from (one.because for one in entry.refusals)
    yield from entry.notes
    if entry.text:
        yield entry.text
