"""Declaring a document void: gathers what the law asks about, records its answer, and marks the document."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.engine import voiding
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT
from zhuli_flow.engine.voiding import VOID, Paper, Step, Verdict, Voiding
from zhuli_flow.errors import NoRight, NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.notices.browse import PaperShown, mine, shown
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, notices
from zhuli_flow.store.audit import Entry
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

EVENT, TITLE = "void", "作废公文"


class Voided(PaperShown, frozen=True):
    """A document that was declared void, and why."""

    reason: str


class VoidPaper(msgspec.Struct, frozen=True):
    """What the entry keeps of the document that was, or was not, declared void."""

    id: int
    kind: str
    number: str | None
    sha256: str | None
    size: int | None
    state: str


class VoidEntry(Content, frozen=True):
    """What the entry says: the reason, the document, and why it was not declared void."""

    opinion: str
    notices: tuple[VoidPaper]
    refusals: tuple[Refusal, ...] | UnsetType


def void(office: Office, which: str, reason: str, person: str) -> Voided:
    """Declare the document of that id or number void.

    Raises NotFound, RulesRefused or NoRight with every reason; a refused attempt is recorded too.
    """
    with office.database.write() as connection:
        notice = mine(connection, office, which)
        stored = _case(connection, notice)
        asked = _gather(connection, office, notice, stored, reason, person)
        verdict = voiding.judge(asked)
        if not verdict.refusals:
            notices.void(connection, notice.id)
        _record(connection, office, asked, notice, stored, verdict)
        after = notices.load(connection, notice.id) or notice
    if verdict.refusals:
        kind = NoRight if any(refusal.code in NO_RIGHT for refusal in verdict.refusals) else RulesRefused
        why = f"公文 {asked.paper.name}：不予作废，未作任何改动"
        raise kind(why, verdict.refusals, fix=verdict.refusals[0].fix)
    return Voided(**msgspec.structs.asdict(shown(office, after)), reason=reason.strip())


def _case(connection: Connection, one: StoredNotice) -> Stored:
    stored = cases.load(connection, one.case_id)
    if stored is None:
        raise NotFound(f"公文 {one.id} 所属的事项“{one.case_id}”不在库中", fix="请运行 zhuli db check 检查数据库")
    return stored


def _gather(
    connection: Connection, office: Office, notice: StoredNotice, stored: Stored, reason: str, person: str
) -> Voiding:
    case = stored.case
    return Voiding(
        workflow=lookup.definition(connection, office, case.digest),
        case=case,
        actor=lookup.actor(connection, office, person),
        paper=_paper(notice),
        papers=tuple(map(_paper, notices.of_case(connection, case.id))),
        steps=tuple(map(_step, audit.entries(connection, case.id))),
        reason=reason,
    )


def _paper(one: StoredNotice) -> Paper:
    return Paper(one.id, one.seq, one.kind, one.number or "", one.state)


def _step(link: Entry) -> Step:
    entry = read(link.body)
    moved, drove = entry.source != entry.to, bool(entry.cases or entry.advanced)
    return Step(link.seq, link.kind, link.event, moved=moved, drove=drove)


def _record(
    connection: Connection, office: Office, asked: Voiding, one: StoredNotice, stored: Stored, verdict: Verdict
) -> None:
    stands, refused = verdict.capacity, verdict.refusals
    state = one.state if refused else VOID
    paper = VoidPaper(one.id, one.kind, one.number, one.sha256, one.size, state)
    content = VoidEntry(asked.reason.strip(), (paper,), refused or UNSET)
    kind, actor = "refused" if refused else "notice", entries.doer(asked.actor, stands)
    entry = entries.of_system(office, stored.case, kind, EVENT, TITLE, content, actor=actor)
    entries.note(connection, stored, entry, withholding.of_case(connection, office, stored))
