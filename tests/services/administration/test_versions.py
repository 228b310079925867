"""Which version new cases run on, and that a limit is the office's: a changed one holds for the cases under way too."""

from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.errors import NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import versions, workflows
from zhuli_flow.store import workflows as book


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def version(number: str, **parts: str) -> str:
    return story(v=f'version: "1" -> version: "{number}"', **parts)


def uses(stage: Stage) -> dict[str, str]:
    return {row.version: row.use for row in workflows.in_use(stage.office)}


def test_a_retired_workflow_opens_no_case_and_those_under_way_go_on(stage: Stage) -> None:
    case = stage.open()
    assert versions.retire(stage.office, "desk").new is True
    with pytest.raises(RulesRefused) as refused:
        stage.open()
    assert [one.code for one in refused.value.refusals] == ["workflow_retired"]
    assert "zhuli workflow use desk" in str(refused.value.fix)
    stage.do(case, "submit", "县")
    assert stage.stored(case).case.state == "intake"
    assert uses(stage) == {"1": "retired"}
    assert versions.retire(stage.office, "desk").new is False


def test_the_system_opens_no_case_of_a_retired_workflow_either(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    versions.retire(stage.office, "desk")
    assert stage.refused(case, "expire", "system") == {"workflow_retired"}
    assert stage.stored(case).case.state == "valid"


def test_a_retired_workflow_comes_back_and_an_earlier_version_may_be_chosen(stage: Stage) -> None:
    stage.take_into_use(version("2"))
    versions.retire(stage.office, "desk")
    assert versions.use(stage.office, "desk").version == "2"
    assert stage.stored(stage.open()).case.definition_version == "2"
    assert versions.use(stage.office, "desk", "1").new is True
    assert stage.stored(stage.open()).case.definition_version == "1"
    assert uses(stage) == {"1": "new", "2": "under_way"}
    with pytest.raises(NotFound, match="没有版本“3”"):
        versions.use(stage.office, "desk", "3")


def test_the_number_decides_which_version_is_newer_not_the_day_it_came(stage: Stage) -> None:
    for number in ("1.10", "1.9"):
        stage.take_into_use(version(number))
    assert uses(stage) == {"1": "under_way", "1.10": "new", "1.9": "under_way"}
    assert sorted(["2018.1-本例", "1.10", "2018.1", "1.9"], key=book.order) == ["1.9", "1.10", "2018.1", "2018.1-本例"]


def test_a_version_newly_taken_into_use_is_used_whatever_was_chosen_before(stage: Stage) -> None:
    versions.use(stage.office, "desk", "1")
    stage.take_into_use(version("2"))
    assert uses(stage) == {"1": "new", "2": "under_way"}
    with stage.office.database.write() as connection:
        versions.take_over(connection, lookup.every_version(connection, stage.office, "desk")[-1])
    assert uses(stage) == {"1": "under_way", "2": "new"}


def test_a_changed_limit_holds_for_every_case_from_then_on(stage: Stage) -> None:
    stage.walk(stage.open(), "valid")
    second = stage.open()
    stage.do(second, "submit", "县")
    stage.do(second, "queue", "甲")
    assert stage.refused(second, "recall", "甲") == {"quota_full"}
    stage.take_into_use(version("2", q="max: 1 -> max: 2"))
    stage.do(second, "recall", "甲")
    assert stage.stored(second).case.state == "intake"
