"""Gathering what a decision may know: actor, definition, quotas, registers, the people and organisations it names."""

from __future__ import annotations

from collections.abc import Mapping

from zhuli_flow.definitions.model.expressions import Ask, walk
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import OPERATIONS, Event, Guard, IssueNotice, OpenCase, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.engine.authority.signoffs import open_signoff
from zhuli_flow.engine.expressions.dependencies import asked, books
from zhuli_flow.engine.expressions.names import split_names
from zhuli_flow.engine.expressions.narrowing import narrowing
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.facts import Facts, Numbers, QuotaUse
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.engine.position import here, standing
from zhuli_flow.services.lookup import definition, held, newest
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, directory, numbers
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.sql.statements import Connection


def question(
    connection: Connection, office: Office, workflow: Workflow, case: Case, actor: Actor, command: Command | None
) -> Question:
    """What this actor asks of the law, with the facts of the moment; without a command: whatever he might ask."""
    return Question(workflow, case, actor, gather(connection, office, workflow, case, command))


def gather(connection: Connection, office: Office, workflow: Workflow, case: Case, command: Command | None) -> Facts:
    """The facts for one decision: only what this command or this definition can ask for is looked up."""
    names = _named(workflow, case, command)
    return Facts(
        now=office.clock.now(),
        calendar=office.calendar,
        quotas=_quotas(connection, office, workflow, case) if _asks_room(workflow, command) else {},
        people=directory.people(connection, names, office.today) if names else {},
        organisations=directory.organisations(connection, names) if names else {},
        open_elsewhere=_elsewhere(connection, workflow, case),
        hours=office.hours,
        registers=_registers(connection, office, workflow, case, command),
        books=_books(connection, office, workflow, command),
        held=held(connection, office),
        numbers=_numbers(connection, office, workflow.events.get(command.event) if command else None),
    )


def _numbers(connection: Connection, office: Office, event: Event | None) -> Numbers:
    """The last numbers given out, when the event orders documents or opens cases; nobody can take one meanwhile."""
    effects = event.effects if event else ()
    opened = {effect.workflow for effect in effects if isinstance(effect, OpenCase)}
    if not (opened or any(isinstance(effect, IssueNotice) for effect in effects)):
        return _UNNUMBERED
    in_use = {name: newest(connection, office, name) for name in opened}
    prefixes = {name: found.prefix for name, found in in_use.items() if found is not None}
    return Numbers(numbers.last(connection), office.number_first, prefixes)


_UNNUMBERED = Numbers()


def _asks_room(workflow: Workflow, command: Command | None) -> bool:
    """Quotas are only counted when a guard of the event (or of any, for options) asks for room, or a way back might."""
    if command is not None and command.event in _BACK:
        return bool(workflow.quotas)
    asking = _ASKING.get(workflow.digest)
    if asking is None:
        asking = _ASKING[workflow.digest] = frozenset(
            name for name, event in workflow.events.items() if _guards_ask_room(event.guards)
        )
    return command.event in asking if command else bool(asking)


_BACK = frozenset({"return", "withdraw"})
_ASKING: dict[str, frozenset[str]] = {}
"""The events that ask for room, by the digest of their definition."""


def _guards_ask_room(guards: tuple[Guard, ...]) -> bool:
    return any(isinstance(node, Ask) and node.kind == "room" for guard in guards for node in walk(guard.condition))


def _named(workflow: Workflow, case: Case, command: Command | None) -> tuple[str, ...]:
    """Every name that must be found in the directory: in a value given now, or by the first signer of a sign-off.

    Without a command: in every sign-off under way, which could be signed next.
    """
    found: list[str] = []
    for event in [command.event] if command else case.body.get("signoffs", {}):
        opened = open_signoff(case, event)
        given = [*(opened.values.items() if opened else ()), *(command.values.items() if command else ())]
        for name, raw in given:
            field = workflow.fields.get(name)
            if event in OPERATIONS and name == "person":
                found += split_names(str(raw).replace(",", "、"))
            elif field is not None and field.type in {"people", "organisation", "organisations", "names"}:
                found += split_names(raw)
    return tuple(found)


def _quotas(connection: Connection, office: Office, workflow: Workflow, case: Case) -> Mapping[str, QuotaUse]:
    found = {}
    for quota in workflow.quotas.values():
        book = newest(connection, office, workflow.name) or workflow  # a limit is the office's, not the case's
        book = book if quota.name in book.quotas else workflow
        counts = str(book.value(book.quotas[quota.name].counts))
        count = cases.count_ever_in_force if counts == "ever" else cases.count_in_force
        used = count(connection, workflow.name)
        ahead = cases.ahead(connection, quota.name, case.id) if quota.queued_by else 0
        found[quota.name] = QuotaUse(used, ahead, int(str(book.value(book.quotas[quota.name].maximum))))
    return found


def _registers(
    connection: Connection, office: Office, workflow: Workflow, case: Case, command: Command | None
) -> dict[str, tuple[tuple[Workflow, Case], ...]]:
    """What the registers may take in that this event (or, for options, any event from here) asks about."""
    if not workflow.registers:
        return {}
    events = workflow.events
    looking = (
        here(workflow, standing(workflow, case))
        if command is None
        else [events[command.event]]
        if command.event in events
        else []
    )
    names = dict.fromkeys(name for event in looking for name in asked(workflow, event))
    return {name: candidates(connection, office, workflow.registers[name], case) for name in names}


def _books(connection: Connection, office: Office, workflow: Workflow, command: Command | None) -> dict[str, Workflow]:
    """The newest definitions of which the documents of this event show a blank form, as far as they are in use."""
    event = workflow.events.get(command.event) if command else None
    names = books(workflow, event) if event else ()
    return {name: book for name in names if (book := newest(connection, office, name)) is not None}


def candidates(
    connection: Connection, office: Office, register: Register, case: Case, reach: Reach = EVERYTHING
) -> tuple[tuple[Workflow, Case], ...]:
    """The cases that ``case``'s register may take in, by workflow, state, link and applicant; the law asks the rest.

    A case without a number yet has nothing linked to it. ``reach``: only for who looks; the law counts all.
    """
    if register.linked_by is not None and not case.id:
        return ()
    of = narrowing(register, case.applicant)
    among = Filter(applicant=of.applicant, city=of.city, county=of.county, reach=reach)
    found = cases.linked(connection, register.workflow, of.states, register.linked_by or "", case.id, among)
    return tuple((definition(connection, office, one.case.digest), one.case) for one in found)


def _elsewhere(connection: Connection, workflow: Workflow, case: Case) -> str:
    if case.version or not workflow.one_open_case:
        return ""
    return cases.other_open_case(connection, workflow.name, case.applicant.id)
