"""The register of numbers: no gap and no double, whoever issues at once; what was meddled with is named."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.history import verify
from zhuli_flow.services.notices import number_proof, number_register
from zhuli_flow.services.notices.void import void
from zhuli_flow.store import notices

ISSUERS = 50
SERIES = "测函"
INVENTED = """INSERT INTO notice
    (case_id, seq, kind, title, series, year, n, number, variables, recipients, state, ordered_at)
    SELECT case_id, seq, 'x', '', series, year, 4, '测函〔2018〕4号', '{}', '[]', 'ordered', ordered_at
    FROM notice WHERE n = 3"""


def counties(stage: Stage, count: int) -> list[str]:
    """So many cases, each one signature away from its document."""
    return [stage.walk(stage.open(), "ruling") for _ in range(count)]


def taken(stage: Stage) -> list[int]:
    return [int(str(line.n)) for one in number_register.page(stage.office).series for line in one.lines]


class Undone(Exception):
    """The transaction ends here."""


def take_and_fail(stage: Stage) -> None:
    with stage.office.database.write() as connection:
        assert notices.take_number(connection, SERIES, 2018) == 1
        raise Undone


def approve_in_a_process(home: Path, cases: list[str], gate: "multiprocessing.synchronize.Barrier") -> None:
    stage = Stage(home, fresh=False)
    gate.wait(60)
    with ThreadPoolExecutor(len(cases)) as pool:
        list(pool.map(lambda case: stage.do(case, "approve", "领导"), cases))
    stage.office.database.close()


def test_fifty_who_issue_at_once_leave_no_gap_and_no_double(stage: Stage) -> None:
    cases = counties(stage, ISSUERS)
    with ThreadPoolExecutor(ISSUERS) as pool:
        list(pool.map(lambda case: stage.do(case, "approve", "领导"), cases))
    assert taken(stage) == list(range(1, ISSUERS + 1))
    [found] = number_register.page(stage.office, SERIES, 2018).series
    assert found.faults == ()
    assert verify.verify(stage.office).ok


def test_fifty_in_five_processes_leave_no_gap_and_no_double(stage: Stage) -> None:
    cases = counties(stage, ISSUERS)
    stage.office.database.close()
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(5)
    shares = [cases[start::5] for start in range(5)]
    children = [context.Process(target=approve_in_a_process, args=(stage.office.home, share, gate)) for share in shares]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0] * 5
    assert taken(stage) == list(range(1, ISSUERS + 1))
    assert [one.faults for one in number_register.page(stage.office).series] == [()]


def test_an_act_that_is_undone_gives_its_number_back(stage: Stage) -> None:
    first, second = counties(stage, 2)

    with pytest.raises(Undone):
        take_and_fail(stage)
    stage.do(first, "approve", "领导")
    stage.do(second, "approve", "领导")
    assert taken(stage) == [1, 2]


def test_each_series_and_each_year_counts_for_itself(stage: Stage) -> None:
    first, second, third = counties(stage, 3)
    stage.do(first, "approve", "领导")
    stage.do(second, "approve", "领导")
    stage.on("2019-01-02").do(third, "approve", "领导")
    pages = number_register.page(stage.office).series
    found = {(one.series, one.year): [line.n for line in one.lines] for one in pages}
    assert found == {(SERIES, 2018): [1, 2], (SERIES, 2019): [1]}
    assert [one.year for one in number_register.page(stage.office, year=2019).series] == [2019]
    with pytest.raises(NotFound, match="没有这样的文号序列"):
        number_register.page(stage.office, "别函")


def test_a_void_number_stays_taken_and_its_reason_stands_in_the_register(stage: Stage) -> None:
    first, second = counties(stage, 2)
    stage.do(first, "approve", "领导")
    stage.do(first, "terminate", "领导", opinion="申报有误，终止")
    stage.on("2018-10-10")
    void(stage.office, f"{SERIES}〔2018〕1号", "申报有误", "领导")
    stage.do(second, "approve", "领导")
    [found] = number_register.page(stage.office).series
    assert [(line.n, line.state) for line in found.lines] == [(1, "void"), (2, "ordered")]
    assert (found.lines[0].reason, found.lines[0].voided_on) == ("申报有误", "2018-10-10")
    assert found.json()["void"] == 1
    assert found.faults == ()


def test_the_register_comes_page_by_page_and_reads_no_more_of_the_history(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in counties(stage, 3):
        stage.do(case, "approve", "领导")
    monkeypatch.setattr(number_proof, "by_series", None)
    seen, after = list[object](), ""
    while True:
        page = number_register.page(stage.office, limit=2, after=after)
        assert page.total == 3
        seen += [line.number for one in page.series for line in one.lines]
        after = page.next
        if not after:
            break
    assert seen == [f"{SERIES}〔2018〕{n}号" for n in (1, 2, 3)]
    with pytest.raises(InvalidInput, match="不是一页的起点"):
        number_register.page(stage.office, after="7")


@pytest.mark.parametrize(
    ("meddling", "told"),
    [
        ("DELETE FROM notice WHERE n = 2", "缺2号"),
        ("DELETE FROM notice WHERE n = 2", "2号 在留痕中已编"),
        ("DELETE FROM notice WHERE n = 3", "计数器却是 3"),
        ("DELETE FROM notice WHERE n = 1", "1号 在留痕中已编"),
        ("UPDATE notice SET number = '测函〔2018〕7号' WHERE n = 2", "与序列不符"),
        ("UPDATE notice SET n = 9, number = '测函〔2018〕9号' WHERE n = 3", "缺3—8号"),
        ("UPDATE notice SET signed_on = '2017-12-31' WHERE n = 2", "与成文日期"),
        ("UPDATE number_series SET last = 9", "计数器却是 9"),
        (INVENTED, "4号（事项 WB-2018-0003）在留痕中没有编号的记录"),
    ],
)
def test_meddling_with_the_register_is_named(stage: Stage, meddling: str, told: str) -> None:
    for case in counties(stage, 3):
        stage.do(case, "approve", "领导")
    assert upkeep.faults(stage.office) == []
    with stage.office.database.write() as connection:
        connection.execute(meddling)
    found = [fault for one in number_register.page(stage.office).series for fault in one.faults]
    assert any(told in fault for fault in found), found
    assert set(found) <= set(upkeep.faults(stage.office))
