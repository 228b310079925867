"""Declaring a document void: its number stays taken, the reason goes on record, and nothing that rests on it may stand.

A case's course rests on a document when the act that ordered it moved the case or drove another one, unless a later
document of the same kind took its place, or (having driven no other) the case was terminated since. Then the course has
to be put right first, by an act of the case itself; a document that only told something can be declared void at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import SYSTEM, Workflow
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import NO_RIGHT, Refusal
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.errors import NoRight, NotFound, RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries
from zhuli_flow.services.notices.browse import find, told
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, notices
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

EVENT, TITLE = "void", "作废公文"


@dataclass(frozen=True, slots=True)
class _Matter:
    """What the decision looks at: the document, its case, who asks, the entry that ordered it and what came after."""

    notice: StoredNotice
    stored: Stored
    workflow: Workflow
    actor: Actor
    ordering: Mapping[str, Json]
    replaced: bool
    terminated: bool

    @property
    def name(self) -> str:
        return self.notice.number or str(self.notice.id)

    def right(self) -> Capacity | list[Refusal]:
        """Who may do the act that ordered the document may declare it void; for the system's own, the province."""
        event = self.workflow.events.get(str(self.ordering.get("event")))
        signers = event.sign.signers if event and event.sign else ()
        roles = [*(event.by if event else ()), *(signer.role for signer in signers)]
        province = [name for name, role in self.workflow.roles.items() if role.of == "province"]
        mine = [role for role in roles if role != SYSTEM]
        return capacity(self.workflow, self.stored.case, self.actor, mine or province)

    def rests(self) -> bool:
        """Whether the course of the case, or of another it drove, still rests on the document."""
        if self.replaced:
            return False
        drove = any(self.ordering.get(key) for key in ("cases", "advanced"))
        moved = self.ordering.get("from") != self.ordering.get("to")
        return drove or (moved and not self.terminated)


def void(office: Office, which: str, reason: str, person: str) -> dict[str, Json]:
    """Declare the document of that id or number void. Returns it as ``papers.told``, with ``reason``.

    Raises NotFound, RulesRefused or NoRight with every reason; a refused attempt is recorded too.
    """
    with office.database.write() as connection:
        matter = _matter(connection, office, find(connection, which), person)
        refusals = list(_refusals(matter, reason))
        if not refusals:
            notices.void(connection, matter.notice.id)
        _record(connection, office, matter, reason, refusals)
        after = notices.load(connection, matter.notice.id) or matter.notice
    if refusals:
        kind = NoRight if any(refusal.code in NO_RIGHT for refusal in refusals) else RulesRefused
        raise kind(f"公文 {matter.name}：不予作废，未作任何改动", refusals, fix=refusals[0].fix)
    return {**told(office, after), "reason": reason.strip()}


def _matter(connection: Connection, office: Office, one: StoredNotice, person: str) -> _Matter:
    stored = cases.load(connection, one.case_id)
    if stored is None:
        raise NotFound(f"公文 {one.id} 所属的事项“{one.case_id}”不在库中", fix="请运行 zhuli db check 检查数据库")
    links = audit.entries(connection, one.case_id)
    ordering = next((entries.body_of(link.body) for link in links if link.seq == one.seq), {})
    papers = notices.of_case(connection, one.case_id)
    return _Matter(
        notice=one,
        stored=stored,
        workflow=lookup.definition(connection, office, stored.case.digest),
        actor=lookup.actor(connection, office, person),
        ordering=ordering,
        replaced=any(paper.kind == one.kind and paper.state != "void" and paper.id > one.id for paper in papers),
        terminated=any((link.kind, link.event) == ("operation", "terminate") and link.seq > one.seq for link in links),
    )


def _refusals(matter: _Matter, reason: str) -> Sequence[Refusal]:
    found: list[Refusal] = []
    if matter.notice.state == "void":
        found.append(Refusal("already_void", f"公文 {matter.name} 已经作废", "不必再办"))
    if not reason.strip():
        found.append(Refusal("opinion_required", "作废公文须写明理由", "请用 --reason 写明为何作废"))
    right = matter.right()
    found += right if isinstance(right, list) else []
    if matter.notice.state != "void" and matter.rests():
        case = matter.stored.case
        state = matter.workflow.states[case.state].title if case.state in matter.workflow.states else case.state
        why = f"事项 {case.id} 现处“{state}”，依据的正是公文 {matter.name}"
        fix = "请先在事项中办理相应的操作（重发、撤销、终止等），事项不再依据它之后再作废"
        found.append(Refusal("paper_in_force", why, fix))
    return found


def _record(connection: Connection, office: Office, matter: _Matter, reason: str, refusals: Sequence[Refusal]) -> None:
    right, stored, one = matter.right(), matter.stored, matter.notice
    stands = right if isinstance(right, Capacity) else Capacity("")
    paper: dict[str, Json] = {
        "id": one.id,
        "kind": one.kind,
        "number": one.number,
        "sha256": one.sha256,
        "size": one.size,
        "state": one.state if refusals else "void",
    }
    more: dict[str, Json] = {
        "actor": entries.actor_json(matter.actor, stands.role, stands.on_behalf_of, stands.how),
        "opinion": reason.strip(),
        "notices": [paper],
    }
    if refusals:
        more["refusals"] = [refusal.json() for refusal in refusals]
        body = entries.of_system(office, stored.case, "refused", EVENT, TITLE, more)
    else:
        body = entries.of_system(office, stored.case, "notice", EVENT, TITLE, more)
    entries.note(connection, office, stored, body)
