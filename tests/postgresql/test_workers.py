"""Workers share what is to be done: jobs come with the act, and who dies or is cut off over one loses nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from tests.postgresql.server import Server
from tests.postgresql.test_at_once import require_whole
from tests.postgresql.working import DAY, noted
from tests.services.staging import Stage
from zhuli_flow import bootstrap, workers
from zhuli_flow.cli.commands import run
from zhuli_flow.clock import SystemClock, parse_instant
from zhuli_flow.errors import UsageError
from zhuli_flow.services.administration import doctor
from zhuli_flow.services.administration.doctor import Check
from zhuli_flow.services.deadlines.sweep import LAST
from zhuli_flow.services.notices import proofread
from zhuli_flow.store import files, jobs, meta

ROOT = Path(__file__).parents[2]
JOBS = "SELECT task_name, args ->> 'about' FROM procrastinate_jobs WHERE queueing_lock IS NULL ORDER BY id"
LEFT = """SELECT (SELECT count(*) FROM outbox WHERE state = 'pending') + (SELECT count(*) FROM notice
    WHERE state = 'ordered') + (SELECT count(*) FROM procrastinate_jobs WHERE queueing_lock IS NULL)
    + (SELECT count(*) FROM deadline WHERE state = 'running' AND next_on <= '2019-03-02')"""


@pytest.fixture
def due(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An office in which papers wait to be printed and deadlines are over."""
    monkeypatch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
    name = server.fresh()
    stage = furnished(server.url(name), tmp_path / "desk")
    yield stage
    stage.office.database.close()
    server.drop(name)


def furnished(where: str, home: Path) -> Stage:
    home.mkdir()
    stage = Stage(home, where=where)
    for state in ("valid", "intake", "valid", "review", "intake", "valid", "valid", "valid"):
        stage.walk(stage.open(), state)
    with stage.office.database.write() as connection:  # the clock's leap is no doubt about it
        meta.put(connection, LAST, parse_instant(DAY).isoformat())
    return stage


@contextmanager
def working(*homes: Path, where: str, before: tuple[str, ...] = ()) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A worker on each of these machines, which share one folder of files; ``before``: a command that runs them."""
    (homes[0].parent / "files").mkdir(exist_ok=True)
    begun = SystemClock().now().isoformat()
    children = [_worker(home, where, begun, before) for home in homes]
    try:
        yield children
    finally:
        for child in children:
            child.send_signal(signal.SIGCONT)
            child.terminate()
        for child in children:
            try:
                child.wait(60)
            finally:
                child.kill()


def _worker(home: Path, where: str, begun: str, before: tuple[str, ...]) -> subprocess.Popen[bytes]:
    if not home.exists():
        home.mkdir()
        shutil.copytree(bootstrap.bundle("notices"), home / "notices")
    words = [*before, sys.executable, "-m", "tests.postgresql.working", str(home), where, begun]
    with (home / "log").open("ab") as log:
        return subprocess.Popen(words, cwd=ROOT, stderr=log, stdin=subprocess.DEVNULL)


def until(truth: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true."""
    for _ in range(int(seconds * 20)):
        if truth():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def busy(homes: Iterable[Path]) -> list[Path]:
    """Those of these machines that have begun to print or to send, who did so last first."""
    begun = [place for home in homes for place in (home / "arrived", home / "printed") if place.exists()]
    return [place.parent for place in sorted(begun, key=lambda place: place.stat().st_mtime_ns, reverse=True)]


def left(stage: Stage) -> int:
    """How much is still to be done."""
    return int(stage.table(LEFT)[0][0])


