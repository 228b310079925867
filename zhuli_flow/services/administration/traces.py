"""Traces of findings, kept as files and walked again step by step under the definition as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import InvalidInput, NotFound, ZhuliError
from zhuli_flow.modelcheck.passes import study
from zhuli_flow.modelcheck.trace import Carried, Trace, carried, why_impossible
from zhuli_flow.services.administration.proofs import Proved
from zhuli_flow.services.administration.workflows import check_files, require_sound
from zhuli_flow.support.bounded_read import first_bytes
from zhuli_flow.support.new_file import write_over

_MOST = 4_000_000
_IMPOSSIBLE = {"dead_event", "contradictory_guards", "one_person_two_seats", "law_guarded"}
"""Findings that an act can't be done at the end of the way; of law_guarded only the law stands against it."""


class TraceDiffers(ZhuliError):
    """A trace does not show, under the definition as it is, what it was kept for."""

    exit_code = 3
    code = "trace"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A trace walked again: each step with the title of the step it led to; ``against``: what refuses the last act.

    ``changed``: the definition is another one than that which the trace was kept of.
    """

    trace: Trace
    steps: tuple[Carried, ...]
    places: tuple[str, ...]
    against: tuple[Refusal, ...]
    changed: bool


def keep(folder: Path, proved: Sequence[Proved]) -> list[Path]:
    """Every trace as a file ``WORKFLOW.CODE.ABOUT.json`` in a folder; those of the same name are written over."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for trace in (trace for one in proved for trace in one.traces):
        path = folder / f"{trace.workflow}.{trace.code}.{trace.about}.json"
        write_over(path, msgspec.json.format(msgspec.json.encode(trace), indent=1) + b"\n")
        found.append(path)
    return found


def replay(path: Path, definition: Path | None = None) -> Replayed:
    """The trace in a file, walked again under ``definition`` (unless given, the file in which it was found).

    Raises NotFound, InvalidInput for a file that is none, TraceDiffers when it does not show the same any more.
    """
    trace = _read(path)
    file = definition or Path(trace.place.rpartition(":")[0])
    if not file.is_file():
        raise NotFound(f"没有流程定义 {file}", fix="请写明定义文件：zhuli workflow replay 轨迹 定义.yaml")
    found = check_files([file])
    require_sound(found)
    flow = found[0].workflow
    if flow is None or flow.name != trace.workflow:
        raise InvalidInput(f"{path} 是流程“{trace.workflow}”的轨迹，与 {file} 不符", fix="请写明对应的定义文件")
    return _walked(flow, trace)


def _read(path: Path) -> Trace:
    if not path.is_file():
        raise NotFound(f"没有文件 {path}", fix="轨迹由 zhuli workflow check --traces 文件夹 写出")
    try:
        return msgspec.json.decode(first_bytes(path, _MOST), type=Trace)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path} 不是轨迹文件", fix="请给出 zhuli workflow check --traces 写出的文件") from error


def _walked(flow: Workflow, trace: Trace) -> Replayed:
    world = study(flow).world
    try:
        steps = tuple(carried(flow, world, trace.applicant, trace.steps))
    except LookupError as error:
        raise TraceDiffers(f"定义中已没有“{error.args[0]}”，轨迹走不下去", fix="请重新检查，另写轨迹") from error
    for number, one in enumerate(steps, 1):
        if one.case is None:
            reasons = "；".join(each.because for each in one.refusals) or "期限没有在计算"
            raise TraceDiffers(f"第 {number} 步“{one.step.told}”现在办不成：{reasons}", fix=_FIX)
    last = steps[-1].case if steps else None
    against = _against(flow, trace, last)
    places = tuple(_title(flow, one.case) for one in steps)
    return Replayed(trace, steps, places, against, flow.digest != trace.digest)


_FIX = "定义已经改过的，请重新检查；条件涉及日期、数量的，轨迹用的是样例的值"


def _against(flow: Workflow, trace: Trace, last: Case | None) -> tuple[Refusal, ...]:
    event = flow.events.get(trace.event)
    if trace.code not in _IMPOSSIBLE or last is None or event is None:
        return ()
    against = why_impossible(flow, last, event)
    if not against:
        raise TraceDiffers(f"走完以后“{event.title}”是办得成的，与当时发现的不同", fix="定义已经改过的，请重新检查")
    return against


def _title(flow: Workflow, case: Case | None) -> str:
    return flow.states[case.state].title if case and case.state in flow.states else ""
