"""Looking: what one may see, what one has to do."""

import json
from datetime import date
from typing import Any

import pytest

from tests.services.staging import Stage
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import directory
from zhuli_flow.services.cases import open_deadlines, view, worklist
from zhuli_flow.store import cases
from zhuli_flow.store.case_filter import Filter


def tasks(stage: Stage, person: str) -> dict[str, list[str]]:
    return {
        str(one["case"]): [task["event"] for task in one["tasks"]]
        for one in as_json(worklist.todo(stage.office, person))
    }


def history(stage: Stage, case: str, viewer: str | None = None) -> list[Any]:
    return [line.json() for line in view.history(stage.office, case, viewer)]


def test_sealed_sheets_are_seen_by_their_author_alone(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87", opinion="给八十七分")
    assert stage.refused(case, "look", "专家", points="87分") == {"bad_value"}
    for viewer in (None, "甲", "县"):
        seen = json.dumps(
            [as_json(view.show(stage.office, case, viewer)), history(stage, case, viewer)], ensure_ascii=False
        )
        for secret in ("87", "八十七"):
            assert secret not in seen.replace(stage.stored(case).head.hex(), "").replace('"hash"', "") or not _told(
                seen, secret
            )
    own = as_json(view.show(stage.office, case, "专家"))["sheets"]
    assert own == [{"sheet": "score", "author": "专家", "sealed": False, "answers": {"points": 87}}]
    assert "给八十七分" in json.dumps(history(stage, case, "专家"), ensure_ascii=False)


def _told(seen: str, secret: str) -> bool:
    """Whether the secret stands there as a value or in words (hashes may contain the digits by chance)."""
    return f": {secret}" in seen or f"“{secret}" in seen or f"给{secret}" in seen


def test_after_the_unsealing_everybody_sees_them(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87")
    stage.walk(case, "ruling")
    [sheet] = as_json(view.show(stage.office, case, "县"))["sheets"]
    assert sheet["answers"] == {"points": 87}


def test_a_work_list_holds_what_is_still_to_be_done_by_this_person(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    assert tasks(stage, "领导") == {case: ["agree"]}
    stage.do(case, "agree", "领导", amount="6")
    assert tasks(stage, "领导") == {}  # has signed
    assert tasks(stage, "甲") == {case: ["ask", "longer", "agree"]}
    stage.do(case, "delegate", "甲", person="乙")
    assert (tasks(stage, "甲"), tasks(stage, "乙")) == ({}, {case: ["hand_back"]})
    assert tasks(stage, "县乙") == {}


def test_the_most_urgent_comes_first(stage: Stage) -> None:
    late, early = stage.walk(stage.open(), "intake"), stage.walk(stage.on("2018-10-10").open(), "intake")
    stage.on("2018-10-16")
    assert list(tasks(stage, "甲")) == [late, early]
    assert [one["case"] for one in as_json(view.listed(stage.office, Filter(), light="红"))] == [late]


def test_a_substitute_finds_the_work_and_the_messages_of_the_absent(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    today = stage.office.today
    assert tasks(stage, "代") == {}
    for giver in ("甲", "乙"):
        directory.entrust(stage.office, giver=giver, receiver="代", since=today, until=today, reason="出差")
    assert tasks(stage, "代") == {case: ["accept", "refuse", "queue"]}
    assert [one["text"] for one in as_json(worklist.messages(stage.office, "代"))] == ["甲县政府：转办给您办理"]
    stage.on("2018-10-09")
    assert (tasks(stage, "代"), as_json(worklist.messages(stage.office, "代"))) == ({}, [])


def test_messages_to_a_role_reach_those_whose_case_it_is(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "return", "甲", to="draft")
    assert len(worklist.messages(stage.office, "县")) == 1
    assert as_json(worklist.messages(stage.office, "县乙")) == []


def test_options_and_deadlines_of_a_case(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    told = {option.event: option.allowed for option in view.options(stage.office, case, "甲")}
    assert (told["accept"], told["withdraw"]) == (True, False)
    assert [one.deadline.name for one in open_deadlines.due(stage.office, date(2018, 12, 31))] == ["intake", "whole"]
    assert open_deadlines.due(stage.office, date(2018, 10, 9)) == []


def test_deadlines_come_page_by_page_none_twice_and_none_left_out(stage: Stage) -> None:
    for day in ("2018-10-08", "2018-10-09"):
        stage.walk(stage.on(day).open(), "intake")
    stopped = stage.walk(stage.open(), "intake")
    stage.do(stopped, "suspend", "甲")
    every = open_deadlines.due(stage.office)
    seen, after = list[object](), ""
    while True:
        page = open_deadlines.page(stage.office, limit=1, after=after)
        assert page.total == len(every) == 6
        seen += page.lines
        after = page.next
        if not after:
            break
    assert seen == every
    assert [one.deadline.state for one in every] == ["running"] * 4 + ["suspended"] * 2
    assert open_deadlines.page(stage.office, case_id=stopped, limit=9).total == 2
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        open_deadlines.page(stage.office, limit=9, after="7")


def test_a_history_tells_every_act_with_its_hash(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    told = history(stage, case)
    assert [one["event"] for one in told] == ["begin", "submit", "accept"]
    assert told[-1]["hash"] == as_json(view.show(stage.office, case))["head"]


def test_there_is_no_such_case(stage: Stage) -> None:
    with pytest.raises(NotFound):
        as_json(view.show(stage.office, "WB-2018-0099"))


def test_pages_follow_each_other_without_gap_or_repetition_and_say_how_many_there_are(stage: Stage) -> None:
    every = {stage.walk(stage.open(), "intake") for _ in range(5)}
    seen, after = list[str](), ""
    while True:
        page = view.page(stage.office, Filter(), limit=2, after=after)
        assert page.total == 5
        seen += [str(line.case) for line in page.lines]
        after = page.next
        if not after:
            break
    assert (len(seen), set(seen)) == (5, every)
    assert view.page(stage.office, Filter(), limit=5).next == ""


def test_a_case_that_moves_between_two_pages_is_on_neither_twice(stage: Stage) -> None:
    first, second, third = (stage.walk(stage.on(f"2018-10-1{n}").open(), "intake") for n in range(3))
    page = view.page(stage.office, Filter(), limit=1)
    assert [line.case for line in page.lines] == [third]
    stage.on("2018-10-15").do(second, "urge", "县")
    rest = view.page(stage.office, Filter(), limit=10, after=page.next)
    assert [line.case for line in rest.lines] == [first]  # the other stands before the first page now


def test_a_light_is_asked_before_the_limit(stage: Stage) -> None:
    late = stage.walk(stage.open(), "intake")
    for day in ("2018-10-15", "2018-10-16"):
        stage.walk(stage.on(day).open(), "intake")
    page = view.page(stage.office, Filter(), light="红", limit=1)
    assert ([line.case for line in page.lines], page.total, page.next) == ([late], 1, "")


def test_a_page_begins_where_a_page_has_ended_and_nowhere_else(stage: Stage) -> None:
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        view.page(stage.office, Filter(), after="7")


def test_the_lists_have_no_silent_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = cases.walk
    monkeypatch.setattr(cases, "walk", lambda connection, wanted: walk(connection, wanted, size=2))
    every = {stage.walk(stage.open(), "intake") for _ in range(5)}
    assert set(tasks(stage, "甲")) == every
    assert {line.case for line in open_deadlines.due(stage.office)} == every


def parts(stage: Stage, person: str) -> list[tuple[str, list[str], list[str]]]:
    return [
        (one.part, [due.deadline for due in one.owes], [task.event for task in one.tasks])
        for one in worklist.todo(stage.office, person)
    ]


def test_a_work_list_has_what_is_owed_by_day_then_what_may_be_done(stage: Stage) -> None:
    later = stage.walk(stage.open(), "intake")
    stage.on("2018-10-09")
    review = stage.walk(stage.open(), "review")
    assert parts(stage, "甲") == [
        ("owed", ["intake", "whole"], ["accept", "refuse", "queue"]),
        ("owed", ["whole"], ["ask", "longer", "agree"]),
    ]
    assert [one.case for one in worklist.todo(stage.office, "甲")] == [later, review]
    (may,) = worklist.todo(stage.office, "专家")
    assert (may.part, may.owes) == ("may", ())


def test_what_is_done_for_somebody_who_is_away_stands_by_itself(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    assert parts(stage, "代") == []
    today = stage.office.today
    directory.entrust(stage.office, giver="甲", receiver="代", since=today, until=today, reason="出差")
    assert [part for part, _, _ in parts(stage, "代")] == ["entrusted"]
