"""The one way a case moves: one transaction writes case, history, deadlines, documents and messages, or nothing.

Read it top down: answer a known request, load the case and its pinned definition, ask the law, record what it said.
"""

from __future__ import annotations

from collections.abc import Sequence

from zhuli_flow.definitions.model.workflow import OPERATIONS, START, Workflow
from zhuli_flow.engine import numbering
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import opening_event
from zhuli_flow.engine.decide import decide, is_about_right
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.case import Case, Nothing
from zhuli_flow.engine.model.decision import Command, Decision, Refusal
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.engine.naming import named
from zhuli_flow.engine.position import standing
from zhuli_flow.errors import InvalidInput, NoRight, NotFound, RulesRefused, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import facts, outcome
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.cases.settle import settle
from zhuli_flow.services.history import entries, withholding
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases, numbers
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, savepoint
from zhuli_flow.support.plain_text import hidden


def advance(
    office: Office,
    case_id: str,
    person: str,
    command: Command,
    *,
    dry_run: bool = False,
    because: Content | None = None,
) -> Outcome:
    """Do what ``command`` asks on the case. Raises RulesRefused or NoRight with every reason, NotFound, InvalidInput.

    The same request id twice gives the first answer; a refused attempt is recorded too. ``dry_run`` writes nothing.
    ``because``: what made the system act, which the entry of an accepted act says too.
    """
    with office.database.write() as connection:
        answer = _act(connection, office, case_id, person, command, {}, dry_run=dry_run, because=because)
    if isinstance(answer, RulesRefused):
        raise answer
    return answer


def advance_many(office: Office, asked: Sequence[tuple[str, str, Command]]) -> list[Outcome | ZhuliError]:
    """Do many acts, each ``(case id, person, command)``, in one transaction; the answers come in the order asked.

    One that ``advance`` would refuse is answered by that error and undoes no other; any other failure undoes all.
    Others who write wait meanwhile, so ask for some hundreds at a time.
    """
    met: dict[str, Actor] = {}
    with office.database.write() as connection:
        return [advance_within(connection, office, case_id, person, command, met) for case_id, person, command in asked]


def advance_within(
    connection: Connection,
    office: Office,
    case_id: str,
    person: str,
    command: Command,
    met: dict[str, Actor] | None = None,
    *,
    because: Content | None = None,
) -> Outcome | ZhuliError:
    """One act as part of the caller's transaction, which goes on whatever the answer: an error undoes this act alone.

    ``met`` remembers the people whom acts of this transaction have read; ``because`` as for ``advance``.
    """
    try:
        with savepoint(connection):
            return _act(connection, office, case_id, person, command, {} if met is None else met, because=because)
    except (RulesRefused, NotFound, InvalidInput) as error:
        return error


def _act(
    connection: Connection,
    office: Office,
    case_id: str,
    person: str,
    command: Command,
    met: dict[str, Actor],
    *,
    dry_run: bool = False,
    because: Content | None = None,
) -> Outcome | RulesRefused:
    """One act in the caller's transaction; a refusal is recorded there and returned, not raised, so that it stays.

    ``met`` holds the people this very transaction has read: nobody else can change the directory before it ends.
    """
    looked_for = "" if hidden(command.request_id) else command.request_id  # no database need take such a text
    stored, request_known = lookup.act_start(connection, case_id, looked_for)
    workflow = lookup.definition(connection, office, stored.case.digest)
    command = named(command, workflow, *standing(workflow, stored.case))
    if person not in met:
        met[person] = lookup.actor(connection, office, person)
    actor = met[person]
    told = _known_request(connection, stored.case, actor, command, known=request_known)
    if isinstance(told, Outcome):
        return told
    question = facts.question(connection, office, workflow, stored.case, actor, command)
    answer = told or decide(question, command, _last_act(connection, case_id, command))
    if isinstance(answer, Decision):
        if dry_run:
            return outcome.planned(answer)
        settled = _settled(connection, office, question, command, answer, stored, because)
        if isinstance(settled, Outcome):
            return settled
        answer = settled
    if not dry_run:
        _record_refusal(connection, office, question, command, stored, answer)
    return _refused(stored.case, workflow, command, answer)


