"""The tick: duties are called again and again, one runner a home, a failing duty does not stop the others."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from zhuli_flow import scheduler
from zhuli_flow.calendar import bundled
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.errors import InvalidInput, UsageError
from zhuli_flow.services.administration.heartbeat import last_beats
from zhuli_flow.services.office import Office
from zhuli_flow.store.sql.database import Database

TICK = timedelta(milliseconds=50)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    database = Database(tmp_path / "home" / "zhuli.db")
    database.create()
    clock = RehearsalClock(datetime(2018, 10, 8, 1, tzinfo=UTC))
    return Office(tmp_path / "home", database, clock, bundled())


def until(truth: Callable[[], bool]) -> None:
    """Wait for something to become true, ten seconds at most."""
    for _ in range(500):
        if truth():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")


def test_every_duty_is_done_again_and_again_until_told_to_stop(office: Office) -> None:
    stop, seen = Event(), list[str]()
    duties = {"one": lambda _: seen.append("one"), "two": lambda _: seen.append("two")}
    runner = Thread(target=scheduler.run, args=(office, stop), kwargs={"every": TICK, "duties": duties})
    runner.start()
    until(lambda: seen.count("one") > 2 and seen.count("two") > 2)
    stop.set()
    runner.join(10)
    assert not runner.is_alive()


def test_a_failing_duty_is_told_in_the_heartbeat_and_does_not_stop_the_other(office: Office) -> None:
    stop, seen = Event(), list[str]()

    def fail(_: Office) -> None:
        raise InvalidInput("磁盘已满，未保存任何内容")

    runner = Thread(
        target=scheduler.run,
        args=(office, stop),
        kwargs={"every": TICK, "duties": {"bad": fail, "good": lambda _: seen.append("good")}},
    )
    runner.start()
    until(lambda: len(seen) > 2 and "bad" in last_beats(office))
    stop.set()
    runner.join(10)
    beats = last_beats(office)
    assert "磁盘已满" in beats["bad"]["trouble"]
    assert beats["bad"]["last_ok"] is None
    assert beats["good"]["trouble"] == ""
    assert beats["good"]["last_ok"]


def test_what_a_sweep_could_not_deal_with_is_told_in_the_heartbeat(office: Office) -> None:
    stop = Event()
    runner = Thread(
        target=scheduler.run,
        args=(office, stop),
        kwargs={"every": TICK, "duties": {"sweep": lambda _: "事项 X 的记录已损坏"}},
    )
    runner.start()
    until(lambda: "sweep" in last_beats(office))
    stop.set()
    runner.join(10)
    assert "已损坏" in last_beats(office)["sweep"]["trouble"]


def test_a_second_runner_of_the_same_home_is_refused_by_the_number_of_the_first(office: Office) -> None:
    with scheduler._only_runner(office.home), pytest.raises(UsageError, match=str(os.getpid())):
        scheduler.run(office, Event())


def test_the_lock_is_free_again_after_a_kill(office: Office) -> None:
    hold = (
        "import pathlib, signal, sys; from zhuli_flow import scheduler\n"
        "with scheduler._only_runner(pathlib.Path(sys.argv[1])): signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(office.home)]) as child:
        until(lambda: (office.home / scheduler.LOCK).exists() and _is_held(office.home))
        child.kill()
    assert not _is_held(office.home)


def _is_held(home: Path) -> bool:
    try:
        with scheduler._only_runner(home):
            return False
    except UsageError:
        return True


def test_a_rehearsal_home_is_not_run(office: Office) -> None:
    office.rehearsal = True
    with pytest.raises(UsageError, match="时钟不会自己走"):
        scheduler.run(office, Event())


def test_the_next_tick_is_planned_from_now_whatever_was_missed() -> None:
    trigger = scheduler.Every(timedelta(seconds=30))
    now = datetime(2029, 1, 1, tzinfo=UTC)
    assert trigger.get_next_fire_time(None, now) == now
    assert trigger.get_next_fire_time(now - timedelta(days=4000), now) == now + timedelta(seconds=30)
