"""Two officers at once: one wins, the other is told who moved it and to what."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.services.at_once import at_once, meet
from tests.services.staging import Stage
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.history import verify


def attempt(
    stage: Stage, case: str, seen: int | None, request: str = "", *, event: str = "accept", who: str = "甲"
) -> str:
    try:
        stage.do(case, event, who, seen=seen, request=request)
    except RulesRefused as refused:
        return "; ".join(f"{one.code}: {one.because}" for one in refused.refusals)
    return "won"


def in_a_process(home: Path, case: str, seen: int) -> str:
    stage = Stage(home, fresh=False)
    meet()
    answer = attempt(stage, case, seen)
    stage.office.database.close()
    return answer


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
    require_one_winner(at_once(3, in_a_process, stage.office.home, case, seen))
    assert verify.verify(stage.office).ok


def test_a_double_click_with_one_request_id_is_one_act(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: attempt(stage, case, None, "one"), range(8)))
    assert answers == ["won"] * 8
    assert stage.stored(case).seq == 3
