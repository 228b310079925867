"""Playing a story through the real services on a rehearsal clock, which stops wherever something is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import SHANGHAI, RehearsalClock, local_date
from zhuli_flow.definitions.model.workflow import OPERATIONS, Workflow
from zhuli_flow.documents.printing.printer import PrintingChild
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused, UsageError, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.attachments import sorted_in
from zhuli_flow.services.cases.case_view import CasePage
from zhuli_flow.services.deadlines.sweep import Report, sweep
from zhuli_flow.services.notices.issue import issue_ordered
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.scenario import Act, read
from zhuli_flow.store import cases, deadlines, files
from zhuli_flow.store.case_filter import Filter


class StoryBroken(ZhuliError):
    """An act of the story did not go as told; the message names the line."""

    exit_code = 3
    code = "story"


@dataclass(slots=True)
class Player:
    """One story in one office. ``labels``: the story's names of cases; ``report`` sums the sweeps."""

    office: Office
    clock: RehearsalClock
    labels: dict[str, str] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    count: int = 0
    on_act: Callable[[Act], None] | None = None
    printer: PrintingChild | None = None
    """Prints each document on the day it is ordered; without one, documents stay ordered."""

    def play(self, acts: Iterable[Act]) -> None:
        """Play every act in order. Raises StoryBroken at the first that does not go as told."""
        for act in acts:
            self.forward(act.at)
            if self.on_act:
                self.on_act(act)
            try:
                _VERBS[act.verb](self, act)
            except (RulesRefused, InvalidInput, NotFound, UsageError) as error:
                raise StoryBroken(f"{act.place}: {act.verb} {' '.join(act.words)}\n{_reasons(error)}") from error
            self._print()
            self.count += 1

    def _print(self) -> None:
        if self.printer is not None:
            issue_ordered(self.office, printer=self.printer)

    def forward(self, moment: datetime) -> None:
        """Move the clock on, sweeping at 09:00 of every day on which a deadline wants a look."""
        while (day := self._next_due()) is not None and day <= local_date(moment):
            morning = datetime.combine(day, time(9), SHANGHAI)
            self.clock.set(max(morning, self.clock.now()))
            self._sweep()
            if self._next_due() == day:  # something due can't be done yet; the story goes on, a later sweep tries again
                break
        self.clock.set(max(moment, self.clock.now()))

    def _next_due(self) -> date | None:
        with self.office.database.read() as connection:
            due = deadlines.due(connection, date.max, 1)
        return date.fromisoformat(due[0].next_on) if due and due[0].next_on else None

    def _sweep(self) -> None:
        found = sweep(self.office)
        self.report.reminders += found.reminders
        self.report.overdue += found.overdue
        self.report.fired += found.fired
        self.report.items += found.items
        self._print()

    def case(self, label: str) -> str:
        """The case number of a label; the newest case of an applicant; of ``FLOW:APPLICANT``; or the number itself.

        Without a flow it is that of the applicant's first case: what the system opened beside it has to be named.
        """
        if label in self.labels:
            return self.labels[label]
        flow, _, applicant = label.rpartition(":")
        with self.office.database.read() as connection:
            found = list(cases.walk(connection, Filter(applicant=applicant, workflow=flow)))
        first = min((one.case for one in found), key=lambda case: case.opened_at, default=None)
        same = [one.case.id for one in found if first is None or one.case.workflow == first.workflow]
        return max(same, key=lambda name: name.split("-")[1:], default=label)

    def workflow(self, case_id: str) -> Workflow:
        """The definition the case is pinned to."""
        with self.office.database.read() as connection:
            stored = cases.load(connection, case_id)
            if stored is None:
                raise UsageError(f"没有事项“{case_id}”")
            return lookup.definition(connection, self.office, stored.case.digest)

    def command(self, act: Act, workflow: Workflow) -> Command:
        """The Command of a line: event by name or title, values, made-up attachments, opinion."""
        event = event_named(workflow, act.words[1])
        papers = {name: (self._paper(workflow, act, name),) for name in act.after("附")}
        kept = sorted_in(workflow, papers)
        values = {**self.values(act, workflow), **kept.values}
        return Command(event, values, kept.materials, " ".join(act.after("意见")), decline=act.verb == "退签")

    def values(self, act: Act, workflow: Workflow) -> Values:
        """The values of a line; a field that holds a case may name it by its label."""
        links = {name for name, field in workflow.fields.items() if field.type == "case"}
        return {name: self.case(value) if name in links else value for name, value in act.values().items()}

    def _paper(self, workflow: Workflow, act: Act, name: str) -> Attachment:
        """A stand-in for a document: right type, content of its own."""
        material = workflow.materials.get(name) or workflow.fields.get(name)
        title, kind = (material.title, material.accept[0]) if material else (name, "pdf")
        content = f"%PDF-1.4\n% {title} {act.words[0]} {local_date(act.at)}\n%%EOF\n".encode()
        return files.store_bytes(self.office.holder, content, f"{title}.{kind}", kind)


def play_file(
    office: Office,
    clock: RehearsalClock,
    path: Path,
    on_act: Callable[[Act], None] | None = None,
    *,
    printing: bool = False,
    steps: Sequence[Path] = (),
) -> Player:
    """Read and play a story file; returns the player with its labels and counts.

    ``steps``: files of steps that it may refer to, besides those beside it.
    ``printing`` issues every document on its own day. Raises InvalidInput, StoryBroken, PrintFailed.
    """
    acts = acts_of(path, office.calendar, local_date(clock.now()), steps)
    player = Player(office, clock, on_act=on_act)
    if not printing:
        player.play(acts)
        return player
    with PrintingChild(office.notices[0]) as player.printer:
        player.play(acts)
    return player


