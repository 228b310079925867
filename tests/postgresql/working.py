"""A worker process of the tests: on a machine of its own (a home), slow at what it prints and sends, so that it dies
over it."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

from tests.faults.test_kill_sweep import Sink, post
from tests.services.staging import Stage
from zhuli_flow import workers
from zhuli_flow.channels.base import Letter, Receipt
from zhuli_flow.clock import SystemClock, parse_instant
from zhuli_flow.services.delivery import deliver
from zhuli_flow.services.notices import issue
from zhuli_flow.store.sql import postgresql

DAY = "2019-03-02"
PACE = workers.Pace(look=1, alive=0.5, silent=2, rescue=1, again=0.5)
LEASE = timedelta(seconds=3)


class Slow(Sink):
    """A receiver that has a letter before the sender hears of it."""

    def send(self, letter: Letter) -> Receipt:
        note(self.where.parent / "arrived", letter.key)
        sleep(0.15)
        return Receipt(letter.key, "200")


class Shifted(SystemClock):
    """The machine's clock, as if ``begun`` had been DAY."""

    def __init__(self, begun: datetime) -> None:
        self.back = begun - parse_instant(DAY)

    def now(self) -> datetime:
        return super().now() - self.back


def note(where: Path, line: str) -> None:
    handle = os.open(where, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def noted(home: Path, name: str) -> Counter[str]:
    """What this machine has ``arrived`` or ``printed``, how often."""
    where = home / name
    return Counter(where.read_text("utf-8").split()) if where.exists() else Counter()


def slow_post(office: Any) -> Any:
    made = post(office.home)
    made.channels["webhook"] = Slow(office.home / "arrived")
    return made


def slow_print(office: Any, papers: Sequence[Any], printer: object) -> Iterator[bytes]:
    for paper in papers:
        note(office.home / "printed", str(paper.notice.id))
        sleep(0.3)
        yield f"%PDF-1.4 {paper.html}".encode()


def work(home: Path, where: str, begun: datetime) -> None:
    """Work until SIGTERM."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stage = Stage(home, fresh=False, where=where)
    workers.post_of = slow_post
    deliver.LEASE = LEASE
    postgresql.SESSION = postgresql.SESSION.replace("timeout = 300000", "timeout = 3000")  # who hangs in a write
    postgresql.JOBS_SESSION = postgresql.JOBS_SESSION.replace("timeout = 30000", "timeout = 3000")
    issue.render = lambda kind, given: json.dumps(given, ensure_ascii=False, sort_keys=True)  # type: ignore[assignment]
    issue.title_of = lambda html: "批复"
    issue.check_glyphs = lambda html: []  # type: ignore[assignment]
    issue._outcomes = slow_print
    workers.run(replace(stage.office, clock=Shifted(begun), rehearsal=False, shared=home.parent), stop, pace=PACE)
    stage.office.database.close()


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]))
