"""A walk through the future: what will be reminded, fall overdue, expire and be written, day by day, if nobody acts.

The walk is the real sweep on a moved clock, in a private copy of the database that vanishes afterwards: the office
itself is only read, nothing is sent and nothing is printed. The clock stops only where something is due, so that thirty
years cost no more than what happens in them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import structs

from zhuli_flow.clock import SHANGHAI, RehearsalClock, local_date
from zhuli_flow.definitions.model.workflow import SYSTEM, Workflow
from zhuli_flow.documents.templates.catalog import load_kinds
from zhuli_flow.engine.authority.rights import capacity, role_title
from zhuli_flow.engine.deadlines.due_plan import told_by
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.deadlines.recompute import ChangedDeadline
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.services.rehearsal.play import Player, acts_of
from zhuli_flow.store import audit, cases, notices
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.all_day_events import AllDayEvent, calendar_text
from zhuli_flow.support.scratch import scratch

Kind = Literal["remind", "overdue", "fire", "refused", "letter"]
FIXED = {"元旦": ("01-01",), "劳动节": ("05-01", "05-02"), "国庆节": ("10-01", "10-02", "10-03")}
"""The days off that stand in the law itself, month and day."""


class Coming(msgspec.Struct, frozen=True):
    """One thing to come. ``fire``: the system acts; ``refused``: it will try, and the rules will not let it.

    ``to`` holds names of roles and people, ``to_titles`` the same as people say it; ``deadline`` and ``due_on`` are
    None for a letter; ``provisional``: the year in which the deadline ends is not announced.
    """

    on: date = msgspec.field(name="date")
    case: str
    applicant: str
    kind: Kind
    deadline: str | None = None
    due_on: str | None = None
    provisional: bool = False
    to: tuple[str, ...] = ()
    to_titles: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What comes between ``since`` (UTC) and the end of ``until``, by date.

    ``assumed`` names the papers of the years that were assumed, ``moved`` tells the deadlines which these move, as
    ``calendar.recompute`` would.
    """

    since: datetime
    until: date
    items: tuple[Coming, ...]
    assumed: tuple[str, ...] = ()
    moved: tuple[ChangedDeadline, ...] = ()


def rehearse(
    office: Office, until: date, assume: Sequence[str] = (), files: Sequence[Path] = (), person: str = ""
) -> Rehearsal:
    """Walk a copy of the office to the end of ``until`` and list what comes, to ``person`` alone when one is named.

    As if years were announced thus: ``assume`` holds ``2027=weekends`` (nothing off but weekends and the fixed
    statutory days), ``files`` years in the form that ``calendar import`` takes. Raises InvalidInput (a day past, an
    assumption that can't be read, no room for the copy), NotFound (a person, a file).
    """
    if until < office.today:
        raise InvalidInput(f"{until} 已经过去，未演练", fix=f"请写 {office.today} 或以后的日期")
    since = office.clock.now()
    with _copy(office) as (there, clock):
        before, actor = _heads(there), _actor(there, person)
        assumed, moved = _suppose(there, [*(_weekends(words, there.home) for words in assume), *files])
        walk(there, clock, until)
        items = _items(there, before, since, office.notices, actor)
    return Rehearsal(since, until, tuple(items), assumed, moved)


def tell_story(office: Office, clock: RehearsalClock, story: Path, until: date) -> Rehearsal:
    """Play a story up to ``until`` in an office made for it, then go on without people: all that came, by date.

    Raises InvalidInput, StoryBroken.
    """
    since = clock.now()
    acts = acts_of(story, office.calendar, local_date(since))
    Player(office, clock).play(act for act in acts if local_date(act.at) <= until)
    walk(office, clock, until)
    return Rehearsal(since, until, tuple(_items(office, {}, since, office.notices, None)))


