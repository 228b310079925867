"""An office of dicts: cases, numbers, quotas, a queue, deadlines and duties, moved by the pure engine and nothing else.

No store, no services, no files. It does what the running office does around the law, so that what differs between the
two is law that stands outside the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import SHANGHAI, UTC, local_date
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine import queues
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, opening_event
from zhuli_flow.engine.deadlines import due_plan, reminders
from zhuli_flow.engine.deadlines.due_plan import Alike
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.expressions.dependencies import wanted
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import AdvanceOrder, CaseOrder, Command, Decision, Refusal
from zhuli_flow.engine.model.facts import Facts, Numbers, QuotaUse
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.engine.numbering import case_id, case_series, following
from zhuli_flow.engine.withdrawal import reversible

SYSTEM = SYSTEM_ACTOR.person


class Told(NamedTuple):
    """One line of what happened to a case: an act, a refusal with its codes, or a duty with who was told of it."""

    kind: str
    event: str
    about: tuple[str, ...] = ()


class Refused(Exception):
    """The reasons against an act; raised so that all of it is undone."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(", ".join(one.code for one in refusals))
        self.codes = tuple(one.code for one in refusals)


Row = tuple[int, date | None]
"""The version of a deadline and the day on which it wants to be dealt with next."""


@dataclass
class Records:
    """Everything that an act may change; copied before each, and put back when it is refused."""

    cases: dict[str, Case] = field(default_factory=dict)
    last: dict[str, Entry] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    """The cases that have ever been in force."""
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    queue: dict[str, dict[str, int]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    log: list[tuple[str, Told]] = field(default_factory=list)

    def copy(self) -> Records:
        places = {quota: dict(held) for quota, held in self.queue.items()}
        return Records(
            dict(self.cases),
            dict(self.last),
            set(self.once),
            dict(self.numbers),
            places,
            dict(self.rows),
            list(self.log),
        )


@dataclass
class PureOffice:
    """The office: what it knows from the beginning, and its records."""

    workflows: Mapping[str, Workflow]
    calendar: Calendar
    people: Mapping[str, Actor]
    organisations: Mapping[str, Organisation]
    now: datetime
    number_first: Mapping[str, int] = field(default_factory=dict)
    kept: Records = field(default_factory=Records)
    sent: dict[tuple[str, str, int], set[str]] = field(default_factory=dict)

    # ── Acts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, workflow: str, applicant: str, person: str, values: Mapping[str, Any], opinion: str = "") -> str:
        """Open a case; its number. Raises Refused."""
        flow, actor = self.workflows[workflow], self.people[person]
        facts, series, year = self._facts(flow, None), case_series(flow.prefix), local_date(self.now).year
        blank = self._blank(flow, applicant, case_id(flow.prefix, year, following(facts, series, year)))
        question = Question(flow, blank, actor, self._facts(flow, blank))
        answer = decide(question, Command(opening_event(flow, actor), values, opinion=opinion))
        if not isinstance(answer, Decision):
            raise Refused(answer)
        with _Undo(self):
            self._take(series, year)
            self._settle(question, answer, opinion, frozenset())
        return blank.id

    def act(self, case: str, person: str, command: Command) -> None:
        """One act of a person, or of the system. Raises Refused; a refusal is noted on the case."""
        try:
            with _Undo(self):
                self._act(case, self._actor(person), command, frozenset())
        except Refused as refused:
            self._note(case, "refused", command.event, refused.codes)
            raise

    def _act(self, name: str, actor: Actor, command: Command, busy: frozenset[str]) -> None:
        case = self.kept.cases[name]
        flow = self.workflows[case.workflow]
        question = Question(flow, case, actor, self._facts(flow, case))
        last = self.kept.last.get(name) if command.event == "withdraw" else None
        answer = decide(question, command, last)
        if not isinstance(answer, Decision):
            raise Refused(answer)
        self._settle(question, answer, command.opinion, busy)

    def _settle(self, question: Question, done: Decision, opinion: str, busy: frozenset[str]) -> None:
        case, kept = done.after, self.kept
        for one in done.numbers:
            assert self._take(one.series, one.year) == one.n
        kept.cases[case.id] = case
        if question.workflow.states[case.state].kind == "in_force":
            kept.once.add(case.id)
        if done.event not in {"urge", "copy"}:
            kept.last[case.id] = _body(question, done)
        self._note(case.id, done.kind, done.event)
        for name in [key for section, key, *_ in done.changes if section == "deadlines"]:
            self._mirror(case, name)
        self._queue(question.workflow, done)
        for opening in done.cases:
            self._open_linked(opening, busy | {case.id})
        for order in done.advances:
            self._drive(order, opinion, busy | {case.id})

    def _queue(self, flow: Workflow, done: Decision) -> None:
        case = done.after
        for move in queues.moves(flow, done):
            places = self.kept.queue.setdefault(move.quota, {})
            if not move.takes:
                places.pop(case.id, None)
            elif case.id not in places:
                places[case.id] = queues.next_place(places.values())

    def _open_linked(self, order: CaseOrder, busy: frozenset[str]) -> None:
        flow = self.workflows[order.workflow]
        child = self._blank(flow, str(order.values["applicant"]), order.id)
        values = {name: value for name, value in order.values.items() if name != "applicant"}
        question = Question(flow, child, SYSTEM_ACTOR, self._facts(flow, child))
        answer = decide(question, Command(order.event, values))
        if not isinstance(answer, Decision):
            raise Refused(answer)
        self._settle(question, answer, "", busy)

    def _drive(self, order: AdvanceOrder, opinion: str, busy: frozenset[str]) -> None:
        case = self.kept.cases.get(order.case)
        if case is None or case.workflow != order.workflow:
            raise Refused((Refusal("no_linked_case", "", ""),))
        if order.case in busy:
            raise Refused((Refusal("driven_in_a_circle", "", ""),))
        self._act(order.case, SYSTEM_ACTOR, Command(order.event, order.values, opinion=opinion), busy)

    # ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def forward(self, moment: datetime) -> None:
        """Move the time on, dealing at 09:00 of every day with what is due on it."""
        while (day := self._next()) is not None and day <= local_date(moment):
            self.now = max(datetime.combine(day, time(9), SHANGHAI).astimezone(UTC), self.now)
            self._sweep()
            if self._next() == day:
                break
        self.now = max(moment.astimezone(UTC), self.now)

    def _next(self) -> date | None:
        return min((day for _, day in self.kept.rows.values() if day is not None), default=None)

    def _sweep(self) -> None:
        waiting: set[tuple[str, str, int]] = set()
        while self._once_through(waiting):
            pass

    def _once_through(self, waiting: set[tuple[str, str, int]]) -> bool:
        today, fired = local_date(self.now), False
        due = sorted((day, *key, version) for key, (version, day) in self.kept.rows.items() if day and day <= today)
        for _, case, name, version in due:
            if (case, name, version) not in waiting:
                fired = self._deal_with(case, name, version) or fired
        return fired

    def _deal_with(self, name: str, deadline: str, version: int) -> bool:
        """Remind, tell and act on one deadline; True when the system has acted."""
        case = self.kept.cases[name]
        flow, sent = self.workflows[case.workflow], self.sent.setdefault((name, deadline, version), set())
        found = due_plan.due(flow, case, deadline, version, self._facts(flow, case), sent, Alike())
        if found is None:
            if self.kept.rows[name, deadline][0] == version:
                self.kept.rows[name, deadline] = (version, None)
            return False
        plan = due_plan.plan(found, "")
        sent.update(one for one, _ in plan.reminders)
        for notice in plan.notifications:
            self._note(name, "deadline", notice.event, (deadline, *(seat.person or seat.role for seat in notice.seats)))
        if plan.event:
            with suppress(Refused):
                self.act(name, SYSTEM, Command(plan.event))
                self._done(name, deadline, version, None)
                return True
        self._done(name, deadline, version, None if plan.event else plan.next_on)
        return False

    def _done(self, name: str, deadline: str, version: int, next_on: date | None) -> None:
        if self.kept.rows[name, deadline][0] == version:
            self.kept.rows[name, deadline] = (version, next_on)

    # ── What the law may know ───────────────────────────────────────────────────────────────────────────────────────

    def _facts(self, flow: Workflow, case: Case | None) -> Facts:
        elsewhere = self._elsewhere(flow, case) if case and flow.one_open_case and not case.version else ""
        prefixes = {name: one.prefix for name, one in self.workflows.items()}
        return Facts(
            self.now,
            self.calendar,
            {one.name: self._quota(flow, one.name, case) for one in flow.quotas.values()} if case else {},
            self.people,
            self.organisations,
            elsewhere,
            registers={name: self._candidates(flow, name, case.id) for name in flow.registers} if case else {},
            books=self.workflows,
            numbers=Numbers(self.kept.numbers, self.number_first, prefixes),
            held=frozenset(address for one in self.people.values() for address in held_by(one)),
        )

    def _quota(self, flow: Workflow, name: str, case: Case) -> QuotaUse:
        ever = str(flow.value(flow.quotas[name].counts)) == "ever"
        same = [one for one in self.kept.cases.values() if one.workflow == flow.name]
        used = sum(one.id in self.kept.once if ever else flow.states[one.state].kind == "in_force" for one in same)
        return QuotaUse(used, queues.ahead(self.kept.queue.get(name, {}), case.id))

    def _elsewhere(self, flow: Workflow, case: Case) -> str:
        open_ = [
            one.id
            for one in self.kept.cases.values()
            if (one.workflow, one.applicant.id) == (flow.name, case.applicant.id)
            and flow.states[one.state].kind != "final"
        ]
        return min(open_, default="")

    def _candidates(self, flow: Workflow, name: str, case: str) -> tuple[tuple[Workflow, Case], ...]:
        register = flow.registers[name]
        states = wanted(register)
        return tuple(
            (self.workflows[one.workflow], one)
            for _, one in sorted(self.kept.cases.items())
            if one.workflow == register.workflow
            and (not states or one.state in states)
            and (register.linked_by is None or one.fields.get(register.linked_by) == case)
        )

    # ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _actor(self, person: str) -> Actor:
        return SYSTEM_ACTOR if person == SYSTEM else self.people[person]

    def _blank(self, flow: Workflow, applicant: str, number: str) -> Case:
        at = self.now.isoformat(timespec="seconds")
        return Case(number, flow.name, flow.version, flow.digest, self.organisations[applicant], START, 0, at, {})

    def _take(self, series: str, year: int) -> int:
        held = self.kept.numbers
        held[series, year] = held[series, year] + 1 if (series, year) in held else self.number_first.get(series, 1)
        return held[series, year]

    def _mirror(self, case: Case, name: str) -> None:
        deadline, flow = case.deadlines.get(name), self.workflows[case.workflow]
        day = reminders.next_look(flow, name, deadline, self.calendar) if deadline else None
        self.kept.rows[case.id, name] = (deadline.version if deadline else 1, day)

    def _note(self, case: str, kind: str, event: str, about: tuple[str, ...] = ()) -> None:
        self.kept.log.append((case, Told(kind, event, about)))

    def told(self, case: str) -> list[Told]:
        """What happened to a case, oldest first."""
        return [one for name, one in self.kept.log if name == case]


class _Undo:
    """Puts the records back as they were when what is done inside is refused."""

    def __init__(self, office: PureOffice) -> None:
        self.office, self.before = office, office.kept.copy()

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.office.kept = self.before


def _body(question: Question, done: Decision) -> Entry:
    """The entry that an office would have made of it, as 撤回 reads it."""
    chair = done.capacity
    actor = {
        "person": question.actor.person,
        "role": chair.role,
        "on_behalf_of": chair.on_behalf_of,
        "how": chair.how,
    }
    told = {
        "kind": done.kind,
        "event": done.event,
        "title": done.title,
        "at": question.at,
        "actor": actor,
        "changes": changes.json(done.changes),
        "reversible": reversible(question.workflow, done),
    }
    return read(canonical(told))
