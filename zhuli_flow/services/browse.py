"""Looking without touching: options, one case, its history, lists, a person's work list. Sealed sheets stay sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol, cast

from zhuli_flow.definitions.model import Event, Workflow
from zhuli_flow.engine import decide as law
from zhuli_flow.engine.case import Actor, Case, Facts, Json, Option
from zhuli_flow.engine.closing import ends_at
from zhuli_flow.engine.deadlines import LIVE
from zhuli_flow.engine.lights import ORDER, Light, light_of, lights
from zhuli_flow.engine.question import Question
from zhuli_flow.engine.rights import capacity, open_delegation
from zhuli_flow.engine.scope import CaseScope
from zhuli_flow.engine.signoffs import sign_right
from zhuli_flow.services import facts, outcome, sealing
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, inbox, notices
from zhuli_flow.store.cases import Filter, Stored
from zhuli_flow.store.inbox import InboxMessage
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql import Connection

SEALED = "（密封）"


class Titled(Protocol):
    """Whatever has a title in the definition."""

    @property
    def title(self) -> str: ...


def options(office: Office, case_id: str, person: str) -> tuple[Option, ...]:
    """What this person might do with the case now, each allowed or not with all reasons. Raises NotFound."""
    with office.database.read() as connection:
        stored = facts.stored(connection, case_id)
        workflow = facts.definition(connection, office, stored.case.digest)
        actor = facts.actor(connection, office, person)
        question = Question(workflow, stored.case, actor, facts.gather(connection, office, workflow, stored.case, None))
        last = audit.latest_act(connection, case_id)
        return law.options(question, outcome.body_of(last.body) if last else None)


def show(office: Office, case_id: str, viewer: str | None = None) -> dict[str, Json]:
    """Everything about one case as it stands: fields, materials, lights, deadlines, signatures, documents."""
    with office.database.read() as connection:
        stored = facts.stored(connection, case_id)
        workflow = facts.definition(connection, office, stored.case.digest)
        papers = notices.of_case(connection, case_id)
    case = stored.case
    told = _line(office, workflow, stored)
    told |= {
        "definition": {"name": workflow.name, "version": workflow.version, "digest": workflow.digest},
        "clause": workflow.states[case.state].clause,
        "fields": [_field(workflow, name, case.fields[name]) for name in workflow.fields if name in case.fields],
        "materials": [
            _material(workflow, name, case.materials[name]) for name in workflow.materials if name in case.materials
        ],
        "sheets": _open_sheets(workflow, case, viewer),
        "signoffs": dict(case.section("signoffs")),
        "signed": dict(case.section("signed")),
        "assignments": dict(case.section("assignments")),
        "deadlines": [_deadline(office, workflow, name, one) for name, one in case.section("deadlines").items()],
        "suspended": case.mark("suspended"),
        "path": list(case.path),
        "links": dict(case.section("links")),
        "notices": [_paper(one) for one in papers],
        "entries": stored.seq,
        "head": stored.head.hex(),
    }
    return told


def history(office: Office, case_id: str, viewer: str | None = None) -> list[dict[str, Json]]:
    """Every entry of the case, oldest first, with its hash; what is in a sealed sheet is shown to its author alone."""
    with office.database.read() as connection:
        stored = facts.stored(connection, case_id)
        workflow = facts.definition(connection, office, stored.case.digest)
        found = audit.entries(connection, case_id)
    told = []
    for entry in found:
        body = outcome.body_of(entry.body)
        changes = cast(list[list[Json]], body.get("changes", []))
        body["changes"] = [cast(Json, _masked(workflow, stored.case, change, viewer)) for change in changes]
        if _secret(workflow, stored.case, body, viewer):
            body["opinion"], body["refusals"] = SEALED, []
        told.append({**body, "hash": entry.hash.hex()})
    return told


def titles(office: Office, case_id: str) -> dict[str, str]:
    """What people call the states, roles, materials … of a case's own definition, by ``kind/name``."""
    with office.database.read() as connection:
        workflow = facts.definition(connection, office, facts.stored(connection, case_id).case.digest)
    named: dict[str, Mapping[str, Titled]] = {
        "state": workflow.states,
        "role": workflow.roles,
        "material": workflow.materials,
        "field": workflow.fields,
        "deadline": workflow.deadlines,
    }
    return {f"{kind}/{name}": item.title for kind, items in named.items() for name, item in items.items()}


