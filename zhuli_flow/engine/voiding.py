"""Whether a document may be declared void: its number stays taken, and nothing that rests on it may stand.

A case's course rests on a document when the act that ordered it moved the case or drove another one, unless a later
document of the same kind took its place, or (having driven no other) the case was terminated since. Then the course has
to be put right first, by an act of the case itself; a document that only told something can be declared void at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import SYSTEM, Workflow
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.support.plain_text import hidden

VOID = "void"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the case: ``id`` grows with time, ``seq`` is the entry that ordered it, ``state`` as stored."""

    id: int
    seq: int
    kind: str
    number: str
    state: str

    @property
    def name(self) -> str:
        """What people call it: its number, else its place in the list."""
        return self.number or str(self.id)


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the case's history, as far as it matters here; ``drove``: it opened or drove another case."""

    seq: int
    kind: str
    event: str
    moved: bool = False
    drove: bool = False


@dataclass(frozen=True, slots=True)
class Voiding:
    """What is asked of whom: to declare ``paper`` void, with every paper and every step of its case."""

    workflow: Workflow
    case: Case
    actor: Actor
    paper: Paper
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: every reason against it (none: it may be done), and in which capacity (no right: "")."""

    capacity: Capacity
    refusals: tuple[Refusal, ...]


def judge(asked: Voiding) -> Verdict:
    """May this actor declare this document void, and if not, why not: all reasons at once."""
    right = _right(asked)
    refusals = (*_form(asked), *(right if isinstance(right, list) else ()), *_in_force(asked))
    return Verdict(right if isinstance(right, Capacity) else Capacity(""), refusals)


def _right(asked: Voiding) -> Capacity | list[Refusal]:
    """Who may do the act that ordered the document may declare it void; for the system's own, the province."""
    ordering = _ordering(asked)
    event = asked.workflow.events.get(ordering.event) if ordering else None
    signers = event.sign.signers if event and event.sign else ()
    roles = [*(event.by if event else ()), *(signer.role for signer in signers)]
    province = [name for name, role in asked.workflow.roles.items() if role.of == "province"]
    mine = [role for role in roles if role != SYSTEM]
    return capacity(asked.workflow, asked.case, asked.actor, mine or province)


def _form(asked: Voiding) -> Iterable[Refusal]:
    if asked.paper.state == VOID:
        yield Refusal("already_void", f"公文 {asked.paper.name} 已经作废", "不必再办")
    if unseen := hidden(asked.reason):
        yield Refusal("bad_value", f"理由含有不可见的控制字符（{unseen}）", "请删去后重试")
    if not asked.reason.strip():
        yield Refusal("opinion_required", "作废公文须写明理由", "请用 --reason 写明为何作废")


def _in_force(asked: Voiding) -> Iterable[Refusal]:
    if asked.paper.state != VOID and rests(asked):
        case = asked.case
        state = asked.workflow.states[case.state].title if case.state in asked.workflow.states else case.state
        why = f"事项 {case.id} 现处“{state}”，依据的正是公文 {asked.paper.name}"
        fix = "请先在事项中办理相应的操作（重发、撤销、终止等），事项不再依据它之后再作废"
        yield Refusal("paper_in_force", why, fix)


def rests(asked: Voiding) -> bool:
    """Whether the course of the case, or of another it drove, still rests on the document."""
    ordering = _ordering(asked)
    if ordering is None or _replaced(asked):
        return False
    return ordering.drove or (ordering.moved and not _terminated(asked))


def _ordering(asked: Voiding) -> Step | None:
    """The step that ordered the document; None for one that no entry speaks of."""
    return next((step for step in asked.steps if step.seq == asked.paper.seq), None)


def _replaced(asked: Voiding) -> bool:
    """Whether a later document of its kind stands in its place."""
    paper = asked.paper
    return any(one.kind == paper.kind and one.state != VOID and one.id > paper.id for one in asked.papers)


def _terminated(asked: Voiding) -> bool:
    return any(
        (step.kind, step.event) == ("operation", "terminate") and step.seq > asked.paper.seq for step in asked.steps
    )