def acts_of(path: Path, calendar: Calendar, start: date, steps: Sequence[Path] = ()) -> list[Act]:
    """The acts of a story file, which may refer to ``steps`` and what lies beside it. Raises InvalidInput."""
    beside = [*steps, *path.parent.glob("*.steps"), *path.parent.glob("*.scenario")]
    texts = {one.name: one.read_text(encoding="utf-8") for one in beside}
    return read(path.read_text(encoding="utf-8"), path.name, calendar, start, texts)


def event_named(workflow: Workflow, word: str) -> str:
    """An event or operation by name or Chinese title; the word itself when nothing fits (the law will say so)."""
    if word in workflow.events or word in OPERATIONS:
        return word
    titles: Mapping[str, str] = {event.title: event.name for event in workflow.events.values()}
    return titles.get(word) or {title: name for name, title in OPERATIONS.items()}.get(word, word)


def _open(player: Player, act: Act) -> None:
    name, applicant, person = act.words[:3]
    with player.office.database.read() as connection:
        values = player.values(act, lookup.latest(connection, player.office, name))
    outcome = open_case(player.office, name, applicant, person, values, opinion=" ".join(act.after("意见")))
    for label in act.after("称"):
        player.labels[label] = outcome.case


def _do(player: Player, act: Act) -> None:
    case_id = player.case(act.words[0])
    outcome = advance(player.office, case_id, act.words[2], player.command(act, player.workflow(case_id)))
    for linked, label in zip(outcome.cases, act.after("称"), strict=False):
        player.labels[label] = str(linked)


def _refused(player: Player, act: Act) -> None:
    """The act must be refused, for at least the reasons named (codes or words of the message)."""
    wanted = act.words[3].split(",")
    try:
        if act.words[1] == "开启":
            open_case(player.office, act.words[0], act.words[4], act.words[2], dict(act.values()))
        else:
            case_id = player.case(act.words[0])
            advance(player.office, case_id, act.words[2], player.command(act, player.workflow(case_id)))
    except RulesRefused as refused:
        told = [refusal for refusal in refused.refusals if isinstance(refusal, Refusal)]
        missing = [one for one in wanted if not any(one == r.code or one in r.because for r in told)]
        if missing:
            raise UsageError(f"虽被拒绝，但理由中没有：{'、'.join(missing)}\n{_reasons(refused)}") from refused
        return
    raise UsageError(f"本应不予办理（{'、'.join(wanted)}），却办成了")


def _expect(player: Player, act: Act) -> None:
    label, what, *wanted = act.words
    page = view.show(player.office, player.case(label))
    if what not in _FOUND:
        raise UsageError(f"不能核对“{what}”，可核对：{'、'.join(_FOUND)}")
    found = _FOUND[what](page, wanted)
    if found != wanted:
        raise UsageError(f"{label} 的{what}应为 {' '.join(wanted)}，实为 {' '.join(map(str, found))}")


def _deadline(page: CasePage, wanted: list[str]) -> list[str]:
    for one in page.deadlines:
        if one.name == wanted[0]:
            day = one.due_on if one.state == "running" else one.due_before or one.state
            return [wanted[0], str(day), *(["暂定"] if one.provisional and len(wanted) > 2 else [])]
    return [wanted[0], "无"]


def _field(page: CasePage, wanted: list[str]) -> list[str]:
    for one in page.fields:
        if one.name == wanted[0]:
            return [wanted[0], "、".join(map(str, one.value)) if isinstance(one.value, list) else str(one.value)]
    return [wanted[0], "无"]


_FOUND: Mapping[str, Callable[[CasePage, list[str]], list[str]]] = {
    "环节": lambda page, wanted: [page.state if wanted == [page.state] else page.state_title],
    "并行环节": lambda page, _: [one.title for one in page.beside] or ["无"],
    "版本": lambda page, _: [str(page.version)],
    "期限": _deadline,
    "字段": _field,
    "灯": lambda page, _: [page.light_step.word, page.light_case.word],
}


def _has(player: Player, act: Act) -> None:
    """The history must hold such an entry (应无: must not): an act on a date, a reminder of a deadline, a document."""
    label, what, *wanted = act.words
    lines = [_entry_words(line.entry, what) for line in view.history(player.office, player.case(label))]
    found = any(line[: len(wanted)] == wanted for group in lines for line in group)
    if found != (act.verb == "应有"):
        raise UsageError(f"{label} 的留痕中{'没有' if act.verb == '应有' else '不该有'}{what} {' '.join(wanted)}")


def _entry_words(entry: Entry, what: str) -> list[list[str]]:
    day = local_date(datetime.fromisoformat(entry.at)).isoformat()
    if what == "提醒":
        return [[entry.deadline, day]] if entry.event == "remind" else []
    if what == "公文":
        return [[paper.kind, str(paper.number)] for paper in entry.papers]
    done = "拒绝" if entry.kind == "refused" else ("签署" if entry.kind == "sign" else "")
    return [[done + name, day] for name in (entry.event, entry.title)]


def _quota(player: Player, act: Act) -> None:
    with player.office.database.read() as connection:
        used = cases.count_in_force(connection, act.words[0])
    if str(used) != act.words[1]:
        raise UsageError(f"在有效期内应为 {act.words[1]} 个，实为 {used} 个")


_VERBS: Mapping[str, Callable[[Player, Act], None]] = {
    "开启": _open,
    "办理": _do,
    "退签": _do,
    "不予": _refused,
    "应为": _expect,
    "应有": _has,
    "应无": _has,
    "名额": _quota,
}


def _reasons(error: ZhuliError) -> str:
    if isinstance(error, RulesRefused):
        told = [f"  {r.code}: {r.because}" for r in error.refusals if isinstance(r, Refusal)]
        return "\n".join([error.message, *told])
    return str(error)
