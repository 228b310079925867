"""Work lists in pages: every line once, in one order, with totals that hold, and only the page's cases are read."""

from collections import Counter
from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration import directory
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.worklist import WorkPage
from zhuli_flow.store import cases
from zhuli_flow.store.case_filter import Filter


def pages(stage: Stage, person: str, limit: int, **narrowed: str) -> list[WorkPage]:
    found = [worklist.page(stage.office, person, limit=limit, **narrowed)]  # type: ignore[arg-type]
    while found[-1].next:
        found.append(worklist.page(stage.office, person, limit=limit, after=found[-1].next, **narrowed))  # type: ignore[arg-type]
    return found


def office_of(stage: Stage) -> list[str]:
    """Some cases, early and late."""
    made = [stage.walk(stage.on(f"2018-10-{day}").open(), path) for day, path in (("08", "review"), ("09", "intake"))]
    made += [stage.walk(stage.open(), "intake") for _ in range(3)]
    return made


def test_pages_have_every_line_once_in_the_order_of_the_whole(stage: Stage) -> None:
    office_of(stage)
    whole = worklist.todo(stage.office, "甲")
    assert len(whole) == 5
    for limit in (1, 2, 4, 5):
        found = pages(stage, "甲", limit)
        assert [line for one in found for line in one.lines] == whole
        assert {one.total for one in found} == {5}
        assert [one.totals for one in found] == [{"owed": 5, "may": 0, "entrusted": 0}] * len(found)


def test_what_is_due_first_comes_first_whatever_came_in_first(stage: Stage) -> None:
    office_of(stage)
    days = [min(one.due_on for one in line.owes) for line in worklist.todo(stage.office, "甲")]
    assert days == sorted(days)


def test_each_part_has_its_total_and_what_is_ones_own_is_not_also_anothers(stage: Stage) -> None:
    made = office_of(stage)
    today = stage.office.today
    directory.entrust(stage.office, giver="领导", receiver="甲", since=today, until=today, reason="出差")
    found = pages(stage, "甲", 2)
    parts = Counter(line.part for one in found for line in one.lines)
    assert all(one.totals == {part: parts[part] for part in worklist.PARTS} for one in found)
    assert sorted(line.case for one in found for line in one.lines) == sorted(made)


def test_a_page_reads_its_own_cases_and_no_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    office_of(stage)
    by_ids, read = cases.by_ids, list[str]()

    def noted(connection, ids, **more):  # type: ignore[no-untyped-def]
        read.extend(ids)
        return by_ids(connection, ids, **more)

    monkeypatch.setattr(cases, "by_ids", noted)
    monkeypatch.setattr(worklist, "_SOME", 1)
    assert len(worklist.page(stage.office, "甲", limit=1).lines) == 1
    assert len(read) == 2


def test_a_page_is_narrowed_before_its_limit(stage: Stage) -> None:
    late, *_ = office_of(stage)
    stage.on("2018-10-20")
    (red,) = pages(stage, "甲", 10, light="红")
    assert red.total == len(red.lines) > 0
    assert worklist.page(stage.office, "甲", Filter(workflow="desk"), limit=1).total == 5
    assert worklist.page(stage.office, "甲", Filter(workflow="没有"), limit=1).total == 0
    standing = worklist.standing(stage.office, "甲")
    assert sum(one.cases for one, _ in standing) == 5
    assert late in {line.case for one in pages(stage, "甲", 2) for line in one.lines}


@pytest.mark.parametrize("after", ["7", "owed~", "owed~2018-10-08", "other~2018-10-08~WB-2018-0001", "owed~a~b~c"])
def test_a_page_begins_where_a_page_has_ended_and_nowhere_else(stage: Stage, after: str) -> None:
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        worklist.page(stage.office, "甲", after=after)


def test_days_that_a_calendar_moves_move_the_order_too(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "suspend", "甲", opinion="等待来函")
    assert [line.owes for line in worklist.todo(stage.office, "甲")] == [()]
    stage.do(case, "resume", "甲", opinion="来函已到")
    assert [line.case for line in worklist.todo(stage.office, "甲")] == [case]


def test_who_has_to_confirm_what_is_over_owes_it_from_then_on(tmp_path: Path) -> None:
    given = story(
        limit="  repair: {title: 补正}\n -> "
        "  repair: {title: 补正, deadline: {title: 补正期限, within: 5wd, owes: [county], confirm: lapse}}\n",
        lapse="  approve: {title: 批准 -> "
        "  lapse: {title: 确认逾期, from: repair, to: closed, by: office, when: [overdue repair: 未到期]}\n"
        "  approve: {title: 批准",
    )
    stage = Stage(tmp_path, text=given)
    early, later = (stage.walk(stage.open(), "intake") for _ in range(2))
    stage.do(stage.walk(early, "review"), "ask", "甲")
    other = stage.walk(stage.open(), "review")
    assert parts(stage, "甲") == {early: "may", later: "owed", other: "owed"}
    stage.on("2018-10-20")
    assert parts(stage, "甲") == {early: "owed", later: "owed", other: "owed"}
    (first, *_) = worklist.todo(stage.office, "甲")
    assert (first.case, [one.deadline for one in first.owes]) == (early, ["repair"])
    for page in pages(stage, "甲", 1):
        assert page.totals == {"owed": 3, "may": 0, "entrusted": 0}
    assert parts(stage, "甲", state="repair") == {early: "owed"}
    assert parts(stage, "甲", state="review") == {other: "owed"}
    stage.do(early, "lapse", "甲")
    assert parts(stage, "甲") == {later: "owed", other: "owed"}


def parts(stage: Stage, person: str, **among: str) -> dict[str, str]:
    return {line.case: line.part for line in worklist.page(stage.office, person, Filter(**among)).lines}  # type: ignore[arg-type]


def test_a_suspended_case_stands_with_those_who_may_resume_it(stage: Stage) -> None:
    case = stage.walk(stage.on("2018-10-08").open(), "intake")
    stage.on("2018-10-10").do(case, "suspend", "甲", opinion="等待来函")
    stage.on("2018-10-12")
    [line] = worklist.todo(stage.office, "甲")
    assert (line.case, line.part, line.owes, [one.event for one in line.tasks]) == (case, "may", (), ["resume"])
    assert line.standing == "受理（2018-10-10 起挂起，甲办理）"
    assert (line.light_step.word, line.light_step.rest) == ("灰", "已中止，剩余 3 个工作日")
    assert worklist.page(stage.office, "甲").totals == {"owed": 0, "may": 1, "entrusted": 0}
    assert not worklist.todo(stage.office, "县")
    today = stage.office.today
    directory.entrust(stage.office, giver="甲", receiver="代", since=today, until=today, reason="出差")
    assert [line.part for line in worklist.todo(stage.office, "代")] == ["entrusted"]
    stage.do(case, "resume", "代")
    [line] = worklist.todo(stage.office, "甲")
    assert (line.part, line.standing, bool(line.suspended)) == ("owed", "受理", False)
