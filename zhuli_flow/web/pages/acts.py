"""Doing an act: from the form to the one way a case moves, and back to its page with what came of it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused
from zhuli_flow.services import reading
from zhuli_flow.services.cases import act_form, attachments, drafts
from zhuli_flow.services.cases.act_form import ActForm
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.attachments import Kept
from zhuli_flow.services.cases.preview import preview
from zhuli_flow.services.notices.picture import drawn, pages_of
from zhuli_flow.web import case_page, posting, sheet_page
from zhuli_flow.web.case_page import Look, PaperOnTrial, Reason, Typed
from zhuli_flow.web.identity import AlsoAuthor, Visit, Visitor
from zhuli_flow.web.posting import KeptFile, Number, Posted
from zhuli_flow.web.problems import reasons_of, status_of, without_commands

router = APIRouter(include_in_schema=False)


@router.post("/cases")
def open_(visitor: Visitor, form: Posted) -> Response:
    """Open a case."""
    workflow, applicant = posting.text(form, "workflow"), posting.text(form, "applicant")
    _, asked = act_form.opening_form(visitor.office, workflow, visitor.person)
    typed = _typed(form, asked, [])
    try:
        outcome = open_case(
            visitor.office,
            workflow,
            applicant,
            visitor.person,
            posting.values(form, asked),
            opinion=typed.opinion,
            request_id=typed.request,
        )
    except RulesRefused as refused:
        look = Look("", asked, typed, _refusals(refused), message=refused.message)
        return case_page.opening(visitor, workflow, look, applicant, status_of(refused))
    except NotFound as unknown:
        look = Look("", asked, typed, problems=[(unknown.message, "请从名录中选择申报单位")], message="没有开启事项")
        return case_page.opening(visitor, workflow, look, applicant, 422)
    return RedirectResponse(f"/cases/{outcome.case}?done={outcome.seq}", status_code=303)


@router.post("/cases/{case_id}/acts/{event}")
def act(visitor: AlsoAuthor, case_id: str, event: str, form: Posted) -> Response:
    """Do one act on a case."""
    asked, files, look = _read(visitor, case_id, event, form)
    if look is not None:
        return sheet_page.show(visitor, case_id, look, 422)
    return _do(visitor, case_id, asked, form, files)


@router.post("/cases/{case_id}/drafts/{event}")
def draft(visitor: AlsoAuthor, case_id: str, event: str, form: Posted) -> Response:
    """Keep what was typed so far, or throw it away; files are not part of it."""
    reading.require(visitor.office, case_id)
    if posting.text(form, "discard"):
        drafts.drop(visitor.office, visitor.person, case_id, event)
    else:
        typed = {key: [one for one in form.getlist(key) if isinstance(one, str)] for key in form if key != "kept"}
        version = posting.number(form, "version") or 0
        drafts.keep(visitor.office, visitor.person, case_id, event, version, typed)
    return RedirectResponse(f"/cases/{case_id}?act={quote(event)}#act", status_code=303)


@router.post("/cases/{case_id}/preview/{event}")
def try_out(visitor: AlsoAuthor, case_id: str, event: str, form: Posted) -> Response:
    """The papers that the act would print, beside the form; nothing is done."""
    asked, files, look = _read(visitor, case_id, event, form)
    if look is not None:
        return sheet_page.show(visitor, case_id, look, 422)
    typed, command = _typed(form, asked, files), _command(visitor, case_id, asked, form, files)
    try:
        found = preview(visitor.office, case_id, visitor.person, command)
    except RulesRefused as refused:
        return _not_done(visitor, case_id, asked, typed, refused)
    papers = []
    for job, data in zip(found.jobs, visitor.site.printing.trial(found.jobs), strict=True):
        papers.append(PaperOnTrial(job.title, visitor.site.previews.keep(visitor.person, data), pages_of(data)))
    told = {f"field-{name}": value for name, value in typed.values.items()}
    hints = [
        Reason(
            one.because, without_commands(one.fix), clause=one.clause or "", link=case_page.quoted_in(one.because, told)
        )
        for one in found.warnings
    ]
    return sheet_page.show(visitor, case_id, Look("", asked, typed, papers=papers, hints=hints))


@router.get("/previews/{name}/{page}.png")
def picture(visitor: AlsoAuthor, name: str, page: Number) -> Response:
    """A picture of a page of a paper on trial, for who asked for it."""
    data = visitor.site.previews.get(visitor.person, name)
    made = drawn(data, page) if data else None
    if made is None:
        raise NotFound("这份预览已经不在了", fix="请回到事项重新预览")
    return Response(made, media_type="image/png", headers={"cache-control": "private, max-age=3600"})


def _read(visitor: Visit, case_id: str, event: str, form: FormData) -> tuple[ActForm, list[KeptFile], Look | None]:
    """The form that was sent, its files taken in; a look when one of these can't be taken."""
    reading.require(visitor.office, case_id)
    asked = act_form.form(visitor.office, case_id, visitor.person, event)
    if asked is None:
        raise NotFound(f"事项 {case_id} 的流程中没有“{event}”这个操作", fix="请从“下一步”中选择")
    files = posting.kept(form, visitor.site.key, visitor.person)
    try:
        files += _taken(visitor, case_id, form)
    except InvalidInput as wrong:
        look = Look("", asked, _typed(form, asked, files), problems=reasons_of(wrong), message=wrong.message)
        return asked, files, look
    return asked, files, None


