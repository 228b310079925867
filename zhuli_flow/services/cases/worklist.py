"""The work list: what a person may do now, and what came to him."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby, islice

import msgspec
from msgspec import UNSET

from zhuli_flow.definitions.model.workflow import Event
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.reading import about
from zhuli_flow.engine.authority.rights import capacity, open_delegation
from zhuli_flow.engine.authority.signoffs import sign_right
from zhuli_flow.engine.deadlines.debtor import owed_by
from zhuli_flow.engine.deadlines.lights import ORDER, light_of
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor, Capacity, Standing
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.cases.case_view import MessageShown, Owed, Task, TodoLine
from zhuli_flow.services.cases.view import line_of
from zhuli_flow.services.office import Office
from zhuli_flow.store import case_rows, cases, inbox
from zhuli_flow.store.case_rows import PAGE
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.inbox import InboxMessage
from zhuli_flow.store.sql.statements import Connection

RANK: Mapping[str, int] = {word: place for place, word in enumerate(ORDER)}
"""How urgent a light is: the least comes first."""


PARTS = ("owed", "may", "entrusted")
"""The parts of a work list, in their order: 应办 by this person, 可办 by right, 委托来的 for somebody who is away."""


def todo(office: Office, person: str) -> list[TodoLine]:
    """The work list, part by part: what this person owes, by day; what he may do; what he may do for another (委托).

    What is only to be read (知会) are ``messages``. Raises NotFound for an unknown person.
    """
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        held, lines = lookup.held(connection, office), list[TodoLine]()
        for stored in _lying(connection, actor):
            workflow = lookup.definition(connection, office, stored.case.digest)
            facts = Facts(office.clock.now(), office.calendar, hours=office.hours, held=held)
            lines += _of_case(office, Question(workflow, stored.case, actor, facts), stored)
    return sorted(lines, key=_urgency)


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


def _lying(connection: Connection, actor: Actor) -> Iterator[Stored]:
    """The cases that lie where this person finds work; the law then says which of them he may act on."""
    ids = case_rows.work(connection, held_by(actor))
    for start in range(0, len(ids), PAGE):
        yield from cases.by_ids(connection, ids[start : start + PAGE]).values()


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


def read(office: Office, person: str, ids: Sequence[int] | None = None) -> int:
    """Note (已阅) that the person has read these messages, or all; returns how many were new to him.

    Raises NotFound, and notes nothing, when one of them is not among his messages.
    """
    newer, before = (min(ids) - 1, max(ids) + 1) if ids else (0, 0)
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        new = [one.id for one in _letters(connection, office, actor, person, newer, before)]
        if ids is not None:
            every = {one.id for one in _letters(connection, office, actor, "", newer, before)}
            if strange := [str(one) for one in ids if one not in every]:
                why = f"没有给“{person}”的第 {'、'.join(strange)} 号消息；没有记为已阅"
                raise NotFound(why, fix=f"请用 zhuli inbox list --as {person} 查看编号")
            new = [one for one in new if one in ids]
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
    areas = lookup.areas(connection, office)
    chairs = [_chair(areas, actor), *(_chair(areas, one) for one in actor.acts_for)]
    found = merge(
        *(inbox.walk(connection, one, unread_by=reader, newer=newer, before=before) for one in chairs),
        key=lambda one: one.id,
        reverse=True,
    )
    once = (next(same) for _, same in groupby(found, key=lambda one: one.id))
    while some := list(islice(once, LETTERS)):
        yield from _known(connection, office, actor, some)


def _chair(areas: Mapping[str, Mapping[str, Sequence[str]]], who: Actor | Standing) -> inbox.Chair:
    """A person, or one he acts for, with the roles held, and of which workflows they are held within an area."""
    at = who.organisation
    held = {role: areas.get(role, {}) for role in sorted(who.roles)}
    return inbox.Chair(who.person, {"city": at.city, "county": at.county, "applicant": at.id}, held)


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
        return []
    if open_delegation(case, actor):
        return [("", Task("hand_back", "交回（委派）"))]
    scope = question.scope()
    drawn = ((event, _right(scope, event, actor)) for event in workflow.events.values() if case.state in event.sources)
    return [(right.how, Task(event.name, event.title)) for event, right in drawn if right is not None]


def _right(scope: CaseScope, event: Event, actor: Actor) -> Capacity | None:
    """By right alone; who has signed already has nothing left to do."""
    if event.sign is not None:
        seat, right = sign_right(scope, event, actor)
        return right if seat is not None and isinstance(right, Capacity) else None
    right = capacity(scope.workflow, scope.case, actor, event.by)
    return right if isinstance(right, Capacity) else None


def _urgency(line: TodoLine) -> tuple[int, str, int, str, str]:
    """By part; what is owed by its day, the rest by light, then by day."""
    step, whole = line.light_step, line.light_case
    first = str(line.owes[0].due_on) if line.part == "owed" else ""
    rank, due_on = min(RANK[step.word], RANK[whole.word]), step.due_on or whole.due_on or "9999"
    return PARTS.index(line.part), first, rank, due_on, line.case
