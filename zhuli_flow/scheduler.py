"""The clock tick: APScheduler calls the duties again and again; what is due stands in rows, never in a job.

One memory job a duty, an O(1) trigger of our own (the stock one enumerates every missed run after a jump of the clock),
a watch on the wall clock, one runner per home by a lock that the kernel frees when the process dies, a heartbeat row.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from zhuli_flow.bootstrap import post_of
from zhuli_flow.clock import JumpWatch
from zhuli_flow.errors import UsageError
from zhuli_flow.services.administration import duties as office_duties
from zhuli_flow.services.office import Office

LOCK = "run.lock"
JUMP_S = 2.0
"""A wall clock moved by more than this many seconds makes every duty look at once."""

Duty = Callable[[Office], object]


def _with_post(duty: Callable[[Office, office_duties.PostOf], object], office: Office) -> object:
    return duty(office, post_of)


DUTIES: Mapping[str, Duty] = {name: partial(_with_post, duty) for name, duty in office_duties.DUTIES.items()}
"""What a running office does at every tick; words that a duty returns as its trouble are told."""


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 ships no types
    """Fire again ``interval`` after now, whatever was missed: the rows know what is due."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The first time at once, then one interval after each look at the clock."""
        return now if previous is None else now + self.interval


def run(
    office: Office, stop: Event, *, every: timedelta = timedelta(seconds=30), duties: Mapping[str, Duty] = DUTIES
) -> None:
    """Tick until ``stop`` is set.

    Raises UsageError in a rehearsal home, whose clock stands still, or beside another runner of the same home.
    """
    office_duties.require_going_clock(office)
    with _ticking(office, every, duties) as jobs:
        _watch(stop, jobs)


@contextmanager
def alongside(office: Office, *, every: timedelta = timedelta(seconds=30)) -> Iterator[None]:
    """Tick in the background for as long as the caller does something else. Raises as ``run`` does.

    A rehearsal home does not tick: its clock stands still.
    """
    if office.rehearsal:
        yield
        return
    stop = Event()
    with _ticking(office, every, DUTIES) as jobs:
        watcher = Thread(target=_watch, args=(stop, jobs), name="clock-watch")
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()


@contextmanager
def _ticking(office: Office, every: timedelta, duties: Mapping[str, Duty]) -> Iterator[list[Job]]:
    """The duties of this home begun, as its only runner; at the end the one under way is waited for."""
    with _only_runner(office.home):
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(duties))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="Asia/Shanghai",
        )
        jobs = [scheduler.add_job(_tick, Every(every), (office, name, duty), id=name) for name, duty in duties.items()]
        scheduler.start()
        try:
            yield jobs
        finally:
            scheduler.shutdown(wait=True)


def _tick(office: Office, name: str, duty: Duty) -> None:
    office_duties.carry_out(office, name, partial(duty, office), os.getpid())


def _watch(stop: Event, jobs: list[Job]) -> None:
    """Wait for the end; when somebody moves the wall clock, look at once instead of when the old plan would."""
    watch = JumpWatch()
    while not stop.wait(1):
        if abs(watch.jump()) > JUMP_S:
            for job in jobs:
                job.reschedule(job.trigger)


@contextmanager
def _only_runner(home: Path) -> Iterator[None]:
    """Hold the lock of this home; the kernel gives it back even after ``kill -9``."""
    handle = os.open(home / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(handle, 20, 0).decode(errors="replace").strip() or "未知"
            fix = "请先停止那个进程；同一文件夹只能有一个"
            raise UsageError(f"{home} 已有巡检程序在运行（进程号 {other}）", fix=fix) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
