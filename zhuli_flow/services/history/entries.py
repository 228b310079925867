"""Writing history: the body of an entry, its place in the chain, and the same words for every kind of act.

An entry names actor, role, on whose behalf, OS user, time, from and to, event, opinion, every changed value, materials
with their SHA-256, the definition's digest, the request, and the previous hash. Nothing here is ever edited.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

import msgspec
from msgspec.structs import asdict

from zhuli_flow.clock import to_the_second
from zhuli_flow.definitions.model.workflow import OPERATIONS, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import chain_hash
from zhuli_flow.engine.model import changes as record
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import Command, Decision, NoticeOrder, Refusal
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.engine.withdrawal import reversible
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection, pack


class Written(msgspec.Struct, frozen=True):
    """An entry as it now stands in the chain."""

    seq: int
    hash: bytes


def write(connection: Connection, chain: str, seq: int, previous: bytes, body: Mapping[str, Json]) -> Written:
    """Append ``body`` after entry ``seq`` whose hash is ``previous``; the caller moves the head of a case along."""
    data = canonical(_full(chain, seq, previous, body))
    actor, request = body.get("actor"), body.get("request")
    head = audit.append(
        connection,
        case_id=chain,
        seq=seq + 1,
        previous=previous,
        kind=str(body["kind"]),
        event=str(body["event"]),
        person=str(actor["person"]) if isinstance(actor, dict) else "",
        at=str(body["at"]),
        body=data,
        request_id=str(request["id"]) if isinstance(request, dict) and request["id"] else None,
    )
    return Written(seq + 1, head)


def note(connection: Connection, stored: Stored, body: Mapping[str, Json]) -> None:
    """Append what leaves a case as it is: a reminder, a document filed, a refusal. Its chain grows, not its version."""
    written = write(connection, stored.case.id, stored.seq, stored.head, body)
    cases.extend_chain(connection, stored.case.id, written.seq, written.hash)


def _full(chain: str, seq: int, previous: bytes, body: Mapping[str, Json]) -> dict[str, Json]:
    return {**body, "case": chain, "seq": seq + 1, "previous": previous.hex()}


def write_office(
    connection: Connection,
    office: Office,
    event: str,
    title: str,
    *,
    person: str = "",
    kind: str = "operation",
    more: Mapping[str, Json] | None = None,
) -> Written:
    """Append to the chain of what concerns no case; the store moves its head along.

    ``person``: whom it concerns; else who administers the office, who is named in a note otherwise.
    """
    more = dict(more or {})
    if office.officer and person != office.officer:
        person, more["notes"] = person or office.officer, [*_listed(more.get("notes")), f"由“{office.officer}”办理"]
    seq, head = audit.office_head(connection)
    body: dict[str, Json] = {**_frame(office, kind, event, title), "actor": {"person": person}, **more}
    return write(connection, OFFICE_CHAIN, seq, head, body)


def _listed(found: Json) -> list[Json]:
    return found if isinstance(found, list) else []


def of_decision(
    office: Office,
    question: Question,
    command: Command,
    decision: Decision,
    content: str,
    warned: Sequence[Refusal] = (),
) -> dict[str, Json]:
    """The body of the entry that records an accepted act.

    ``content``: the fingerprint of its request; ``warned`` is what proof-reading added.
    """
    workflow, actor = question.workflow, question.actor
    return {
        **_frame(office, decision.kind, decision.event, decision.title, question.at),
        "actor": actor_json(actor, decision.capacity.role, decision.capacity.on_behalf_of, decision.capacity.how),
        "from": decision.before.state,
        "to": decision.after.state,
        "version": decision.after.version,
        "opinion": command.opinion,
        "changes": record.json(decision.changes),
        "materials": _materials(command),
        "definition": workflow.digest,
        "request": {"id": command.request_id, "content": content},
        "warnings": [refusal.json() for refusal in (*decision.warnings, *warned)],
        "notes": list(decision.notes),
        "reversible": reversible(workflow, decision),
        "notices": ordered(decision),
        **({"papers": [_filled_in(order) for order in decision.notices]} if decision.notices else {}),
        "cases": [order.id for order in decision.cases],
        "advanced": driven(decision),
        "missing_signers": list(decision.missing_signers),
        **({} if decision.before.version else {"applicant": asdict(decision.before.applicant)}),
    }


def driven(decision: Decision) -> list[Json]:
    """The acts on other cases that an act brings about, as its entry names them."""
    return [{"case": order.case, "event": order.event} for order in decision.advances]


def ordered(decision: Decision) -> list[Json]:
    """The documents that an act orders, as its entry names them."""
    return [
        {
            "kind": order.notice,
            "number": order.variables.get("number"),
            "signed_on": order.variables.get("signed_on"),
            "state": "ordered",
        }
        for order in decision.notices
    ]


def _filled_in(order: NoticeOrder) -> Json:
    """What a row of the order keeps beside its number: to whom it goes, its series, and a sum over its content."""
    content = {name: value for name, value in order.variables.items() if name != "n"}
    return {
        "recipients": list(order.to),
        "series": order.series,
        "n": order.variables.get("n"),
        "content": content_of(content),
    }


def content_of(variables: Mapping[str, Json]) -> str:
    """What a document is filled in with, in 64 hex digits."""
    return sha256(pack(variables).encode()).hexdigest()


def of_refusal(
    office: Office, workflow: Workflow | None, actor: Actor, case: Case, command: Command, refusals: Sequence[Refusal]
) -> dict[str, Json]:
    """The body of the entry that records a refused attempt; it changes nothing."""
    event = workflow.events.get(command.event) if workflow else None
    title = event.title if event else OPERATIONS.get(command.event, command.event)
    return {
        **_frame(office, "refused", command.event, title),
        "actor": actor_json(actor),
        "from": case.state,
        "to": case.state,
        "version": case.version,
        "opinion": command.opinion,
        "materials": _materials(command),
        "refusals": [refusal.json() for refusal in refusals],
        "definition": workflow.digest if workflow else "",
    }


def actor_json(actor: Actor, role: str = "", on_behalf_of: str = "", how: str = "") -> dict[str, Json]:
    """Who acted, as the history keeps it: post, organisation, the role used, and for whom."""
    return {
        "person": actor.person,
        "title": actor.title,
        "organisation": actor.organisation.name,
        "role": role,
        "on_behalf_of": on_behalf_of,
        "how": how,
    }


_SYSTEM_JSON: Json = {**actor_json(SYSTEM_ACTOR)}


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


def _materials(command: Command) -> list[Json]:
    return [{"material": name, **file.json()} for name, files in command.materials.items() for file in files]


def _frame(office: Office, kind: str, event: str, title: str, at: str = "") -> dict[str, Json]:
    """``at``: the instant of the act, now when it is not given."""
    return {
        "kind": kind,
        "event": event,
        "title": title,
        "at": at or to_the_second(office.clock.now()),
        "os_user": office.os_user,
        "clock": "rehearsal" if office.rehearsal else "system",
    }


def of_system(
    office: Office, case: Case, kind: str, event: str, title: str, more: Mapping[str, Json]
) -> dict[str, Json]:
    """The body of an entry by the system itself that moves nothing: a reminder sent, a document filed."""
    return {
        **_frame(office, kind, event, title),
        "actor": _SYSTEM_JSON,
        "from": case.state,
        "to": case.state,
        "version": case.version,
        "definition": case.digest,
        **more,
    }


def body_of(data: bytes) -> dict[str, Json]:
    """The body of a stored entry."""
    return cast(dict[str, Json], json.loads(data))
