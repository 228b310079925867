"""Histories as event logs for process mining: XES (IEEE 1849-2016) and OCEL 2.0 (JSON).

An event is an act that was done: a move, a signature, an operation. Refused attempts, reminders and papers printed are
no steps of the process and stand in ``audit export`` alone. Opinions and values are not handed on, so nothing that is
sealed can be among them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self
from xml.sax.saxutils import quoteattr

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model.case import Case
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.new_file import filling
from zhuli_flow.support.sorted_lines import SortedLines

_ACTS = frozenset({"move", "sign", "operation"})
_PAGE = 500


class Written(msgspec.Struct, frozen=True):
    """An event log as a new file: how many cases and events are in it."""

    file: str
    cases: int
    events: int


class _Told(NamedTuple):
    case: Case
    workflow: Workflow
    acts: list[Entry]


def _histories(connection: Connection, office: Office) -> Iterator[_Told]:
    for stored in cases.every(connection, _PAGE):
        workflow = lookup.definition(connection, office, stored.case.digest)
        entries = (read(link.body) for link in audit.entries(connection, stored.case.id))
        yield _Told(stored.case, workflow, [entry for entry in entries if entry.kind in _ACTS])


# ── XES ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def export_xes(office: Office, target: Path) -> Written:
    """Write every case as a trace to the new file ``target``. Raises InvalidInput when it can't be made there.

    Raises NoRight for a reader who may not read every history.
    """
    reading.require_everything(office)
    count = events = 0
    with filling(target) as file, office.database.read() as connection:
        file.write(_HEAD.encode())
        for told in _histories(connection, office):
            file.write(f"{''.join(_trace(told))}".encode())
            count, events = count + 1, events + len(told.acts)
        file.write(b"</log>\n")
    return Written(str(target), count, events)


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1849.2016" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Activity" scope="event" keys="concept:name"/>
<string key="concept:name" value="zhuli_flow"/>
"""


def _trace(told: _Told) -> Iterator[str]:
    case = told.case
    yield "<trace>"
    yield from _strings({"concept:name": case.id, "workflow": case.workflow, "version": case.definition_version})
    yield from _strings({"applicant": case.applicant.name, "city": case.applicant.city})
    for entry in told.acts:
        yield "<event>"
        yield from _strings({"concept:name": entry.title or entry.event})
        yield f'<date key="time:timestamp" value={quoteattr(entry.at)}/>'
        yield from _strings({"lifecycle:transition": "complete", "org:resource": entry.actor.person})
        yield from _strings({"org:role": entry.actor.role, "org:group": entry.actor.organisation})
        yield from _strings({"event": entry.event, "kind": entry.kind, "from": entry.source, "to": entry.to})
        yield f'<int key="seq" value="{entry.seq}"/></event>\n'
    yield "</trace>\n"


def _strings(values: dict[str, str]) -> Iterator[str]:
    """What is empty is left out: the standard knows no absent value."""
    return (f'<string key="{key}" value={quoteattr(value)}/>' for key, value in values.items() if value)


# ── OCEL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Attribute(msgspec.Struct, frozen=True):
    name: str
    type: str


class _Type(msgspec.Struct, frozen=True):
    name: str
    attributes: tuple[_Attribute, ...] = ()


class _Value(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    value: str
    time: str = ""


class _Link(msgspec.Struct, frozen=True, rename={"object_id": "objectId"}):
    object_id: str
    qualifier: str


class _Object(msgspec.Struct, frozen=True):
    id: str
    type: str
    attributes: tuple[_Value, ...] = ()
    relationships: tuple[_Link, ...] = ()


class _Event(msgspec.Struct, frozen=True):
    id: str
    type: str
    time: str
    attributes: tuple[_Value, ...]
    relationships: tuple[_Link, ...]


PERSON, UNIT, PAPER = "person", "organisation", "paper"
_SAID = ("event", "role", "from", "to")


def export_ocel(office: Office, target: Path) -> Written:
    """Write cases, units, people and papers with the acts that touch them to the new file ``target``.

    Objects and events wait beside it; in memory are the names of people and units alone. Raises as ``export_xes``.
    """
    reading.require_everything(office)
    count = 0
    with filling(target) as file, _Objects(target.parent) as objects, SortedLines(target.parent) as events:
        types, number = set[str](), 0
        with office.database.read() as connection:
            for told in _histories(connection, office):
                count += 1
                objects.begin(told)
                for one in (_event(objects, told.case, entry) for entry in told.acts):
                    events.add(one.time.encode(), _json(one))
                    types.add(one.type)
                    number += 1
        kinds = [_Type(name, _KNOWN.get(name, _OF_CASE)) for name in sorted(objects.types)]
        texts = tuple(_Attribute(name, "string") for name in _SAID)
        file.write(b'{"objectTypes":' + _json(kinds))
        file.write(b',"eventTypes":' + _json([_Type(name, texts) for name in sorted(types)]))
        file.write(b',"objects":[')
        objects.copy(file)
        file.write(b'],"events":[')
        file.writelines(b"," * (place > 0) + line for place, line in enumerate(events))
        file.write(b"]}\n")
    return Written(str(target), count, number)


_json = msgspec.json.encode


class _Objects:
    """The objects of a log, each written aside when it is met for the first time.

    People and units are known by their names for as long as it lasts; a paper is of one case, and known within it.
    """

    def __init__(self, aside: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=aside)  # noqa: SIM115 - closed at the end of the context
        self._known, self._papers, self.types = set[str](), set[str](), set[str]()
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def begin(self, told: _Told) -> None:
        """The case that comes next, with its unit."""
        case = told.case
        self._papers.clear()
        unit = self.named(UNIT, case.applicant.id, case.applicant.name, case.opened_at)
        at = told.acts[-1].at if told.acts else case.opened_at
        values = (_Value("state", case.state, at), _Value("version", case.definition_version, case.opened_at))
        self._put(_Object(case.id, case.workflow, values, (_Link(unit, "applicant"),)))

    def named(self, kind: str, key: str, name: str, at: str) -> str:
        """The id of the object, which is written when it is met for the first time."""
        found, known = f"{kind}:{key}", self._papers if kind == PAPER else self._known
        if found not in known:
            known.add(found)
            self._put(_Object(found, kind, (_Value("name", name or key, at),)))
        return found

    def _put(self, one: _Object) -> None:
        self.types.add(one.type)
        self._file.write(b"," * self._begun + _json(one))
        self._begun = True

    def copy(self, into: IO[bytes]) -> None:
        """All of them, as what stands in an array of JSON."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, into)


_NAME = (_Attribute("name", "string"),)
_KNOWN = {PERSON: _NAME, UNIT: _NAME, PAPER: _NAME}
_OF_CASE = (_Attribute("state", "string"), _Attribute("version", "string"))


def _event(objects: _Objects, case: Case, entry: Entry) -> _Event:
    links = [_Link(case.id, "case"), _Link(f"{UNIT}:{case.applicant.id}", "applicant")]
    if entry.actor.person:
        links.append(_Link(objects.named(PERSON, entry.actor.person, entry.actor.title, case.opened_at), "actor"))
    numbered = ((paper.number, paper.kind) for paper in entry.papers if paper.number)
    links += [_Link(objects.named(PAPER, number, kind, entry.at), "ordered") for number, kind in numbered]
    said = zip(_SAID, (entry.event, entry.actor.role, entry.source, entry.to), strict=True)
    values = tuple(_Value(name, value) for name, value in said if value)
    return _Event(f"{case.id}/{entry.seq}", entry.title or entry.event, entry.at, values, tuple(links))
