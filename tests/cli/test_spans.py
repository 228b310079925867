"""What a person sees of a deadline: its light with the word, and which days counted and which did not."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.services.staging import Stage
from zhuli_flow.cli.views import case as show
from zhuli_flow.cli.views import lists
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.cases import open_deadlines, view, worklist


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def page(stage: Stage, case: str) -> str:
    out = StringIO()
    console = Console(file=out, width=160)
    show.case(console, view.show(stage.office, case), [], "")
    return out.getvalue()


def deadline(stage: Stage, case: str, name: str) -> dict[str, Any]:
    found: Any = as_json(view.show(stage.office, case))["deadlines"]
    return next(one for one in found if one["name"] == name)


def test_the_page_of_a_case_tells_counted_and_uncounted_spans_with_their_days(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.on("2018-10-10").do(case, "ask", "甲")
    assert "2018-10-10 起中止，剩余 18 个工作日" in page(stage, case)
    stage.on("2018-10-15").do(case, "repaired", "县")
    stage.on("2018-10-17")
    told = page(stage, case)
    assert "全程（全程）  ◆黄 2018年11月8日（周四）到期，还剩 16 个工作日" in told
    for line in (
        "计时 2018-10-08 至 2018-10-10，2 天",
        "中止（不计） 2018-10-10 至 2018-10-15，5 天",
        "计时 2018-10-15 至今，2 天",
        "中止共 5 天，不计入期限",
    ):
        assert line in told
    assert [span["days"] for span in deadline(stage, case, "whole")["spans"]] == [2, 5, 2]


def test_a_deadline_that_never_stopped_has_one_line(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    told = page(stage, case)
    assert "受理期限" in told
    assert "中止" not in told
    assert "计时" not in told


def test_what_is_over_says_how_it_ended(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    assert "受理期限  已完成（末日 2018-10-15）" in page(stage, case)


def test_open_deadlines_come_red_first_then_yellow_green_and_grey_with_the_word(stage: Stage) -> None:
    late = stage.walk(stage.open(), "intake")
    stage.on("2018-10-25")
    stopped = stage.walk(stage.open(), "intake")
    stage.do(stopped, "suspend", "甲")
    stage.walk(stage.open(until="2019-03-01"), "valid")
    found = open_deadlines.due(stage.office)
    words = [one.word for one in found]
    assert words == sorted(words, key="红黄绿灰".index)
    assert (found[0].case, words[0], words[-1], found[-1].case) == (late, "红", "灰", stopped)
    out = StringIO()
    lists.deadlines(Console(file=out, width=160), found)
    assert all(word in out.getvalue() for word in ("红", "灰", "中止"))


def test_the_work_list_has_the_red_case_first(stage: Stage) -> None:
    late = stage.walk(stage.open(), "intake")
    stage.on("2018-10-25")
    stage.walk(stage.open(), "intake")
    assert next(line["case"] for line in as_json(worklist.todo(stage.office, "甲"))) == late
