"""What of a definition its stories reach: steps, acts, conditions, papers, deadlines; and which none of them does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zhuli_flow.clock import RehearsalClock
from zhuli_flow.definitions.model.workflow import IssueNotice, Workflow
from zhuli_flow.services.history.case_record import Body
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.store import audit

Kind = Literal["环节", "操作", "条件", "公文", "期限起算", "期限到期"]
KINDS: tuple[Kind, ...] = ("环节", "操作", "条件", "公文", "期限起算", "期限到期")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a definition; ``line`` where it stands (0: not kept), ``times`` how often the stories came to it."""

    kind: Kind
    name: str
    title: str
    line: int
    times: int


def reached(workflow: Workflow, entries: Iterable[Body]) -> tuple[Part, ...]:
    """Every part of the definition, with how often these entries (of cases that run on it) came to it."""
    seen = Counter[tuple[Kind, str]]()
    for entry in entries:
        if entry.get("definition") == workflow.digest:
            seen.update(_seen(entry))
    return tuple(Part(kind, name, title, line, seen[kind, name]) for kind, name, title, line in _parts(workflow))


def of_story(office: Office, story: Path, steps: Sequence[Path]) -> list[Body]:
    """The bodies of all entries that a story leaves in ``office``, a rehearsal home made for it. Raises StoryBroken."""
    if not isinstance(office.clock, RehearsalClock):
        raise TypeError("a story is played on a rehearsal clock")
    play_file(office, office.clock, story, steps=steps)
    with office.database.read() as connection:
        return [json.loads(link.body) for link in audit.all_entries(connection)]


def _parts(workflow: Workflow) -> Iterator[tuple[Kind, str, str, int]]:
    for state in workflow.states.values():
        yield "环节", state.name, state.title, 0
    papers: dict[str, None] = {}
    for event in workflow.events.values():
        yield "操作", event.name, event.title, event.line
        for guard in event.guards:
            yield "条件", f"{event.name}:{guard.line}", f"{event.title}：{guard.say}", guard.line
        papers.update(dict.fromkeys(one.notice for one in event.effects if isinstance(one, IssueNotice)))
    for paper in papers:
        yield "公文", paper, paper, 0
    for rule in workflow.deadlines.values():
        yield "期限起算", rule.name, rule.title, 0
        yield "期限到期", rule.name, rule.title, 0


def _seen(entry: Body) -> Iterator[tuple[Kind, str]]:
    event = str(entry.get("event", ""))
    for why in (*entry.get("refusals", ()), *entry.get("warnings", ())):
        if why.get("line"):
            yield "条件", f"{event}:{why['line']}"
    if entry["kind"] == "deadline" and "deadline" in entry:
        yield "期限到期", str(entry["deadline"])
    if entry["kind"] not in {"move", "operation"}:
        return
    yield "操作", event
    yield "环节", str(entry.get("to", ""))
    for paper in entry.get("notices", ()):
        yield "公文", str(paper.get("kind", ""))
    for section, name, old, new in entry.get("changes", ()):
        if section == "deadlines" and new and not old:
            yield "期限起算", str(name)
