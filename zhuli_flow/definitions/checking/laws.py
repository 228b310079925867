"""What a law may name; that it is written in one of the forms there are. Proving them is another's task."""

from __future__ import annotations

from typing import assert_never

from zhuli_flow.definitions.building.laws import Shapes, words, written
from zhuli_flow.definitions.checking.names import Names
from zhuli_flow.definitions.model import workflow as model
from zhuli_flow.definitions.model.law import (
    Always,
    EveryHas,
    EveryInTime,
    EveryLeadsTo,
    EveryOfOneRound,
    Law,
    NeverBefore,
    NeverBetween,
)
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path

FORMS = (
    ("never", "before"),
    ("never", "between"),
    ("every", "has"),
    ("every", "in_time"),
    ("every", "of_one_round"),
    ("every", "leads_to"),
    ("always",),
)
"""never A before B, or between B and C · every A has a field or a document's number, comes in_time of a deadline, has
others of_one_round with it, leads_to an event or step · always so."""


def check_laws(shapes: Shapes, workflow: model.Workflow, names: Names) -> None:
    """Every law has one of the forms and names events, fields, documents and steps that exist."""
    shapes = tuple(shapes)
    for index, titled in enumerate(shapes):
        if len(titled) != 1:
            names.report.add(("laws", index), "bad_law", "一项只写一条铁律", "每条铁律另起一行 -")
    made = iter(workflow.laws)
    for path, shape in written(shapes):
        if tuple(words(shape)) in FORMS:
            _check(next(made), path, workflow, names)
        else:
            _incomplete(shape, path, names)


def _check(law: Law, path: Path, workflow: model.Workflow, names: Names) -> None:
    match law:
        case NeverBefore():
            names.need("events", [law.event], (*path, "never"))
            names.need("events", [law.first], (*path, "before"))
        case NeverBetween():
            names.need("events", [law.event], (*path, "never"))
            names.need("events", [law.start, law.end], (*path, "between"))
        case EveryInTime():
            names.need("events", [law.event], (*path, "every"))
            names.need("deadlines", [law.deadline], (*path, "in_time"))
        case EveryOfOneRound():
            names.need("events", [law.event], (*path, "every"))
            names.need("events", law.others, (*path, "of_one_round"))
        case EveryHas():
            names.need("events", [law.event], (*path, "every"))
            names.need("fields", [law.name], (*path, "has"), also=_numbers(workflow))
        case EveryLeadsTo():
            names.need("events", [law.event], (*path, "every"))
            names.need("events", [law.goal], (*path, "leads_to"), also=names.known["states"])
        case Always():
            pass  # its condition is a parsed line, checked with all the others
        case _:
            assert_never(law)


def _incomplete(shape: schema.LawShape, path: Path, names: Names) -> None:
    forms = "、".join("{" + ", ".join(form) + "}" for form in FORMS)
    fix = f"写 {forms} 之一，如 {{never: approve, before: assess}}"
    names.report.add(path, "bad_law", f"铁律“{path[-1]}”的写法不完整或混用", fix)
    for word, event in words(shape).items():
        if word in {"never", "before", "every"} and isinstance(event, str):
            names.need("events", [event], (*path, word))


def _numbers(workflow: model.Workflow) -> set[str]:
    """``reply.number``: the numbers of the documents this workflow issues in a series."""
    effects = (effect for event in workflow.events.values() for effect in event.effects)
    return {f"{each.notice}.number" for each in effects if isinstance(each, model.IssueNotice) and each.series}
