"""What holds on every walk through the zone workflow, whoever tries whatever."""

import random
from collections import Counter

import pytest

from tests.properties.walking import Walk, workflow
from zhuli_flow.definitions.model.law import NeverBefore
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision

WALKS = (*range(16), 21, 204)  # 4 comes to a revocation, 14 to a lapse, 204 to a reply
STEPS = 140
ABOUT_WHAT_WAS_GIVEN = frozenset(
    "missing_field missing_material bad_value bad_material opinion_required conflict_of_interest unknown_field"
    " unknown_material guard quota_full bad_target bad_walk unknown_person other_unit personal_duty"
    " sign_differs nothing_to_uphold explanation_required stale_evidence law_broken".split()
)


@pytest.fixture(scope="module")
def walks() -> list[Walk]:
    """One walk a seed, the same every time."""
    return [walk(seed) for seed in WALKS]


def walk(seed: int) -> Walk:
    return Walk(random.Random(seed)).take(STEPS)


def test_an_option_is_open_exactly_when_the_law_accepts_it_with_fitting_answers(walks: list[Walk]) -> None:
    met: Counter[str] = Counter()
    for taken in walks:
        for step in taken.trail:
            accepted = isinstance(step.answer, Decision)
            met[f"{step.offered.event} {accepted}"] += 1
            why = [] if accepted else [one.code for one in step.answer]
            if step.offered.allowed:
                assert set(why) <= ABOUT_WHAT_WAS_GIVEN, (step.offered.event, step.answer)
            else:
                told = {(one.code, one.because) for one in step.offered.because}
                assert not accepted, (step.offered.event, told)
                assert told <= {(one.code, one.because) for one in step.answer}, step.offered.event
    accepted_events = {key.split()[0] for key in met if key.endswith("True")}
    assert {"approve", "revoke", "lapse", "begin_next_cycle"} <= accepted_events


def test_replaying_the_changes_gives_the_case_and_undoing_them_gives_the_one_before(walks: list[Walk]) -> None:
    for taken in walks:
        replayed = taken.blank
        for decision in taken.decisions:
            assert body(changes.undo(decision.after, decision.changes)) == body(decision.before)
            replayed = changes.apply(replayed, decision.changes)
            assert body(replayed) == body(decision.after)
        assert replayed.state == taken.case.state


def body(case: Case) -> tuple[str, dict[str, dict[str, object]]]:
    return case.state, {name: dict(values) for name, values in case.body.items() if values}


def test_no_walk_breaks_a_law_of_the_definition(walks: list[Walk]) -> None:
    for taken in walks:
        for law in workflow().laws:
            if isinstance(law, NeverBefore):
                done = [one.event for one in taken.decisions if one.kind == "move"]
                place = done.index(law.event) if law.event in done else 0
                assert law.first in done[:place] or not place, law.title


def test_the_version_grows_by_one_with_every_act_that_changes_the_case(walks: list[Walk]) -> None:
    for taken in walks:
        for decision in taken.decisions:
            grown = decision.after.version - decision.before.version
            assert grown == (0 if decision.event in {"urge", "copy", "answer"} else 1)


def test_the_same_walk_comes_to_the_same_decisions(walks: list[Walk]) -> None:
    for seed in WALKS[:2]:
        assert walk(seed).decisions == walks[seed].decisions
