"""The overview: what is counted, how long cases stood in each state, and whose move it is where time has run out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.services.calls import CALL, PART, called, issued
from tests.services.staging import Stage, story
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.registers import sums as adding_up
from zhuli_flow.services.registers.members import Members, members_of
from zhuli_flow.services.registers.overview import QuotaUse, overview


def looked(stage: Stage, workflow: str = "desk") -> Any:
    told: Any = as_json(overview(stage.office, workflow))
    return told


def states(told: Any) -> dict[str, tuple[Any, ...]]:
    return {
        one["state"]: (one["cases"], one["stays"], one["median_days"], one["longest_days"])
        for one in told["workflows"][0]["states"]
    }


def test_places_taken_and_waiting_are_told_with_their_limit(stage: Stage) -> None:
    stage.walk(stage.open(), "valid")
    (quota,) = looked(stage)["workflows"][0]["quotas"]
    assert quota == {"quota": "places", "title": "名额", "used": 1, "limit": 1, "waiting": 0, "source": ""}
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "queue", "甲")
    assert looked(stage)["workflows"][0]["quotas"][0]["waiting"] == 1


def test_fewer_than_there_should_be_is_told_and_refuses_nothing() -> None:
    few = QuotaUse("places", "名额", used=9, limit=15, waiting=0, source="方案 三", at_least=10)
    assert (few.lacking, replace(few, used=10).lacking, replace(few, at_least=None).lacking) == (1, 0, 0)


def test_the_lower_bound_of_a_quota_is_that_of_its_definition(stage: Stage, tmp_path: Path) -> None:
    assert "at_least" not in looked(stage)["workflows"][0]["quotas"][0]
    bounded = Stage(tmp_path / "bounded", text=story(bound="max: 1, queued_by -> max: 1, at_least: 3, queued_by"))
    bounded.walk(bounded.open(), "valid")
    (quota,) = overview(bounded.office, "desk").workflows[0].quotas
    assert (quota.at_least, quota.lacking) == (3, 2)


def test_time_in_each_state_comes_from_the_history_and_runs_on_where_a_case_stands(stage: Stage) -> None:
    first, second = stage.open(), stage.open()
    stage.on("2018-10-10").walk(first, "intake")
    stage.on("2018-10-14").walk(second, "intake")
    stage.on("2018-10-15").do(first, "refuse", "甲")
    stage.on("2018-10-18")
    assert states(looked(stage)) == {
        "draft": (0, 2, 4.0, 6.0),  # 2 and 6 days
        "intake": (1, 2, 4.5, 5.0),  # 5 days, and 4 so far
        "closed": (1, 0, None, None),  # the end is no stay
    }


def test_a_state_returned_to_is_a_stay_of_its_own_and_a_refused_attempt_is_none(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.on("2018-10-09").do(case, "return", "甲", opinion="退回", to="draft", walk="again")
    assert stage.refused(case, "accept", "甲")
    stage.on("2018-10-10").do(case, "submit", "县")
    found = states(looked(stage))
    assert (found["draft"][1], found["intake"][1]) == (2, 2)


def test_what_is_overdue_counts_for_the_applicant_and_for_whom_it_waits(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    told = looked(stage)
    assert (told["overdue"], told["workflows"][0]["lights"]["红"]) == ([], 0)
    stage.on("2018-11-20")
    told = looked(stage)
    assert told["overdue"] == [{"organisation": "甲县政府", "cases": 1}]
    assert told["awaited"] == [{"organisation": "省科协", "cases": 1}]
    assert told["workflows"][0]["lights"] == {"红": 1, "黄": 0, "绿": 0, "灰": 0}


def test_the_organisations_with_the_most_are_told_and_how_many_there_are(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    stage.walk(stage.open(), "intake")
    other = stage.open(applicant="乙县政府", person="县乙", experts="本县专家")
    stage.do(other, "submit", "县乙")
    stage.on("2018-11-20")
    told: Any = as_json(overview(stage.office, "desk", 1))
    assert (told["overdue"], told["overdue_total"]) == ([{"organisation": "甲县政府", "cases": 2}], 2)
    assert (told["awaited"], told["awaited_total"]) == ([{"organisation": "省科协", "cases": 3}], 1)
    whole: Any = as_json(overview(stage.office))
    assert (whole["awaited"], whole["workflows"][0]["states"], whole["overdue_total"]) == ([], [], 2)


def test_organisations_with_as_many_stand_by_their_sound(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    other = stage.open(applicant="乙县政府", person="县乙", experts="本县专家")
    stage.do(other, "submit", "县乙")
    told = looked(stage.on("2018-11-20"))
    assert [one["organisation"] for one in told["overdue"]] == ["甲县政府", "乙县政府"]


def test_whoever_can_meet_the_deadline_is_awaited_before_others(home: Path) -> None:
    from tests.services.staging import story

    text = story(a="deadline: {within: 5wd, remind: [-2wd]}} -> deadline: {within: 5wd, met_by: [hurry]}}")
    text = text.replace("events:\n", "events:\n  hurry: {title: 说明, from: intake, to: same, by: county}\n", 1)
    stage = Stage(home, text=text)
    stage.walk(stage.open(), "intake")
    assert looked(stage.on("2018-10-20"))["awaited"] == [{"organisation": "甲县政府", "cases": 1}]
    stage.office.database.close()


@pytest.fixture
def adding(home: Path) -> Iterator[Stage]:
    more = "\n  points: {title: 得分, type: int, unit: 分}"
    more += "\n  units: {title: 份, type: int, unit: 份, may_be: not_applicable}"
    part = PART.replace("amount: {title: 金额, type: int}", "amount: {title: 金额, type: int, unit: 万元}" + more)
    part = part.replace("fill: [amount]\n    advance", "fill: [amount, points?, units?]\n    advance")
    call = CALL.replace("columns: [amount]", "columns: [amount, points]")
    call = call.replace("total: {title: 合计, type: int}", "total: {title: 合计, type: int, unit: 万元}")
    made = called(home, call=call, part=part)
    yield made
    made.office.database.close()


def sums(stage: Stage, workflow: str) -> list[tuple[Any, ...]]:
    keys = ("register", "title", "sum", "unit", "of", "rows")
    return [tuple(one[key] for key in keys) for one in looked(stage, workflow)["workflows"][0]["sums"]]


def test_what_people_filled_in_is_added_up_and_marks_and_parts_of_a_return_are_not(adding: Stage) -> None:
    issued(adding)
    adding.do("FB-2018-0001", "send", "县", amount="7", points="80", units="3")
    assert sums(adding, "part") == [("part", "分报台账：金额", 7, "万元", 1, 2)]


def test_registers_of_all_cases_are_added_up_and_a_total_is_not_added_to_totals(adding: Stage) -> None:
    case = issued(adding)
    for number, (amount, who) in enumerate((("7", "县"), ("12", "县乙")), 1):
        adding.do(f"FB-2018-000{number}", "send", who, amount=amount)
    adding.do(case, "sum_up", "甲")
    assert adding.stored(case).case.fields["total"] == 19
    assert sums(adding, "call") == [("call.everywhere", "各处：金额", 19, "万元", 2, 2)]


@pytest.mark.parametrize(
    ("where", "known"),
    [
        ("state is sent", Members(("sent",))),
        ("state is not blank", None),
        ("amount present", Members(field="amount")),
        ("amount > 7", None),
    ],
)
def test_a_register_is_added_up_by_rows_as_case_by_case(
    home: Path, monkeypatch: pytest.MonkeyPatch, where: str, known: Members | None
) -> None:
    call = CALL.replace(
        "workflow: part, columns: [amount]}", f"workflow: part, where: ['{where}'], columns: [amount]}}"
    )
    stage = called(home, call=call, part=PART.replace("type: int}", "type: int, unit: 万元}"))
    issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    with stage.office.database.read() as connection:
        book = lookup.latest(connection, stage.office, "call")
        found = members_of(connection, stage.office, book.registers["everywhere"])
    assert found is not None if where == "state is not blank" else found == known
    by_rows = sums(stage, "call")
    monkeypatch.setattr(adding_up, "members_of", lambda *_: None)
    assert by_rows == sums(stage, "call")
    stage.office.database.close()


def test_without_a_name_every_workflow_with_a_case_is_told(adding: Stage) -> None:
    assert looked(adding, "")["workflows"] == []
    issued(adding)
    told = {one["workflow"]: (one["cases"], one["kinds"]) for one in looked(adding, "")["workflows"]}
    assert told == {
        "call": (1, {"initial": 0, "open": 1, "in_force": 0, "final": 0}),
        "part": (2, {"initial": 2, "open": 0, "in_force": 0, "final": 0}),
    }


def test_an_unknown_workflow_is_answered_with_those_there_are(stage: Stage) -> None:
    with pytest.raises(NotFound, match="没有流程“dask”"):
        looked(stage, "dask")
