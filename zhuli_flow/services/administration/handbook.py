"""A definition written out for people: as text, as a .docx to work on, or printed by the office's internal form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from zhuli_flow.definitions.handbook import paper
from zhuli_flow.definitions.handbook.paper import Handbook
from zhuli_flow.definitions.handbook.titles import Notice, Titles
from zhuli_flow.definitions.model.workflow import AdvanceCase, IssueNotice, OpenCase, Workflow
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.documents.templates.levels import levelled
from zhuli_flow.documents.word import parts as word
from zhuli_flow.documents.word.parts import Block, Run
from zhuli_flow.documents.word.writer import write_docx
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import version_texts
from zhuli_flow.services.notices.internal_form import WORKFLOW, printed
from zhuli_flow.services.office import Office

_STYLES = {f"level{at}": style for at, style in enumerate(word.LEVELS, 1)}


def written(office: Office | None, named: str, folders: Sequence[Path]) -> tuple[Workflow, Handbook]:
    """The definition ``named`` (as ``version_texts.parsed``) told in words; ``folders`` hold the kinds of documents."""
    workflow = version_texts.parsed(office, named).sound
    orders = [one for event in workflow.events.values() for one in event.effects]
    kinds = load_named(folders, [one.notice for one in orders if isinstance(one, IssueNotice)])
    notices = {
        name: Notice(kind.title, {key: one.title for key, one in kind.known().items()}) for name, kind in kinds.items()
    }
    linked = {one.workflow for one in orders if isinstance(one, OpenCase | AdvanceCase)}
    linked |= {register.workflow for register in workflow.registers.values()}
    others = dict(_others(office, named, linked - {workflow.name}))
    return workflow, paper.handbook(Titles(workflow, notices, others))


def _others(office: Office | None, named: str, wanted: set[str]) -> Iterator[tuple[str, Workflow]]:
    """The other workflows that a definition speaks of, from where it is itself; one not there keeps its bare name."""
    for name in sorted(wanted):
        place = str(Path(named).with_name(f"{name}.yaml")) if version_texts.is_file(named) else name
        try:
            yield name, version_texts.parsed(office, place).sound
        except (InvalidInput, NotFound):
            continue


def text(told: Handbook) -> str:
    """The paper as plain text: a line each, the cells of a table apart by a bar."""
    lines = [told.title, ""]
    for part in told.parts:
        if isinstance(part, str):
            lines.append(part)
        else:
            lines += ["｜".join(row) for row in (tuple(title for title, _ in part.headings), *part.rows)]
    return "\n".join(lines) + "\n"


def docx(told: Handbook) -> bytes:
    """The paper as a .docx of the standard's styles."""
    return write_docx([Block(word.TITLE, (Run(told.title),)), *map(_block, told.parts)], told.title)


def _block(part: paper.Part) -> Block:
    if isinstance(part, str):
        found = levelled(part)
        style = _STYLES.get(found["level"], word.BODY)
        runs = (Run(found["head"], style), Run(found["rest"])) if found["rest"] and found["head"] else (Run(part),)
        return Block(word.BODY if found["rest"] else style, runs)
    return Block("", rows=(tuple(title for title, _ in part.headings), *part.rows))


def pdf(office: Office, told: Handbook) -> bytes:
    """The paper printed with the internal form ``workflow_sheet``. Raises NotFound, InvalidInput, PrintFailed."""
    parts: list[Json] = [_values(part) for part in told.parts]
    return printed(office, WORKFLOW, {"heading": told.title, "parts": parts})


def _values(part: paper.Part) -> Json:
    if isinstance(part, str):
        return {"text": part, "columns": [], "entries": []}
    columns: list[Json] = [
        {"key": f"c{at}", "title": title, "width": wide} for at, (title, wide) in enumerate(part.headings)
    ]
    entries: list[Json] = [{f"c{at}": cell for at, cell in enumerate(row)} for row in part.rows]
    return {"text": "", "columns": columns, "entries": entries}
