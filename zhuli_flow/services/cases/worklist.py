"""The work list: what a person may do now, and what came to him."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import merge
from itertools import groupby, islice
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from zhuli_flow.definitions.model.workflow import OPERATIONS, Event, Workflow
from zhuli_flow.engine import position
from zhuli_flow.engine.authority.duties import held_by, own_addresses, standing_addresses
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.reading import about
from zhuli_flow.engine.authority.rights import capacity, open_delegation
from zhuli_flow.engine.authority.signoffs import sign_right
from zhuli_flow.engine.deadlines.debtor import owed_by
from zhuli_flow.engine.deadlines.lights import light_of
from zhuli_flow.engine.deadlines.work_places import resuming
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.cases.case_view import MessageShown, Owed, Task, TodoLine
from zhuli_flow.services.cases.view import line_of, suspension
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Page
from zhuli_flow.store import case_rows, cases, deadlines, inbox, workflows
from zhuli_flow.store.case_filter import Filter, Lit
from zhuli_flow.store.case_rows import Spot, WorkStanding
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.inbox import InboxMessage
from zhuli_flow.store.sql.statements import Connection

PARTS = ("owed", "may", "entrusted")
"""The parts of a work list, in their order: 应办 by this person, 可办 by right, 委托来的 for somebody who is away."""


@dataclass(frozen=True, slots=True)
class WorkPage(Page[TodoLine]):
    """A page of a work list; ``totals``: how many lines each part has in all.

    Of a list longer than a page they are counted over rows: cases that the law keeps from this very person (回避, given
    away by himself) are counted there, and shown nowhere.
    """

    totals: Mapping[str, int] = field(default_factory=dict)

    def json(self, name: str) -> dict[str, object]:
        """The wire form: as of every page, with the totals of the parts."""
        shown = Page.json(self, name)
        return {**shown, "totals": self.totals} if self.total else shown


class Start(NamedTuple):
    """Where a page of a work list begins: behind a case, by its part and its day there."""

    part: str
    due_on: str = ""
    case_id: str = ""

    def __str__(self) -> str:
        return "~".join(self)

    @classmethod
    def read(cls, text: str) -> Start:
        """The place that ``str`` wrote; the beginning for an empty text. Raises InvalidInput for anything else."""
        part, *behind = text.split("~") if text else PARTS[:1]
        if part not in PARTS or len(behind) not in ((2,) if text else (0,)):
            raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写")
        return cls(part, *behind)


class _Told(NamedTuple):
    """What the law has of a case for one person: where it stands in the work list, and its line, if it has one."""

    place: Start | None
    lines: tuple[TodoLine, ...]


_EVERYTHING = Filter()


def todo(office: Office, person: str) -> list[TodoLine]:
    """The whole work list, part by part: what this person owes; what he may do; what he may do for another (委托).

    In each by the day of the first deadline, what has none last. What is only to be read (知会) are ``messages``.
    Raises NotFound for an unknown person.
    """
    return list(every(office, person))


def every(office: Office, person: str) -> Iterator[TodoLine]:
    """The lines of ``todo``, each as it is asked for."""
    with office.database.read() as connection:
        yield from (line for _, line in _Work(connection, office, person, _EVERYTHING).lines(Start.read("")))


def page(
    office: Office, person: str, among: Filter = _EVERYTHING, *, light: str = "", limit: int = 200, after: str = ""
) -> WorkPage:
    """A page of the same; ``among`` and ``light`` narrow it as they do lists of cases.

    ``after`` is the ``next`` of the page before. Raises InvalidInput for anything else, NotFound as ``todo``.
    """
    start, among = Start.read(after), replace(among, lit=Lit(light, office.clock.now()) if light else None)
    with office.database.read() as connection:
        work = _Work(connection, office, person, among)
        found = list(islice(work.lines(start), limit + 1))
        lines = tuple(line for _, line in found[:limit])
        more = len(found) > limit
        totals = work.counted() if more or after else {part: sum(one.part == part for one in lines) for part in PARTS}
    return WorkPage(lines, sum(totals.values()), str(found[limit - 1][0]) if more else "", totals=totals)


def standing(office: Office, person: str) -> list[tuple[WorkStanding, str]]:
    """How many cases of each workflow and light lie where this person finds work, each with the workflow's title."""
    with office.database.read() as connection:
        titles = {one.name: one.title for one in lookup.every_latest(connection, office)}
        found = case_rows.standing(connection, held_by(lookup.actor(connection, office, person)), office.clock.now())
    return [(one, titles.get(one.workflow, one.workflow)) for one in found]


