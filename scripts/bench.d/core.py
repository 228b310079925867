"""The core: what an act costs, beside a bare commit and the peers, and how soon a command answers.

With ``--against REV`` an older program is measured in the same run, from a worktree in a folder that is removed
afterwards, on the libraries of ``.venv-bench``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import commands
import durable_peers
import office
import peers
import starts
from instructions import CHILD, Cost, costs, environment
from report import heading, line, verdict
from stopwatch import Contestant, Rates, interleave

ROOT = Path(__file__).resolve().parents[2]
ACTS = 15


class Other:
    """A contestant of another tree: a child that does the same rounds and answers when one is done."""

    def __init__(self, child: subprocess.Popen[str], kind: str, work: int) -> None:
        self.child, self.kind, self.work = child, kind, work

    def prepare(self) -> None:
        self._ask("prepare")

    def run(self) -> None:
        self._ask("run")

    def _ask(self, what: str) -> None:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(f"{self.kind} {what} {ACTS}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().split()
        assert answer == [self.kind, what], answer


def measure(quick: bool, against: str) -> None:
    """All figures of one run; ``against``: a revision to measure beside this tree."""
    rounds = 8 if quick else 24
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made, _older(Path(made), against) as older:
        folder = Path(made)
        _counted(folder, older)
        _durable(folder, older, rounds)
        _started(folder, older, max(5, rounds // 2))


@contextmanager
def _older(folder: Path, revision: str) -> Iterator[Path | None]:
    """The tree of a revision for as long as it is measured; None without one."""
    if not revision:
        yield None
        return
    tree = folder / "older"
    git = ("git", "-C", str(ROOT), "worktree")
    subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def _counted(folder: Path, older: Path | None) -> None:
    (folder / "now").mkdir()
    now = costs(ROOT, folder / "now")
    before = None
    if older:
        (folder / "before").mkdir()
        before = costs(older, folder / "before")
    unit = "instructions by callgrind" if now["act"].counted else "processor time: no valgrind here"
    heading(f"what one costs ({unit})", "now")
    names = {"act": "advance", "batch": "advance_many, each of 100", "options": "options, with all reasons"}
    for kind, name in {**names, "open": "open_case"}.items():
        _cost_line(name, now[kind], before and before[kind], 0.60 if kind in ("act", "batch") else None)


def _cost_line(name: str, now: Cost, before: Cost | None, aim: float | None) -> None:
    told = f"± {now.spread / 2:.1%}"
    judged = ""
    if before:
        ratio = now.each / before.each
        told = f"{ratio:5.2f} × {before.told()} before"
        judged = verdict("≤", aim, ratio <= aim) if aim else ""
    print(f"  {name:<36}{now.told():>10}  {told:<34}{judged}".rstrip())


def _durable(folder: Path, older: Path | None, rounds: int) -> None:
    here = office.make_office(folder / "home")
    contestants: dict[str, Contestant] = {
        "raw": peers.RawCommit(folder, 150),
        "by hand": peers.ByHand(folder, 100),
        "single": office.Single(here, ACTS),
        "batch": office.Batched(here),
        "spiff": peers.Spiff(folder, 5),
        "statemachine": peers.Statemachine(folder, 10),
    }
    with _children(folder, older) as others, _peers(folder) as with_databases:
        rates = interleave({**contestants, **with_databases, **others}, rounds, "durable acts", 60)
    memory = interleave(
        {"options": office.Options(here, 500), "enabled": peers.EnabledEvents(500)}, rounds, "options in memory", 10
    )
    here.database.close()
    _tell_durable(rates, older is not None)
    heading("in memory", "calls/s")
    line("python-statemachine enabled_events", memory.rate("enabled"))
    line("options, with all reasons", memory.rate("options"), memory.ratio("options", "enabled"), "enabled_events")


@contextmanager
def _peers(folder: Path) -> Iterator[dict[str, Contestant]]:
    """The peers that keep a database of their own, each in a process."""
    started = {name: durable_peers.Child(name, folder, 5) for name in ("dbos", "viewflow")}
    try:
        yield dict(started)
    finally:
        for one in started.values():
            one.close()


@contextmanager
def _children(folder: Path, older: Path | None) -> Iterator[dict[str, Contestant]]:
    """The older tree's single and batched acts, by a child of their own."""
    if older is None:
        yield {}
        return
    command = [sys.executable, str(CHILD), str(older), str(folder / "older home"), "serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment(older), text=True) as child:
        work = len(office.EVENTS)
        yield {
            "older single": Other(child, "act", ACTS * work),
            "older batch": Other(child, "batch", office.BATCH * work),
        }
        assert child.stdin is not None
        child.stdin.close()


def _tell_durable(rates: Rates, beside: bool) -> None:
    heading("durable acts (WAL, synchronous=FULL, audit entry and request id with every act)", "events/s")
    line("raw commit of one row", rates.rate("raw"))
    line("case row and entry, by hand", rates.rate("by hand"), rates.ratio("by hand", "raw"), "raw commit")
    line("advance", rates.rate("single"), rates.ratio("single", "raw"), "raw commit")
    line("advance_many, 100 a transaction", rates.rate("batch"), rates.ratio("batch", "raw"), "raw commit")
    line("SpiffWorkflow + its serializer", rates.rate("spiff"))
    line("  advance against it", None, rates.ratio("single", "spiff"), "SpiffWorkflow", 3.0)
    line("python-statemachine", rates.rate("statemachine"))
    line("  advance against it", None, rates.ratio("single", "statemachine"), "python-statemachine", 1.8)
    line("DBOS, a step for each event", rates.rate("dbos"))
    line("  advance against it", None, rates.ratio("single", "dbos"), "DBOS", 3.0)
    line("viewflow, a task for each event", rates.rate("viewflow"))
    line("  advance against it", None, rates.ratio("single", "viewflow"), "viewflow", 3.0)
    if beside:
        line("advance before", rates.rate("older single"))
        line("  advance against it", None, rates.ratio("single", "older single"), "before")
        line("advance_many before", rates.rate("older batch"))
        line("  advance_many against it", None, rates.ratio("batch", "older batch"), "before")


def _started(folder: Path, older: Path | None, rounds: int) -> None:
    home = folder / "rehearsal"
    commands.rehearsal_home(home, ROOT)
    contestants: dict[str, Contestant] = dict(commands.contestants(home, office.PERSON, ROOT))
    if older:
        commands.rehearsal_home(folder / "older rehearsal", older)
        before = commands.contestants(folder / "older rehearsal", office.PERSON, older)
        contestants |= {f"{name}, before": one for name, one in before.items() if name != commands.CLICK}
    starts.tell_rates(interleave(contestants, rounds, "commands", 60))
    starts.tell_modules(contestants)
