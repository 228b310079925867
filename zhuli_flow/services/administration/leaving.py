"""People who leave (离岗): what they have open, and that work handed to them falls back to who gave it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.assignees import titles, vacancies
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.expressions.values import names_of
from zhuli_flow.engine.handover import lapse
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup
from zhuli_flow.services.cases.settle import settle as write_act
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, directory
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection


class OpenWork(msgspec.Struct, frozen=True):
    """One thing that somebody who leaves had open on a case, in words."""

    person: str
    case: str
    applicant: str
    what: str


def settle(connection: Connection, office: Office, leavers: Collection[str]) -> list[OpenWork]:
    """Let what was handed to those who cannot act any more fall back to the givers; what each of them had open.

    In the caller's transaction, after the directory has changed.
    """
    if not leavers:
        return []
    there = directory.people(connection, list(leavers), office.today)
    gone = frozenset(leavers) - there.keys()
    found: list[OpenWork] = []
    for stored in list(_living(connection)):
        question = _question(connection, office, stored)
        found += _open_work(question, leavers)
        decision = lapse(question, gone)
        if decision is not None:
            write_act(connection, office, question, Command(decision.event), decision, stored)
    return found


def stuck(office: Office) -> list[OpenWork]:
    """The living cases that nobody of the directory can take on, each with the role it wants."""
    found: list[OpenWork] = []
    with office.database.read() as connection:
        for stored in _living(connection):
            question, case = _question(connection, office, stored), stored.case
            wanted = titles(question, vacancies(question))
            if wanted and case.mark("suspended") is None:
                what = f"停在“{question.state.title}”，没有{wanted}"
                found.append(OpenWork("", case.id, case.applicant.name, what))
    return found


def _living(connection: Connection) -> Iterator[Stored]:
    return cases.walk(connection, Filter(living=True))


def _question(connection: Connection, office: Office, stored: Stored) -> Question:
    workflow = lookup.definition(connection, office, stored.case.digest)
    held = lookup.held(connection, office)
    facts = Facts(office.clock.now(), office.calendar, hours=office.hours, held=held)
    return Question(workflow, stored.case, SYSTEM_ACTOR, facts)


def _open_work(question: Question, leavers: Collection[str]) -> Iterator[OpenWork]:
    """What those who leave had been handed, and are named for."""
    case, workflow = question.case, question.workflow
    for key, given in case.assignments.items():
        role, _, giver = key.partition("/")
        if given.to in leavers:
            title = question.role_title(role)
            yield OpenWork(
                given.to, case.id, case.applicant.name, f"由{giver}交办（{title}），如已不能办理即退回{giver}"
            )
    for person in leavers:
        for title in _named(workflow, case, person):
            yield OpenWork(person, case.id, case.applicant.name, f"指定为{title}，请另行指定")


def _named(workflow: Workflow, case: Case, person: str) -> Iterator[str]:
    for role in workflow.roles.values():
        if role.named_in is not None and person in names_of(case.fields.get(role.named_in)):
            yield role.title
