"""Runs the contests and prints each figure with its ratio, its aim, and whether the aim is met."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import commands
import documents
import office
import peers
import returns
import timing
from stopwatch import Rates, interleave

from zhuli_flow.store.sql import sqlite


def main(quick: bool) -> None:
    """One run of all contests in a folder that is removed afterwards; ``quick`` takes a third of the rounds."""
    start, rounds = perf_counter(), 8 if quick else 24
    print(machine())
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        folder = Path(made)
        bench_office = office.make_office(folder / "home")
        report_durable(durable(folder, bench_office, rounds))
        report_memory(memory(bench_office, rounds))
        bench_office.database.close()
        report_commands(processes(folder, max(5, rounds // 2)))
    print(f"\n{perf_counter() - start:.0f} s; a ratio is the median of the ratios within each round of this run")


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


def durable(folder: Path, bench_office: office.Office, rounds: int) -> Rates:
    """Acts that are on disk before the next one begins."""
    contestants = {
        "raw": peers.RawCommit(folder, 150),
        "by hand": peers.ByHand(folder, 100),
        "single": office.Single(bench_office, 15),
        "batch": office.Batched(bench_office),
        "spiff": peers.Spiff(folder, 5),
        "statemachine": peers.Statemachine(folder, 10),
    }
    return interleave(contestants, rounds, "durable acts", 50)


def memory(bench_office: office.Office, rounds: int) -> Rates:
    """Questions answered without a database."""
    contestants = {"options": office.Options(bench_office, 500), "enabled": peers.EnabledEvents(500)}
    return interleave(contestants, rounds, "options in memory", 10)


def processes(folder: Path, rounds: int) -> Rates:
    """Whole commands, from start to end."""
    home = folder / "rehearsal"
    commands.rehearsal_home(home)
    return interleave(commands.contestants(home, office.PERSON), rounds, "commands", 40)


def report_durable(rates: Rates) -> None:
    heading("durable acts (WAL, synchronous=FULL, audit entry and request id with every act)", "events/s")
    line("raw commit of one row", rates.rate("raw"))
    line("case row and entry, by hand", rates.rate("by hand"), rates.ratio("by hand", "raw"), "raw commit")
    line("advance", rates.rate("single"), rates.ratio("single", "raw"), "raw commit", 0.40)
    line("advance_many, 100 a transaction", rates.rate("batch"), rates.ratio("batch", "raw"), "raw commit", 1.0)
    line("SpiffWorkflow + its serializer", rates.rate("spiff"))
    line("  advance against it", None, rates.ratio("single", "spiff"), "SpiffWorkflow", 3.0)
    line("python-statemachine", rates.rate("statemachine"))
    line("  advance against it", None, rates.ratio("single", "statemachine"), "python-statemachine")


def report_memory(rates: Rates) -> None:
    heading("in memory", "calls/s")
    line("python-statemachine enabled_events", rates.rate("enabled"))
    line("options, with all reasons", rates.rate("options"), rates.ratio("options", "enabled"), "enabled_events")


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


def report_commands(rates: Rates) -> None:
    """Seconds are those of the least disturbed round: the aims are for an idle machine."""
    heading("commands (the least disturbed round)", "seconds")
    click = "python -c 'import click'"
    aims = {"zhuli --help": 0.15, "zhuli case list": 0.6, "zhuli todo": 0.6}
    for name, found in rates.rounds.items():
        seconds, aim = 1 / max(found), aims.get(name)
        verdict = f"  aim < {aim} s: {'met' if seconds < aim else 'NOT MET'}" if aim else ""
        ratio = f"{rates.ratio(click, name):5.2f} × import click" if aim else ""
        print(f"  {name:<36}{seconds:>10.3f}  {ratio:<34}{verdict}".rstrip())


def heading(what: str, unit: str) -> None:
    """A contest's name above its figures."""
    print(f"\n{what}\n  {'':<36}{unit:>10}")


def line(name: str, rate: float | None, ratio: float | None = None, of: str = "", aim: float | None = None) -> None:
    """One figure; with an aim, also whether it is met."""
    figure = "" if rate is None else f"{rate:,.0f}"
    told = "" if ratio is None else f"{ratio:5.2f} × {of}"
    verdict = "" if aim is None or ratio is None else f"  aim ≥ {aim:.2f}: {'met' if ratio >= aim else 'NOT MET'}"
    print(f"  {name:<36}{figure:>10}  {told:<34}{verdict}".rstrip())


if __name__ == "__main__":
    asked = sys.argv[1:]
    contests = {"documents": paper, "time": time, "returns": forms}
    contest = next((contests[word] for word in asked if word in contests), main)
    contest(quick="--quick" in asked)
