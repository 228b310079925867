"""Whether a running case may go on under another version of its definition (版本迁移), and the case as it then stands.

The way that the case went is walked again on the new version: every step must be one that the new version knows and
allows, and none of its laws may have been broken on the way. What it asks otherwise from now on (a deadline, a sign-off
under way) is planned again. Nothing is guessed: a name that is gone needs a mapping, a value that has become another
type a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from zhuli_flow.definitions.model.graph import mains
from zhuli_flow.definitions.model.workflow import OPERATIONS, SAME, START, Event, Workflow
from zhuli_flow.engine.deadlines.lifecycle import replanned
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.history_laws import breaches
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Section
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.position import standing

Verdict = Literal["continues", "mapping", "person", "illegal"]
"""It goes on; it needs a mapping of names; a person must look; the new version forbids what was done."""
ORDER: tuple[Verdict, ...] = ("continues", "mapping", "person", "illegal")


Void = tuple[tuple[str, tuple[str, ...]], ...]
"""Sign-offs under way that begin anew: the event, and the people who had signed."""


class Finding(msgspec.Struct, frozen=True):
    """One thing about the move: how grave it is (``continues``: only to be known), why, and what mends it (Chinese)."""

    verdict: Verdict
    because: str
    fix: str = ""


class Migration(msgspec.Struct, frozen=True):
    """What becomes of one case: the gravest ``verdict`` of its findings, the case ``after`` (None unless it goes on).

    ``void`` are sign-offs under way that begin anew, each with the people who had signed.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    after: Case | None = None
    void: Void = ()


class Names(msgspec.Struct, frozen=True):
    """What is called otherwise in the new version, by kind: old name → new."""

    states: Mapping[str, str] = {}
    events: Mapping[str, str] = {}
    deadlines: Mapping[str, str] = {}


def names(old: Workflow, new: Workflow, mapping: Mapping[str, str]) -> Names:
    """The mapping by kind: a name stands for whatever the one version calls so, and its counterpart in the other."""

    def of(known: Mapping[str, object], there: Mapping[str, object]) -> dict[str, str]:
        return {before: after for before, after in mapping.items() if before in known and after in there}

    return Names(of(old.states, new.states), of(old.events, new.events), of(old.deadlines, new.deadlines))


