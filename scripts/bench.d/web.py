"""Pages beside a bare FastAPI and Jinja2 page with as many rows, in one run; and acts by twenty people at once.

Twenty visitors ask at once, in turns: the bare page, then ours, again and again, so that whatever else the machine does
slows both; what the processor did for each (*own*) hardly depends on that. Statements are counted in a server of its
own, for one visitor at a time.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from os import sysconf
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from urllib.parse import quote, urlencode, urlsplit

import commands
import office as bench_office
import scale
from report import verdict
from stopwatch import tell

from zhuli_flow import bootstrap
from zhuli_flow.services.administration import tokens, workflows
from zhuli_flow.store import directory

CHILD = Path(__file__).with_name("web_child.py")
USERS, TURNS = 20, 5
MEDIAN, P95, GROWTH = 3.0, 6.0, 1.5
"""How many times the bare page ours may take: the median, the 95th part; and how many times among many cases."""
PAGES = {
    "工作台": "/",
    "事项": "/cases",
    "一件事项": "/cases/SFQ-2018-0004",
    "期限": "/deadlines",
    "台账": "/registers/zone_creation",
    "公文": "/papers",
    "检索": "/search?q=陶瓷",
}
HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Server:
    """Where a server answers, in which process, and the cookie of who has come in there."""

    address: str
    process: int
    cookie: str = ""

    def ask(self, path: str, headers: dict[str, str] | None = None, body: str | None = None) -> tuple[int, bytes, str]:
        """Status, body and the number of statements of one request, on a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=900)
        told = {**HERE, **({"Cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        connection.request("GET" if body is None else "POST", quote(path, safe="/?=&%"), body, told)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data, answer.headers.get("x-statements", "")

    def time(self, path: str) -> float:
        """Seconds of one request that is answered."""
        begun = perf_counter()
        status, _, _ = self.ask(path)
        if status != 200:
            raise SystemExit(f"{self.address}{path}: {status}")
        return perf_counter() - begun

    def worked(self) -> float:
        """Seconds of processor time that the server has taken so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")

    def entered(self, person: str) -> Server:
        """The same server as a person sees it who has come in; a rehearsal's lets anybody choose."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        headers = {**HERE, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/login", urlencode({"person": person}), headers)
        return replace(self, cookie=connection.getresponse().headers["set-cookie"].partition(";")[0])


def measure(quick: bool, kept: Path | None) -> None:
    """Pages in both homes, then acts."""
    few, many = 1000, 10_000 if quick else 100_000
    with scale.homes(kept, few, many) as (small, large), ExitStack() as stack:
        counted = [_counted(home) for home in (small, large)]
        base = stack.enter_context(_child("bare"))
        ours = [stack.enter_context(_served(home)).entered(scale.DESK) for home in (small, large)]
        for server in ours:
            server.ask(PAGES["检索"])  # the index is made first; it is not compared
        _head(few, many)
        for name, path in PAGES.items():
            _line(name, _Page(path, base, *ours), [one[path] for one in counted])
    acts(5 if quick else 10)


@dataclass(frozen=True)
class _Page:
    """One page of ours in both homes, and the bare one."""

    path: str
    base: Server
    small: Server
    large: Server

    def timed(self) -> tuple[dict[str, list[float]], dict[str, float]]:
        """Seconds of each request to ``bare``, ``few``, ``many``, and of the processor's time for all that each had.

        Twenty visitors ask one of them, then the next.
        """
        _, body, _ = self.large.ask(self.path)
        rows = max(1, body.count(b"<tr"))
        asked = {
            "bare": (self.base, f"/?rows={rows}"),
            "few": (self.small, self.path),
            "many": (self.large, self.path),
        }
        found: dict[str, list[float]] = {name: [] for name in asked}
        for server, path in asked.values():
            server.time(path)
        before = {name: server.worked() for name, (server, _) in asked.items()}
        with ThreadPoolExecutor(USERS) as crowd:
            for _ in range(TURNS):
                for name, (server, path) in asked.items():
                    found[name] += crowd.map(server.time, [path] * USERS)
        return found, {name: server.worked() - before[name] for name, (server, _) in asked.items()}


def _line(name: str, page: _Page, statements: Sequence[str]) -> None:
    tell(f"{name}: {USERS} at once")
    found, worked = page.timed()
    middle = {one: median(times) for one, times in found.items()}
    late = {one: quantiles(times, n=20)[18] for one, times in found.items()}
    ratios = middle["many"] / middle["bare"], late["many"] / late["bare"], middle["many"] / middle["few"]
    aims = zip(("median", "p95", "growth"), ratios, (MEDIAN, P95, GROWTH), strict=True)
    cells = [f"{middle[one] * 1000:.0f} ms" for one in ("bare", "few", "many")]
    own = [f"{worked[one] / (USERS * TURNS) * 1000:.1f} ms" for one in ("bare", "few", "many")]
    told = "".join(verdict(f"{what} ≤", aim, ratio <= aim) for what, ratio, aim in aims if ratio > aim)
    print(
        "  {:<12}{:>9}{:>9}{:>9}{:>9.1f} ×{:>7.1f} ×{:>7.2f} ×{:>10}{:>9}{:>9}{:>9}".format(
            name, *cells, *ratios, "/".join(statements), *own
        )
        + (told or "  met"),
        flush=True,
    )


def _head(few: int, many: int) -> None:
    print(f"\npages for the province's desk, {USERS} visitors at once; the medians, and ratios of ours among {many:,}")
    head = "bare", f"{few:,}", f"{many:,}", "median", "p95", "growth", "statements"
    own = "bare own", "few own", "many own"
    print("  {:<12}{:>9}{:>9}{:>9}{:>11}{:>9}{:>9}{:>12}{:>9}{:>9}{:>9}".format("", *head, *own), flush=True)


def _counted(home: Path) -> dict[str, str]:
    """The number of statements of each page, the second time it is asked for."""
    with _child("counted", str(home)) as server:
        own = server.entered(scale.DESK)
        return {path: [own.ask(path)[2] for _ in range(2)][1] for path in PAGES.values()}


@contextmanager
def _child(kind: str, *words: str) -> Iterator[Server]:
    port = _free_port()
    child = subprocess.Popen([sys.executable, str(CHILD), kind, str(port), *words])
    try:
        yield _answering(Server(f"http://127.0.0.1:{port}", child.pid), child)
    finally:
        child.terminate()
        child.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _answering(server: Server, child: subprocess.Popen[bytes]) -> Server:
    """The server once it takes requests."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", urlsplit(server.address).port or 80), 1).close()
        except OSError:
            if child.poll() is not None:
                break
            sleep(0.1)
        else:
            return server
    raise SystemExit("the server did not begin")


@contextmanager
def _served(home: Path) -> Iterator[Server]:
    """What ``zhuli serve`` serves: its own process, as an office runs it."""
    process = commands.zhuli(scale.ROOT, "--home", str(home), "serve", "--port", "0", "--no-run")
    child = subprocess.Popen(process.command, env=process.environment, stderr=subprocess.PIPE, text=True)
    try:
        assert child.stderr is not None
        address = next(found[0] for line in child.stderr if (found := re.findall(r"http://[\d.:]+", line)))
        threading.Thread(target=child.stderr.read, daemon=True).start()
        yield Server(address, child.pid)
    finally:
        child.terminate()
        child.wait()


def acts(rounds: int) -> None:
    """Twenty people act at once by the API: each on a case of his own, then all on one; each request is sent twice."""
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        home = Path(made) / "home"
        callers, ids = _people(home)
        with _served(home) as server:
            people = [_Caller(server, token, number) for number, token in enumerate(callers)]
            begun = perf_counter()
            own = [one for event in bench_office.EVENTS for one in _together(people, event, ids[:USERS])]
            seconds = perf_counter() - begun
            shared = [_together(people, bench_office.EVENTS[0], [one] * USERS) for one in ids[USERS : USERS + rounds]]
        _told(own, shared, _kept(home), seconds)


def _people(home: Path) -> tuple[list[str], list[str]]:
    """A rehearsal home with twenty people who may act, each with a token, and enough cases."""
    commands.rehearsal_home(home, scale.ROOT)
    shutil.copy(CHILD.with_name("eight_states.yaml"), home / "workflows")
    office = bootstrap.open_office(home, os_user="bench")
    workflows.register(office)
    with office.database.write() as connection:
        known = directory.find(connection, bench_office.PERSON, office.today)
        assert known is not None
        roles = frozenset({"office", *known.roles})
        more = [directory.Person(f"经办{number}", known.organisation.id, roles) for number in range(USERS)]
        directory.put_people(connection, more)
    held = [tokens.issue(office, one.id, "write", timedelta(days=1)) for one in more]
    ids = bench_office.open_cases(office, 2 * USERS)
    office.database.close()
    return held, ids


@dataclass(frozen=True)
class Answered:
    """One act as it was answered, both times."""

    first: tuple[int, bytes]
    again: tuple[int, bytes]


@dataclass(frozen=True)
class _Caller:
    """One of the people, by a program."""

    server: Server
    token: str
    number: int

    def act(self, case: str, event: str) -> Answered:
        """Act, and send the same request once more, as a browser does that got no answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"{case}-{event}-{self.number}",
        }
        sent = json.dumps({"values": {"ok": True}})
        both = [self.server.ask(f"/api/v1/cases/{case}/acts/{event}", headers, sent)[:2] for _ in range(2)]
        return Answered(*both)


def _together(people: Sequence[_Caller], event: str, cases: Sequence[str]) -> list[Answered]:
    gate = threading.Barrier(len(people))

    def act(one: tuple[_Caller, str]) -> Answered:
        gate.wait()
        return one[0].act(one[1], event)

    with ThreadPoolExecutor(len(people)) as crowd:
        return list(crowd.map(act, zip(people, cases, strict=True)))


def _kept(home: Path) -> Counter[tuple[str, str]]:
    """How often each act stands in the history of its case."""
    office = bootstrap.open_office(home, os_user="bench")
    with office.database.read() as connection:
        found = connection.execute("SELECT case_id, event FROM entry WHERE kind = 'move'").fetchall()
    office.database.close()
    return Counter((str(case), str(event)) for case, event in found)


def _told(
    own: Sequence[Answered], shared: Sequence[Sequence[Answered]], kept: Counter[tuple[str, str]], seconds: float
) -> None:
    every = [*own, *(one for each in shared for one in each)]
    counts: dict[str, Callable[[], int]] = {
        "acts refused that are the person's own": lambda: sum(one.first[0] != 200 for one in own),
        "answers that differ the second time": lambda: sum(one.again != one.first for one in own),
        "cases that not just one of twenty moved": lambda: sum(
            sum(one.first[0] == 200 for one in each) != 1 for each in shared
        ),
        "acts that stand in history twice": lambda: sum(
            number > 1 for (_, event), number in kept.items() if event in bench_office.EVENTS
        ),
        "acts lost": lambda: len(own) + len(shared) - sum(kept[key] for key in kept if key[1] in bench_office.EVENTS),
        "answers that speak of a lock or a fault": lambda: sum(
            status >= 500 or "locked" in body.decode() or "占用" in body.decode()
            for one in every
            for status, body in (one.first, one.again)
        ),
    }
    print(
        f"\nacts by {USERS} people at once: {2 * len(every)} requests, {len(own) / seconds:.0f} acts/s, each sent twice"
    )
    for what, count in counts.items():
        number = count()
        print(f"  {what:<44}{number:>4}{verdict('=', 0, number == 0)}")