def walk(office: Office, clock: RehearsalClock, until: date) -> None:
    """Sweep now, then at 09:00 of every day up to ``until`` on which something is due. ``clock`` is the office's."""
    sweep(office)
    while (day := _next_day(office, until)) is not None:
        clock.set(datetime.combine(day, time(9), SHANGHAI))
        sweep(office)


def _next_day(office: Office, until: date) -> date | None:
    """The next day after today with something due; what is stuck since earlier does not hold up the walk."""
    with office.database.read() as connection:
        return rows.next_due(connection, office.today, until)


@contextmanager
def _copy(office: Office) -> Iterator[tuple[Office, RehearsalClock]]:
    """The office in a private folder (0700), on a clock that can be moved; gone at the end. Files are not needed."""
    clock = RehearsalClock(office.clock.now())
    with scratch() as home:
        database = Database(office.database.backup(home / "zhuli.db"), scratch=True)
        try:
            yield replace(office, home=home, database=database, clock=clock, rehearsal=True), clock
        finally:
            database.close()


# ── what if the notice came out otherwise ─────────────────────────────────────────────────────────────────────────────


def _suppose(office: Office, files: Sequence[Path]) -> tuple[tuple[str, ...], tuple[ChangedDeadline, ...]]:
    """Import these years into the copy and bring its deadlines along; the papers' titles, and what moved."""
    titles = tuple(f"假设：{calendar.import_file(office, path).title}" for path in files)
    return titles, calendar.recompute(office).moved if files else ()


def _weekends(words: str, folder: Path) -> Path:
    """``2027=weekends`` written out as a year's file in ``folder``."""
    found = re.fullmatch(r"([0-9]{4})=weekends", words)
    if found is None:
        fix = "写成 2027=weekends（只有周末和法定固定节日），或用 --assume-file 给出一年的放假安排"
        raise InvalidInput(f"读不懂假设“{words}”，未演练", fix=fix)
    off = {name: [f"{found[1]}-{day}" for day in days] for name, days in FIXED.items()}
    title = f"{found[1]}年只有周末和法定固定节日放假"
    path = folder / f"{found[1]}.json"
    year = {"year": int(found[1]), "title": title, "number": None, "off": off, "worked": []}
    path.write_text(json.dumps(year, ensure_ascii=False), encoding="utf-8")
    return path


# ── what came ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _heads(office: Office) -> dict[str, int]:
    """How many entries each chain has."""
    with office.database.read() as connection:
        return {chain: seq for chain, (seq, _) in audit.heads(connection).items() if chain != OFFICE_CHAIN}


def _actor(office: Office, person: str) -> Actor | None:
    """The person with roles and 委托 as of today, on which the walk begins; None for everybody."""
    if not person:
        return None
    with office.database.read() as connection:
        return lookup.actor(connection, office, person)


def _items(
    office: Office, before: Mapping[str, int], since: datetime, folders: Sequence[Path], actor: Actor | None
) -> list[Coming]:
    """What the histories grew by, and the letters still to print (what waits already is due today), by date."""
    found: list[tuple[date, str, int, Coming]] = []
    grown = [case_id for case_id, seq in _heads(office).items() if seq > before.get(case_id, 0)]
    with office.database.read() as connection:
        reader = _Reader(connection, office, actor)
        for case_id in grown:
            found += reader.of_case(case_id, before.get(case_id, 0))
        letters = list(notices.walk(connection, "ordered"))
        kinds = load_kinds(folders) if letters else {}
        for one in letters:
            kind = kinds.get(one.kind)
            found += reader.letter(one, kind.title if kind else one.kind, local_date(since))
    return [coming for *_, coming in sorted(found, key=lambda one: one[:3])]


