"""Writing history: the body of an entry, its place in the chain, and the same words for every kind of act.

An entry names actor, role, on whose behalf, OS user, time, from and to, event, opinion, every changed value, materials
with their SHA-256, the definition's digest, the request, and the previous hash. Nothing here is ever edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from msgspec import UNSET

from zhuli_flow.clock import to_the_second
from zhuli_flow.definitions.model.workflow import OPERATIONS, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import chain_hash
from zhuli_flow.engine.history.entry import Doer, Driven, HandedIn, OrderedPaper, Request
from zhuli_flow.engine.history.new_entry import (
    Act,
    Attempt,
    Concerned,
    Content,
    FilledIn,
    Frame,
    NewEntry,
    Noted,
    Standing,
)
from zhuli_flow.engine.history.personal import Personal
from zhuli_flow.engine.model import changes as record
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision, NoticeOrder, Refusal
from zhuli_flow.engine.model.json_values import Json, Values
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.engine.withdrawal import reversible
from zhuli_flow.services.history import withholding
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, pack


class Written(msgspec.Struct, frozen=True):
    """An entry as it now stands in the chain."""

    seq: int
    hash: bytes


def write(
    connection: Connection, chain: str, seq: int, previous: bytes, entry: NewEntry, held: Personal | None = None
) -> Written:
    """Append ``entry`` after entry ``seq`` whose hash is ``previous``; the caller moves the head of a case along.

    ``held``: what is personal in it, None where nothing is.
    """
    keys, frame = entry.keys(), entry.frame
    data = canonical({**keys, "case": chain, "seq": seq + 1, "previous": previous.hex()})
    if held is not None:
        data = withholding.bound(connection, chain, data, held, refused=frame.kind == "refused")
    request = keys.get("request")
    head = audit.append(
        connection,
        case_id=chain,
        seq=seq + 1,
        previous=previous,
        kind=frame.kind,
        event=frame.event,
        person=frame.actor.person,
        at=frame.at,
        body=data,
        request_id=request.id or None if isinstance(request, Request) else None,
    )
    return Written(seq + 1, head)


def note(connection: Connection, stored: Stored, entry: NewEntry, held: Personal | None = None) -> None:
    """Append what leaves a case as it is: a reminder, a document filed, a refusal. Its chain grows, not its version."""
    written = write(connection, stored.case.id, stored.seq, stored.head, entry, held)
    cases.extend_chain(connection, stored.case.id, written.seq, written.hash)


def write_office(
    connection: Connection,
    office: Office,
    event: str,
    title: str,
    *,
    person: str = "",
    kind: str = "operation",
    content: Content | None = None,
) -> Written:
    """Append to the chain of what concerns no case; the store moves its head along.

    ``person``: whom it concerns; else who administers the office, who is named in a note otherwise.
    """
    officer = office.officer if person != office.officer else ""
    frame = _frame(office, kind, event, title, Concerned(person or officer))
    entry = NewEntry(frame, () if content is None else (content,))
    return _write_office(connection, entry, officer)


def refuse_opening(connection: Connection, office: Office, entry: NewEntry, held: Personal | None) -> Written:
    """Append a refused attempt to open a case, from ``of_refusal``, to the office's chain: there is no case's."""
    return _write_office(connection, entry, office.officer if entry.frame.actor.person != office.officer else "", held)


def _write_office(connection: Connection, entry: NewEntry, officer: str, held: Personal | None = None) -> Written:
    if officer:
        notes = entry.keys().get("notes", ())
        said = notes if isinstance(notes, tuple) else ()
        entry = entry.also(Noted(notes=(*said, f"由“{officer}”办理")))
    seq, head = audit.office_head(connection)
    return write(connection, OFFICE_CHAIN, seq, head, entry, held)


def of_decision(
    office: Office,
    question: Question,
    command: Command,
    decision: Decision,
    content: str,
    warned: Sequence[Refusal] = (),
) -> NewEntry:
    """The entry that records an accepted act.

    ``content``: the fingerprint of its request; ``warned`` is what proof-reading added.
    """
    workflow, actor = question.workflow, doer(question.actor, decision.capacity)
    act = Act(
        source=decision.before.state,
        to=decision.after.state,
        version=decision.after.version,
        definition=workflow.digest,
        opinion=command.opinion,
        changes=record.json(decision.changes),
        materials=_materials(command),
        request=Request(command.request_id, content),
        warnings=(*decision.warnings, *warned),
        notes=decision.notes,
        reversible=reversible(workflow, decision),
        notices=ordered(decision),
        papers=tuple(map(_filled_in, decision.notices)) or UNSET,
        cases=tuple([order.id for order in decision.cases]),
        advanced=driven(decision),
        missing_signers=decision.missing_signers,
        applicant=UNSET if decision.before.version else decision.before.applicant,
    )
    return NewEntry(_frame(office, decision.kind, decision.event, decision.title, actor, question.at), (act,))


def driven(decision: Decision) -> tuple[Driven, ...]:
    """The acts on other cases that an act brings about, as its entry names them."""
    return tuple([Driven(order.case, order.event) for order in decision.advances])


def ordered(decision: Decision) -> tuple[OrderedPaper, ...]:
    """The documents that an act orders, as its entry names them."""
    return tuple(map(_ordered, decision.notices))


def _ordered(order: NoticeOrder) -> OrderedPaper:
    number, signed_on = order.variables.get("number"), order.variables.get("signed_on")
    return OrderedPaper(order.notice, text(number), text(signed_on))


def text(value: Json) -> str | None:
    """A variable of a document as text; None where it has none."""
    return None if value is None else str(value)


def _filled_in(order: NoticeOrder) -> FilledIn:
    content = {name: value for name, value in order.variables.items() if name != "n"}
    n = order.variables.get("n")
    return FilledIn(order.to, order.series, n if isinstance(n, int) else None, content_of(content))


def content_of(variables: Values) -> str:
    """What a document is filled in with, in 64 hex digits."""
    return sha256(pack(variables).encode()).hexdigest()


def of_refusal(
    office: Office, workflow: Workflow | None, actor: Actor, case: Case, command: Command, refusals: Sequence[Refusal]
) -> NewEntry:
    """The entry that records a refused attempt; it changes nothing."""
    event = workflow.events.get(command.event) if workflow else None
    title = event.title if event else OPERATIONS.get(command.event, command.event)
    attempt = Attempt(
        source=case.state,
        to=case.state,
        version=case.version,
        definition=workflow.digest if workflow else "",
        opinion=command.opinion,
        materials=_materials(command),
        refusals=tuple(refusals),
    )
    return NewEntry(_frame(office, "refused", command.event, title, doer(actor)), (attempt,))


def doer(actor: Actor, capacity: Capacity | None = None) -> Doer:
    """Who acted, as the history keeps it: post, organisation, the role used, and for whom."""
    used = capacity or Capacity("")
    return Doer(actor.person, actor.title, actor.organisation.name, used.role, used.on_behalf_of, used.how)


_SYSTEM = doer(SYSTEM_ACTOR)


def fingerprint(case: Case, person: str, command: Command) -> str:
    """What a request asked, in 64 hex digits: the same request id with another content is refused by name."""
    asked = {
        "case": case.id if case.version else f"{case.workflow}/{case.applicant.id}",
        "person": person,
        "event": command.event,
        "values": dict(command.values),
        "materials": {name: [file.sha256 for file in files] for name, files in command.materials.items()},
        "opinion": command.opinion,
        "decline": command.decline,
    }
    return chain_hash(b"", canonical(asked)).hex()


def _materials(command: Command) -> tuple[HandedIn, ...]:
    return tuple(
        HandedIn(file.filename, file.sha256, file.size, file.type, name)
        for name, files in command.materials.items()
        for file in files
    )


def _frame(office: Office, kind: str, event: str, title: str, actor: Doer | Concerned, at: str = "") -> Frame:
    """``at``: the instant of the act, now when it is not given."""
    return Frame(
        kind=kind,
        event=event,
        title=title,
        at=at or to_the_second(office.clock.now()),
        os_user=office.os_user,
        clock="rehearsal" if office.rehearsal else "system",
        actor=actor,
    )


def of_system(
    office: Office, case: Case, kind: str, event: str, title: str, *contents: Content, actor: Doer = _SYSTEM
) -> NewEntry:
    """The entry that moves nothing: a reminder sent, a document filed; by the system itself, unless by ``actor``."""
    standing = Standing(case.state, case.state, case.version, case.digest)
    return NewEntry(_frame(office, kind, event, title, actor), (standing, *contents))
