"""A paper before it has its number, as it will print: what the next act would order, marked 清样 (proof print).

Who reviews and signs looks at the page that will be issued, not at fields. Layout, breaks and places are those of the
paper itself, for both are filled in by the same steps; only the number is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import Event, IssueNotice, Workflow
from zhuli_flow.documents.fonts.glyphs import check_glyphs
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.documents.templates.kind import NoticeKind
from zhuli_flow.documents.templates.render import render, title_of
from zhuli_flow.documents.word.reader import Draft
from zhuli_flow.engine.effects import papers
from zhuli_flow.engine.model.decision import Command, NoticeOrder
from zhuli_flow.engine.model.json_values import Json
from zhuli_flow.engine.naming import named
from zhuli_flow.engine.position import Places, here, standing
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import facts
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.notices.browse import PreviewFile
from zhuli_flow.services.notices.citations import CITED, cited
from zhuli_flow.services.notices.issue import as_written, values_of
from zhuli_flow.services.notices.proofread import dated
from zhuli_flow.services.notices.word_draft import read_file, title_parts, written
from zhuli_flow.services.office import Office
from zhuli_flow.support.new_file import write_new


class Imported(msgspec.Struct, frozen=True):
    """What was done with an edited draft: title of the act, titles of the fields that changed, the state after it."""

    case: str
    act: str
    fields: tuple[str, ...]
    state: str
    dry_run: bool


def proof_print(office: Office, case_id: str, act: str, person: str, target: Path) -> PreviewFile:
    """Print the paper that ``act`` (name or title; "": the only one) would order now to the new file ``target``.

    Raises NotFound (case, person, no such paper), InvalidInput (contents, a target that exists), PrintFailed.
    """
    kind, html = _filled(office, case_id, act, person)
    if lacking := check_glyphs(html):
        raise InvalidInput(f"公文“{kind.title}”中有印不出的字，未生成清样。", lacking, fix=lacking[0].fix)
    data = to_pdf(
        html,
        assets=office.notices[0],
        title=f"{title_of(html) or kind.title}（清样）",
        author=kind.issuer,
        subject=kind.genre,
        identifier=f"proof-{case_id}",
    )
    write_new(target, data)
    return PreviewFile(kind.name, kind.title, str(target), len(data))


def docx_draft(office: Office, case_id: str, act: str, person: str, target: Path) -> PreviewFile:
    """Write the paper that ``act`` would order now to the new .docx ``target``, for editing. Raises as above."""
    return written(*_filled(office, case_id, act, person), target)


def import_docx(office: Office, case_id: str, act: str, person: str, path: Path, *, dry_run: bool = False) -> Imported:
    """Do ``act`` with what the edited .docx says, as far as the act asks for it and it is not what stands already.

    Raises NotFound, InvalidInput (no .docx, or nothing new in it), RulesRefused.
    """
    draft = read_file(path)
    with office.database.read() as connection:
        case = reading.stored(connection, office, case_id, "papers").case
        workflow = lookup.definition(connection, office, case.digest)
    command = named(Command(act), workflow, *standing(workflow, case))
    event = workflow.events.get(command.event)
    asked = [ask.name for ask in event.fill] if event else []
    said = {name: value for name, value in _said(draft).items() if name in asked and value}
    texts = {name: _as_asked(workflow.fields[name].type, value) for name, value in said.items()}
    new = {name: value for name, value in texts.items() if not _same(value, case.fields.get(name))}
    if not new:
        raise InvalidInput(f"{path} 与事项 {case_id} 的文稿没有不同，未作任何改动", fix="请核对文件，或另选一步")
    outcome = advance(office, case_id, person, replace(command, values=new), dry_run=dry_run)
    titles = tuple(workflow.fields[name].title for name in new)
    return Imported(case_id, outcome.title, titles, outcome.to, dry_run)


def _said(draft: Draft) -> dict[str, list[str]]:
    """What a draft says, by the variables of the general paper."""
    subject, genre = title_parts(draft.title)
    return {
        "subject": [subject] if subject else [],
        "genre_word": [genre] if genre else [],
        "addressees": draft.addressees,
        "paragraphs": draft.paragraphs,
        "attachments": draft.attachments,
        "copies": draft.copies,
        "note": [draft.note] if draft.note else [],
    }


def _same(new: Json, old: Json) -> bool:
    """Whether a draft says what stands already; names that were written together are not told apart on paper."""
    if isinstance(new, list) and isinstance(old, list):
        return re.split("[，、；]", "、".join(map(str, new))) == re.split("[，、；]", "、".join(map(str, old)))
    return new == old


def _as_asked(kind: str, value: list[str]) -> Json:
    """A list where the field is one, else a line each."""
    return list(value) if kind == "names" else "\n".join(value)


def _filled(office: Office, case_id: str, act: str, person: str) -> tuple[NoticeKind, str]:
    """The kind and the HTML of the paper that an act would order now."""
    order = _order(office, case_id, act, person)
    found = load_named(office.notices, [order.notice]).get(order.notice)
    if found is None:
        raise NotFound(f"没有公文种类“{order.notice}”", fix=f"请在 {office.notices[0]} 中补上该公文")
    marks = {"rehearsal": office.rehearsal, "proof_print": True}
    variables = {**dated(order, office.today, digits="　").variables, **marks}
    kind = as_written(found, variables)
    with office.database.read() as connection:
        known = cited(connection, kind, variables)
    return kind, render(kind, values_of(kind, {**variables, CITED: known}))


def _order(office: Office, case_id: str, act: str, person: str) -> NoticeOrder:
    with office.database.read() as connection:
        case = reading.stored(connection, office, case_id, "papers").case
        workflow = lookup.definition(connection, office, case.digest)
        actor = lookup.actor(connection, office, person)
        question = facts.question(connection, office, workflow, case, actor, None)
    wanted = named(Command(act), workflow, *standing(workflow, case)).event if act else ""
    found = {one.name: papers(question, one, case) for one in _ordering(workflow, standing(workflow, case))}
    chosen = {name: orders for name, orders in found.items() if orders and wanted in ("", name)}
    if len(chosen) == 1:
        return next(iter(chosen.values()))[0]
    acts = "、".join(workflow.events[name].title for name, orders in found.items() if orders)
    if not chosen:
        fix = f"可以预览的：{acts}" if acts else "请在办理公文的环节预览；样张用 zhuli notice preview 公文"
        raise NotFound(f"事项 {case_id} 现在没有可以预览的公文", fix=fix)
    raise InvalidInput(f"事项 {case_id} 现在可以出几种公文", fix=f"请用 --event 写明按哪一步预览：{acts}")


def _ordering(workflow: Workflow, stands: Places) -> Iterator[Event]:
    """Events that order papers: those which may happen now, and those whose papers are proof-read now."""
    now = here(workflow, stands)
    names = dict.fromkeys([*(one.name for one in now), *(name for one in now for name in one.proof)])
    for one in map(workflow.events.__getitem__, names):
        if any(isinstance(effect, IssueNotice) for effect in one.effects):
            yield one
