"""An office of very many cases: what people wait for beside the same among few, and what verifying all of it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import scale
from instructions import environment
from report import heading, verdict

CHILD = Path(__file__).with_name("durable_child.py")
FEW, LIMIT = 1000, 300.0
TIMES = 3.0
"""How many times as long as bare SHA-256 over the same bytes verifying may take."""

_LOOKED_AT = (
    *("case list", "todo, a city's desk", "todo, the province's desk", "case options", "deadline list", "inbox list"),
    *("overview", "search", "an act that asks a register"),
)
COMMANDS = {name: scale.COMMANDS[name] for name in _LOOKED_AT} | {
    "case show": ("case", "show", "SFQ-2018-0004"),
    "case history": ("case", "history", "SFQ-2018-0004"),
}


def measure(folder: Path, many: int) -> None:
    """All figures of one run; the homes are made in ``folder``, or found there."""
    with scale.homes(folder, FEW, many) as (small, large):
        print(f"\non disk: {_told(small)}; {_told(large)}")
        scale.compare(COMMANDS, small, large, LIMIT)
        for home in (small, large):
            _verified(home)


def _told(home: Path) -> str:
    return f"{home.name} cases {(home / 'zhuli.db').stat().st_size / 2**20:,.0f} MiB"


def _verified(home: Path) -> None:
    child = (sys.executable, str(CHILD), str(home))
    told = json.loads(subprocess.run(child, env=environment(scale.ROOT), stdout=subprocess.PIPE, check=True).stdout)
    entries, bare = told["entries"], told["bare"]
    heading(f"verifying {entries:,} entries, {told['bytes'] / 2**20:,.0f} MiB, in processor time", "seconds")
    print(f"  {'bare SHA-256 over each':<36}{bare:>10.2f}")
    for name, title in (("first", "all of it read, position kept"), ("since", "again, since that position")):
        ratio = told[name] / bare
        judged = verdict("≤", TIMES, ratio <= TIMES)
        each = told[name] / entries * 1e6
        print(f"  {title:<36}{told[name]:>10.2f}  {ratio:5.1f} × bare, {each:.1f} µs an entry{judged}", flush=True)
