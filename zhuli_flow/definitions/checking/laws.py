"""Laws as written → ``Law``: the four forms there are, and what each names. Proving them is another's task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhuli_flow.definitions.building.laws import words
from zhuli_flow.definitions.checking.names import Names
from zhuli_flow.definitions.model import workflow as model
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path

FORMS = (("never", "before"), ("every", "has"), ("every", "leads_to"), ("always",))
"""never A before B · every A has a field or a document's number · every A leads_to an event or step · always so."""


def check_laws(shapes: Iterable[Mapping[str, schema.LawShape]], workflow: model.Workflow, names: Names) -> None:
    """Every law has one of the four forms and names events, fields, documents and steps that exist."""
    for index, titled in enumerate(shapes):
        if len(titled) != 1:
            names.report.add(("laws", index), "bad_law", "一项只写一条铁律", "每条铁律另起一行 -")
        for title, shape in titled.items():
            _check(shape, ("laws", index, title), workflow, names)


def _check(shape: schema.LawShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    written = words(shape)
    if tuple(written) not in FORMS:
        fix = "写 {never, before}、{every, has}、{every, leads_to} 或 {always}，如 {never: approve, before: assess}"
        names.report.add(path, "bad_law", f"铁律“{path[-1]}”的写法不完整或混用", fix)
    for word in ("never", "before", "every"):
        names.need("events", [written[word]] if word in written else [], (*path, word))
    if "leads_to" in written:
        names.need("events", [written["leads_to"]], (*path, "leads_to"), also=names.known["states"])
    if "has" in written:
        names.need("fields", [written["has"]], (*path, "has"), also=_numbers(workflow))


def _numbers(workflow: model.Workflow) -> set[str]:
    """``reply.number``: the numbers of the documents this workflow issues in a series."""
    effects = (effect for event in workflow.events.values() for effect in event.effects)
    return {f"{each.notice}.number" for each in effects if isinstance(each, model.IssueNotice) and each.series}
