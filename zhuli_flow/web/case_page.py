"""One case as a page: what stands there, what may be done next and why not, the form of an act, what was typed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from starlette.responses import Response

from zhuli_flow.definitions.model.workflow import OPERATIONS
from zhuli_flow.drawing import svg
from zhuli_flow.engine.model.decision import Option, Refusal
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT
from zhuli_flow.services import reading
from zhuli_flow.services.cases import act_form, case_picture, drafts, view
from zhuli_flow.services.cases.act_form import ActForm
from zhuli_flow.services.history.verify import break_in
from zhuli_flow.store import directory
from zhuli_flow.web import entry_lines, posting
from zhuli_flow.web.identity import Visit
from zhuli_flow.web.problems import advice

TABS = {"": "办理", "content": "内容与材料", "papers": "公文", "deadlines": "期限", "history": "留痕"}
HISTORY = "history"
_QUOTED = re.compile("“([^“”]{2,})”")
MANY = 40
"""More people or organisations than this are not shown as boxes to tick."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was posted and came back: values by field, files kept meanwhile, opinion, and the version looked at."""

    values: Mapping[str, object] = field(default_factory=dict)
    kept: Sequence[posting.KeptFile] = ()
    opinion: str = ""
    version: int | None = None
    request: str = ""
    draft_of: str = ""
    """When a draft was kept from which this comes (UTC text); empty: from none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why not: what, what mends it, and at which item of the form (its anchor, empty: none).

    ``link``: where on this case it is mended, the item of the form or another act; empty where that is not known.
    """

    because: str
    fix: str
    anchor: str = ""
    clause: str = ""
    who: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class PaperOnTrial:
    """A paper as the act would print it: its title, the name of its pictures, how many pages."""

    title: str
    name: str
    pages: int


@dataclass(frozen=True, slots=True)
class Look:
    """What of a case is looked at: the tab, the form of an act, and what came of posting it."""

    tab: str = ""
    form: ActForm | None = None
    typed: Typed = field(default_factory=Typed)
    refusals: Sequence[Refusal] = ()
    problems: Sequence[tuple[str, str]] = ()
    message: str = ""
    done: int = 0
    papers: Sequence[PaperOnTrial] = ()
    hints: Sequence[Reason] = ()
    """What proof-reading warns of in the papers on trial: its clause, what mends it, the item that it quotes."""


def drafted(visitor: Visit, case_id: str, form: ActForm) -> Typed:
    """What this person has typed for the act and kept as a draft; nothing without one."""
    kept = drafts.find(visitor.office, visitor.person, case_id, form.option.event)
    if kept is None:
        return Typed()
    posted = posting.of_pairs(kept.form)
    typed, opinion = posting.everything(posted, form), posting.text(posted, "opinion")
    return Typed(typed, opinion=opinion, draft_of=kept.saved_at)


def show(visitor: Visit, case_id: str, look: Look, status: int = 200) -> Response:
    """The page of a case for a person who may see it."""
    office = visitor.office
    told = view.show(office, case_id, visitor.person)
    options = view.options(office, case_id, visitor.person)
    closed = () if reading.opens(office, case_id, "papers") else ("papers",)
    titles = view.titles(office, case_id)
    broken = break_in(office, case_id)
    told_of = look.tab == HISTORY or look.done or look.refusals
    entries = view.history(office, case_id, visitor.person) if told_of else []
    lines = [entry_lines.line(one, titles) for one in entries]
    return visitor.page(
        "case.html",
        status=status,
        told=told,
        titles=titles,
        tab=look.tab,
        tabs={name: title for name, title in TABS.items() if name not in closed},
        open=[one for one in options if one.allowed],
        operations=OPERATIONS,
        **_refused(options, look.form),
        entries=lines,
        broken=broken,
        partial=not reading.opens(office, case_id, "history"),
        done=next((one for one in lines if one.seq == look.done), None),
        picture=_picture(visitor, case_id) if look.tab == "" else "",
        people=waiting(options),
        **of_act(visitor, look),
        changed=_since(lines, look),
    )


def _picture(visitor: Visit, case_id: str) -> Markup:
    """The way the case went, as its own tab shows it."""
    return Markup(svg.drawn(case_picture.picture(visitor.office, case_id)))  # nosec B704  # noqa: S704 - every text in it is escaped


def opening(
    visitor: Visit, workflow: str, look: Look | None = None, applicant: str = "", status: int = 200
) -> Response:
    """The form by which a case of this workflow is opened."""
    book, form = act_form.opening_form(visitor.office, workflow, visitor.person)
    look = look or Look()
    with visitor.office.database.read() as connection:
        every = directory.every_organisation(connection)
    mine = visitor.actor.organisation
    applicants = [one for one in every if one.kind in book.applicant_kinds and mine.city in ("", one.city)]
    filled = Look(look.tab, form, look.typed, look.refusals, look.problems, look.message)
    return visitor.page(
        "open.html",
        status=status,
        book=book,
        applicants=applicants,
        applicant=applicant,
        **of_act(visitor, filled),
        changed=[],
    )