def listed(
    office: Office, wanted: Filter, *, light: str = "", limit: int = 200, offset: int = 0
) -> list[dict[str, Json]]:
    """Cases that fit, one line each; ``light`` narrows to 红、黄、绿、灰 of either light."""
    with office.database.read() as connection:
        found = cases.search(connection, wanted, limit, offset)
        lines = [_line(office, facts.definition(connection, office, one.case.digest), one) for one in found]
    if not light:
        return lines
    return [line for line in lines if light in {_word(line["light_step"]), _word(line["light_case"])}]


def todo(office: Office, person: str) -> list[dict[str, Json]]:
    """The work list: cases on which this person may act now, most urgent first, each with what may be done."""
    with office.database.read() as connection:
        actor = facts.actor(connection, office, person)
        lines = []
        for stored in cases.search(connection, Filter(), 10_000):
            workflow = facts.definition(connection, office, stored.case.digest)
            tasks = _tasks(office, workflow, stored.case, actor)
            if tasks:
                lines.append({**_line(office, workflow, stored), "tasks": tasks})
    return sorted(lines, key=_urgency)


def messages(office: Office, person: str, *, unread_only: bool = True) -> list[dict[str, Json]]:
    """Messages to this person and to the roles held, newest first, of cases that are theirs to know."""
    with office.database.read() as connection:
        actor = facts.actor(connection, office, person)
        found = _boxes(connection, actor, unread_only)
        known = cases.by_ids(connection, [one.case_id for one in found if one.case_id])
        mine = []
        for one in found:
            stored = known.get(one.case_id or "")
            workflow = facts.definition(connection, office, stored.case.digest) if stored else None
            if one.person is not None or stored is None or _theirs(workflow, stored.case, actor, one.role):
                mine.append(one)
    return [{"id": one.id, "case": one.case_id, "text": one.text, "at": one.at} for one in mine]


def _boxes(connection: Connection, actor: Actor, unread_only: bool) -> list[InboxMessage]:
    """What came to the person, and to everybody he acts for today (委托)."""
    found: dict[int, InboxMessage] = {}
    for who, roles in ((actor.person, actor.roles), *((one.person, one.roles) for one in actor.acts_for)):
        for message in inbox.messages(connection, who, sorted(roles), unread_only=unread_only):
            found[message.id] = message
    return sorted(found.values(), key=lambda message: (message.at, message.id), reverse=True)


def _theirs(workflow: Workflow | None, case: Case, actor: Actor, role: str | None) -> bool:
    if workflow is None or role is None or role not in workflow.roles:
        return True
    return not isinstance(capacity(workflow, case, actor, [role]), list)


def _tasks(office: Office, workflow: Workflow, case: Case, actor: Actor) -> list[Json]:
    """The events this actor may fire from here, by right alone: conditions are told by ``options``."""
    if case.mark("suspended") is not None:
        return []
    if open_delegation(case, actor):
        return [{"event": "hand_back", "title": "交回（委派）"}]
    scope = CaseScope(workflow, case, Facts(office.clock.now(), office.calendar), actor)
    drawn = [event for event in workflow.events.values() if case.state in event.sources]
    return [{"event": event.name, "title": event.title} for event in drawn if _may(scope, event, actor)]


def _may(scope: CaseScope, event: Event, actor: Actor) -> bool:
    """By right alone; who has signed already has nothing left to do."""
    if event.sign is not None:
        return sign_right(scope, event, actor)[0] is not None
    return not isinstance(capacity(scope.workflow, scope.case, actor, event.by), list)


def _line(office: Office, workflow: Workflow, stored: Stored) -> dict[str, Json]:
    case = stored.case
    step, whole = lights(workflow, case, office.today, office.calendar, office.clock.now())
    state = workflow.states[case.state]
    return {
        "case": case.id,
        "workflow": case.workflow,
        "title": workflow.title,
        "applicant": case.applicant.name,
        "city": case.applicant.city,
        "state": case.state,
        "state_title": state.title,
        "kind": state.kind,
        "step": state.step,
        "version": case.version,
        "opened_at": case.opened_at,
        "light_step": step.json(),
        "light_case": whole.json(),
    }


