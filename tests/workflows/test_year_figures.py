"""Figures of the quarterly reports: put together for any quarter, kept as an edition when the year is circulated."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest

from tests.workflows.staging import STORIES, Stage
from zhuli_flow.services.registers import editions, totals
from zhuli_flow.store import notices

REPORTS, YEAR = "progress_report.reports", "appraisal.year_reports"
(STORY,) = (path for path in STORIES if path.stem == "quarterly_figures_are_put_together_for_the_year")


@pytest.fixture
def told(stage: Callable[..., Stage]) -> Stage:
    played = stage()
    played.play(STORY.read_text("utf-8"), STORY.name)
    return played


def figures(found: totals.Totals, block: int = 0) -> dict[str, Any]:
    """What one block says, by the names of the fields."""
    return {line.field.name: line.blocks[block].value for line in found.lines}


def test_a_quarter_is_put_together_from_the_reports_of_all_zones(told: Stage) -> None:
    quarter = totals.total(told.office, REPORTS, where=["报告期末日=2019-03-31"])
    assert quarter.blocks == ("各县", "各县级市", "各市辖区", "各园区")
    counties = figures(quarter)
    assert (counties["expert_visits"], counties["trained"], counties["society_count"]) == (14, 60, 2)
    assert figures(quarter, 3)["expert_visits"] is None
    assert totals.head_lines(quarter) == ("本表汇总 1 家",)


def test_a_zone_that_reports_every_quarter_is_one_unit(told: Stage) -> None:
    year = totals.total(told.office, REPORTS)
    assert year.units == 1
    assert len(year.lines[0].sources) == 3
    assert figures(year)["expert_visits"] == 50
    names = next(line for line in year.lines if line.field.name == "society_names")
    assert names.number == "1b"
    ((line, pair),) = year.suspects
    assert (line.field.name, pair.units) == ("society_names", (("法库县",), ("法库县",)))


def test_what_was_circulated_stays_as_it_was(told: Stage) -> None:
    case = told.player.case("考核")
    (kept,) = editions.editions(told.office, YEAR, case)
    rows = {row["number"]: row for row in kept.rows if row["number"]}
    assert (rows["1b"]["distinct"], rows["7a"]["county"]) == ("辽宁省硅酸盐学会、辽宁省机械工程学会", "30.5")
    now = totals.total(told.office, YEAR, case)
    assert totals.head_lines(now)[0] == "布置的季度报告 5、逾期补报 1、登记未报 1；本表汇总 1 家"
    assert Decimal(figures(now)["spent"]) == Decimal("31.5")
    assert now.suspects == ()


def test_the_grades_of_a_year_are_counted_by_kind_of_zone(told: Stage) -> None:
    graded = totals.total(told.office, "annual_assessment.assessments", where=["考核期末日=2019-12-31"])
    assert figures(graded)["grade"] == "优秀 1 家"
    assert figures(graded, 3)["grade"] is None
    assert figures(graded)["late_reports"] == 2


def test_the_circular_and_the_report_carry_their_tables(told: Stage) -> None:
    circular, report = _given(told, told.player.case("考核")), _given(told, "JZ-2019-0001")
    assert [row["number"] for row in circular["totals"]][:3] == ["1a", "1b", "2a"]
    kinds = [row["kind"] for row in report["rows"]]
    assert kinds.count("group") == 3
    assert kinds.count("heading") == 2
    (visits,) = (row for row in report["rows"] if row["number"] == "2")
    assert visits["answers"] == [{"number": "2a", "title": "学会专家", "value": "14", "unit": "人次"}]


def _given(played: Stage, case: str) -> dict[str, Any]:
    """The variables of the paper that a case issued last."""
    with played.office.database.read() as connection:
        *_, paper = notices.of_case(connection, case)
    return cast(dict[str, Any], paper.variables)