class _Work:
    """One person's work list during one look at the database."""

    def __init__(self, connection: Connection, office: Office, person: str, among: Filter) -> None:
        self._connection, self._office, self._among = connection, office, among
        self._actor = lookup.actor(connection, office, person)
        self._own = own_addresses(self._actor)
        self._others = held_by(self._actor) - self._own
        held = lookup.held(connection, office)
        self._facts = Facts(office.clock.now(), office.calendar, hours=office.hours, held=held)
        self._told = lookup.lines(connection, office)

    def lines(self, start: Start) -> Iterator[tuple[Start, TodoLine]]:
        """Every line behind a place, each with its own; a case is read only when its line is asked for."""
        for part in PARTS[PARTS.index(start.part) :]:
            behind = Spot(*start[1:]) if part == start.part else Spot("", "")
            addresses, owed = (self._others if part == "entrusted" else self._own), _OWED[part]
            spots = case_rows.work(self._connection, addresses, owed, behind, self._among)
            if part == "owed":
                late = sorted(Spot(day, case_id) for case_id, day in self._late.items())
                spots = merge(spots, (spot for spot in late if spot > behind))
            while some := list(islice(spots, _SOME)):
                known = cases.by_ids(self._connection, [one.case_id for one in some])
                for spot in some:
                    place = Start(part, *spot)
                    yield from ((place, line) for line in self._line(place, known[spot.case_id]))

    def _line(self, place: Start, stored: Stored) -> Iterator[TodoLine]:
        """The line of a case, if this is its place in the list, and the law has something for this person there.

        The law is asked once as long as the case stands as it stood: a desk is looked at more often than it changes.
        """
        key = (stored.case.id, stored.case.version, stored.head, self._actor.person)
        known = self._told.get(key)
        if not isinstance(known, _Told):
            known = self._asked(stored)
            if len(self._told) <= lookup.MOST_LINES:
                self._told[key] = known
        if known.place == place:
            yield from known.lines

    def _asked(self, stored: Stored) -> _Told:
        workflow = lookup.definition(self._connection, self._office, stored.case.digest)
        place = self._place(workflow, stored.case)
        question = Question(workflow, stored.case, self._actor, self._facts)
        return _Told(place, tuple(_of_case(self._office, question, stored)) if place else ())

    def _place(self, workflow: Workflow, case: Case) -> Start | None:
        """Where a case stands: in the first part to which one of its rows belongs, by its first day there."""
        lies = case_rows.duties_of(workflow, case, self._office.calendar)
        own = [one for one in lies if one.address in self._own]
        owed = [one for one in own if one.owed]
        if own and not owed and case.id in self._late:
            return Start("owed", self._late[case.id], case.id)
        part = "owed" if owed else "may" if own else "entrusted"
        days = [one.due_on for one in owed or own or lies if own or one.address in self._others]
        return Start(part, min(days), case.id) if days else None

    @cached_property
    def _late(self) -> Mapping[str, str]:
        """Cases on which this person has to confirm what is over, each by its day: owed, though its rows say 可办."""
        found: dict[str, str] = {}
        past = deadlines.past_at(self._connection, self._office.today, self._confirmed(), self._own)
        waiting = [one.case_id for one in past if self._has_to_be_confirmed(one)]
        for stored in cases.by_ids(self._connection, list(dict.fromkeys(waiting))).values():
            case, workflow = stored.case, lookup.definition(self._connection, self._office, stored.case.digest)
            rows = case_rows.duties_of(workflow, case, self._office.calendar)
            owed = _owed(Question(workflow, case, self._actor, self._facts))
            days = [one.due_on.isoformat() for how, one in owed if how != ENTRUSTED]
            if days and not any(one.owed for one in rows if one.address in self._own) and self._among_them(case.id):
                found[case.id] = min(days)
        return found

    def _confirmed(self) -> set[str]:
        """The names of deadlines that somebody has to confirm once they are over, by any definition there is."""
        books = (
            lookup.definition(self._connection, self._office, row[2]) for row in workflows.listed(self._connection)
        )
        return {rule.name for book in books for rule in book.deadlines.values() if rule.confirm is not None}

    def _has_to_be_confirmed(self, one: deadlines.Past) -> bool:
        rule = lookup.definition(self._connection, self._office, one.digest).deadlines.get(one.name)
        return rule is not None and rule.confirm is not None

    def _among_them(self, case_id: str) -> bool:
        return self._among == _EVERYTHING or cases.count(self._connection, replace(self._among, case_id=case_id)) > 0

    def counted(self) -> dict[str, int]:
        """How many cases each part has, by their rows."""
        owed, every = own = case_rows.count_work(self._connection, self._own, self._among)
        if self._others:
            _, every = case_rows.count_work(self._connection, self._own | self._others, self._among)
        late = len(self._late)
        return dict(zip(PARTS, (owed + late, own[1] - owed - late, every - own[1]), strict=True))


