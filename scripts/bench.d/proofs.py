"""Proofs: what exploring a definition takes, for zone_creation and for a generated workflow of 200 steps."""

from __future__ import annotations

import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from zhuli_flow.services.administration import proofs, workflows

FLOWS = Path(__file__).parents[2] / "workflows"


@dataclass(frozen=True, slots=True)
class Explored:
    """One definition: positions and passes, seconds of the wall and of this process, MB of memory at the most."""

    name: str
    positions: int
    passes: int
    unexplored: tuple[str, ...]
    problems: int
    wall: float
    own: float
    memory: int


def explored(path: Path) -> Explored:
    """Explore one definition, with a bar on stderr. The memory is the most that this process has ever taken."""
    found = workflows.check_files([path])
    workflows.require_sound(found)
    wall, own = perf_counter(), process_time()
    (proved,) = proofs.prove(found, _bar)
    wall, own = perf_counter() - wall, process_time() - own
    sys.stderr.write("\r" + " " * 40 + "\r")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = (proved.positions, proved.passes, proved.unexplored, len(proved.problems))
    return Explored(path.stem, *told, wall, own, memory)


def measure() -> list[Explored]:
    """The two definitions that have an aim: the largest shipped one, then the generated one."""
    with tempfile.TemporaryDirectory(prefix="zhuli-bench-") as made:
        path = Path(made) / "two_hundred_steps.yaml"
        path.write_text(generated(200), "utf-8")
        return [explored(FLOWS / "zone_creation.yaml"), explored(path)]


def generated(number: int) -> str:
    """A definition of ``number`` steps: every fifth asks for a choice that a later one needs, every fourth has a limit,
    every seventh is signed by two, some may be left out; each can be returned to the three before it.
    """
    steps = [f"s{at:03}" for at in range(number - 2)]
    states = [f"  {one}: {{title: 环节{one}{', kind: initial' if at == 0 else ''}}}" for at, one in enumerate(steps)]
    states += ["  done: {title: 办结, kind: final}", "  dropped: {title: 不予办理, kind: final}"]
    lines = [_HEAD, "states:", *states, "fields:"]
    lines += [f"  f{at}: {{title: 结论{at}, type: yes_no}}" for at in range(0, len(steps), 5)]
    lines += ["deadlines:"]
    lines += [
        f"  d{at}: {{title: 时限{at}, in: [{steps[at]}], within: 10d, remind: [0d], owes: [office]}}"
        for at in range(0, len(steps), 4)
    ]
    lines += ["events:", "  begin: {title: 开启, from: start, to: s000, by: county}"]
    lines += [line for at in range(len(steps)) for line in _step(steps, at)]
    lines += [
        f"  drop: {{title: 不予办理, from: [{', '.join(steps[::10])}], to: dropped, by: head, opinion: required}}"
    ]
    back = f"{{from: [{', '.join(steps[1:])}], to: [{', '.join(steps[:-1:3])}], by: [office]}}"
    return "\n".join([*lines, "operations:", f"  return: {back}"]) + "\n"


def _step(steps: list[str], at: int) -> list[str]:
    target = steps[at + 1] if at + 1 < len(steps) else "done"
    who = "sign: {all_of: [office, head]}" if at % 7 == 3 else "by: office"
    fill = f", fill: [f{at}]" if at % 5 == 0 else ""
    when = f", when: [fired go{at - 3} and f{at - 3} present: 尚无结论]" if at % 5 == 3 and at >= 3 else ""
    found = [f"  go{at}: {{title: 办理{at}, from: {steps[at]}, to: {target}, {who}{fill}{when}}}"]
    if at % 5 == 1 and at + 2 < len(steps):
        when = f", when: [f{at - 1} is yes: 须经下一环节]"
        found.append(f"  skip{at}: {{title: 免办{at}, from: {steps[at]}, to: {steps[at + 2]}, by: head{when}}}")
    return found


_HEAD = """workflow: two_hundred_steps
version: "1.0"
title: 样例
prefix: YL
basis: 样例
applicant: {kinds: [county], one_open_case: true}
roles:
  county: {title: 区县, of: county}
  office: {title: 经办, of: province}
  head: {title: 负责人, of: province}
"""


def _bar(done: int, found: int) -> None:
    if sys.stderr.isatty() and done % 20 == 0:
        sys.stderr.write(f"\r{done} / {found}")
