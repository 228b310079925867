"""What one unit of work costs the processor, whatever else the machine does: instructions by callgrind.

The child (``core_child``) marks the work with ``getsid``, where callgrind writes down its counts and begins anew; so
start-up drops out, and the same stretch measured twice shows how far a figure may be trusted. Without valgrind the
child's own processor time stands in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from stopwatch import tell

CHILD = Path(__file__).with_name("core_child.py")
UNITS = {"act": (20, 7), "batch": (1, 700), "options": (2, 100), "open": (20, 1)}
"""How many units a stretch has, and how many acts or answers a unit is."""

CASES = 320
"""Opened beforehand, enough for every stretch and the warm-up of the hungriest."""


@dataclass(frozen=True)
class Cost:
    """``each``: instructions, or processor seconds where not ``counted``; ``spread``: how far two stretches differ."""

    each: float
    spread: float
    counted: bool

    def told(self) -> str:
        return f"{self.each / 1e6:.3f} M" if self.counted else f"{self.each * 1e6:.0f} µs"


def have_callgrind() -> bool:
    """Whether instructions can be counted here."""
    return shutil.which("valgrind") is not None


def costs(tree: Path, folder: Path, kinds: tuple[str, ...] = tuple(UNITS)) -> dict[str, Cost]:
    """The cost of each kind of work in the program that lies in ``tree``."""
    home = folder / "prepared"
    run_child(tree, home, "prepare", CASES)
    return {kind: _cost(tree, home, kind) for kind in kinds}


def _cost(tree: Path, home: Path, kind: str) -> Cost:
    tell(f"instructions of {kind}: round 0 of 1")
    number, each = UNITS[kind]
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        copy = Path(shutil.copytree(home, Path(made) / "home"))
        out = Path(made) / "callgrind"
        seconds = json.loads(run_child(tree, copy, kind, number, out if have_callgrind() else None))
        parts = [_total(out.with_name(f"{out.name}.{part}")) for part in (2, 3)] if have_callgrind() else seconds
    spread = (max(parts) - min(parts)) / min(parts)
    return Cost(sum(parts) / len(parts) / number / each, spread, have_callgrind())


def _total(dump: Path) -> int:
    (line,) = (line for line in dump.read_text(encoding="utf-8").splitlines() if line.startswith("totals:"))
    return int(line.split()[1])


def run_child(tree: Path, home: Path, kind: str, number: int, out: Path | None = None) -> str:
    """What the child prints. Raises CalledProcessError with its words."""
    valgrind = () if out is None else ("valgrind", "--tool=callgrind", "--dump-before=getsid", "-q")
    options = () if out is None else (f"--callgrind-out-file={out}",)
    command = [*valgrind, *options, sys.executable, str(CHILD), str(tree), str(home), kind, str(number)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment(tree), text=True).stdout


def environment(tree: Path | None = None) -> dict[str, str]:
    """The same hashes in every run, the program of ``tree`` (None: the installed one), nothing of the user's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHULI_", "PYTHON"))}
    where = {"PYTHONPATH": str(tree)} if tree else {}
    return {**kept, **where, "PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"}