_OWED: Mapping[str, tuple[bool, ...]] = {"owed": (True,), "may": (False,), "entrusted": (True, False)}
"""Which rows a part of the work list is made of."""
_SOME = 50
"""Cases read together."""


def _of_case(office: Office, question: Question, stored: Stored) -> Iterator[TodoLine]:
    """The line of one case; none where nothing is to be done on it."""
    owed, tasks = _owed(question), _tasks(question)
    hows = {how for how, _ in (*owed, *tasks)}
    if not hows:
        return
    own = any(how != ENTRUSTED for how, _ in owed)
    yield TodoLine(
        **msgspec.structs.asdict(line_of(office, question.workflow, stored)),
        tasks=tuple(one for _, one in tasks),
        part="entrusted" if hows == {ENTRUSTED} else "owed" if own else "may",
        owes=tuple(one for _, one in owed),
        suspended=suspension(question.case),
    )


ENTRUSTED = "委托"
"""How somebody holds what he does for a person who is away."""


def _owed(question: Question) -> list[tuple[str, Owed]]:
    """The running deadlines that the actor owes, by their day, each with how: in his own right (empty), 转办, 委托."""
    workflow, now, calendar = question.workflow, question.facts.now, question.facts.calendar
    found = []
    for name, deadline in question.case.deadlines.items():
        right = owed_by(question, name, question.actor) if deadline.state == "running" else None
        if right is not None:
            light = light_of(workflow, name, deadline, now, calendar)
            found.append((right.how, Owed(name, workflow.deadlines[name].title, deadline.due_on, light)))
    return sorted(found, key=lambda one: one[1].due_on)


def messages(
    office: Office, person: str, newer: int = 0, *, unread_only: bool = True, limit: int | None = None, before: int = 0
) -> list[MessageShown]:
    """Messages to this person and to the roles held, newest first, of cases that are theirs to know.

    ``unread_only``: those which this person has not read; else each says when it was, as ``read_at`` (UTC; None: not).
    ``newer`` and ``before``: only those between these ids (0: any); ``limit``: at most so many (None: all).
    """
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        reader = person if unread_only else ""
        mine = list(islice(_letters(connection, office, actor, reader, newer, before), limit))
        read = {} if unread_only else inbox.read_by(connection, person, [one.id for one in mine])
    return [
        MessageShown(one.id, one.case_id, one.text, one.at, UNSET if unread_only else read.get(one.id)) for one in mine
    ]


class Unread(NamedTuple):
    """How many messages a person has not read; ``more``: there are others, and counting ended there."""

    messages: int
    more: bool = False


def unread(office: Office, person: str, found: Sequence[MessageShown]) -> Unread:
    """How many messages this person has not read, of which these were ``found`` by ``messages`` up to a limit.

    Over rows: of what lies where the roles held are found, a little may be about cases that are not this person's.
    """
    if len(found) <= LETTERS:
        return Unread(len(found))
    with office.database.read() as connection:
        count = inbox.count_unread(connection, held_by(lookup.actor(connection, office, person)), person, COUNTED + 1)
    return Unread(min(count, COUNTED), count > COUNTED)