def _command(visitor: Visit, case_id: str, asked: ActForm, form: FormData, files: list[KeptFile]) -> Command:
    typed, stored = _typed(form, asked, files), _sorted(visitor, case_id, files)
    return Command(
        asked.option.event,
        {**posting.everything(form, asked), **stored.values},
        stored.materials,
        typed.opinion,
        typed.request,
        typed.version,
        bool(posting.text(form, "decline")),
    )


def _do(visitor: Visit, case_id: str, asked: ActForm, form: FormData, files: list[KeptFile]) -> Response:
    typed, command = _typed(form, asked, files), _command(visitor, case_id, asked, form, files)
    try:
        outcome = advance(visitor.office, case_id, visitor.person, command)
    except RulesRefused as refused:
        return _not_done(visitor, case_id, asked, typed, refused)
    if drafts.find(visitor.office, visitor.person, case_id, command.event):
        drafts.drop(visitor.office, visitor.person, case_id, command.event)
    if outcome.notices:
        visitor.site.printing.order(case_id)
    return RedirectResponse(f"/cases/{case_id}?done={outcome.seq}", status_code=303)


def _taken(visitor: Visit, case_id: str, form: FormData) -> list[KeptFile]:
    """The files that were sent, taken in; each is good for this person's next try as well."""
    with posting.uploads(form) as sent:
        if not sent:
            return []
        stored = attachments.take_in(visitor.office, case_id, sent)
    return [
        posting.sealed(name, one, visitor.site.key, visitor.person) for name, files in stored.items() for one in files
    ]


def _sorted(visitor: Visit, case_id: str, files: list[KeptFile]) -> Kept:
    """Files by what they are for: a material, or a field that holds files."""
    return attachments.sort_in(visitor.office, case_id, posting.by_name(files))


def _typed(form: FormData, asked: ActForm, files: list[KeptFile]) -> Typed:
    return Typed(
        posting.everything(form, asked),
        files,
        posting.text(form, "opinion"),
        posting.number(form, "version"),
        posting.text(form, "request"),
    )


def _not_done(visitor: Visit, case_id: str, asked: ActForm, typed: Typed, refused: RulesRefused) -> Response:
    """The form again with what was typed, and every reason."""
    look = Look("", asked, typed, _refusals(refused), message=refused.message)
    return sheet_page.show(visitor, case_id, look, status_of(refused))


def _refusals(refused: RulesRefused) -> list[Refusal]:
    return [one for one in refused.refusals if isinstance(one, Refusal)]
