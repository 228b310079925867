"""Regions (并行环节): what runs beside the main line, by the library's machine and through every room of the law."""

import pytest
from msgspec.structs import replace

from tests.engine.desk import CALENDAR, DESK, Desk, book
from zhuli_flow.engine.deadlines.debtor import debtors
from zhuli_flow.engine.deadlines.work_places import places
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.migration import judged
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision
from zhuli_flow.engine.position import running, standing

REGIONS = """regions:
  publicity:
    title: 公示
    in: [review, ruling]
    states:
      posted: {title: 公示中, deadline: {title: 公示期, within: 5d}}
      disputed: {title: 异议核查}
  query: {title: 征询, in: [review], resumes: true, deadline: {within: 3wd}}
"""
EVENTS = """events:
  post: {title: 开始公示, from: review, to: same, by: office, begins: publicity}
  dispute: {title: 登记异议, from: posted, to: disputed, by: office, fill: [subject!]}
  settle: {title: 办结异议核查, from: disputed, to: posted, sign: {all_of: [office, head]}}
  unpost: {title: 结束公示, from: posted, to: same, by: office, ends: publicity}
  drop: {title: 因异议终止, from: disputed, to: closed, by: head}
  consult: {title: 开始征询, from: review, to: same, by: office, begins: query}
  answered: {title: 收到答复, from: query, to: same, by: [county, office], ends: query}
"""
TEXT = (
    DESK.replace("deadlines:\n", REGIONS + "deadlines:\n", 1)
    .replace("suspended_in: [repair]", "suspended_in: [repair, query]")
    .replace("events:\n", EVENTS, 1)
    .replace(
        "from: ruling, to: valid, by: head}",
        "from: ruling, to: valid, by: head, when: [not (state within publicity): 公示尚未结束；请先结束公示]}",
    )
)


def desk() -> Desk:
    return Desk(TEXT).to("review")


def test_a_region_stands_beside_the_main_line_and_moves_by_itself() -> None:
    at = desk()
    at.do("post", "甲")
    assert (at.case.state, dict(at.case.regions)) == ("review", {"publicity": "posted"})
    at.do("dispute", "甲", subject="来信")
    assert standing(at.workflow, at.case) == ("review", "disputed")
    at.do("agree", "甲", amount="6")
    at.do("agree", "领导")
    assert (at.case.state, dict(at.case.regions)) == ("ruling", {"publicity": "disputed"})
    assert [visit.state for visit in at.case.region_path.values()] == ["posted", "disputed"]


def test_the_machine_of_the_library_moves_both_by_one_trigger() -> None:
    machine = topology(book(TEXT))
    assert machine.walk("post", "review") == ("review", (("publicity", "posted"),))
    assert machine.walk("ask", "review", (("publicity", "posted"),)) == ("repair", ())
    assert machine.walk("ask", "review", (("query", "query"),)) == ("repair", (("query", "query"),))
    assert machine.walk("drop", "ruling", (("publicity", "disputed"),)) == ("closed", ())
    assert machine.walk("drop", "ruling", (("publicity", "posted"),)) is None
    assert machine.walk("dispute", "review") is None
    assert ("Case/publicity/Idle", "Case/publicity/posted") in machine.transitions("post")
    assert ("Case/publicity/disputed", "Case/publicity/Idle") in machine.transitions("terminate")


def test_a_machine_without_regions_is_as_flat_as_it_was() -> None:
    assert {source for source, _ in topology(book()).transitions("accept")} == {"intake"}


def test_what_belongs_to_a_region_is_offered_only_while_it_runs() -> None:
    at = desk()
    assert "unpost" not in at.options("甲")
    [refusal] = at.ask("unpost", "甲")  # type: ignore[misc]
    assert (refusal.code, refusal.fix) == ("region_idle", "须先办理“开始公示”")
    at.do("post", "甲")
    assert {"unpost", "dispute"} <= at.allowed("甲")
    [refusal] = at.ask("post", "甲")  # type: ignore[misc]
    assert (refusal.code, refusal.fix) == ("region_running", "请先办理“结束公示”")


def test_the_main_line_asks_whether_a_region_runs() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("agree", "甲", amount="6")
    at.do("agree", "领导")
    assert at.refused("approve", "领导") == {"guard"}
    at.do("unpost", "甲")
    at.do("approve", "领导")
    assert at.case.state == "valid"


def test_a_deadline_runs_with_its_region_and_rests_while_another_does() -> None:
    at = desk()
    at.do("post", "甲")
    assert (at.clock("posted")["state"], at.clock("whole")["state"]) == ("running", "running")
    at.do("consult", "甲")
    assert (at.clock("query")["state"], at.clock("whole")["state"]) == ("running", "suspended")
    at.on("2018-10-12").do("answered", "县")
    assert (at.clock("query")["state"], at.clock("whole")["state"]) == ("met", "running")
    at.do("unpost", "甲")
    assert at.clock("posted")["state"] == "met"


