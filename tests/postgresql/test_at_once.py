"""Processes that do the same at the same moment on one server, again and again."""

from collections import Counter
from pathlib import Path

from tests.postgresql.children import approve_all, do_duties
from tests.postgresql.server import Server
from tests.services.at_once import at_once
from tests.services.staging import Stage
from zhuli_flow.services.history import verify
from zhuli_flow.services.notices import number_register
from zhuli_flow.store import merkle_log

PROCESSES, ROUNDS = 8, 12


def test_of_eight_processes_exactly_one_moves_each_case_and_nobody_hears_of_a_lock(
    server: Server, fresh: str, tmp_path: Path
) -> None:
    stage = Stage(tmp_path, where=server.url(fresh))
    cases = [stage.walk(stage.open(), "ruling") for _ in range(ROUNDS)]
    before = {case: stage.stored(case) for case in cases}
    seen = [(case, stored.case.version) for case, stored in before.items()]
    heard = at_once(PROCESSES, approve_all, tmp_path, server.url(fresh), seen)
    for answers in zip(*heard, strict=True):
        assert answers.count("won") == 1, answers
        assert all(answer == "won" or answer.startswith("stale_version") for answer in answers), answers
    for case, stored in before.items():
        after = stage.stored(case)
        assert (after.case.version, after.seq) == (stored.case.version + 1, stored.seq + PROCESSES)
    (series,) = number_register.page(stage.office).series
    assert ([int(str(line.n)) for line in series.lines], series.faults) == ([*range(1, ROUNDS + 1)], ())
    require_whole(stage)
    stage.office.database.close()


def test_the_duties_of_two_machines_at_once_come_to_what_one_machine_does(server: Server, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("alone", "first", "second")]
    for home in homes:
        home.mkdir()
    alone, both = (_with_due_cases(tmp_path, server.url(server.fresh())) for _ in range(2))
    expected = do_duties(homes, alone, 0)
    sent = at_once(2, do_duties, homes[1:], both)
    assert sum(sent, Counter()) == expected
    assert set(expected.values()) == {1}
    assert _done(tmp_path, both) == _done(tmp_path, alone)


def _with_due_cases(home: Path, where: str) -> str:
    stage = Stage(home, where=where)
    for state in ("valid", "intake", "valid", "review", "intake", "valid"):
        stage.walk(stage.open(), state)
    stage.office.database.close()
    return where


def _done(home: Path, where: str) -> list[object]:
    """What was done in each case, in order, and how every letter ended."""
    stage = Stage(home, fresh=False, where=where)
    require_whole(stage)
    ends = ["SELECT case_id, seq, kind, event FROM entry WHERE case_id <> 'office'", "SELECT key, state FROM outbox"]
    found = [sorted(stage.table(query)) for query in ends]
    stage.office.database.close()
    return [*found]


def require_whole(stage: Stage) -> None:
    """Every chain, the log over them and what the tables repeat of it hold together."""
    assert verify.verify(stage.office).first_break is None
    assert stage.office.database.check() == []
    with stage.office.database.read() as connection:
        places = [leaf.place for leaf in merkle_log.leaves(connection)]
    assert places == list(range(len(places)))
