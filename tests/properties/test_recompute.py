"""Counting live deadlines again, after any act on any walk through the zone workflow."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.properties.walking import Walk, workflow
from zhuli_flow.calendar import Calendar, Paper, YearData, bundled
from zhuli_flow.engine.deadlines.recompute import recomputed
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.engine.model.facts import Facts


def without_wednesdays(year: int) -> YearData:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    return YearData(year, (Paper("周三不上班"),), {day: "周三" for day in days if day.weekday() == 2}, frozenset())


OTHER = Calendar(tuple(without_wednesdays(year) for year in (2018, 2019)))
"""Four working days a week in the years in which walks begin, none of the real holidays, and nothing known after."""


@pytest.fixture(scope="module")
def acts() -> list[tuple[Decision, Facts]]:
    """What was accepted on twenty walks, each with what was known then."""
    walks = [Walk(random.Random(seed)).take(140) for seed in (*range(26), 53, 71)]
    return [
        (step.answer, step.question.facts) for walk in walks for step in walk.trail if isinstance(step.answer, Decision)
    ]


def anew(case: Case, facts: Facts, calendar: Calendar) -> tuple[Case, Counter[str]]:
    after, found = recomputed(CaseScope(workflow(), case, replace(facts, calendar=calendar)))
    return after, Counter(one.kind for one in found)


def test_under_the_calendar_it_was_counted_by_no_deadline_changes(acts: list[tuple[Decision, Facts]]) -> None:
    live: Counter[str] = Counter()
    for decision, facts in acts:
        assert anew(decision.after, facts, bundled()) == (decision.after, Counter()), decision.event
        live.update(one.state for one in decision.after.deadlines.values())
    assert live["running"] > 500
    assert live["suspended"] > 20


def test_there_and_back_again_every_day_is_what_it_was(acts: list[tuple[Decision, Facts]]) -> None:
    seen: Counter[str] = Counter()
    for decision, facts in acts:
        there, found = anew(decision.after, facts, OTHER)
        seen += found
        assert anew(there, facts, OTHER) == (there, Counter())
        back, _ = anew(there, facts, bundled())
        assert days(back) == days(decision.after)
        assert changes.apply(decision.after, changes.changes(decision.after, there)).body == there.body
    assert min(seen["moved"], seen["provisional"]) > 100, seen


def days(case: Case) -> dict[str, object]:
    """Of each deadline the state, the last day, the rest and the mark, but not which version it is by now."""
    told = ("state", "due_on", "remaining", "provisional", "reckoning", "extended")
    return {name: [getattr(one, part) for part in told] for name, one in case.deadlines.items()}