@dataclass(slots=True)
class _Reader:
    """Reads what came out of histories, for everybody or for one actor."""

    connection: Connection
    office: Office
    actor: Actor | None

    def of_case(self, case_id: str, after: int) -> Iterator[tuple[date, str, int, Coming]]:
        """What the entries after number ``after`` say."""
        case, workflow = self._case(case_id)
        for stored in audit.entries(self.connection, case_id)[after:]:
            coming = _coming(workflow, case, read(stored.body))
            if coming and self._concerns(workflow, case, coming.to):
                yield coming.on, case_id, stored.seq, coming

    def letter(self, one: notices.StoredNotice, title: str, first: date) -> Iterator[tuple[date, str, int, Coming]]:
        """A document that is ordered."""
        case, workflow = self._case(one.case_id)
        day = max(first, local_date(datetime.fromisoformat(one.ordered_at)))
        text = f"{case.applicant.name}：印发{title}" + (f" {one.number}" if one.number else "")
        if self._concerns(workflow, case, one.recipients):
            coming = Coming(day, case.id, case.applicant.name, "letter", text=text, to=one.recipients)
            yield day, case.id, one.seq, _titled(workflow, case, coming)

    def _case(self, case_id: str) -> tuple[Case, Workflow]:
        stored = cases.load(self.connection, case_id)
        if stored is None:  # a chain without its case: the database would not have let it
            raise InvalidInput(f"事项 {case_id} 不在库中", fix="请运行 zhuli db check 检查数据库")
        return stored.case, lookup.definition(self.connection, self.office, stored.case.digest)

    def _concerns(self, workflow: Workflow, case: Case, to: Sequence[str]) -> bool:
        """Whether it reaches the actor: by name, by role on this case, or for somebody he stands in for."""
        if self.actor is None:
            return True
        people = {self.actor.person, *(one.person for one in self.actor.acts_for)}
        roles = [name for name in to if name in workflow.roles]
        return bool(people & set(to)) or isinstance(capacity(workflow, case, self.actor, roles), Capacity)


_MESSAGES: Mapping[str, Kind] = {"remind": "remind", "overdue": "overdue"}
"""The entries that are messages about a deadline."""


def _coming(workflow: Workflow, case: Case, entry: Entry) -> Coming | None:
    """An entry as a thing to come; None for what people do and for other entries of the system."""
    on = local_date(datetime.fromisoformat(entry.at))
    coming = Coming(on, case.id, case.applicant.name, "remind", text=entry.title)
    if entry.kind == "deadline" and entry.event in _MESSAGES:
        coming = structs.replace(coming, kind=_MESSAGES[entry.event], text=entry.text, to=entry.told)
    elif entry.actor.person != SYSTEM or entry.event not in workflow.events:
        return None
    elif entry.kind == "refused":
        reasons = "；".join(one.because for one in entry.refusals)
        coming = structs.replace(coming, kind="refused", text=f"不予办理“{entry.title}”：{reasons}")
    elif entry.effective_at:
        coming = structs.replace(coming, kind="fire", to=told_by(workflow.events[entry.event]))
    else:
        return None
    coming = structs.replace(
        coming, deadline=entry.deadline or None, due_on=entry.due_on or None, provisional=entry.provisional
    )
    return _titled(workflow, case, coming)


def _titled(workflow: Workflow, case: Case, coming: Coming) -> Coming:
    titles = (role_title(workflow, case, one) if one in workflow.roles else one for one in coming.to)
    return structs.replace(coming, to_titles=tuple(titles))


# ── as a calendar file ────────────────────────────────────────────────────────────────────────────────────────────────


def ics(told: Rehearsal) -> str:
    """The list as the text of an iCalendar file (RFC 5545): one all-day event each, the same UID each time."""
    title = f"演练：至 {told.until.isoformat()} 将发生的事"
    return calendar_text("-//zhuli_flow//rehearsal//ZH", title, (_event(one, told.since) for one in told.items))


def _event(one: Coming, since: datetime) -> AllDayEvent:
    key = f"{one.case}\n{one.kind}\n{one.deadline or ''}\n{one.on.isoformat()}\n{one.text}"
    uid = f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@rehearsal.zhuli-flow"
    return AllDayEvent(uid, since, one.on, one.text, f"{one.case} {'、'.join(one.to_titles)}", one.provisional)