def _urgency(line: Mapping[str, Json]) -> tuple[int, str, str]:
    step, whole = cast(Mapping[str, Json], line["light_step"]), cast(Mapping[str, Json], line["light_case"])
    rank = min(ORDER.index(str(step["word"])), ORDER.index(str(whole["word"])))
    return rank, str(step["due_on"] or whole["due_on"] or "9999"), str(line["case"])


def _word(light: Json) -> str:
    return str(light["word"]) if isinstance(light, dict) else Light().word


def _field(workflow: Workflow, name: str, value: Json) -> Json:
    field = workflow.fields.get(name)
    return {
        "name": name,
        "title": field.title if field else name,
        "type": field.type if field else "text",
        "unit": field.unit if field else "",
        **({"columns": {one.name: one.title for one in field.columns}} if field and field.columns else {}),
        "value": value,
    }


def _material(workflow: Workflow, name: str, files: Json) -> Json:
    return {"name": name, "title": workflow.materials[name].title, "files": files}


def _paper(one: StoredNotice) -> Json:
    return {"id": one.id, "kind": one.kind, "number": one.number, "state": one.state, "sha256": one.sha256}


def _deadline(office: Office, workflow: Workflow, name: str, deadline: Json) -> Json:
    """A deadline with its title, its own light while it lives, and how many days each span has lasted."""
    told, rule = cast(dict[str, Json], deadline), workflow.deadlines[name]
    spans = [_span(office, span) for span in cast(list[dict[str, Json]], told.get("spans") or [])]
    whole: dict[str, Json] = {"name": name, "title": rule.title, "whole_case": rule.whole_case, **told, "spans": spans}
    whole["due_at"] = ends_at(told).isoformat(timespec="seconds")
    if told["state"] in LIVE:
        whole["light"] = light_of(workflow, name, told, office.clock.now(), office.calendar).json()
    return whole


def _span(office: Office, span: dict[str, Json]) -> Json:
    """``days``: natural days from its beginning to its end, an open one to today."""
    until = date.fromisoformat(str(span["to"])) if span.get("to") else office.today
    return {**span, "days": (until - date.fromisoformat(str(span["from"]))).days}


def _open_sheets(workflow: Workflow, case: Case, viewer: str | None) -> list[Json]:
    found: list[Json] = []
    for key, answers in case.section("sheets").items():
        name, _, author = key.partition("/")
        visible = _unsealed(workflow, case, name) or author == viewer
        found.append({"sheet": name, "author": author, "sealed": not visible, "answers": answers if visible else None})
    return found


def _unsealed(workflow: Workflow, case: Case, sheet: str) -> bool:
    return not sealing.sealed(workflow, case, sheet)


def _secret(workflow: Workflow, case: Case, body: Mapping[str, Json], viewer: str | None) -> bool:
    """Words around a sealed sheet (an opinion, a value that was refused) may tell what is in it."""
    event, actor = workflow.events.get(str(body["event"])), cast(Mapping[str, Json], body["actor"])
    if event is None or event.sheet is None or _unsealed(workflow, case, event.sheet):
        return False
    return actor["person"] != viewer


def _masked(workflow: Workflow, case: Case, change: Sequence[Json], viewer: str | None) -> list[Json]:
    section, key = str(change[0]), str(change[1])
    if section != "sheets":
        return list(change)
    name, _, author = key.partition("/")
    if _unsealed(workflow, case, name) or author == viewer:
        return list(change)
    return [section, key, SEALED, SEALED]


def due(office: Office, before: date | None = None, case_id: str | None = None) -> list[dict[str, Json]]:
    """Open deadlines, each with its own light: red before yellow before green before suspended, then by the day."""
    lines = []
    for line in listed(office, Filter(due_by=before), limit=10_000):
        if case_id in (None, line["case"]):
            lines.extend(cast(list[dict[str, Json]], _due_of(office, str(line["case"]))))
    return sorted(lines, key=lambda line: (ORDER.index(_word(line["light"])), str(line["due_on"]), str(line["case"])))


def _due_of(office: Office, case_id: str) -> list[Json]:
    told = show(office, case_id)
    clocks = cast(list[dict[str, Json]], told["deadlines"])
    running = [one for one in clocks if one["state"] in LIVE]
    return [{"case": case_id, "applicant": told["applicant"], **one} for one in running]
