"""How soon a command answers, and what it loads for that."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import commands
from report import heading, verdict
from stopwatch import Contestant, Rates

AIMS = {"zhuli --help": 2.5, "zhuli case list": 7.0, "zhuli todo": 7.0}
HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "jinja2", "msgspec", "rich", "asyncio", "ruamel")
"""Packages that cost a command most where it loads them."""


def tell_rates(rates: Rates) -> None:
    """Seconds of the least disturbed round; the ratio is the median of the ratios within each round."""
    heading("commands, from start to end (the least disturbed round)", "seconds")
    for name, found in rates.rounds.items():
        ratio, aim = rates.ratio(commands.CLICK, name), AIMS.get(name)
        told = "" if name == commands.CLICK else f"{ratio:5.2f} × import click"
        judged = verdict("≤", aim, ratio <= aim) if aim else ""
        print(f"  {name:<36}{1 / max(found):>10.3f}  {told:<34}{judged}".rstrip())


def tell_modules(contestants: Mapping[str, Contestant]) -> None:
    """How many modules each command loads, and which of the heavy packages are among them."""
    heading("modules loaded", "number")
    for name, one in contestants.items():
        if isinstance(one, commands.Process):
            loaded = _modules(one)
            heavy = [package for package in HEAVY if package in loaded]
            print(f"  {name:<36}{len(loaded):>10}  {' '.join(heavy)}".rstrip())


def _modules(process: commands.Process) -> set[str]:
    """The names that ``-X importtime`` told."""
    python, *words = process.command
    asked = subprocess.run(
        [python, "-X", "importtime", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=process.environment,
        text=True,
    )
    told = [line.rpartition("|")[2].strip() for line in asked.stderr.splitlines() if line.startswith("import time:")]
    return set(told[1:])
