"""Conditions as written → guards: those of the place itself, those named in ``checks`` and ``filters``, dates' own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhuli_flow.definitions.building.parsed_lines import ParsedLines, names
from zhuli_flow.definitions.model import workflow
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.problems import suggest
from zhuli_flow.definitions.reading.yaml_reader import Path, clip

Written = dict[str, str] | schema.GuardShape
Named = Mapping[str, Written]
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def listed(
    shapes: Iterable[str | Written], path: Path, named: Named, parsing: ParsedLines
) -> tuple[workflow.Guard, ...]:
    """The guards of ``when`` or ``checks``, in the order written; a name stands for one of the ``named`` checks."""
    found: list[workflow.Guard] = []
    for index, shape in enumerate(shapes):
        here = (*path, index)
        if not isinstance(shape, str):
            found.extend(_guards(shape, here, parsing))
        elif shape in named:
            found.extend(_guards(named[shape], ("checks", shape), parsing))
        else:
            fix = "写成“条件: 不满足时的话”，或先写在 checks 中" if not _NAME.fullmatch(shape) else ""
            fix = fix or suggest(shape, named, "核对条件")
            parsing.note(here, "unknown_check", f"没有名为“{clip(shape)}”的核对条件", fix)
    return tuple(found)


def _guards(shape: Written, here: Path, parsing: ParsedLines) -> Iterator[workflow.Guard]:
    """One condition at length, or several as ``{condition: message}``."""
    line = parsing.line(here)
    if isinstance(shape, schema.GuardShape):
        tree = parsing.condition(here, shape.check)
        yield workflow.Guard(shape.check, tree, shape.say, shape.fix, shape.clause, shape.warn, line)
        return
    for text, say in shape.items():
        yield workflow.Guard(text, parsing.condition(here, text), say, line=line)


def not_after_today(
    asks: Iterable[workflow.Ask], fields: Mapping[str, schema.FieldShape], parsing: ParsedLines
) -> Iterator[workflow.Guard]:
    """A guard for every date asked for that says what has happened: it can't lie after the day of the act."""
    for ask in asks:
        field = fields.get(ask.name)
        if field is None or field.not_after_today is None or field.type != "date":
            continue
        path: Path = ("fields", ask.name, "not_after_today")
        text = f"{ask.name} <= today" if ask.required else f"{ask.name} absent or {ask.name} <= today"
        say = f"{field.title}晚于今天；{field.not_after_today}"
        yield workflow.Guard(text, parsing.condition(path, text), say, line=parsing.line(path))


def filtered(
    written: Sequence[str], path: Path, filters: Mapping[str, str | list[str]], parsing: ParsedLines
) -> Iterator[tuple[Path, str]]:
    """The conditions of a register with their places; a bare name stands for the conditions of that filter."""
    for index, text in enumerate(written):
        if text in filters:
            yield from ((("filters", text), each) for each in names(filters[text]))
        elif _NAME.fullmatch(text):
            fix = suggest(text, filters, "收录条件")
            parsing.note((*path, index), "unknown_filter", f"没有名为“{clip(text)}”的收录条件", fix)
        else:
            yield (*path, index), text
