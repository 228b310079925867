"""Writing an accepted act: entry, case, deadlines, documents, messages, linked cases opened or driven, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import HOLDER, START, Workflow
from zhuli_flow.engine import queues
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.history.new_entry import Content, DrivenBy, Driver
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import AdvanceOrder, CaseOrder, Command, Decision, NoticeOrder, Refusal
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import case_rows, facts, outcome
from zhuli_flow.services.cases.deadline_rows import _mirror
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.notices import proofread
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, inbox, notices, numbers
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection


def settle(
    connection: Connection,
    office: Office,
    question: Question,
    command: Command,
    decision: Decision,
    stored: Stored,
    because: Content | None = None,
    busy: frozenset[str] = frozenset(),
) -> Outcome:
    """Write everything one decision brings about; returns what the face may tell.

    ``because``: what made the system act, which goes into the entry.

    ``busy`` are the cases whose acts have led to this one: none of them can be driven in turn, so that it comes to an
    end. Raises RulesRefused when a linked case refuses; the caller then undoes all of it.
    """
    children = [_child(connection, office, order) for order in decision.cases]
    _take_numbers(connection, office, decision)
    warned = proofread.warnings(connection, office, question, decision)
    content = entries.fingerprint(decision.before, question.actor.person, command)
    entry = entries.of_decision(office, question, command, decision, content, warned)
    entry = entry if because is None else entry.also(because)
    values = decision.before.fields, decision.after.fields, command.values
    held = withholding.of_values(connection, question.workflow, decision.after.id, *values)
    written = entries.write(connection, decision.after.id, stored.seq, stored.head, entry, held)
    kind = question.workflow.states[decision.after.state].kind
    _put(connection, question, decision, Stored(decision.after, written.seq, written.hash, kind))
    _mirror(connection, office, question.workflow, decision)
    case_rows.keep(connection, office, question, decision)
    _queue(connection, office, question.workflow, decision)
    _tell(connection, office, question, decision, written.seq)
    _order(connection, office, decision, written.seq)
    _follow_up(connection, office, command, decision, children, busy)
    return outcome.of_act(decision, written, warned)


def _put(connection: Connection, question: Question, decision: Decision, new: Stored) -> None:
    now = question.facts.now
    if decision.before.state == START:
        cases.insert(connection, new, now)
    elif not cases.update(connection, new, decision.before.version, now):
        stale = Refusal("stale_version", f"事项 {new.case.id} 状态已变更", "请重新查看后再办理")
        raise RulesRefused(f"{stale.because}，未作任何改动", [stale], fix=stale.fix)


def _take_numbers(connection: Connection, office: Office, decision: Decision) -> None:
    """Take the very numbers that the decision gives away; in this transaction nobody else can have had one."""
    for one in decision.numbers:
        taken = numbers.take(connection, one.series, one.year, office.number_first.get(one.series, 1))
        if taken != one.n:
            raise RuntimeError(f"number {one.n} of {one.series} in {one.year} was decided, {taken} comes next")


def _order(connection: Connection, office: Office, decision: Decision, seq: int) -> None:
    for order in decision.notices:
        signed_on = date.fromisoformat(str(order.variables["signed_on"]))
        notices.add(
            connection,
            case_id=decision.after.id,
            seq=seq,
            kind=order.notice,
            variables={name: value for name, value in order.variables.items() if name != "n"},
            at=office.clock.now(),
            recipients=order.to,
            series=order.series,
            year=signed_on.year if order.series else None,
            n=_n(order),
            number=entries.text(order.variables.get("number")),
            signed_on=signed_on,
        )


def _n(order: NoticeOrder) -> int | None:
    return int(str(order.variables["n"])) if "n" in order.variables else None


def _queue(connection: Connection, office: Office, workflow: Workflow, decision: Decision) -> None:
    for move in queues.moves(workflow, decision):
        if move.takes:
            place = queues.next_place(cases.places(connection, move.quota))
            cases.take_place(connection, move.quota, decision.after.id, place, office.clock.now())
        else:
            cases.leave_queue(connection, move.quota, decision.after.id)


def _tell(connection: Connection, office: Office, question: Question, decision: Decision, seq: int) -> None:
    holders = replace(question, case=decision.after).holders() if decision.messages else ()
    count = 0
    for message in decision.messages:
        for role in holders if message.role == HOLDER else (message.role,):
            count += 1
            inbox.put(
                connection,
                key=f"{decision.after.id}/{seq}/{count}",
                text=message.text,
                at=office.clock.now(),
                person=message.person or None,
                role=None if message.person else role or None,  # a message to a person is not also for the role
                case_id=decision.after.id,
                address=letter_address(question.workflow, decision.after, role),
            )


def _follow_up(
    connection: Connection,
    office: Office,
    command: Command,
    decision: Decision,
    children: list[Case],
    busy: frozenset[str],
) -> None:
    """The linked cases to open and to drive."""
    busy |= {decision.after.id}
    for child, opening in zip(children, decision.cases, strict=True):
        _open(connection, office, child, opening, busy)
    by = DrivenBy(Driver(decision.after.id, decision.event, decision.title))
    for order in decision.advances:
        _drive(connection, office, order, command.opinion, by, busy)


def _child(connection: Connection, office: Office, order: CaseOrder) -> Case:
    """The case to open, not yet begun. Raises NotFound for a workflow not in use or an applicant nobody knows.

    Raises RulesRefused for a retired workflow.
    """
    workflow = lookup.for_new_cases(connection, office, order.workflow)
    applicant = lookup.organisation(connection, str(order.values["applicant"]))
    opened_at = office.clock.now().isoformat(timespec="seconds")
    return Case(order.id, workflow.name, workflow.version, workflow.digest, applicant, START, 0, opened_at, {})


def _open(connection: Connection, office: Office, child: Case, order: CaseOrder, busy: frozenset[str]) -> None:
    """Open the linked case in the same transaction; when its own rules refuse, nothing of the whole act remains."""
    workflow = lookup.definition(connection, office, child.digest)
    values = {name: value for name, value in order.values.items() if name != "applicant"}
    command = Command(order.event, values)
    question = facts.question(connection, office, workflow, child, SYSTEM_ACTOR, command)
    answer = decide(question, command)
    if not isinstance(answer, Decision):
        why = _named(f"为{child.applicant.name}开启“{workflow.title}”", answer)
        raise RulesRefused("关联事项不能开启，全部未作改动", why, fix=why[0].fix)
    settle(connection, office, question, command, answer, Stored(child), busy=busy)


def _drive(
    connection: Connection,
    office: Office,
    order: AdvanceOrder,
    opinion: str,
    because: DrivenBy,
    busy: frozenset[str],
) -> None:
    """One act of the system on a linked case, with the opinion of the act that drives it; refused, all is refused."""
    stored = cases.load(connection, order.case) if order.case else None
    if stored is None or stored.case.workflow != order.workflow or order.case in busy:
        odd = _not_to_be_driven(order, stored)
        raise RulesRefused("关联事项不能办理，全部未作改动", [odd], fix=odd.fix)
    workflow = lookup.definition(connection, office, stored.case.digest)
    command = Command(order.event, order.values, opinion=opinion)
    question = facts.question(connection, office, workflow, stored.case, SYSTEM_ACTOR, command)
    answer = decide(question, command)
    if not isinstance(answer, Decision):
        why = _named(f"关联事项 {order.case}（{workflow.title}，{stored.case.applicant.name}）", answer)
        raise RulesRefused("关联事项不能办理，全部未作改动", why, fix=why[0].fix)
    settle(connection, office, question, command, answer, stored, because, busy)


def _not_to_be_driven(order: AdvanceOrder, stored: Stored | None) -> Refusal:
    if not order.case:
        return Refusal("no_linked_case", f"没有注明关联的 {order.workflow} 事项", "请先填写关联事项的编号")
    if stored is None:
        return Refusal("no_linked_case", f"没有事项“{order.case}”", "请核对关联事项的编号")
    if stored.case.workflow != order.workflow:
        why = f"事项 {order.case} 是 {stored.case.workflow}，不是 {order.workflow}"
        return Refusal("no_linked_case", why, "请核对关联事项的编号")
    why = f"事项 {order.case} 正因同一次办理而变动，不能再被推动"
    return Refusal("driven_in_a_circle", why, "请检查流程定义中的 advance，勿使两个事项互相推动")


def _named(where: str, refusals: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """The reasons of another case, each saying whose it is."""
    return tuple(replace(one, because=f"{where}：{one.because}") for one in refusals)