def open_case(
    office: Office,
    workflow_name: str,
    applicant: str,
    person: str,
    values: Values = Nothing,
    *,
    opinion: str = "",
    request_id: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Open a case for ``applicant`` by the opening event this person may use. Raises as ``advance`` does."""
    refusals: tuple[Refusal, ...] = ()
    with office.database.write() as connection:
        workflow = lookup.for_new_cases(connection, office, workflow_name)
        actor = lookup.actor(connection, office, person)
        _stands(connection, applicant)
        command = Command(opening_event(workflow, actor), values, opinion=opinion, request_id=request_id)
        command = named(command, workflow, START)
        blank = _blank(connection, office, workflow, applicant, numbered=not dry_run)
        told = _known_request(connection, blank, actor, command)
        if isinstance(told, Outcome):
            return told
        question = facts.question(connection, office, workflow, blank, actor, command)
        answer = told or decide(question, command)
        if isinstance(answer, Decision):
            if dry_run:
                return outcome.planned(answer)
            _take_number(connection, workflow, blank)
            return settle(connection, office, question, command, answer, Stored(blank))
        refusals = answer
        if not dry_run:
            attempt = entries.of_refusal(office, workflow, actor, blank, command, refusals)
            held = withholding.of_values(connection, workflow, OFFICE_CHAIN, command.values)
            entries.refuse_opening(connection, office, attempt, held)
    raise _refused(blank, workflow, command, refusals)


def _stands(connection: Connection, applicant: str) -> None:
    """Whoever opens a case writes the unit's name of today. Raises InvalidInput when another stands in its place."""
    if (today := lookup.successor(connection, applicant)) != applicant:
        raise InvalidInput(f"“{applicant}”已由“{today}”承继，未作任何改动", fix=f"申报单位请写 {today}")


def _settled(
    connection: Connection,
    office: Office,
    question: Question,
    command: Command,
    decision: Decision,
    stored: Stored,
    because: Content | None,
) -> Outcome | tuple[Refusal, ...]:
    """``settle``; when its document or a linked case is refused, all of it is undone and the reasons are the answer."""
    if not (decision.cases or decision.advances or decision.notices):
        return settle(connection, office, question, command, decision, stored, because)
    try:
        with savepoint(connection):
            return settle(connection, office, question, command, decision, stored, because)
    except RulesRefused as refused:
        return tuple(one for one in refused.refusals if isinstance(one, Refusal))


def _blank(connection: Connection, office: Office, workflow: Workflow, applicant: str, *, numbered: bool) -> Case:
    """A case that does not exist yet, under the number that it will take; a dry run gives it none."""
    series, year = numbering.case_series(workflow.prefix), office.today.year
    n = numbers.last(connection).get((series, year), 0) + 1
    return Case(
        id=numbering.case_id(workflow.prefix, year, n) if numbered else "",
        workflow=workflow.name,
        definition_version=workflow.version,
        digest=workflow.digest,
        applicant=lookup.organisation(connection, applicant),
        state=START,
        version=0,
        opened_at=office.clock.now().isoformat(timespec="seconds"),
        body={},
    )


def _take_number(connection: Connection, workflow: Workflow, case: Case) -> None:
    """Take the number under which the case was decided; in this transaction nobody else can have had it."""
    year = int(case.id.split("-")[-2])
    if cases.next_id(connection, workflow.prefix, year) != case.id:
        raise RuntimeError(f"case number {case.id} was decided, another comes next")


def _known_request(
    connection: Connection, case: Case, actor: Actor, command: Command, *, known: bool = True
) -> Outcome | tuple[Refusal, ...] | None:
    """The earlier outcome of this request id; a refusal when it was used for something else; None when it is new.

    Not ``known``: no entry has it, as was just read.
    """
    if not command.request_id:
        return None
    if unseen := hidden(command.request_id):
        return (Refusal("bad_value", f"请求号含有不可见的控制字符（{unseen}）", "请换一个请求号"),)
    entry = audit.by_request(connection, command.request_id) if known else None
    if entry is None:
        return None
    earlier = read(entry.body)
    if earlier.request.content == entries.fingerprint(case, actor.person, command):
        return outcome.of_entry(entry.body, entry.hash)
    why = f"请求号“{command.request_id}”已用于 {earlier.case} 的“{earlier.title}”，内容与这次不同"
    return (Refusal("request_reused", why, "请换一个请求号；若是重试，请保持内容不变"),)


def _last_act(connection: Connection, case_id: str, command: Command) -> Entry | None:
    if command.event != "withdraw":
        return None
    entry = audit.latest_act(connection, case_id)
    return read(entry.body) if entry else None


def _record_refusal(
    connection: Connection,
    office: Office,
    question: Question,
    command: Command,
    stored: Stored,
    refusals: tuple[Refusal, ...],
) -> None:
    attempt = entries.of_refusal(office, question.workflow, question.actor, stored.case, command, refusals)
    values = stored.case.fields, command.values
    entries.note(
        connection, stored, attempt, withholding.of_values(connection, question.workflow, stored.case.id, *values)
    )


def _refused(case: Case, workflow: Workflow, command: Command, refusals: tuple[Refusal, ...]) -> RulesRefused:
    event = workflow.events.get(command.event)
    title = event.title if event else OPERATIONS.get(command.event, command.event)
    kind = NoRight if is_about_right(refusals) else RulesRefused
    where = f"事项 {case.id}：" if case.version else f"{case.applicant.name}："
    return kind(f"{where}不予办理“{title}”，未作任何改动", refusals, fix=refusals[0].fix)
