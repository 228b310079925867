"""Lists and work lists find by rows what asking every case would find: at every act of the sample programme."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.clock import local_date, start_of_day
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.deadlines.light_days import light_days
from zhuli_flow.engine.deadlines.lights import lights
from zhuli_flow.engine.deadlines.work_places import places
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows, view, worklist
from zhuli_flow.services.cases.case_view import TodoLine
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.store import cases, directory
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.sql.statements import Connection

TICK = timedelta(microseconds=1)


def test_rows_find_what_asking_every_case_finds(stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch) -> None:
    office = stage().office
    keep, seen = case_rows.keep, set[str]()
    with office.database.read() as connection:
        everybody = directory.everybody(connection, office.today)

    def kept(connection: Connection, of: Office, question: Question, decision: Decision) -> None:
        keep(connection, of, question, decision)
        seen.add(decision.after.state)
        compare(of, question.workflow, decision.after, everybody)

    monkeypatch.setattr(case_rows, "keep", kept)
    player_clock: Any = office.clock
    play_file(office, player_clock, bootstrap.sample("programme.scenario"))
    assert len(seen) > 15
    for who in everybody:
        assert {line["case"] for line in as_json(worklist.todo(office, who.person))} == exhaustive(office, who.person)
        lines = worklist.todo(office, who.person)
        assert in_pages(office, who.person) == lines
        parts = Counter(line.part for line in lines)
        assert worklist.page(office, who.person, limit=1).totals == {part: parts[part] for part in worklist.PARTS} or (
            len(lines) < 2
        )
    for light in "红黄绿灰":
        lines = as_json(view.listed(office, Filter()))
        shown = {str(line["case"]) for line in lines if light in (word(line["light_step"]), word(line["light_case"]))}
        assert {line["case"] for line in as_json(view.listed(office, Filter(), light=light))} == shown
        assert view.page(office, Filter(), light=light, limit=1).total == len(shown)


def in_pages(office: Office, person: str) -> list[TodoLine]:
    """The work list read in pages of two."""
    page = worklist.page(office, person, limit=2)
    lines = list(page.lines)
    while page.next:
        page = worklist.page(office, person, limit=2, after=page.next)
        lines += page.lines
    return lines


def word(light: Any) -> str:
    return str(light["word"])


def exhaustive(office: Office, person: str) -> set[str]:
    """Every living case that its own law opens to this person."""
    with office.database.read() as connection:
        actor = lookup.actor(connection, office, person)
        found = set()
        for stored in cases.walk(connection, Filter(living=True)):
            workflow = lookup.definition(connection, office, stored.case.digest)
            if busy(office, workflow, stored.case, actor):
                found.add(stored.case.id)
    return found


def busy(office: Office, workflow: Workflow, case: Case, who: Actor) -> bool:
    """Whether the case gives this person something to do, or something that he owes."""
    question = Question(workflow, case, who, Facts(office.clock.now(), office.calendar))
    return bool(worklist._tasks(question) or worklist._owed(question))


def compare(office: Office, workflow: Workflow, case: Case, everybody: list[Actor]) -> None:
    """The case lies where everybody with something to do finds it, and its lights turn when they are said to."""
    lies = {one.address for one in places(workflow, case, office.calendar)}
    if workflow.states[case.state].kind != "final":
        for who in everybody:
            assert lies & held_by(who) or not busy(office, workflow, case, who), (case.id, who.person)
    step, whole = light_days(workflow, case, office.calendar)
    for now in moments(office, step.red_at, whole.red_at, *map(day, (step.yellow_on, whole.yellow_on))):
        told = lights(workflow, case, local_date(now), office.calendar, now)
        assert (step.word(now), whole.word(now)) == tuple(light.word for light in told), (case.id, now)


def day(of: Any) -> datetime | None:
    return start_of_day(of) if of else None


def moments(office: Office, *turns: datetime | None) -> set[datetime]:
    """Now, and just before, at and just after every turn."""
    found = {office.clock.now(), datetime.combine(office.today, time(15), UTC)}
    return found | {turn + around for turn in turns if turn for around in (-TICK, 0 * TICK, TICK)}
