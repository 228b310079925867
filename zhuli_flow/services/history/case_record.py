"""What rows beside a case repeat of its entries: its columns, reminders, messages, letters, documents, places.

Each row must follow from an entry. What an entry of earlier days did not say yet is not asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.history.personal import ERASED
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.services.history.entries import content_of
from zhuli_flow.store import notices, whole_rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

Body = Mapping[str, Any]
"""What an entry says, as JSON."""
Bodies = Sequence[Body]
_ACTS = frozenset({"move", "sign", "operation", "migration"})
_REMINDED = {"overdue", "hold"}
"""Events of an entry about a deadline that are noted beside the reminders under their own name."""


def replayed(whose: Case, bodies: Bodies) -> Case:
    """The case ``whose`` entries these are, walked again from nothing."""
    case = replace(whose, state=START, version=0, body={})
    for body in bodies:
        case = changes.apply(case, changes.from_json(body.get("changes", ())))
        case = replace(case, version=max(case.version, int(body.get("version", 0))))
    return case


def faults(connection: Connection, workflow: Workflow, stored: Stored, bodies: Bodies) -> Iterator[str]:
    """Every row about the case that its entries do not lead to, in words."""
    if not bodies:
        return
    yield from _columns(connection, workflow, stored, bodies)
    yield from _reminders(connection, stored, bodies)
    yield from _messages(connection, stored, bodies)
    yield from _letters(connection, stored, bodies)
    yield from _papers(connection, stored, bodies)
    yield from _places(connection, workflow, stored, bodies)


def _columns(connection: Connection, workflow: Workflow, stored: Stored, bodies: Bodies) -> Iterator[str]:
    row = whole_rows.case(connection, stored.case.id)
    pinned = next((str(body["definition"]) for body in reversed(bodies) if body.get("definition")), "")
    meant = {
        "流程": (row.workflow, workflow.name),
        "流程版本": (row.definition_version, workflow.version),
        "流程摘要": (row.digest, pinned or row.digest),
        "开启时间": (row.opened_at, str(bodies[0]["at"])),
        "更新时间": (row.updated_at, last_moved(bodies)),
    }
    yield from (title for title, (found, told) in meant.items() if found != told)


def last_moved(bodies: Bodies) -> str:
    """When the case itself last changed; what only adds to its chain is no change of it."""
    acts = (body for body in reversed(bodies) if body.get("kind") in _ACTS or body.get("changes"))
    return next((str(body["at"]) for body in acts if body.get("kind") != "refused"), "")


def _reminders(connection: Connection, stored: Stored, bodies: Bodies) -> Iterator[str]:
    """A reminder noted as sent without an entry that says so is one that will never be sent."""
    told, versions = set[tuple[str, int, str, str]](), dict[str, int]()
    for body in bodies:
        for section, name, _, new in body.get("changes", ()):
            if section == "deadlines" and new:
                versions[name] = int(new["version"])
        if body.get("kind") == "deadline" and "deadline" in body:
            name, event = str(body["deadline"]), str(body["event"])
            word = event if event in _REMINDED else str(body.get("offset", event))
            told.add((name, versions.get(name, 0), word, str(body["at"])))
    moments = {(name, version, at) for name, version, _, at in told}
    kept = whole_rows.reminders(connection, stored.case.id)
    for one in kept:
        known = (one.name, one.version, one.sent_at) in moments
        if not known or (not one.merged and (one.name, one.version, one.remind, one.sent_at) not in told):
            yield f"期限“{one.name}”的提醒 {one.remind} 的登记"
    noted = {(one.name, one.version, one.remind, one.sent_at) for one in kept if not one.merged}
    yield from (
        f"期限“{name}”的提醒 {word} 的登记"
        for name, version, word, at in told
        if (name, version, word, at) not in noted
    )


def _messages(connection: Connection, stored: Stored, bodies: Bodies) -> Iterator[str]:
    by_seq = {str(body["seq"]): body for body in bodies}
    due = {(seq, who) for seq, body in by_seq.items() if body.get("kind") == "deadline" for who in body.get("told", ())}
    for one in whole_rows.messages(connection, stored.case.id):
        due.discard((one.key.split("/")[1] if "/" in one.key else "", one.person or one.role or ""))
        case_id, _, rest = one.key.partition("/")
        seq, _, _ = rest.partition("/")
        if case_id != stored.case.id or not rest:
            continue  # about a letter, or about several cases
        body = by_seq.get(seq)
        if body is None or str(body["at"]) != one.at or not _as_told(body, one):
            yield f"消息 {one.key}"
    yield from (f"给“{who}”的消息 {stored.case.id}/{seq}" for seq, who in sorted(due))


def _as_told(body: Body, one: whole_rows.Message) -> bool:
    """Of a deadline the entry has the very words, and who is told."""
    if body.get("kind") != "deadline" or "deadline" not in body:
        return True
    return one.text == body.get("text") and (one.person or one.role) in body.get("told", ())


def _letters(connection: Connection, stored: Stored, bodies: Bodies) -> Iterator[str]:
    by_seq = {str(body["seq"]): body for body in bodies}
    gone = {body["delivery"]["key"]: body["event"] for body in bodies if body.get("kind") == "delivery"}
    for one in whole_rows.letters(connection, stored.case.id):
        body = by_seq.get(one.key.partition("/")[2].partition("/")[0])
        if one.kind == "message" and (body is None or str(body["at"]) != one.created_at or not _worded(body, one)):
            yield f"待发信件 {one.key}"
        if one.state == "sent" and one.kind != "message" and gone.get(one.key) != "deliver":
            yield f"信件 {one.key} 的送达状态"


def _worded(body: Body, one: whole_rows.Letter) -> bool:
    return "deadline" not in body or one.payload.get("text") == body.get("text")


def _papers(connection: Connection, stored: Stored, bodies: Bodies) -> Iterator[str]:
    ordered = {
        int(body["seq"]): body
        for body in bodies
        if body.get("kind") not in {"notice", "refused"} and body.get("notices")
    }
    said = [
        (body["event"], paper, body)
        for body in bodies
        if body.get("kind") == "notice"
        for paper in body.get("notices", ())
    ]
    taken = dict[int, int]()
    for one in notices.of_case(connection, stored.case.id):
        place = taken[one.seq] = taken.get(one.seq, -1) + 1
        body = ordered.get(one.seq)
        mine = {event: (paper, entry) for event, paper, entry in said if paper.get("id") == one.id}
        what = f"公文 {one.number or one.kind} 的"
        yield from (what + title for title in _order_differs(one, place, body))
        yield from (what + title for title in _issue_differs(one, mine.get("issue"), void="void" in mine))


def _order_differs(one: StoredNotice, place: int, body: Body | None) -> Iterator[str]:
    if body is None or place >= len(body["notices"]):
        yield "登记"
        return
    told = body["notices"][place]
    pairs: dict[str, tuple[object, object]] = {
        "种类": (one.kind, told["kind"]),
        "文号": (one.number, told.get("number")),
        "成文日期": (one.signed_on, told.get("signed_on")),
        "登记时间": (one.ordered_at, body["at"]),
        "年份": (one.year, int(str(told["signed_on"])[:4]) if one.series else None),
    }
    if "papers" in body:
        paper = body["papers"][place]
        pairs["送达"] = (list(one.recipients), paper["recipients"])
        pairs["代字"] = (one.series, paper["series"])
        pairs["序号"] = (one.n, paper["n"])
        if paper["content"] != ERASED:  # of what was erased by law there is no hash any more
            pairs["内容"] = (content_of(one.variables), paper["content"])
    yield from (title for title, (found, meant) in pairs.items() if found != meant)


def _issue_differs(one: StoredNotice, issued: tuple[Any, Any] | None, *, void: bool) -> Iterator[str]:
    state = "void" if void else "issued" if issued else "ordered"
    if one.state != state:
        yield "状态"
    paper, entry = issued or ({}, {})
    if one.title != paper.get("title", "") and (issued is None or "title" in paper):
        yield "标题"
    if (one.sha256, one.size) != (paper.get("sha256"), paper.get("size")):
        yield "文件"
    if one.issued_at != entry.get("at"):
        yield "印发时间"


def _places(connection: Connection, workflow: Workflow, stored: Stored, bodies: Bodies) -> Iterator[str]:
    meant = waiting(workflow, bodies)
    found = {one.quota: one.since for one in whole_rows.places(connection, stored.case.id)}
    yield from (f"名额“{name}”的候补登记" for name in meant.keys() | found.keys() if meant.get(name) != found.get(name))


def waiting(workflow: Workflow, bodies: Bodies) -> dict[str, str]:
    """By quota since when (UTC, ISO 8601) the case waits in its queue.

    Whoever enters a waiting state takes a place, and gives it up by leaving (``engine.queues``).
    """
    meant = dict[str, str]()
    for body in bodies:
        if body.get("kind") in {"refused", "notice", "delivery", "succession"} or "to" not in body:
            continue
        for quota in workflow.quotas.values():
            if quota.queued_by is None:
                continue
            moved, awaited = body["from"] != body["to"], workflow.events[quota.queued_by].target
            if body["event"] == quota.queued_by or (moved and body["to"] == awaited):
                meant.setdefault(quota.name, str(body["at"]))
            elif moved:
                meant.pop(quota.name, None)
    return meant