def test_who_may_act_in_a_region_owes_its_deadline_and_finds_the_case() -> None:
    at = Desk(TEXT.replace("from: query, to: same, by: [county, office]", "from: query, to: same, by: county")).to(
        "review"
    )
    before = {one.address for one in places(at.workflow, at.case, CALENDAR)}
    at.do("consult", "甲")
    assert {seat.role for seat in debtors(at.question("system"), "query")} == {"county"}
    owed = {one.address for one in places(at.workflow, at.case, CALENDAR) if one.owed}
    assert owed - before == {"county@county/甲县"}
    at.do("answered", "县")
    assert {one.address for one in places(at.workflow, at.case, CALENDAR)} == before


def test_leaving_its_states_ends_a_region_and_one_that_resumes_waits() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("consult", "甲")
    at.do("return", "甲", to="intake")
    assert dict(at.case.regions) == {"query": "query"}
    assert dict(running(at.workflow, at.case)) == {}
    assert at.clock("posted")["state"] == "cancelled"
    assert at.refused("answered", "县") == {"region_idle"}
    at.do("accept", "甲")
    assert standing(at.workflow, at.case) == ("review", "query")
    at.do("answered", "县")
    assert not at.case.regions


def test_the_end_of_the_case_ends_every_region() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("consult", "甲")
    at.do("terminate", "领导")
    assert not at.case.regions


def test_what_is_signed_in_a_region_outlives_a_step_and_ends_with_the_region() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("dispute", "甲", subject="来信")
    at.do("settle", "甲")
    at.do("agree", "甲", amount="5")
    at.do("agree", "领导")
    assert set(at.case.body["signoffs"]) == {"settle"}
    at.do("settle", "领导")
    assert dict(at.case.regions) == {"publicity": "posted"}
    at.do("dispute", "甲", subject="又一封")
    at.do("settle", "甲")
    at.do("drop", "领导")
    assert "signoffs" not in at.case.body


def test_withdrawing_an_act_puts_its_region_back() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("unpost", "甲")
    at.do("withdraw", "甲")
    assert dict(at.case.regions) == {"publicity": "posted"}


def test_a_suspended_case_rests_with_its_regions() -> None:
    at = desk()
    at.do("post", "甲")
    at.do("suspend", "甲")
    assert at.refused("unpost", "甲") == {"suspended"}
    assert at.clock("posted")["state"] == "suspended"
    at.do("resume", "甲")
    at.do("unpost", "甲")


def test_the_history_tells_the_regions() -> None:
    at = desk()
    for event in ("post", "consult"):
        at.do(event, "甲")
    at.do("return", "甲", to="intake")
    empty: Case = at.log[0].before
    replayed = changes.apply(empty, [step for one in at.log for step in changes.from_json(changes.json(one.changes))])
    assert (replayed.state, replayed.body) == (at.case.state, at.case.body)


@pytest.mark.parametrize("walk", ["again", "straight"])
def test_a_return_straight_back_takes_the_region_as_it_then_is(walk: str) -> None:
    at = desk()
    at.do("agree", "甲", amount="6")
    at.do("agree", "领导")
    at.do("return", "领导", to="review", walk=walk)
    at.do("consult", "甲")
    assert at.case.state == "review"
    at.do("agree", "甲", amount="6")
    at.do("agree", "领导")
    assert at.case.state == "ruling"


def test_a_region_that_runs_goes_along_to_a_version_that_knows_it() -> None:
    at = desk()
    at.do("post", "甲")
    facts = at.question("甲").facts
    newer = book(TEXT.replace('version: "1"', 'version: "2"').replace("公示期, within: 5d", "公示期, within: 7d"))
    told = judged(at.workflow, newer, at.case, (), {}, facts)
    assert told.after is not None
    assert dict(told.after.regions) == {"publicity": "posted"}
    assert (told.after.deadlines["posted"].state, told.after.deadlines["posted"].due_on.isoformat()) == (
        "running",
        "2018-10-15",
    )
    without = judged(at.workflow, book(DESK.replace('version: "1"', 'version: "2"')), at.case, (), {}, facts)
    assert (without.verdict, without.findings[0].because) == (
        "person",
        "进行中的并行环节“publicity”（posted）新版本没有",
    )


def test_where_nobody_can_act_in_a_region_the_act_that_begins_it_says_so() -> None:
    alone = TEXT.replace("from: query, to: same, by: [county, office]", "from: query, to: same, by: expert")
    at = Desk(alone).to("review")
    asked = at.question("甲")
    held = frozenset({"office@province", "head@province", "county@county/甲县"})
    asked = replace(asked, facts=replace(asked.facts, held=held))
    consulted, posted = decide(asked, Command("consult")), decide(asked, Command("post"))
    assert isinstance(consulted, Decision)
    assert isinstance(posted, Decision)
    assert [one.because for one in consulted.warnings] == ["下一步须由专家办理，名录中没有人担任"]
    assert posted.warnings == ()


def test_a_deadline_that_the_main_line_left_behind_was_not_met() -> None:
    at = desk()
    at.do("consult", "甲")
    at.do("agree", "甲", amount="6")
    at.do("agree", "领导")  # on to a step beside which the query does not run
    assert (at.case.state, at.clock("query")["state"]) == ("ruling", "cancelled")
    at.do("return", "领导", to="review")
    assert at.clock("query")["state"] == "running"
    at.do("answered", "县")
    assert at.clock("query")["state"] == "met"
