"""An office forked after an entry: its past to the last byte, everything else in step, and another way from there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import directory, upkeep
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.history.verify import law_breaches, verify
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal import forking
from zhuli_flow.store import audit, merkle_log

CLERK = "省科协学会学术部经办"
CASE = "SFQ-2018-0001"


@pytest.fixture
def office(stage: Callable[..., Stage]) -> Office:
    found = stage()
    found.play("引用 faku.steps\n照做 待审定\n")
    return found.office


def _forked(office: Office, home: Path, seq: int, case_id: str = CASE) -> Office:
    at = forking.point(office, case_id, seq)
    bootstrap.fork_home(office, home, at, lambda done, total: None)
    return bootstrap.open_office(home, os_user="tester")


def _entries(office: Office, chain: str) -> list[bytes]:
    with office.database.read() as connection:
        return [one.body for one in audit.entries(connection, chain)]


def _state(office: Office) -> str:
    with office.database.read() as connection:
        return lookup.stored(connection, CASE).case.state


def test_its_history_is_a_beginning_of_the_office_s_own_and_all_else_follows_from_it(
    office: Office, tmp_path: Path
) -> None:
    before = _entries(office, CASE)
    for seq in range(1, len(before) + 1, 4):
        fork = _forked(office, tmp_path / f"home{seq}", seq)
        assert _entries(fork, CASE) == before[:seq]
        assert (verify(fork).first_break, upkeep.faults(fork), list(law_breaches(fork))) == (None, [], [])
        with office.database.read() as old, fork.database.read() as new:
            mine, theirs = list(merkle_log.leaves(new)), list(merkle_log.leaves(old))
        assert [one.hash for one in mine[:-1]] == [one.hash for one in theirs[: len(mine) - 1]]
        fork.database.close()
    assert _entries(office, CASE) == before


def test_the_clock_stands_at_the_entry_and_another_way_can_be_tried(office: Office, tmp_path: Path) -> None:
    seq = next(n for n, body in enumerate(_entries(office, CASE), 1) if b'"event":"submit_assessment"' in body)
    fork = _forked(office, tmp_path / "home", seq - 1)
    assert fork.rehearsal
    assert fork.clock.now() <= office.clock.now()
    assert _state(fork) == "assessing"
    advance(fork, CASE, CLERK, Command("return", {"to": "requested", "walk": "again"}, {}, "材料有疑问"))
    assert _state(fork) == "requested"
    assert _state(office) == "deciding"
    assert upkeep.faults(fork) == []


def test_the_directory_is_that_of_then(office: Office, tmp_path: Path) -> None:
    end = len(_entries(office, CASE))
    gone = tmp_path / "名录.yaml"
    gone.write_text(
        f"people:\n  {CLERK}: {{title: 经办, organisation: 辽宁省科学技术协会, roles: [office], active: false}}\n",
        "utf-8",
    )
    directory.import_file(office, gone)
    fork = _forked(office, tmp_path / "home", end)
    assert CLERK in {one.id for one in directory.listing(fork).people}
    assert CLERK not in {one.id for one in directory.listing(office).people}
    assert upkeep.faults(fork) == []


def test_a_token_of_the_office_opens_nothing_there(office: Office, tmp_path: Path) -> None:
    real = replace(office, rehearsal=False)
    with_token = directory.issue_token(real, CLERK)
    advance(office, CASE, CLERK, Command("copy", {"person": "省科协学会学术部负责人"}, {}, "请阅"))
    fork = _forked(office, tmp_path / "home", len(_entries(office, CASE)))
    with pytest.raises(Exception, match="不能确认"):
        directory.admit(replace(fork, rehearsal=False), CLERK, with_token)
    assert upkeep.faults(fork) == []


def test_a_sheet_that_is_sealed_today_is_not_taken_where_everybody_may_look(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    found = stage()
    found.play("引用 faku.steps\n照做 已考察\n照做 好评 法库县 2018-10-22\n")
    real = replace(found.office, rehearsal=False)
    events = [read(body).event for body in _entries(real, CASE)]
    first = events.index("score") + 1
    with pytest.raises(RulesRefused, match=f"仍然封存：{CASE}（第 {first} 条）") as refused:
        _forked(real, tmp_path / "home", len(events))
    assert f"分叉到 {CASE} 第 {first} 条之前" in refused.value.fix
    assert not (tmp_path / "home").exists()
    _forked(real, tmp_path / "before", first - 1).database.close()
    _forked(found.office, tmp_path / "rehearsed", len(events)).database.close()  # nothing is secret in a rehearsal
    found.play("引用 faku.steps\n照做 报告 法库县 2018-10-26 评估专家01\n")
    fork = _forked(real, tmp_path / "opened", len(events))
    assert upkeep.faults(fork) == []


def test_nothing_is_made_of_an_entry_that_is_not_there_or_where_something_is(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="没有第 999 条"):
        forking.point(office, CASE, 999)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "a.txt").write_text("在用", "utf-8")
    with pytest.raises(InvalidInput):
        _forked(office, tmp_path / "home", 1)
    assert [one.name for one in (tmp_path / "home").iterdir()] == ["a.txt"]
