"""A recorded history is held to the laws: an act that should not have been is found, whatever the record claims."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.workflows.staging import Stage
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.history_laws import breaches
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup
from zhuli_flow.store import audit

ROUNDS = """引用 faku.steps
照做 待审定
2018-11-26 办理 法库县 退回 省科协学会学术部经办 to=survey walk=again 意见 请重做。
2018-11-28 办理 法库县 报送调研成果、征求意见 法库县委经办 survey_date=2018-11-28 附 survey_report
2018-12-03 办理 法库县 同意申报 沈阳市委组织部经办 consent_date=2018-12-03 consent_number=函 附 consent_letter 意见 可。
照做 请示 法库县 沈阳市 法库县 2018-12-05 沈科协发〔2018〕931号
照做 受理 法库县 2018-12-06 2018-12-07
照做 考察 法库县 辽宁省硅酸盐学会 2018-12-10 2018-12-12
照做 好评 法库县 2018-12-12
照做 报告 法库县 2018-12-17 评估专家01
2018-12-20 办理 法库县 批复同意 省科协主要负责人 meeting_date=2018-12-19 附 meeting_minutes 意见 同意。
"""

Told = tuple[Workflow, Case, list[Entry], Callable[[Any], Facts]]


@pytest.fixture
def history(stage: Callable[..., Stage]) -> Told:
    played = stage()
    played.play(ROUNDS)
    office, case_id = played.office, played.player.labels["法库县"]
    with office.database.read() as connection:
        stored = lookup.stored(connection, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        entries = [read(link.body) for link in audit.entries(connection, case_id)]
    opened = replace(stored.case, state=START, version=0, body={})
    return workflow, opened, entries, lambda at: Facts(at, office.calendar, hours=office.hours)


def without(entries: list[Entry], event: str, after: str) -> list[Entry]:
    """A history in which an event was never done again after another."""
    last = max(place for place, one in enumerate(entries) if one.event == after)
    return [one for place, one in enumerate(entries) if place < last or one.event != event or one.kind == "refused"]


def as_before(entries: list[Entry]) -> list[Entry]:
    """As it would have been recorded before evidence was kept."""
    kept = [tuple(step for step in one.changes if step[0] not in {"evidence", "stale"}) for one in entries]
    return [replace(one, changes=changes) for one, changes in zip(entries, kept, strict=True)]


def test_a_history_that_keeps_the_laws_is_found_to(history: Told) -> None:
    workflow, opened, entries, facts_at = history
    assert breaches(workflow, opened, entries, facts_at) == []
    assert breaches(workflow, opened, as_before(entries), facts_at) == []


@pytest.mark.parametrize(
    ("event", "at"), [("give_consent", "联合报送请示"), ("request", "报出评估报告"), ("record_visit", "批复同意")]
)
def test_what_was_not_done_again_in_the_round_is_found(history: Told, event: str, at: str) -> None:
    workflow, opened, entries, facts_at = history
    found = breaches(workflow, opened, as_before(without(entries, event, "return")), facts_at)
    assert any(one.title == at and "须重办" in one.reason for one in found)


def test_which_act_handed_in_what_may_have_been_noted_by_an_earlier_rule(history: Told) -> None:
    workflow, opened, entries, facts_at = history
    [again] = [one for one in entries if one.event == "finish_survey" and one.version > 12]
    changes = [
        step if step[:2] != ("evidence", "finish_survey") else (*step[:3], {**step[3], "gave": {}})
        for step in again.changes
    ]
    told = [replace(one, changes=tuple(changes)) if one is again else one for one in entries]
    assert breaches(workflow, opened, told, facts_at) == []


def test_a_record_that_claims_other_evidence_than_was_given_is_found(history: Told) -> None:
    workflow, opened, entries, facts_at = history
    [forged] = [one for one in entries if one.event == "approve"]
    changes = [
        step if step[0] != "evidence" else (*step[:3], {**step[3], "digest": "0" * 64}) for step in forged.changes
    ]
    told = [replace(one, changes=tuple(changes)) if one is forged else one for one in entries]
    assert [one.reason for one in breaches(workflow, opened, told, facts_at)] == ["所记的依据与逐条重演所得的不符"]