def require_all_done(stage: Stage, homes: list[Path], kills: int) -> None:
    """Every letter went out, every paper was issued once; a kill repeats one letter at most, under its key.

    What a worker with several seats was printing is printed anew, and kept once.
    """
    sent, printed = (sum((noted(home, name) for home in homes), Counter[str]()) for name in ("arrived", "printed"))
    keys = {key for (key,) in stage.table("SELECT key FROM outbox WHERE kind = 'letter' AND strpos(key, 'in_app') = 0")}
    assert set(sent) == keys
    assert stage.table("SELECT DISTINCT state FROM outbox") == [("sent",)]
    papers = {str(one) for (one,) in stage.table("SELECT id FROM notice")}
    assert set(printed) == papers
    assert stage.table("SELECT DISTINCT state FROM notice") == [("issued",)]
    assert sum(sent.values()) - len(sent) <= kills, sent
    assert max(printed.values()) <= 1 + kills, printed
    lying = {(sha256,) for sha256 in files.stored_files(homes[0].parent)}
    assert set(stage.table("SELECT sha256 FROM notice")) <= lying
    issues = stage.table("SELECT count(*) FROM entry WHERE kind = 'notice' AND event = 'issue'")
    assert issues == [(len(papers),)]
    require_whole(stage)


def test_a_job_comes_with_its_act_and_goes_with_an_act_that_is_undone(due: Stage) -> None:
    stage = due
    case = stage.walk(stage.open(), "ruling")
    before = stage.table(JOBS)
    stage.do(case, "approve", "领导", dry_run=True)
    with pytest.raises(RuntimeError), stage.office.database.write() as connection:
        jobs.put(connection, jobs.DELIVER)
        raise RuntimeError
    assert stage.table(JOBS) == before
    stage.do(case, "approve", "领导")
    assert stage.table(JOBS)[len(before) :] == [(jobs.ISSUE, case)]


def told_of_workers(stage: Stage) -> Check:
    (found,) = (one for one in doctor.home(stage.office) if one.title == "后台办理")
    return found


@pytest.mark.real_clock(reason="a worker of another process keeps time by it")
def test_the_examination_tells_what_waits_and_who_is_there(due: Stage, tmp_path: Path) -> None:
    due.office.rehearsal = False
    waiting = len(due.table(JOBS))
    assert waiting
    found = told_of_workers(due)
    assert (found.state, found.detail) == ("hint", f"没有 worker 在运行，待办 {waiting} 项")
    assert "zhuli worker" in found.fix
    with working(tmp_path / "a", where=due.office.database.url):
        until(lambda: told_of_workers(due).detail.startswith("1 个 worker 在运行"))
    assert told_of_workers(due).state == "hint"


def test_an_interval_of_ones_own_is_refused_on_a_server(due: Stage) -> None:
    due.office.rehearsal = False
    run.use(lambda *_: None)
    context = SimpleNamespace(office=due.office, quiet=True, tell=lambda *_: None)
    refused = CliRunner().invoke(run.run, ["--every", "5"], obj=context)
    assert isinstance(refused.exception, UsageError)
    assert "--every" in refused.exception.message
    assert CliRunner().invoke(run.run, [], obj=context).exception is None


def test_an_office_in_a_file_has_no_workers(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.office.rehearsal = False
    with pytest.raises(UsageError, match="数据库是文件"):
        workers.run(stage.office, Event())


@pytest.mark.slow
@pytest.mark.real_clock(reason="workers of other processes keep time by it")
@pytest.mark.parametrize("kills", [0, 2])
def test_what_a_killed_worker_had_in_hand_is_done_by_another(due: Stage, tmp_path: Path, kills: int) -> None:
    homes = [tmp_path / name for name in ("first", "second", "third", "fourth")][: 2 + kills]
    where = due.office.database.url
    with working(*homes, where=where) as children:
        alive = dict(zip(homes, children, strict=True))
        for _ in range(kills):
            until(lambda: busy(alive))
            os.kill(alive.pop(busy(alive)[0]).pid, signal.SIGKILL)
        until(lambda: not left(due))
    require_all_done(due, homes, kills)


@pytest.mark.slow
@pytest.mark.real_clock(reason="workers of other processes keep time by it")
def test_a_worker_that_hangs_over_a_job_and_comes_back_finds_it_done(due: Stage, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("first", "second")]
    with working(*homes, where=due.office.database.url) as (first, _):
        until(lambda: busy(homes[:1]))
        os.kill(first.pid, signal.SIGSTOP)
        until(lambda: not left(due))
        os.kill(first.pid, signal.SIGCONT)
        time.sleep(1)
    require_all_done(due, homes, 1)
