"""Runs the contests and prints each figure with its ratio, its aim, and whether the aim is met."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import bulk
import core
import documents
import durable
import proofs
import returns
import scale
import timing
import web
from report import heading, line
from stopwatch import Rates

from zhuli_flow.store.sql import sqlite


def time(quick: bool) -> None:
    """The contests about time: many deadlines against few, catching up, a period of working days."""
    start, rounds = perf_counter(), 3 if quick else 8
    many, behind = (100_000, 10_000) if quick else (1_000_000, 100_000)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        folder = Path(made)
        report_time(timing.among(folder, many, rounds), many)
        report_catch_up(behind, *timing.catch_up(folder, behind))
    report_period(timing.period(rounds))
    print(f"\n{perf_counter() - start:.0f} s; a ratio is the median of the ratios within each round of this run")


def paper(quick: bool) -> None:
    """The contests about printing: cold beside other programs, warm, in batches, and how much memory they take."""
    start = perf_counter()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        documents.measure(Path(made), quick)
    print(f"\n{perf_counter() - start:.0f} s; a ratio is the median of the ratios within each round of this run")


def forms(quick: bool) -> None:
    """The way of many returns from the call to the printed totals, each step with its time."""
    start, number = perf_counter(), 40 if quick else 200
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        report_returns(*returns.measure(Path(made), number))
    print(f"\n{perf_counter() - start:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


def explored() -> None:
    """Definitions proved; the aims are seconds with nothing beside it, so that processor time is what is judged."""
    print(machine())
    print(f"\n  {'':<24}{'positions':>10}{'passes':>8}{'seconds':>10}{'processor':>12}{'MB':>8}")
    for one, aim in zip(proofs.measure(), (5, 60), strict=True):
        told = f"aim < {aim}: {'met' if one.own < aim else 'NOT MET'}"
        counts = f"{one.positions:>10,}{one.passes:>8}{one.wall:>10.1f}{one.own:>12.1f}{one.memory:>8}"
        print(f"  {one.name:<24}{counts}  {told}{'; ' if one.unexplored else ''}{'；'.join(one.unexplored)}")
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def machine() -> str:
    """What these figures were made on."""
    cpus, load = os.cpu_count(), os.getloadavg()[0]
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    built = f"Python {platform.python_version()}, SQLite {sqlite.driver().sqlite_version}"
    system = f"{platform.system()} {platform.release()}"
    return f"machine: {model or platform.machine()} × {cpus}, {system}, {built}, load {load:.1f}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def report_time(rates: Rates, many: int) -> None:
    """Slower is more here: how many times as long the same 100 take among many."""
    heading("one sweep with 100 deadlines due (each reminded: entry, message, mark)", "deadlines/s")
    line("among 1,000 open deadlines", rates.rate("few"))
    ratio = rates.ratio("few", "many")
    verdict, told = "met" if ratio <= 1.5 else "NOT MET", f"{ratio:5.2f} × the time"
    print(f"  {f'among {many:,}':<36}{rates.rate('many'):>10,.0f}  {told:<34}  aim ≤ 1.50: {verdict}")


def report_catch_up(number: int, rates: Rates, rows: float) -> None:
    """Against the same rows in the same batches, known beforehand."""
    heading(f"catching up with {number:,} deadlines, {rows:.0f} rows each", "deadlines/s")
    line("raw batched commits of the rows", rates.rate("raw"))
    line("sweep", rates.rate("sweep"), rates.ratio("sweep", "raw"), "raw commits", 0.5)


def report_period(rates: Rates) -> None:
    """With every reason, against the bare day."""
    heading("a period of 250 working days", "per second")
    line("chinesecalendar find_workday", rates.rate("loop"))
    rate, ratio = rates.rate("due_date"), rates.ratio("due_date", "loop")
    line(f"due_date ({1e6 / rate:.0f} µs)", rate, ratio, "the loop", 10)


def report_returns(steps: returns.Steps, counted: dict[str, int]) -> None:
    """Seconds of the wall, and of this process; papers are printed in another. Both aims are about the wall."""
    both, put_together = steps.together("imported", "checked"), steps.done["aggregated"]
    print(f"\n{both.number} units × 57 parts, half cities and half societies; one transaction for every act")
    print(f"  {'':<30}{'seconds':>10}{'processor':>12}{'units/s':>10}")
    for step in (*steps.done.values(), both):
        print(f"  {step.name:<30}{step.wall:>10.2f}{step.own:>12.2f}{step.number / step.wall:>10,.0f}")
    print(f"  {counted['explained']} with figures to explain, {counted['figures']:,} answers in the totals")
    rate = both.number / both.wall
    print(f"\nimport + check {rate:.0f} units/s  aim ≥ 20: {'met' if rate >= 20 else 'NOT MET'}")
    print(f"aggregation {put_together.wall:.2f} s  aim < 1: {'met' if put_together.wall < 1 else 'NOT MET'}")


def acts(quick: bool, against: str = "") -> None:
    """The core: what an act costs, beside peers and, when asked, beside an older program; how soon commands answer."""
    start = perf_counter()
    print(machine())
    core.measure(quick, against)
    print(f"\n{perf_counter() - start:.0f} s; a ratio is the median of the ratios within each round of this run")


def lists(quick: bool, kept: str = "") -> None:
    """The commands that look, among few cases and among many; ``kept``: a folder where the homes are, or stay."""
    start = perf_counter()
    print(machine())
    scale.measure(quick, Path(kept) if kept else None)
    print(f"\n{perf_counter() - start:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


def pages(quick: bool, kept: str = "") -> None:
    """Pages for twenty visitors at once, and acts by twenty people; ``kept`` as for ``lists``."""
    start = perf_counter()
    print(machine())
    web.measure(quick, Path(kept) if kept else None)
    print(f"\n{perf_counter() - start:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


def lasting(quick: bool, kept: str = "", number: str = "") -> None:
    """An office of many cases for good: looking, acting, sweeping, verifying; ``number`` cases, ``kept`` as above."""
    start, many = perf_counter(), int(number or (10_000 if quick else 100_000))
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        durable.measure(Path(kept or made), many)
        report_time(timing.among(Path(made), many, 3), many)
    print(f"\n{perf_counter() - start:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


def option(words: list[str], name: str) -> str:
    """What stands behind an option, empty without it."""
    return words[words.index(name) + 1] if name in words else ""


def run(words: list[str]) -> None:
    """What the words ask for; the core without any."""
    quick = "--quick" in words
    contests = {"documents": paper, "time": time, "returns": forms}
    contest = next((contests[word] for word in words if word in contests), None)
    if contest is not None:
        contest(quick)
    elif "proofs" in words:
        explored()
    elif "scale" in words:
        lists(quick, option(words, "--homes"))
    elif "durable" in words:
        lasting(quick, option(words, "--homes"), option(words, "--cases"))
    elif "web" in words:
        pages(quick, option(words, "--homes"))
    elif words[:1] == ["bulk"]:
        bulk.main(words[1:])
    else:
        acts(quick, option(words, "--against"))


if __name__ == "__main__":
    run(sys.argv[1:])