def of_act(visitor: Visit, look: Look) -> dict[str, object]:
    """What the form of an act needs; its request id is made here once, so that sending twice does once."""
    form = look.form
    reasons = [_reason(one, form) for one in look.refusals]
    return {
        "form": form,
        "typed": look.typed,
        "request": look.typed.request or secrets.token_urlsafe(16),
        "reasons": reasons,
        "at_item": {one.anchor: one for one in reversed(reasons) if one.anchor},
        "problems": look.problems,
        "leftover": _leftover(look),
        "message": look.message,
        "papers": look.papers,
        "hints": look.hints,
        "choices": _choices(visitor, form) if form else {},
        "sign": visitor.site.key,
        "many": MANY,
    }


def _leftover(look: Look) -> list[tuple[str, object]]:
    """What was typed for fields that the act, moved on meanwhile, does not ask for any more."""
    if look.form is None:
        return []
    asked = {one.name for one in look.form.fields}
    gone = (one for one in look.form.readable if one.name not in asked and one.name in look.typed.values)
    return [(one.title, look.typed.values[one.name]) for one in gone]


def _choices(visitor: Visit, form: ActForm) -> dict[str, list[tuple[str, str]]]:
    """Whom a field of people or organisations may name, as (value, title), by field."""
    kinds = {"people", "organisation", "organisations"}
    wanted = [one.field for one in form.fields if one.field.type in kinds]
    if not wanted:
        return {}
    with visitor.office.database.read() as connection:
        people = directory.everybody(connection, visitor.office.today)
        organisations = directory.every_organisation(connection)
    return {
        one.name: [
            (who.person, f"{who.person}（{who.organisation.name}）")
            for who in people
            if one.role is None or one.role in who.roles
        ]
        if one.type == "people"
        else [(each.id, each.name) for each in organisations if not one.kinds or each.kind in one.kinds]
        for one in wanted
    }


def _of_others(option: Option) -> list[Refusal]:
    """The reasons that are about the person, not the case."""
    return [one for one in option.because if one.code in NO_RIGHT]


def _refused(options: Sequence[Option], form: ActForm | None) -> dict[str, object]:
    """What may not be done and why: by the state of the case, among it operations apart, or by who it is for."""

    def reasons(one: Option, because: Sequence[Refusal]) -> list[Reason]:
        asked = form if form and form.option.event == one.event else None
        return [_linked(_reason(each, asked), one, options) for each in because]

    barred = [one for one in options if not one.allowed]
    closed = [(one, reasons(one, one.because)) for one in barred if not _of_others(one)]
    return {
        "closed": closed,
        "closed_operations": [told for told in closed if told[0].event in OPERATIONS],
        "others": [(one, reasons(one, _of_others(one))) for one in barred if _of_others(one)],
    }


def _linked(reason: Reason, barred: Option, options: Sequence[Option]) -> Reason:
    """The reason with where it is mended: at the item of the open form, or by the act whose title its advice quotes."""
    if reason.anchor:
        return replace(reason, link=f"#{reason.anchor}")
    named = (one.event for one in options if f"“{one.title}”" in reason.fix and one.event != barred.event)
    event = next(named, "")
    return replace(reason, link=f"?act={event}#act") if event else reason


def _reason(refusal: Refusal, form: ActForm | None) -> Reason:
    return Reason(refusal.because, advice(refusal), _anchor(refusal, form), refusal.clause, refusal.who)


def quoted_in(because: str, items: Mapping[str, object]) -> str:
    """The link to the item of a form whose text a finding quotes; empty where it quotes none.

    The first thing quoted is the kind of paper.
    """
    words = _QUOTED.findall(because)[1:]
    found = (anchor for word in words for anchor, value in items.items() if isinstance(value, str) and word in value)
    anchor = next(found, "")
    return f"#{anchor}" if anchor else ""


def _anchor(refusal: Refusal, form: ActForm | None) -> str:
    """The item of the form that a refusal is about: by its title as the refusal quotes it."""
    if form is None:
        return ""
    if refusal.code in {"opinion_required", "explanation_required"}:
        return "opinion"
    for prefix, asked in (("field", form.fields), ("file", form.materials)):
        for one in asked:
            if f"“{one.title}”" in refusal.because:
                return f"{prefix}-{one.name}"
    return "argument-person" if refusal.code == "unknown_person" else ""


def waiting(options: Sequence[Option]) -> list[str]:
    """Who must act next, as far as the refusals of this person's options name them."""
    named = [who for one in options for reason in _of_others(one) for who in reason.who if who != "系统"]
    return list(dict.fromkeys(named))


def _since(lines: Sequence[entry_lines.EntryLine], look: Look) -> list[entry_lines.EntryLine]:
    """What others did since the person looked at the version that was posted."""
    seen = look.typed.version
    if seen is None or not any(one.code == "stale_version" for one in look.refusals):
        return []
    return [one for one in lines if one.version > seen and one.kind != "refused"]


def sheet(visitor: Visit, case_id: str) -> Response:
    """The case on paper (办理情况表): how it stands and all that was done, for A4."""
    office = visitor.office
    titles = view.titles(office, case_id)
    lines = [entry_lines.line(one, titles) for one in view.history(office, case_id, visitor.person)]
    return visitor.page(
        "sheet.html",
        status=200,
        told=view.show(office, case_id, visitor.person),
        titles=titles,
        entries=[one for one in lines if one.kind != "refused"],
        broken=break_in(office, case_id),
        partial=not reading.opens(office, case_id, "history"),
        people=waiting(view.options(office, case_id, visitor.person)),
    )
