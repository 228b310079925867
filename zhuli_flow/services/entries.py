"""Writing history: the body of an entry, its place in the chain, and the same words for every kind of act.

An entry names actor, role, on whose behalf, OS user, time, from and to, event, opinion, every changed value, materials
with their SHA-256, the definition's digest, the request, and the previous hash. Nothing here is ever edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from zhuli_flow.definitions.model import Workflow
from zhuli_flow.engine.audit import canonical, chain_hash
from zhuli_flow.engine.case import Actor, Case, Command, Decision, Json, Refusal
from zhuli_flow.engine.rights import SYSTEM_ACTOR
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.store import audit, cases
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql import Connection, instant


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it now stands in the chain; ``body`` is what its stored bytes say."""

    seq: int
    hash: bytes
    body: Mapping[str, Json]


def write(
    connection: Connection, office: Office, chain: str, seq: int, previous: bytes, body: Mapping[str, Json]
) -> Written:
    """Append ``body`` after entry ``seq`` whose hash is ``previous``; the caller moves the head of a case along."""
    full = _full(chain, seq, previous, body)
    actor, request = body.get("actor"), body.get("request")
    head = audit.append(
        connection,
        case_id=chain,
        seq=seq + 1,
        previous=previous,
        kind=str(body["kind"]),
        event=str(body["event"]),
        person=str(actor["person"]) if isinstance(actor, dict) else "",
        at=datetime.fromisoformat(str(body["at"])),
        body=canonical(full),
        request_id=str(request["id"]) if isinstance(request, dict) and request["id"] else None,
    )
    return Written(seq + 1, head, full)


def note(connection: Connection, office: Office, stored: Stored, body: Mapping[str, Json]) -> None:
    """Append what leaves a case as it is: a reminder, a document filed, a refusal. Its chain grows, not its version."""
    written = write(connection, office, stored.case.id, stored.seq, stored.head, body)
    cases.extend_chain(connection, stored.case.id, written.seq, written.hash)


class Mould:
    """Entries of the system on many cases that differ only in case, place in the chain and ``text``.

    The bytes are those that ``write`` would give each of them; what all have in common is put into JSON once.
    """

    def __init__(self, body: Mapping[str, Json]) -> None:
        """``body`` as from ``of_system``; its own text, if any, does not matter. ValueError when it can't be cut."""
        gaps: dict[str, Json] = dict.fromkeys(("case", "previous", "seq", "text"), _GAP)
        self._parts = canonical({**body, **gaps}).split(canonical(_GAP))
        if len(self._parts) != len(gaps) + 1:
            raise ValueError("a value looks like a gap")
        self._kind, self._event = str(body["kind"]), str(body["event"])
        self._at = instant(datetime.fromisoformat(str(body["at"])))

    def entry(self, chain: str, seq: int, previous: bytes, text: str) -> audit.Entry:
        """The entry that comes after entry ``seq``, whose hash is ``previous``; for ``audit.append_many``."""
        start, to_previous, to_seq, to_text, end = self._parts  # keys are sorted: case, previous, seq, text
        number, before = b"%d" % (seq + 1), canonical(previous.hex())
        body = b"".join((start, canonical(chain), to_previous, before, to_seq, number, to_text, canonical(text), end))
        head = chain_hash(previous, body)
        return audit.Entry(chain, seq + 1, self._kind, self._event, SYSTEM_ACTOR.person, self._at, None, body, head)


_GAP = "\0"
"""No text of the system is just this."""


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
    """Append to the chain of what concerns no case; the store moves its head along."""
    seq, head = audit.office_head(connection)
    body: dict[str, Json] = {**_frame(office, kind, event, title), "actor": {"person": person}, **(more or {})}
    return write(connection, office, OFFICE_CHAIN, seq, head, body)


def of_decision(
    office: Office, workflow: Workflow, actor: Actor, command: Command, decision: Decision
) -> dict[str, Json]:
    """The body of the entry that records an accepted act."""
    return {
        **_frame(office, decision.kind, decision.event, decision.title),
        "actor": actor_json(actor, decision.capacity.role, decision.capacity.on_behalf_of, decision.capacity.how),
        "from": decision.before.state,
        "to": decision.after.state,
        "version": decision.after.version,
        "opinion": command.opinion,
        "changes": [list(change) for change in decision.changes],
        "materials": _materials(command),
        "definition": workflow.digest,
        "request": {"id": command.request_id, "content": fingerprint(decision.before, actor.person, command)},
        "warnings": [refusal.json() for refusal in decision.warnings],
        "notes": list(decision.notes),
        "reversible": reversible(workflow, decision),
        **({} if decision.before.version else {"applicant": asdict(decision.before.applicant)}),
    }


def of_refusal(
    office: Office, workflow: Workflow | None, actor: Actor, case: Case, command: Command, refusals: Sequence[Refusal]
) -> dict[str, Json]:
    """The body of the entry that records a refused attempt; it changes nothing."""
    title = workflow.events[command.event].title if workflow and command.event in workflow.events else command.event
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


def reversible(workflow: Workflow, decision: Decision) -> bool:
    """Whether 撤回 may undo this act: nothing has left the house by it, and the definition does not forbid it."""
    if _gave_up_place(workflow, decision):
        return False
    if decision.kind == "operation":
        return decision.event not in {"withdraw", "terminate", "hand_back", "correct"}
    event = workflow.events[decision.event]
    opened = decision.before.version == 0
    return event.can_be_withdrawn and not (decision.notices or decision.cases or decision.advances or opened)


def _gave_up_place(workflow: Workflow, decision: Decision) -> bool:
    """A place in a queue that was left: others have moved up, it can't be had back."""
    left = decision.before.state if decision.before.state != decision.after.state else ""
    return any(left == workflow.events[quota.queued_by].target for quota in workflow.quotas.values() if quota.queued_by)


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


def _frame(office: Office, kind: str, event: str, title: str) -> dict[str, Json]:
    return {
        "kind": kind,
        "event": event,
        "title": title,
        "at": office.clock.now().isoformat(timespec="seconds"),
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
