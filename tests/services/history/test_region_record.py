"""Regions in rows: lists find a case by them, stays in them are told, and the rows follow from the history."""

from pathlib import Path

import pytest

from tests.engine.test_regions import EVENTS, REGIONS
from tests.services.staging import Stage, story
from zhuli_flow.services.cases import case_rows, view
from zhuli_flow.services.history import verify
from zhuli_flow.services.registers.overview import overview
from zhuli_flow.store.case_filter import Filter


@pytest.fixture
def staged(tmp_path: Path) -> Stage:
    text = story().replace("deadlines:\n", REGIONS + "deadlines:\n", 1)
    return Stage(tmp_path, text=text.replace("events:\n", EVENTS, 1))


def found(stage: Stage, state: str) -> list[str]:
    return [line.case for line in view.page(stage.office, Filter(state=state)).lines]


def rows(stage: Stage) -> list[tuple[object, ...]]:
    return sorted(stage.table("SELECT * FROM region_place")) + sorted(stage.table("SELECT * FROM stay"))


def walked(stage: Stage) -> str:
    """Posted for two days, disputed for three; a query waits while the case is back in intake, and goes on."""
    case = stage.walk(stage.open(), "review")
    stage.do(case, "post", "甲")
    stage.do(case, "consult", "甲")
    stage.on("2018-10-10").do(case, "dispute", "甲", subject="来信")
    stage.on("2018-10-11").do(case, "return", "甲", to="intake", walk="again")
    stage.on("2018-10-12").do(case, "accept", "甲")
    return case


def test_a_list_finds_a_case_by_the_state_of_a_region_that_runs(staged: Stage) -> None:
    case = staged.walk(staged.open(), "review")
    staged.do(case, "post", "甲")
    for word in ("posted", "公示中", "publicity", "公示"):
        assert found(staged, word) == [case], word
    assert found(staged, "disputed") == found(staged, "异议核查") == []
    staged.do(case, "dispute", "甲", subject="来信")
    assert found(staged, "公示中") == []
    assert found(staged, "异议核查") == found(staged, "公示") == found(staged, "review") == [case]
    staged.do(case, "return", "甲", to="intake", walk="again")
    assert found(staged, "公示") == found(staged, "异议核查") == []


def test_the_time_in_each_state_of_a_region_is_told_beside_the_main_line(staged: Stage) -> None:
    walked(staged)
    told = {one.state: one for one in overview(staged.office, "desk").workflows[0].states}
    assert (told["posted"].kind, told["posted"].cases, told["posted"].stays) == ("region", 0, 1)
    assert told["posted"].median_days == 2
    assert told["disputed"].median_days == 1  # it ended when the main line left its step
    assert (told["query"].cases, told["query"].stays, told["query"].longest_days) == (1, 2, 3)  # and runs again
    assert told["review"].cases == 1


def test_the_rows_follow_from_the_history(staged: Stage) -> None:
    case = walked(staged)
    assert verify.faults(staged.office) == []
    made = rows(staged)
    with staged.office.database.write() as connection:
        connection.execute("DELETE FROM region_place")
        connection.execute("DELETE FROM stay")
    assert f"事项 {case}：并行环节的登记与留痕不符，被改动过" in verify.faults(staged.office)
    with staged.office.database.write() as connection:
        case_rows.fill(connection, staged.office)
    assert rows(staged) == made
    with staged.office.database.write() as connection:
        connection.execute("INSERT INTO region_place SELECT workflow, 'posted', case_id, entered_at FROM region_place")
    assert "并行环节的登记比留痕多 1 条，被改动过" in verify.faults(staged.office)


def test_taken_back_the_case_is_found_where_it_was(staged: Stage) -> None:
    case = staged.walk(staged.open(), "review")
    staged.do(case, "post", "甲")
    staged.do(case, "withdraw", "甲")
    assert found(staged, "公示") == []
    assert verify.faults(staged.office) == []
