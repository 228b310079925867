"""Every story of this folder goes as told; together they fire every event and meet every refusal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.staging import STORIES, Stage, parameters_of
from zhuli_flow import bootstrap
from zhuli_flow.definitions.model.workflow import OPERATIONS, Workflow
from zhuli_flow.engine.operations import DERIVED, EVERYWHERE
from zhuli_flow.engine.relocation import CONFIRM, PROPOSE
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.history import verify

REFUSALS = frozenset(
    "already_signed bad_target bad_value bad_walk conflict_of_interest delegated duplicate_case guard irreversible"
    " limit_reached missing_field missing_material no_role not_delegated not_own not_suspended not_your_turn"
    " nothing_to_withdraw only_hand_back opinion_required other_unit personal_duty quota_full region_idle"
    " region_running sign_differs suspended transferred_away unknown_field unknown_person urged_today"
    " withdraw_too_late wrong_applicant wrong_state".split()
)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_a_story_goes_as_told(story: Path, stage: Callable[..., Stage], told: list[dict[str, Any]]) -> None:
    text = story.read_text(encoding="utf-8")
    played = stage(**parameters_of(text))
    played.play(text, story.name)
    assert played.player.count > 0
    assert verify.verify(played.office).ok
    assert verify.faults(played.office) == []
    assert list(verify.law_breaches(played.office)) == []
    told += played.entries()


@pytest.fixture(scope="session")
def workflow(template: Path) -> Workflow:
    office = bootstrap.open_office(template)
    found = workflows.newest(office, "zone_creation")
    office.database.close()
    return found


def test_the_stories_together_fire_every_event(told: list[dict[str, Any]], workflow: Workflow) -> None:
    _need_all_stories(told)
    done = {entry["event"] for entry in told if entry["kind"] in {"move", "operation"}}
    by_hand = {PROPOSE, CONFIRM}  # there is no 系统管理员 in the sample directory: tests/engine/test_relocation.py
    opened = {*workflow.operations, *EVERYWHERE} - {"uphold", *by_hand}
    operations = {name for name in OPERATIONS if DERIVED.get(name, name) in opened}
    assert sorted((workflow.events.keys() | operations) - done) == []


def test_the_stories_together_meet_every_guard(told: list[dict[str, Any]], workflow: Workflow) -> None:
    _need_all_stories(told)
    met = {(entry["event"], why.get("line")) for entry in told for why in reasons(entry)}
    every = {(event.name, guard.line, guard.say) for event in workflow.events.values() for guard in event.guards}
    driven = {why.get("line") for entry in told if entry["event"] not in workflow.events for why in reasons(entry)}
    left = {guard for guard in every if guard[:2] not in met}
    assert sorted(guard for guard in left if guard[1] not in driven) == []


BESIDE = (
    *("progress_report", "annual_assessment", "returns_call", "statistics_return", "archiving", "official_document"),
    *("matching", "station", "workstation", "subsidy", "subsidy_budget", "leading_group", "appraisal"),
    *("summary_report", "activity", "experience"),
)
"""The workflows whose cases stand beside a zone: their stories are told here too."""

SEPARATION = ("拟稿人不能", "拟稿、核稿的人不能", "核过")
"""Guards that keep 拟、核、签 apart: nobody in the sample directory holds two; test_scenarios_of_documents has one."""


@pytest.mark.parametrize("name", BESIDE)
def test_the_stories_together_fire_every_event_and_meet_every_guard_of(
    name: str, told: list[dict[str, Any]], template: Path
) -> None:
    _need_all_stories(told)
    office = bootstrap.open_office(template)
    flow = workflows.newest(office, name)
    office.database.close()
    own = [entry for entry in told if str(entry.get("case", "")).startswith(f"{flow.prefix}-")]
    done = {entry["event"] for entry in own if entry["kind"] == "move"}
    mine = [entry for entry in told if entry["event"] in flow.events]
    met = {why.get("line") for entry in mine for why in reasons(entry)}  # a form's check is one, wherever it is asked
    assert sorted(flow.events.keys() - done) == []
    every = {(guard.line, guard.say) for event in flow.events.values() for guard in event.guards}
    assert sorted(one for one in every if one[0] not in met and not one[1].startswith(SEPARATION)) == []


def reasons(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [*entry.get("refusals", ()), *entry.get("warnings", ())]


def test_the_stories_together_meet_every_kind_of_refusal(told: list[dict[str, Any]]) -> None:
    _need_all_stories(told)
    met = {refusal["code"] for entry in told for refusal in entry.get("refusals", ())}
    assert sorted(REFUSALS - met) == []


def test_every_accepted_act_names_who_when_and_from_where_to_where(told: list[dict[str, Any]]) -> None:
    _need_all_stories(told)
    acts = [entry for entry in told if entry["kind"] in {"move", "sign"}]
    assert acts
    for entry in acts:
        assert entry["actor"]["person"]
        assert entry["actor"]["organisation"]
        assert entry["actor"]["role"]
        assert entry["at"].endswith("+00:00")
        assert entry["to"]
        assert entry["definition"]


def _need_all_stories(told: list[dict[str, Any]]) -> None:
    inits = sum(entry["event"] == "init" for entry in told)
    if inits != len(STORIES):
        pytest.skip("只在全部剧本都演过之后才看得出")
