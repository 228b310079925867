"""What is not wrong and yet seldom meant: told beside the problems, and never in the way of anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from zhuli_flow.calendar import Period
from zhuli_flow.definitions.checking.grounds import undermined
from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import OPERATIONS, DeadlineRule, SetField, Workflow
from zhuli_flow.definitions.reading.yaml_reader import Document, Path

_DAYS = {"wd": 1.4, "d": 1, "m": 30, "y": 365}


def hints(workflow: Workflow, document: Document) -> list[str]:
    """Each in words after its place: fields nobody fills, steps left out, parameters nobody reads, hasty limits …"""
    found = chain(_fields(workflow), _steps(workflow), _parameters(workflow), _limits(workflow), _undermined(workflow))
    return [f"{document.place(path)}：{words}" for path, words in found]


def _fields(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    asked = {ask.name for event in workflow.events.values() for ask in event.fill}
    filled = {one.name for event in workflow.events.values() for one in event.effects if isinstance(one, SetField)}
    for name, field in workflow.fields.items():
        if name not in asked | filled:
            fix = "写进某个操作的 fill（或所填表单的 fields）、由 set 填写，或删去"
            yield ("fields", name), f"字段“{name}”（{field.title}）没有任何操作填写；{fix}"


def _steps(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    """Steps under way that 退回 or 挂起 leaves out while it names others."""
    for name in ("return", "suspend"):
        sources = workflow.operations[name].sources if name in workflow.operations else ()
        under_way = [state for state in workflow.states.values() if state.kind == "open"]
        left_out = [f"{state.name}（{state.title}）" for state in under_way if sources and state.name not in sources]
        if left_out:
            words = f"“{OPERATIONS[name]}”的 from 中没有环节 {'、'.join(left_out)}；有意如此的不必改"
            yield ("operations", name, "from"), words


def _parameters(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    read = set(re.findall(r"\$([a-z][a-z0-9_]*)", workflow.text))
    for name, parameter in workflow.parameters.items():
        if name not in read:
            words = f"参数“{name}”（{parameter.title or parameter.value}）没有任何地方用到"
            yield ("parameters", name), f"{words}；用 ${name} 引用它，或删去"


def _limits(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    """Limits whose light is yellow from their first day on: nobody can tell the urgent from the new by it."""
    for rule in workflow.deadlines.values():
        ahead = workflow.yellow_case if rule.whole_case else workflow.yellow_step
        if rule.within is None or _days(workflow.period(rule.within)) > _days(workflow.period(ahead)):
            continue
        if not rule.whole_case and workflow.yellow_part[0] < workflow.yellow_part[1]:
            continue
        words = f"期限“{rule.title}”（{rule.within}）不比转黄的提前量（{ahead}）长，从第一天起就是黄灯"
        yield deadline_path(workflow, rule), f"{words}；缩短 yellow，用 yellow 的 at_most（如 1/2）限定，或延长期限"


def _undermined(workflow: Workflow) -> Iterator[tuple[Path, str]]:
    """Acts that change what the act they need was done for."""
    for event, ground, names in undermined(workflow):
        titled = {name: one.title for section in (workflow.materials, workflow.fields) for name, one in section.items()}
        titles = "、".join(f"“{titled[name]}”" for name in names)
        words = f"“{event.title}”须“{ground.title}”在先，又填报或提交{titles}：“{ground.title}”所见内容一改，即须重办"
        fix = f"给“{ground.title}”写 rests_on（所依据的内容），或在“{event.title}”写 keeps 和理由"
        yield ("events", ground.name), f"{words}；{fix}"


def deadline_path(workflow: Workflow, rule: DeadlineRule) -> Path:
    """Where a deadline is written: at its own state, of a region too, or among those that run across states."""
    if rule.states != {rule.name}:
        return ("deadlines", rule.name)
    region = of_state(workflow.regions, rule.name)
    if region is None or rule.name == region.name:
        return ("states" if region is None else "regions", rule.name, "deadline")
    return ("regions", region.name, "states", rule.name, "deadline")


def _days(period: Period) -> float:
    return period.count * _DAYS[period.unit]
