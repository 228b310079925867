"""Proof-reading (校对): what may not be signed is refused in the act that orders a document, or before (``proof``).

The document is filled in as it will print and read through: is everything there, do the rules of official documents
(L1–L16) hold, has this machine every character. What blocks undoes the act with all its reasons; what only warns goes
on record with it. What the system does by itself (an expiry on its day) is never held up by the words of its letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from zhuli_flow.clock import local_date
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.effects import drafts
from zhuli_flow.engine.expressions.values import names_of
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import Decision, NoticeOrder, Refusal
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput, RulesRefused
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, directory, notices
from zhuli_flow.store.sql.statements import Connection

if TYPE_CHECKING:
    from zhuli_flow.documents.proofreading.sheet import Known, Registered
    from zhuli_flow.documents.templates.kind import NoticeKind

MOST = 20
"""So many missing characters are told one by one; with more, the machine lacks its fonts."""
_QUOTED = re.compile(r"（([^（）]+〔[1-9]\d{3}〕[1-9]\d*号)）")
_ORDINAL = re.compile(r"^(附件)?\s*\d*[.．、:：\s]*")


def warnings(connection: Connection, office: Office, question: Question, decision: Decision) -> tuple[Refusal, ...]:
    """What proof-reading warns of. Raises RulesRefused with every reason that blocks.

    A home without a folder of documents has nothing to be read; nor is what the system does of its own accord.
    """
    event = question.workflow.events.get(decision.event)
    if not (decision.notices or (event and event.proof)):
        return ()
    if question.actor is SYSTEM_ACTOR or not office.notices[0].is_dir():
        return ()
    drafted = drafts(question, event, decision.after) if event and event.proof else []
    found = [one for order in decision.notices for one in _read(connection, office, decision.after, order)]
    for order in drafted:
        found += _read(connection, office, decision.after, dated(order, office.today), draft=True)
    blocking = [refusal for refusal, blocks in found if blocks]
    if blocking:
        raise RulesRefused("公文校对未通过，未作任何改动", blocking, fix=blocking[0].fix)
    return tuple(refusal for refusal, _ in found)


def dated(order: NoticeOrder, today: date, digits: str = "1") -> NoticeOrder:
    """A draft with a date and a number (of these ``digits``) to stand for those it will have."""
    day = str(order.variables.get("signed_on") or today)
    number = {"number": f"{order.series}〔{day[:4]}〕{digits}号"} if order.series else {}
    variables = {"printed_on": day, **order.variables, "signed_on": day, **number}
    return NoticeOrder(order.notice, order.series, order.to, variables)


def _read(
    connection: Connection, office: Office, case: Case, order: NoticeOrder, *, draft: bool = False
) -> Iterator[tuple[Refusal, bool]]:
    """Everything to be said about one document, each with whether it blocks; of a draft not who has still to sign."""
    from zhuli_flow.documents.fonts.glyphs import check_glyphs
    from zhuli_flow.documents.proofreading.lint import lint
    from zhuli_flow.documents.proofreading.text_patterns import plain
    from zhuli_flow.documents.templates.render import render
    from zhuli_flow.services.notices.citations import CITED, cited
    from zhuli_flow.services.notices.issue import as_written, values_of

    try:
        written = _kind(office.notices, order.notice, _state_of(office.notices, order.notice))
        if written is None:
            yield _missing(office, order), True
            return
        kind = as_written(written, order.variables)
        given = {name: value for name, value in order.variables.items() if name != "n"}
        values = values_of(kind, {**given, CITED: cited(connection, kind, given)})
        html = render(kind, values)
    except InvalidInput as error:
        yield from ((Refusal("paper_incomplete", one.message, one.fix), True) for one in error.problems)
        return
    for problem in check_glyphs(html)[:MOST]:
        yield Refusal("paper_glyph", f"公文“{kind.title}”：{problem.message}", problem.fix), True
    text = plain(html)
    known = _known(connection, office, case, kind, values, text)
    for one in lint(kind, values, text, replace(known, cosigned=None) if draft else known):
        if one.severity != "info":
            why = f"公文“{kind.title}”{one.place}（{one.rule}）：{one.message}"
            yield Refusal("paper_rule", why, one.fix, one.source), one.severity == "block"


def _state_of(folders: tuple[Path, ...], name: str) -> tuple[tuple[int, int], ...]:
    """Time of change and size of the files that declare a kind and say how it prints."""
    files = (folder / f"{name}{suffix}" for folder in folders for suffix in (".yaml", ".html"))
    return tuple((found.st_mtime_ns, found.st_size) for found in (path.stat() for path in files if path.is_file()))


@lru_cache(maxsize=64)
def _kind(folders: tuple[Path, ...], name: str, _: tuple[tuple[int, int], ...]) -> NoticeKind | None:
    """The kind, read again only when its files have changed."""
    from zhuli_flow.documents.templates.catalog import load_kind

    return load_kind(folders, name)


def _missing(office: Office, order: NoticeOrder) -> Refusal:
    fix = f"请在 {office.notices[0]} 中补上 {order.notice}.yaml 和 .html"
    return Refusal("paper_incomplete", f"没有公文种类“{order.notice}”", fix)


def _known(connection: Connection, office: Office, case: Case, kind: NoticeKind, values: Values, text: str) -> Known:
    """What the office knows that the rules ask about."""
    from zhuli_flow.documents.proofreading.sheet import Known, Organisation, lead_of

    issuers = names_of(values.get("issuers")) or (str(values.get("issuer") or kind.issuer),)
    named = [*issuers, *names_of(values.get("addressees")), *names_of(values.get("copies"))]
    known = directory.organisations(connection, named)
    return Known(
        papers=_papers(connection, case, values, text),
        organisations={name: Organisation(level=found.level) for name, found in known.items()},
        cosigned=_cosigned(case, lead_of(issuers, values), values) if len(issuers) > 1 else None,
        attached=_attached(case),
        consent_on=_day(case.fields.get("consent_date")),
        is_rest_day=lambda day: not office.calendar.is_working(day),
    )


def _papers(connection: Connection, case: Case, values: Values, text: str) -> dict[str, Registered]:
    """Papers by number: those that this case, or the one it is made for (``for_case``), has received, and our own."""
    from zhuli_flow.documents.proofreading.sheet import Registered

    found: dict[str, Registered] = {}
    for number in dict.fromkeys(_QUOTED.findall("".join(text.split()))):
        for own in notices.by_number(connection, number):
            found[number] = Registered(own.title, (str(own.variables.get("issuer") or ""),))
    linked = cases.load(connection, str(case.fields["for_case"])) if case.fields.get("for_case") else None
    for one in (case, linked.case) if linked else (case,):
        senders = names_of(one.fields.get("requesters")) or names_of(values.get("addressees"))
        found |= {number: Registered(title, senders) for number, title in _received(one)}
    return found


def _received(case: Case) -> Iterator[tuple[str, str]]:
    """Number and title of each paper a case has received: its fields ``x_number`` with ``x_title``."""
    for name, number in case.fields.items():
        title = case.fields.get(f"{name.removesuffix('_number')}_title")
        if name.endswith("_number") and isinstance(title, str) and number:
            yield str(number), title


def _cosigned(case: Case, lead: str, values: Values) -> dict[str, date]:
    """The day on which each organ signed; the lead organ signs last, and its day is the document's."""
    days: dict[str, date] = {}
    for one in (signature for given in case.body.get("signed", {}).values() for signature in given):
        day = local_date(datetime.fromisoformat(one.at))
        days[one.organisation] = max(day, days.get(one.organisation, day))
    own = _day(values.get("signed_on"))
    return {**days, **({lead: own} if own and lead not in days else {})}


def _attached(case: Case) -> tuple[str, ...]:
    """Titles of the files that go with the paper (field ``enclosures``): their names without type and ordinal."""
    files = case.fields.get("enclosures")
    given = [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    return tuple(_ORDINAL.sub("", PurePath(str(one["filename"])).stem) for one in given)


def _day(value: Json) -> date | None:
    return date.fromisoformat(str(value)) if value else None
