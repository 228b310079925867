"""However people act: no reply without consent, request, visit, scores and assessment of one and the same round."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflows.random_walks import Office, Walk
from tests.workflows.region_walks import RegionWalk
from tests.workflows.wide_walks import WideWalk
from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled
from zhuli_flow.definitions.check import load
from zhuli_flow.engine import evidence
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.administration.workflows import parts_beside

WALKS = 100_000 if os.environ.get("ZHULI_LONG_TESTS") else 250
FLOWS = Path(__file__).resolve().parents[2] / "workflows"


@pytest.fixture(scope="module")
def office() -> Office:
    path = FLOWS / "zone_creation.yaml"
    flow = load(path.read_bytes(), path.name, parts=parts_beside(path))
    named = read_directory(bootstrap.sample("directory.yaml").read_bytes(), "directory.yaml", frozenset())
    units = {one.id: one for one in named.organisations}
    people = {one.id: Actor(one.id, units[one.organisation], one.roles) for one in named.people}
    return Office(flow, bundled(), people, units)


@pytest.mark.parametrize("kind", [Walk, WideWalk])
def test_no_walk_leads_to_a_reply_that_the_plan_forbids(kind: type[Walk], office: Office) -> None:
    approved = returned = 0
    for seed in range(WALKS):
        walk = office.walk(seed, kind=kind)
        assert walk.found == [], f"seed {seed}: {walk.found}"
        approved += walk.case.state == "valid"
        returned += walk.case.state == "valid" and any(one.what == "return" for one in walk.log)
    assert approved > WALKS / 5, "the walks must come to a reply, or they show nothing"
    assert returned > WALKS / 20, "and through returns, too"


def test_no_reply_during_publicity_or_before_an_objection_is_answered_however_often_it_was_returned(
    office: Office,
) -> None:
    approved = ran = 0
    for seed in range(WALKS):
        walk = office.walk(seed, steps=60, kind=RegionWalk)
        assert walk.found == [], f"seed {seed}: {walk.found}"
        assert isinstance(walk, RegionWalk)
        approved += walk.case.state == "valid"
        ran += walk.ran > 0
    assert approved > WALKS / 10, "the walks must come to a reply, or they show nothing"
    assert ran > WALKS / 4, "and with something beside the decision"


@pytest.mark.parametrize("seed", [43058, 44582, 59033, 87027])
def test_a_report_replaced_in_a_correction_and_again_in_the_request_was_not_consented_to(
    seed: int, office: Office
) -> None:
    assert office.walk(seed).found == []


@pytest.mark.parametrize(
    ("removed", "kind"), [("returned", Walk), ("_outdate", Walk), ("corrected", Walk), ("_still_own", WideWalk)]
)
def test_a_law_without_rounds_or_without_staleness_would_be_found(
    removed: str, kind: type[Walk], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rule as if it did not exist: the case stays as it is, or all that was given stays good."""
    instead: dict[str, Callable[..., object]] = {
        "returned": lambda question, case, target: case,
        "_outdate": lambda question, event, case, *_: case,
        "corrected": lambda question, case, names: case,
        "_still_own": lambda held, *_: frozenset(held.gave),
    }
    monkeypatch.setattr(evidence, removed, instead[removed])
    assert any(office.walk(seed, kind=kind).found for seed in range(400))
