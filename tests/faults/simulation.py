"""A day of an office that a seed decides: who works next, who dies, how slow the post is, where the clock jumps.

Every worker is a process as far as the database can tell: an office of its own on the one file. They take turns at the
borders of transactions and around what leaves the house; between two such points nobody else does anything, so the same
seed tells the same day. After the last step all is made well: everybody dies once more, no more faults, and the work
is done until nothing is left to do. What must be true then, and at each step, is in ``Day``.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from tests.engine.desk import CALENDAR
from tests.services.notices.test_issue import Stand
from zhuli_flow.channels.base import DeliveryFailed, Letter, Receipt
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.registry import Post
from zhuli_flow.channels.settings import Contact
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.documents.printing.printer import PrintingChild
from zhuli_flow.engine.retries import Retries
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import LEASE, deliver
from zhuli_flow.services.delivery.digest import digest
from zhuli_flow.services.notices import issue
from zhuli_flow.services.office import Office
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection

_BACK = ({"hours": -1}, {"minutes": -1}, {"days": -3})
_ON = ({"seconds": 31}, {"minutes": 2}, {"minutes": 2}, {"minutes": 6}, {"minutes": 6}, {"hours": 2}, {"days": 1})
JUMPS = tuple(timedelta(**step) for step in (*_BACK, *_ON, {"days": 9}))
"""Where the clock goes: back, past a retry, past a lease, to other days."""

RETRIES = Retries(attempts=3)
EARLY = False
"""A planted bug: what is promised is promised before it is done."""


class Dead(BaseException):  # as a death, no handler swallows it
    """This worker ends here, in the middle of whatever it does."""


class Wrong(AssertionError):
    """What must never be, was."""


class SimDatabase(Database):
    """A database that lets others work before each transaction and after it, and where one may die at the commit."""

    def __init__(self, where: Path, at: Callable[[str], None]) -> None:
        super().__init__(where)
        self._at = at

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._at("begin")
        with super().write() as connection:
            yield connection
            self._at("commit")
        self._at("committed")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self._at("read")
        with super().read() as connection:
            yield connection


Work = Callable[[Office, "Day"], object]


@dataclass
class Worker:
    """One process: what it does again and again, and the thread that stands for it."""

    name: str
    work: Work
    day: Day
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    dying: bool = False
    thread: threading.Thread | None = None
    sending: str = ""

    def born(self) -> None:
        self.dying, self.sending = False, ""
        self.thread = threading.Thread(target=self._live, name=self.name, daemon=True)
        self.thread.start()

    def _live(self) -> None:
        self.go.acquire()
        office = self.day.office(self.at)
        try:
            while True:
                self.at("idle")
                self.work(office, self.day)
        except Dead:
            pass
        except BaseException as error:  # noqa: BLE001 - told by the day
            self.day.wrong = self.day.wrong or error
        finally:
            office.database.close()
            self.thread = None
            self.day.back.release()

    def at(self, point: str) -> None:
        """Others may work now; or this is the end. A commit is no turn of others: the file is held."""
        if point == "commit":
            if self.day.strikes(self):
                raise Dead
            return
        if self.dying:
            raise Dead
        self.day.back.release()
        self.go.acquire()
        if self.dying:
            raise Dead


class SimChannel:
    """The post as the seed has it: prompt, slow, refusing, or taking the letter and saying it did not."""

    name, title, leaves = "webhook", "推送", False

    def __init__(self, day: Day) -> None:
        self.day = day

    def send(self, letter: Letter) -> Receipt:
        day, me = self.day, self.day.me()
        luck = day.dice.random() if me else 1.0
        if me:
            me.sending = letter.key
            for _ in range(day.dice.choice((1, 3, 9))):
                me.at("sending")
        if luck < 0.25:
            raise DeliveryFailed("对方未应答", temporary=True)
        day.arrive(letter.key)
        if luck < 0.35:
            day.excused[letter.key] += 1
            raise DeliveryFailed("对方已收下，却说没有", temporary=True)
        if me:
            me.at("sent")
        return Receipt(letter.key, "200")


class Day:
    """One home, its workers and the dice; ``promised``: the request ids of acts that were acknowledged."""

    def __init__(
        self, home: Path, seed: int, workers: dict[str, Callable[[Office, Day], object]], at: datetime
    ) -> None:
        self.home, self.dice, self.clock = home, random.Random(seed), RehearsalClock(at)
        self.back = threading.Semaphore(0)
        self.workers = [Worker(name, work, self) for name, work in workers.items()]
        self.promised, self.arrived, self.excused = set[str](), Counter[str](), Counter[str]()
        self.claims: dict[str, datetime] = {}
        self.wrong: BaseException | None = None
        self.latest, self.now_working = at, cast("Worker | None", None)
        self.deadly = 0.02

    def office(self, at: Callable[[str], None] = lambda _: None) -> Office:
        """As a process opens it: nothing of an earlier one's memory."""
        return Office(self.home, SimDatabase(self.home / "zhuli.db", at), self.clock, CALENDAR, rehearsal=True)

    def post(self) -> Post:
        contacts = {name: Contact(name, {"webhook": name}) for name in ("甲", "领导")}
        return Post({"in_app": InApp(), "webhook": SimChannel(self)}, contacts, retries=RETRIES)

    def me(self) -> Worker | None:
        """Whoever works now; None once all is being made well."""
        return self.now_working

    def request(self, request: str) -> str:
        """The id under which an act is asked for: the same however often."""
        return request

    def strikes(self, worker: Worker) -> bool:
        """Whether somebody dies now; what he was sending may then be sent once more."""
        if self.dice.random() >= self.deadly:
            return False
        self.die(worker)
        return True

    def die(self, worker: Worker) -> None:
        worker.dying = True
        if worker.sending:
            self.excused[worker.sending] += 1

    def arrive(self, key: str) -> None:
        """A letter reached the other side: again only for a death over it, a lease run out, or a lie of the post."""
        if self.arrived[key] and not self.excused[key]:
            raise Wrong(f"{key} was sent again without a reason")
        if self.arrived[key]:
            self.excused[key] -= 1
        self.arrived[key] += 1

    def jump(self) -> None:
        self.clock.advance(self.dice.choice(JUMPS))
        self.latest = max(self.latest, self.clock.now())
        for worker in self.workers:
            key = worker.sending
            if key and self.clock.now() >= self.claims.get(key, self.clock.now()) + LEASE:
                self.excused[key] += 1  # another may take it for dead
                self.claims[key] = self.clock.now()

    def run(self, steps: int) -> None:
        """So many turns, then all is made well and looked at. Raises Wrong, or what a worker ended in."""
        for worker in self.workers:
            worker.born()
        for _ in range(steps):
            if self.dice.random() < 0.1:
                self.jump()
            self._turn(self.dice.choice(self.workers))
        self._end()

    def _turn(self, worker: Worker) -> None:
        if worker.thread is None:
            worker.born()
        self.strikes(worker)
        self.now_working = worker
        worker.go.release()
        self.back.acquire()
        self.now_working = None
        if self.wrong is not None:
            raise self.wrong

    def _end(self) -> None:
        for worker in self.workers:
            if worker.thread is not None:
                self.die(worker)
                worker.go.release()
                self.back.acquire()
        self.clock.set(self.latest + LEASE + timedelta(seconds=1))
        office = self.office()
        try:
            self._made_well(office)
            self._require(office)
        finally:
            office.database.close()

    def bury(self) -> None:
        """End what still stands after something went wrong."""
        for worker in self.workers:
            if worker.thread is not None:
                worker.dying = True
                worker.go.release()
                self.back.acquire()

    def _made_well(self, office: Office) -> None:
        for worker in self.workers:
            worker.work(office, self)
        for _ in range(12):  # more than a letter has attempts
            for worker in self.workers:
                worker.work(office, self)
            if not _rows(office, "SELECT 1 FROM outbox WHERE state = 'pending' LIMIT 1"):
                break
            self.clock.advance(timedelta(hours=2))

    def _require(self, office: Office) -> None:
        faults: list[object] = list(broken(office))
        faults += [f"{key} counts as sent" for key in self._unsent(office)]
        faults += [
            f"still waiting: {key}" for (key,) in _rows(office, "SELECT key FROM outbox WHERE state = 'pending'")
        ]
        told = {key for (key,) in _rows(office, "SELECT key FROM inbox")}
        given_up = [key for (key,) in _rows(office, "SELECT key FROM outbox WHERE state = 'failed'")]
        faults += [f"given up without a word: {key}" for key in given_up if f"incident:{key}" not in told]
        asked = [key for (key,) in _rows(office, "SELECT request_id FROM entry WHERE request_id IS NOT NULL")]
        done = Counter(key.partition("~")[0] for key in asked)
        faults += [f"acknowledged, done {done[one]} times: {one}" for one in self.promised if done[one] != 1]
        waiting = _rows(office, "SELECT id FROM notice WHERE state = 'ordered'")
        faults += [f"a paper ordered, not issued: {one}" for one in waiting]
        again = sweep(office)
        if again.reminders or again.overdue or again.fired:
            faults.append(f"left to do: {again}")
        if faults:
            raise Wrong("; ".join(map(str, faults[:5])))

    def _unsent(self, office: Office) -> list[str]:
        query = "SELECT key FROM outbox WHERE state = 'sent' AND kind = 'letter' AND payload LIKE '%webhook%'"
        return [key for (key,) in _rows(office, query) if not self.arrived[key]]


def _rows(office: Office, query: str) -> list[Any]:
    with office.database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


# ── what the workers do ───────────────────────────────────────────────────────────────────────────────────────────────


def sweeper(office: Office, day: Day) -> None:
    sweep(office)


def sender(office: Office, day: Day) -> None:
    try:
        deliver(office, day.post(), limit=3)
    finally:
        if me := day.me():
            me.sending = ""


def printer(office: Office, day: Day) -> None:
    issue.issue_ordered(office, printer=cast(PrintingChild, Stand()))


def letters(office: Office, day: Day) -> None:
    digest(office, day.post())


def person(acts: tuple[tuple[str, Callable[[Office, str], object]], ...]) -> Callable[[Office, Day], None]:
    """Who does these acts, each under its request id, and repeats what he is not sure of."""

    def work(office: Office, day: Day) -> None:
        for request, act in acts:
            if request in day.promised:
                continue
            try:
                if EARLY:
                    day.promised.add(request)
                act(office, day.request(request))
            except ZhuliError:
                continue  # another was faster, or it is too late: both are answers
            day.promised.add(request)

    return work
