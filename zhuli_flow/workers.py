"""The workers of an office on a PostgreSQL server: any number, on any machine, share its duties by procrastinate.

What acts make work for (papers, letters) is a job from the moment they are committed. What is due by the clock is
looked for every half minute by one of the workers. The jobs of one that has fallen silent are given to another.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException

from zhuli_flow.bootstrap import post_of
from zhuli_flow.errors import UsageError, ZhuliError
from zhuli_flow.services.administration import duties
from zhuli_flow.services.office import Office
from zhuli_flow.store import jobs
from zhuli_flow.store.sql import postgresql

log = logging.getLogger(__name__)
RESCUE = "rescue"


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds: how often one looks for what is due, a worker gives a sign of life, and which silence is its death.

    ``rescue``: how often jobs of the dead are looked for; ``again``: the wait after the server could not be reached.
    ``look`` and ``rescue`` divide a minute.
    """

    look: int = 30
    alive: float = 10
    silent: float = jobs.SILENT.total_seconds()
    rescue: int = 10
    again: float = 5


def run(office: Office, stop: Event, *, seats: int = 4, pace: Pace = Pace()) -> None:
    """Work until ``stop`` is set, ``seats`` jobs at once at most; those under way are waited for.

    Raises UsageError for an office in a file, whose own process looks through it, and for a rehearsal, whose clock
    stands still.
    """
    duties.require_going_clock(office)
    if not office.database.url:
        fix = "请用 zhuli run 或 zhuli serve 巡检；几台机器同办一个办公环境，先用 zhuli db move 搬到服务器"
        raise UsageError("这个办公环境的数据库是文件，只由本机的一个程序巡检", fix=fix)
    asyncio.run(_work(office, stop, seats, pace))


@contextmanager
def alongside(office: Office) -> Iterator[None]:
    """Work in the background for as long as the caller does something else."""
    stop = Event()
    working = Thread(target=run, args=(office, stop), name="worker")
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


async def _work(office: Office, stop: Event, seats: int, pace: Pace) -> None:
    """A worker ends with its connection; another takes its place as soon as the server answers again."""
    while not stop.is_set():
        try:
            app = app_of(office, pace)
            async with app.open_async():
                await _until(stop, office, app, seats, pace)
        except ConnectorException as error:
            log.warning("%s: 连不上数据库服务器，%g 秒后再试（%s）", office.database.shown, pace.again, error)
        await _wait(stop, pace.again)


async def _until(stop: Event, office: Office, app: procrastinate.App, seats: int, pace: Pace) -> None:
    working = asyncio.create_task(
        app.run_worker_async(
            concurrency=seats,
            install_signal_handlers=False,
            delete_jobs="always",
            update_heartbeat_interval=pace.alive,
            stalled_worker_timeout=pace.silent,
        )
    )
    here = asyncio.create_task(_in_this_home(office, pace.look))
    while not (stop.is_set() or working.done()):
        await asyncio.wait({working}, timeout=_BLINK_S)
    here.cancel()
    if not working.done():
        working.cancel()  # which lets it end what it has begun
    await asyncio.gather(working, here, return_exceptions=True)


async def _in_this_home(office: Office, every: float) -> None:
    """What no other machine can do for this one."""
    while True:
        with suppress(ZhuliError):  # the server is away: the worker hears of it as well
            for name in sorted(duties.OF_EACH_HOME):
                await asyncio.to_thread(_job, office, name)
        await asyncio.sleep(every)


async def _wait(stop: Event, seconds: float) -> None:
    for _ in range(round(seconds / _BLINK_S)):
        if stop.is_set():
            return
        await asyncio.sleep(_BLINK_S)


_BLINK_S = 0.2
"""How soon a request to stop is seen."""


def app_of(office: Office, pace: Pace) -> procrastinate.App:
    """The duties as tasks: each is looked for by the clock, and what an act has put down is done at once."""
    connector = procrastinate.PsycopgConnector(conninfo=office.database.url, min_size=1, max_size=4, configure=_set_up)
    app = procrastinate.App(connector=connector)
    for name in (one for one in duties.DUTIES if one not in duties.OF_EACH_HOME):
        app.task(name=name)(partial(_job, office, name))
        look = app.task(name=f"look:{name}", queueing_lock=f"look:{name}", lock=jobs.lock_of(name))
        ticking = partial(_look, office, app, name)
        app.periodic(cron=_every(pace.look))(look(ticking))
    rescuing = app.task(name=RESCUE, queueing_lock=RESCUE)(partial(_rescue, app, pace.silent))
    app.periodic(cron=_every(pace.rescue))(rescuing)
    return app


async def _set_up(connection: Any) -> None:
    kept = connection.autocommit
    await connection.set_autocommit(True)
    await connection.execute(postgresql.JOBS_SESSION)
    await connection.set_autocommit(kept)


def _every(seconds: int) -> str:
    return f"* * * * * */{seconds}"


def _job(office: Office, name: str, about: str = "") -> None:
    """What an act made work for: in one case, or whatever the duty finds."""
    shared = duties.BY_CASE.get(name)
    whole = partial(duties.DUTIES[name], office, post_of)
    work = partial(shared.of_case, office, about) if shared and about else whole
    duties.carry_out(office, name, work, os.getpid())


def _look(office: Office, app: procrastinate.App, name: str, **_: object) -> None:
    """What is due by the clock, or was left behind: done here, or case by case by whoever has a seat free."""
    shared = duties.BY_CASE.get(name)
    if shared is None:
        _job(office, name)
        return
    waiting = shared.waiting(office)
    for case in waiting:
        with_lock = app.configure_task(name, lock=jobs.lock_of(name, case), queueing_lock=f"{name}:{case}")
        try:
            with_lock.defer(about=case)
        except procrastinate.exceptions.AlreadyEnqueued:
            continue
    if not waiting:
        duties.carry_out(office, name, lambda: None, os.getpid())


async def _rescue(app: procrastinate.App, silent: float, **_: object) -> None:
    """Give the jobs of workers that fell silent to others. What the clock will ask again, or has asked, is dropped."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        log.warning("%s: 办理它的程序没有动静，交给别的程序", job.call_string)
        try:
            if job.queueing_lock:
                await manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=True)
            else:
                await manager.retry_job(job)
        except ConnectorException:  # another has just done so
            continue
