"""Lists among few and among many cases: the same commands in two homes, as whole processes and beside their start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import bulk
import commands
from instructions import environment
from report import verdict
from stopwatch import tell

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("scale_child.py")
DESK, CITY_DESK = "省科协学会学术部经办", "沈阳市科协经办"
TIMES, MEMORY = 2.0, 300
"""How many times as long a command may take among many; MiB that none may exceed."""

RUNS, LONG = 5, 2.0
"""A command that takes longer than ``LONG`` seconds runs once; every other so many times, and the quickest counts."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "case list": ("case", "list", "--limit", "50"),
    "case list --light": ("case", "list", "--light", "红", "--limit", "50"),
    "todo, a city's desk": ("todo", "--as", CITY_DESK),
    "todo, the province's desk": ("todo", "--as", DESK),
    "case options": ("case", "options", "SFQ-2018-0004", "--as", DESK),
    "deadline list": ("deadline", "list"),
    "inbox list": ("inbox", "list", "--as", CITY_DESK),
    "register list --where": ("register", "list", "matching", "--where", "市=沈阳市"),
    "overview": ("overview",),
    "overview --workflow": ("overview", "--workflow", "zone_creation"),
    "notice list": ("notice", "list"),
    "notice ledger": ("notice", "ledger"),
    "search": ("search", "辽科协函〔2018〕905号"),
    "an act that asks a register": (
        *("case", "open", "matching", "--applicant", "法库县", "--as", CITY_DESK, "--dry-run"),
    ),
}


@dataclass(frozen=True)
class Run:
    """A finished process: ``seconds`` of the wall, ``mib`` it held at its fullest, ``code``, how long its answer is.

    ``code`` None: stopped at the time limit. ``size`` is the number of lines of the longest list; ``number`` what it
    printed where that is a number.
    """

    seconds: float
    mib: float
    code: int | None
    size: str = "—"
    number: float | None = None

    @property
    def told(self) -> str:
        if self.code is None:
            return f">{self.seconds:.0f} s"
        return f"{self.seconds:.2f} s" if not self.code else f"exit {self.code}"


def measure(quick: bool, kept: Path | None) -> None:
    """All commands in both homes; the homes are made first, or found in ``kept``, where they stay."""
    few, many = 1000, 10_000 if quick else 100_000
    limit = 20.0 if quick else 120.0
    with homes(kept, few, many) as (small, large):
        compare(COMMANDS, small, large, limit)


def compare(wanted: Mapping[str, Sequence[str]], small: Path, large: Path, limit: float) -> None:
    """Tell what each command takes in both homes; one that takes longer than ``limit`` seconds is stopped."""
    _head(int(small.name), int(large.name))
    for name, words in wanted.items():
        _line(name, _compared(name, words, small, large, limit))


@contextmanager
def homes(kept: Path | None, few: int, many: int) -> Iterator[tuple[Path, Path]]:
    """A home of so few and one of so many cases; made anew, or found in ``kept``, where they stay."""
    if kept is not None:
        kept.mkdir(exist_ok=True)
        yield _made(kept, few, many)
        return
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        yield _made(Path(made), few, many)


def _made(folder: Path, few: int, many: int) -> tuple[Path, Path]:
    homes = [(folder / f"{number}", number) for number in (few, many)]
    missing = [(home, number) for home, number in homes if not home.exists()]
    if missing:
        with ProcessPoolExecutor(1) as child:  # its memory would be told as that of every process started from here
            child.submit(bulk.grow, missing, variants=bulk.VARIANTS, printing=2, workers=2).result()
    return homes[0][0], homes[1][0]


@dataclass(frozen=True)
class Compared:
    """One command in both homes: whole processes, the work alone (seconds; None: it was too slow), both answers."""

    few: Run
    many: Run
    alone: tuple[float | None, float | None]


def _compared(name: str, words: Sequence[str], small: Path, large: Path, limit: float) -> Compared:
    tell(f"{name}: round 0 of 1")
    if name == "search":  # the first brings the index up to date; it is told, but not compared
        for home in (small, large):
            built = _whole(home, words, limit * 5)
            print(f"  search in {home.name}, its index made first: {built.told}, {built.mib:.0f} MiB", flush=True)
    few, many = _whole(small, words, limit), _whole(large, words, limit)
    slow = few.code != 0 or many.code != 0
    alone = (None, None) if slow else (_alone(small, small, words, few), _alone(small, large, words, many))
    return Compared(few, many, alone)


def _whole(home: Path, words: Sequence[str], limit: float) -> Run:
    """The quickest of some runs of the whole command; the one run of a command that takes long."""
    process = commands.zhuli(ROOT, "--home", str(home), "--json", *words)
    first = _process(process.command, process.environment, limit)
    if first.code != 0 or first.seconds > LONG:
        return first
    return min((first, *(_process(process.command, process.environment, limit) for _ in range(2))), key=_seconds)


def _seconds(run: Run) -> float:
    return run.seconds


def _alone(warm: Path, home: Path, words: Sequence[str], whole: Run) -> float | None:
    times = 1 if whole.seconds > LONG else RUNS
    command = (sys.executable, str(CHILD), str(times), str(warm), str(home), *words)
    run = _process(command, environment(ROOT), 600)
    return run.number


def _process(command: Sequence[str], variables: dict[str, str], limit: float) -> Run:
    """Run to the end, or to the limit. A child begins with the memory of this process, so none below that is told."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, env=variables)
        done, status, usage = 0, 0, None
        while not done:
            done, status, usage = os.wait4(child.pid, os.WNOHANG)
            if not done and perf_counter() - start > limit:
                child.kill()
                _, _, usage = os.wait4(child.pid, 0)
                return Run(limit, usage.ru_maxrss / 1024, None)
            if not done:
                sleep(0.002)
        seconds = perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        assert usage is not None
        return Run(seconds, usage.ru_maxrss / 1024, child.returncode, *_answer(out.read()))


def _head(few: int, many: int) -> None:
    print(f"\nwhole commands, and the work alone (in a process that has done it before): {few:,} and {many:,} cases")
    head = f"{few:,}", f"{many:,}", "alone", "alone", "ratio", "answer", "MiB"
    print("  {:<28}{:>10}{:>10}{:>10}{:>10}{:>9}{:>12}{:>7}".format("", *head), flush=True)


def _line(name: str, one: Compared) -> None:
    """Told at once: the whole may take half an hour where lists do not scale."""
    small, large = one.alone
    ratio = large / small if small and large else one.many.seconds / one.few.seconds
    alone = [f"{seconds * 1000:.0f} ms" if seconds else "" for seconds in one.alone]
    sizes = f"{one.few.size}/{one.many.size}"
    cells = one.few.told, one.many.told, *alone, f"{ratio:.1f} ×", sizes, f"{one.many.mib:.0f}"
    judged = "" if one.many.code not in (0, None) else verdict("≤", TIMES, ratio <= TIMES and one.many.code == 0)
    if one.many.mib > MEMORY:
        judged += f"; ≤ {MEMORY} MiB: NOT MET"
    print("  {:<28}{:>10}{:>10}{:>10}{:>10}{:>9}{:>12}{:>7}".format(name, *cells) + judged, flush=True)


def _answer(out: bytes) -> tuple[str, float | None]:
    """How many lines the longest list of an answer has; the number, where it is one. The answer itself is not kept."""
    try:
        told = json.loads(out)
    except ValueError:
        return "—", None
    if isinstance(told, float | int):
        return "—", float(told)
    return str(max((len(value) for value in told.values() if isinstance(value, list)), default=0)), None
