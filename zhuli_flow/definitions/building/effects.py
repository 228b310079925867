"""What an event does besides moving the case, as written → ``model.Effect`` in the order they happen:
fields filled, deadlines changed, documents issued, cases opened, cases driven, people told, a note left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from zhuli_flow.definitions.building.parsed_lines import ParsedLines, names
from zhuli_flow.definitions.model import expressions, workflow
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path

EVERY_NOTICE = frozenset(
    "signed_on printed_on issuer issuers co_issuers addressees copies copy_number secrecy urgency signers note"
    " attachments seal position printer".split()
)
"""What every document takes besides its own variables, when ``with`` gives it; its date is today when nothing does.

``co_issuers`` are the organs that issue it jointly with the issuer, who comes first in ``issuers``.
"""


def effects(
    shape: schema.EventShape, path: Path, whole: schema.WorkflowShape, parsing: ParsedLines
) -> tuple[workflow.Effect, ...]:
    """Every effect of one event."""
    return (
        *_sets(shape, path, parsing),
        *(_clock(shape.clock) if shape.clock is not None else ()),
        *(_issue(each, here, whole, parsing) for each, here in _placed(shape, path)),
        *([_open(shape.open, (*path, "open"), parsing)] if shape.open is not None else ()),
        *(_advance(each, here, parsing) for each, here in advances(shape.advance, path)),
        *(workflow.Tell(role) for role in shape.tell),
        *([workflow.AddNote(shape.note)] if shape.note else []),
    )


def issues(written: str | schema.IssueShape | list[str | schema.IssueShape] | None) -> list[schema.IssueShape]:
    """``issue`` in its long form: a list of documents."""
    each = written if isinstance(written, list) else [] if written is None else [written]
    return [schema.IssueShape(notice=one) if isinstance(one, str) else one for one in each]


def _placed(shape: schema.EventShape, path: Path) -> list[tuple[schema.IssueShape, Path]]:
    """Each document with its place in the file."""
    several = isinstance(shape.issue, list)
    return [(one, (*path, "issue", *([at] if several else []))) for at, one in enumerate(issues(shape.issue))]


def _sets(shape: schema.EventShape, path: Path, parsing: ParsedLines) -> Iterator[workflow.Effect]:
    for name, value in shape.set.items():
        here = (*path, "set", name)
        if isinstance(value, str | list):
            lines = tuple(parsing.choice(here, line, target=name) for line in names(value))
        else:
            literal = value if isinstance(value, bool) else Decimal(str(value))
            lines = (parsing.literal(here, literal, target=name),)
        yield workflow.SetField(name, lines)


def _clock(shape: schema.ClockShape) -> Iterator[workflow.Effect]:
    yield from _changes("suspend", shape.suspend)
    yield from _changes("resume", shape.resume)
    yield from _changes("restart", shape.restart)
    yield from _changes("cancel", shape.cancel)
    for deadline, period in shape.extend.items():
        yield workflow.ChangeClock("extend", deadline, period)


def _changes(change: workflow.Change, deadlines: str | Iterable[str]) -> Iterator[workflow.Effect]:
    written = (deadlines,) if isinstance(deadlines, str) else deadlines
    return (workflow.ChangeClock(change, deadline) for deadline in written)


def _issue(
    shape: schema.IssueShape, path: Path, whole: schema.WorkflowShape, parsing: ParsedLines
) -> workflow.IssueNotice:
    """A document's variables are the fields of the same names; ``with`` overrides and adds.

    Which variables a document has is known from its kind; without the kinds only what ``with`` says is filled in.
    """
    declared = (parsing.kinds or {}).get(shape.notice, {})
    variables = {name: expressions.Choice(expressions.Name(name), None) for name in declared if name in whole.fields}
    variables |= {name: parsing.choice((*path, "with", name), line) for name, line in shape.with_.items()}
    when = None if shape.if_ is None else parsing.condition((*path, "if"), shape.if_)
    return workflow.IssueNotice(shape.notice, shape.series, tuple(shape.to), variables, when)


def _open(shape: schema.OpenShape, path: Path, parsing: ParsedLines) -> workflow.OpenCase:
    values = {name: parsing.choice((*path, "set", name), line) for name, line in shape.set.items()}
    return workflow.OpenCase(shape.workflow, shape.event, values, shape.for_)


def advances(
    written: schema.AdvanceShape | list[schema.AdvanceShape] | None, path: Path
) -> list[tuple[schema.AdvanceShape, Path]]:
    """``advance`` in its long form: each act on another case, with its place in the file."""
    if isinstance(written, list):
        return [(one, (*path, "advance", index)) for index, one in enumerate(written)]
    return [] if written is None else [(written, (*path, "advance"))]


def _advance(shape: schema.AdvanceShape, path: Path, parsing: ParsedLines) -> workflow.AdvanceCase:
    values = {name: parsing.choice((*path, "set", name), line) for name, line in shape.set.items()}
    when = None if shape.if_ is None else parsing.condition((*path, "if"), shape.if_)
    return workflow.AdvanceCase(shape.workflow, shape.event, shape.case, shape.each, values, when)