def unknown(old: Workflow, new: Workflow, mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping itself: a pair whose names are not of one kind in their versions (Chinese)."""
    called = names(old, new, mapping)
    led = {*called.states, *called.events, *called.deadlines}
    return [
        f"原版本的“{before}”和新版本的“{after}”不都是环节、都是操作或都是期限"
        for before, after in mapping.items()
        if before not in led
    ]


def judged(
    old: Workflow, new: Workflow, case: Case, entries: Iterable[Entry], mapping: Mapping[str, str], facts: Facts
) -> Migration:
    """What becomes of ``case`` under ``new``; ``entries`` is its whole history."""
    if old.states[case.state].kind == "final":
        return Migration("illegal", (Finding("illegal", "事项已办结，仍依原版本存档", "不必迁移"),))
    called = names(old, new, mapping)
    carried = _carried(case, called)
    found = [*_place(new, carried), *_way(old, new, case, called), *_values(old, new, case)]
    verdict = _gravest(found)
    if verdict == "continues":
        found += _laws(new, case, entries, called, facts)
        verdict = _gravest(found)
    if verdict != "continues":
        return Migration(verdict, tuple(found))
    pinned = msgspec.structs.replace(carried, definition_version=new.version, digest=new.digest)
    void = tuple(_void(old, new, pinned, called))
    left = {event: open_ for event, open_ in pinned.body.get("signoffs", {}).items() if event not in dict(void)}
    pinned = changes.with_section(pinned, "signoffs", left).having(version=case.version + 1)
    after = replanned(CaseScope(new, pinned, facts), old, standing(old, case), called.deadlines)
    return Migration("continues", tuple(found), after, void)


def _gravest(found: Iterable[Finding]) -> Verdict:
    return max((one.verdict for one in found), key=ORDER.index, default="continues")


def _carried(case: Case, called: Names) -> Case:
    """The case under the new names."""
    events, states = called.events, called.states
    path = {
        number: msgspec.structs.replace(
            one, state=states.get(one.state, one.state), event=events.get(one.event, one.event)
        )
        for number, one in case.body.get("path", {}).items()
    }
    carried = changes.with_section(case, "path", path)
    beside = {
        key: msgspec.structs.replace(one, event=events.get(one.event, one.event))
        for key, one in case.region_path.items()
    }
    carried = changes.with_section(carried, "region_path", beside)
    evidence = {
        key: msgspec.structs.replace(one, state=states.get(one.state, one.state)) for key, one in case.evidence.items()
    }
    carried = changes.with_section(carried, "evidence", evidence)
    for section in _BY_EVENT:
        carried = _rekeyed(carried, section, events)
    carried = _rekeyed(carried, "deadlines", called.deadlines)
    return carried.having(state=states.get(case.state, case.state))


_BY_EVENT: tuple[Section, ...] = ("counts", "signoffs", "signed", "evidence", "stale")
"""Sections whose keys are events."""


def _rekeyed(case: Case, section: Section, by: Mapping[str, str]) -> Case:
    kept = case.section(section)
    return changes.with_section(case, section, {by.get(key, key): value for key, value in kept.items()})


def _place(new: Workflow, case: Case) -> Iterator[Finding]:
    if case.state not in new.states:
        why = f"现在所在的环节“{case.state}”新版本没有"
        yield Finding("mapping", why, f"请用 --map {case.state}=新环节 指明对应的环节")
    for name, state in case.regions.items():
        if name not in new.regions or state not in new.regions[name].states:
            why = f"进行中的并行环节“{name}”（{state}）新版本没有"
            yield Finding("person", why, "请先依原版本办结它，再迁移")


def _way(old: Workflow, new: Workflow, case: Case, called: Names) -> Iterator[Finding]:
    """Each step of the way, tried on the new version; where only the last leads elsewhere, a mapping may follow it."""
    before = START
    visits = case.path
    for place, visit in enumerate(visits, 1):
        source, before = before, visit.state
        if visit.event in OPERATIONS or visit.event not in old.events:
            continue
        title = old.events[visit.event].title
        event = new.events.get(called.events.get(visit.event, visit.event))
        to = called.states.get(visit.state, visit.state)
        if event is None:
            fix = f"请用 --map {visit.event}=新操作 指明对应的操作，或让本件依原版本办完"
            yield Finding("mapping", f"办过的“{title}”新版本没有", fix)
        elif not _leads(new, event, called.states.get(source, source), to):
            last = place == len(visits)
            goal = new.states[event.target].title if event.target in new.states else "别处"
            fix = f"可用 --map {visit.state}={event.target} 改到那里继续" if last and event.target in new.states else ""
            why = f"“{title}”在新版本中从“{_title(old, source)}”到“{goal}”，本件到了“{_title(old, visit.state)}”"
            yield Finding("illegal", why, fix or "请让本件依原版本办完")


def _leads(new: Workflow, event: Event, source: str, to: str) -> bool:
    if source not in set(mains(event.sources, new.regions)):
        return False
    if event.history:
        return to in new.compounds[event.history].states or to == event.target
    return to == event.target or (event.target == SAME and to == source)


def _title(workflow: Workflow, state: str) -> str:
    return workflow.states[state].title if state in workflow.states else "未开启"


def _values(old: Workflow, new: Workflow, case: Case) -> Iterator[Finding]:
    for name in case.fields:
        was, now = old.fields.get(name), new.fields.get(name)
        if was is None:
            continue
        if now is None:
            yield Finding("continues", f"字段“{was.title}”新版本不再使用，所填仍在案中")
        elif (was.type, [column.type for column in was.columns]) != (now.type, [one.type for one in now.columns]):
            why = f"字段“{was.title}”的类型由 {was.type} 改为 {now.type}，所填须由人核对"
            yield Finding("person", why, "请先用 correct 更正为新类型可用的内容，或另起字段名")
        elif case.fields[name] in [one for one in was.choices if now.choices and one not in now.choices]:
            why = f"字段“{was.title}”所选“{case.fields[name]}”新版本不再提供"
            yield Finding("person", why, "请先用 correct 更正，或在新版本中保留这一选项")


def _laws(new: Workflow, case: Case, entries: Iterable[Entry], called: Names, facts: Facts) -> Iterator[Finding]:
    """The laws of the new version, held against the whole history under its new names."""
    told = [_renamed(entry, called) for entry in entries]
    opened = msgspec.structs.replace(case, state=START, version=0, body={})
    for breach in breaches(new, opened, told, lambda at: _at(facts, at)):
        why = f"第 {breach.seq} 条“{breach.title}”违反新版本的铁律：{breach.reason}"
        yield Finding("illegal", why, "请让本件依原版本办完，或补办后再迁移")


def _at(facts: Facts, at: datetime) -> Facts:
    return Facts(at, facts.calendar, hours=facts.hours)


def _renamed(entry: Entry, called: Names) -> Entry:
    if not (called.states or called.events):
        return entry
    states, events = called.states, called.events
    return msgspec.structs.replace(
        entry,
        event=events.get(entry.event, entry.event),
        source=states.get(entry.source, entry.source),
        to=states.get(entry.to, entry.to),
    )


def _void(old: Workflow, new: Workflow, case: Case, called: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sign-offs under way of an act that now says otherwise: what was signed is not what would happen."""
    before = {called.events.get(name, name): event for name, event in old.events.items()}
    for name, open_ in case.body.get("signoffs", {}).items():
        was, now = before.get(name), new.events.get(name)
        if was is None or now is None or _means(was) != _means(now):
            yield name, tuple(dict.fromkeys(one.person for one in open_.signatures))


def _means(event: Event) -> tuple[object, ...]:
    """What a signer agrees to: who signs, what is asked, where it leads, on which conditions, with which effects."""
    guards = [(guard.text, guard.condition) for guard in event.guards]
    return event.sign, event.fill, event.attach, event.target, event.begins, event.ends, guards, event.effects


def undone(case: Case, entry: Entry, version: str, digest: str) -> Case:
    """The case as it stood before the migration that ``entry`` records, one version on."""
    before = changes.undo(case, entry.steps).having(version=case.version + 1)
    return msgspec.structs.replace(before, definition_version=version, digest=digest)