COUNTED = 1000
"""Up to how many unread messages are counted."""


def read(office: Office, person: str, ids: Sequence[int] | None = None) -> int:
    """Note (已阅) that the person has read these messages, or all; returns how many were new to him.

    Raises NotFound, and notes nothing, when one of them is not among his messages. All are those that lie where his
    roles are found: a little may be about cases that are not his, and is shown to nobody.
    """
    if ids is None:
        with office.database.write() as connection:
            every = _chairs(lookup.actor(connection, office, person))
            return sum(inbox.read_every(connection, one, person, office.clock.now()) for one in every)
    newer, before = (min(ids) - 1, max(ids) + 1) if ids else (0, 0)
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        known = {one.id for one in _letters(connection, office, actor, "", newer, before)}
        if strange := [str(one) for one in ids if one not in known]:
            why = f"没有给“{person}”的第 {'、'.join(strange)} 号消息；没有记为已阅"
            raise NotFound(why, fix=f"请用 zhuli inbox list --as {person} 查看编号")
        unread = (one.id for one in _letters(connection, office, actor, person, newer, before))
        new = [one for one in unread if one in ids]
    with office.database.write() as connection:
        inbox.read(connection, person, new, office.clock.now())
    return len(new)


def _letters(
    connection: Connection, office: Office, actor: Actor, reader: str, newer: int, before: int
) -> Iterator[InboxMessage]:
    """What came to the person, and to everybody he acts for today (委托), newest first, as far as it is theirs to know.

    ``reader``: without what this person has read. Each is looked at only when it is asked for: a province's desk may
    have millions.
    """
    found = merge(
        *(inbox.walk(connection, one, unread_by=reader, newer=newer, before=before) for one in _chairs(actor)),
        key=lambda one: one.id,
        reverse=True,
    )
    once = (next(same) for _, same in groupby(found, key=lambda one: one.id))
    while some := list(islice(once, LETTERS)):
        yield from _known(connection, office, actor, some)


def _chairs(actor: Actor) -> list[inbox.Chair]:
    """Where messages to a person are found, and to everybody he acts for today."""
    return [
        inbox.Chair(actor.person, own_addresses(actor), actor.roles),
        *(inbox.Chair(one.person, standing_addresses(one), one.roles) for one in actor.acts_for),
    ]


LETTERS = 50
"""Messages whose cases are looked at together."""


def _known(
    connection: Connection, office: Office, actor: Actor, some: Sequence[InboxMessage]
) -> Iterator[InboxMessage]:
    """Those that are this person's to know: of a role, only about cases that are the role's."""
    known = cases.by_ids(connection, [one.case_id for one in some if one.case_id and one.person is None])
    for one in some:
        stored = known.get(one.case_id or "")
        if (
            stored is None
            or one.role is None
            or one.person is not None
            or about(lookup.definition(connection, office, stored.case.digest), stored.case, actor, one.role)
        ):
            yield one


def _tasks(question: Question) -> list[tuple[str, Task]]:
    """The events this actor may fire from here, by right alone (conditions are told by ``options``), each with how."""
    workflow, case, actor = question.workflow, question.case, question.actor
    if case.mark("suspended") is not None:
        right = capacity(workflow, case, actor, resuming(workflow, case))
        return [(right.how, Task("resume", OPERATIONS["resume"]))] if isinstance(right, Capacity) else []
    if open_delegation(case, actor):
        return [("", Task("hand_back", "交回（委派）"))]
    scope = question.scope()
    now = position.here(workflow, position.standing(workflow, case))
    drawn = ((event, _right(scope, event, actor)) for event in now)
    return [(right.how, Task(event.name, event.title)) for event, right in drawn if right is not None]


def _right(scope: CaseScope, event: Event, actor: Actor) -> Capacity | None:
    """By right alone; who has signed already has nothing left to do."""
    if event.sign is not None:
        seat, right = sign_right(scope, event, actor)
        return right if seat is not None and isinstance(right, Capacity) else None
    right = capacity(scope.workflow, scope.case, actor, event.by)
    return right if isinstance(right, Capacity) else None
