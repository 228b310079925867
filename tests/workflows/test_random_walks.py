"""However people act: no reply without consent, request, visit, scores and assessment of one and the same round."""

import os
from pathlib import Path

import pytest

from tests.workflows.random_walks import Office
from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled
from zhuli_flow.definitions.check import load
from zhuli_flow.engine import evidence
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.administration.workflows import parts_beside

WALKS = 100_000 if os.environ.get("ZHULI_LONG_TESTS") else 400
FLOWS = Path(__file__).resolve().parents[2] / "workflows"


@pytest.fixture(scope="module")
def office() -> Office:
    path = FLOWS / "zone_creation.yaml"
    flow = load(path.read_bytes(), path.name, parts=parts_beside(path))
    named = read_directory(bootstrap.sample("directory.yaml").read_bytes(), "directory.yaml", frozenset())
    units = {one.id: one for one in named.organisations}
    people = {one.id: Actor(one.id, units[one.organisation], one.roles) for one in named.people}
    return Office(flow, bundled(), people, units)


def test_no_walk_leads_to_a_reply_that_the_plan_forbids(office: Office) -> None:
    approved = returned = 0
    for seed in range(WALKS):
        walk = office.walk(seed)
        assert walk.found == [], f"seed {seed}: {walk.found}"
        approved += walk.case.state == "valid"
        returned += walk.case.state == "valid" and any(one.what == "return" for one in walk.log)
    assert approved > WALKS / 5, "the walks must come to a reply, or they show nothing"
    assert returned > WALKS / 20, "and through returns, too"


@pytest.mark.parametrize("removed", ["returned", "_outdate"])
def test_a_law_without_rounds_or_without_staleness_would_be_found(
    removed: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``returned(question, case, target)`` and ``_outdate(question, event, case, …)`` leave the case as it is."""
    place = {"returned": 1, "_outdate": 2}[removed]
    monkeypatch.setattr(evidence, removed, lambda *given: given[place])
    assert any(office.walk(seed).found for seed in range(400))
