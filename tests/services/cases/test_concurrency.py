"""Two officers at once: one wins, the other is told who moved it and to what."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.services.staging import Stage
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.history import verify


def attempt(stage: Stage, case: str, seen: int | None, request: str = "") -> str:
    try:
        stage.do(case, "accept", "甲", seen=seen, request=request)
    except RulesRefused as refused:
        return "; ".join(f"{one.code}: {one.because}" for one in refused.refusals)
    return "won"


def in_a_process(home: Path, case: str, seen: int, told: "multiprocessing.Queue[str]") -> None:
    stage = Stage(home, fresh=False)
    told.put(attempt(stage, case, seen))
    stage.office.database.close()


def require_one_winner(answers: list[str]) -> None:
    assert answers.count("won") == 1, answers
    for answer in answers:
        if answer != "won":
            assert "stale_version" in answer
            assert "环节“审核”（最近由甲于 2018-10-08 办理“受理”）" in answer


def test_of_many_threads_exactly_one_wins(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    seen = stage.stored(case).case.version
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(stage, case, seen), range(8)))
    require_one_winner(answers)
    assert stage.stored(case).seq == 2 + 8  # seven refused attempts are on record
    assert verify.verify(stage.office).ok


def test_of_several_processes_exactly_one_wins(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    seen = stage.stored(case).case.version
    stage.office.database.close()
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = context.Queue()
    children = [context.Process(target=in_a_process, args=(stage.office.home, case, seen, told)) for _ in range(3)]
    for child in children:
        child.start()
    answers = [told.get(timeout=60) for _ in children]
    for child in children:
        child.join(30)
    require_one_winner(answers)
    assert verify.verify(stage.office).ok


def test_a_double_click_with_one_request_id_is_one_act(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(stage, case, None, "one"), range(8)))
    assert answers == ["won"] * 8
    assert stage.stored(case).seq == 3
