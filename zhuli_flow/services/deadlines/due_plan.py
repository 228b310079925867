"""One look at one due deadline: what has to be reminded, told and done about it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from zhuli_flow.calendar import ends_on
from zhuli_flow.definitions.model.workflow import SYSTEM, DeadlineRule, Event, Tell, Workflow
from zhuli_flow.engine.authority.assignees import awaited
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines import reminders as reminders_
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.deadline import ends_at
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services import lookup
from zhuli_flow.services.deadlines.batch import Telling, Tidings
from zhuli_flow.services.office import Office
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.cases import Stored

OVERDUE, HOLD = "overdue", "hold"
"""Noted beside the reminders: that the end was told, and that a person was asked about the clock."""


Planned = list[reminders_.Reminder]


@dataclass(slots=True)
class Notes:
    """What was worked out for one deadline and is true of the next: those due on one day are often alike."""

    planned: dict[tuple[str, str, str, str], Planned] = field(default_factory=dict)
    holders: dict[tuple[str, str], tuple[Seat, ...]] = field(default_factory=dict)


class Look(NamedTuple):
    """A deadline as its case has it now; ``today`` is the Asia/Shanghai date of this look."""

    office: Office
    workflow: Workflow
    stored: Stored
    clock: rows.StoredDeadline
    deadline: Mapping[str, Json]
    due_on: date
    today: date
    notes: Notes

    @property
    def rule(self) -> DeadlineRule:
        return self.workflow.deadlines[self.clock.name]

    @property
    def ended(self) -> str:
        """That the last day is over, in words."""
        return f"{self.stored.case.applicant.name}：{self.rule.title}已于 {self.due_on} 届满"


@dataclass
class Plan:
    """What one deadline needs: reminders to note (and whether merged), messages, the system's ``event``.

    ``next_on`` is the next day that needs a look, None for none; ``held``: the event waits for a person's word.
    """

    look: Look
    reminders: list[tuple[str, bool]] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    event: str = ""
    held: str = ""
    next_on: date | None = None

    @cached_property
    def holders(self) -> tuple[Seat, ...]:
        """Whose move it is."""
        workflow, case = self.look.workflow, self.look.stored.case
        key, notes = (workflow.digest, case.state), self.look.notes.holders
        if key in notes and not case.section("assignments"):
            return notes[key]
        known = Facts(self.look.office.clock.now(), self.look.office.calendar, hours=self.look.office.hours)
        found = awaited(Question(workflow, case, SYSTEM_ACTOR, known))
        if not case.section("assignments") and not _signed_here(workflow, case.state):
            notes[key] = found
        return found


def _signed_here(workflow: Workflow, state: str) -> bool:
    """Whether somebody signs in this state: then the holders are a matter of the case, else of the definition."""
    return any(event.sign is not None and state in event.sources for event in workflow.events.values())


def plan(batch: Tidings, clock: rows.StoredDeadline, notes: Notes, doubt: str) -> Plan | None:
    """What a due deadline needs; ``doubt`` says what is odd about the clock (empty: nothing).

    None when the row no longer speaks for its case. Raises IntegrityBroken or NotFound for a damaged case.
    """
    try:
        look = _look(batch, clock, notes)
        return _plan(look, batch.sent_of(clock), doubt) if look else None
    except (LookupError, TypeError, ValueError) as error:
        told = f"事项 {clock.case_id} 的期限“{clock.name}”读不懂（{error}）"
        raise IntegrityBroken(told, fix="请运行 zhuli audit verify 核对，用备份比对数据库") from error


def _look(batch: Tidings, clock: rows.StoredDeadline, notes: Notes) -> Look | None:
    stored = batch.case(clock.case_id)
    deadline = stored.case.section("deadlines").get(clock.name) if stored else None
    if stored is None or not isinstance(deadline, dict) or deadline["state"] != "running":
        return None
    if deadline["version"] != clock.version:  # it has moved since; its row has, too, and will be met on its own day
        return None
    workflow = lookup.definition(batch.connection, batch.office, stored.case.digest)
    due_on = date.fromisoformat(str(deadline["due_on"]))
    return Look(batch.office, workflow, stored, clock, deadline, due_on, batch.today, notes)


def _plan(look: Look, sent: set[str], doubt: str) -> Plan:
    found, planned = Plan(look), _planned(look)
    _remind(found, [one for one in planned if one.day <= look.today and one.offset not in sent])
    if look.today <= look.due_on:
        days = [one.day for one in planned if one.day > look.today]
        found.next_on = min([*days, reminders_.day_after(look.due_on)])
        return found
    _pass_day(found, sent)
    found.next_on = min((one.day for one in planned if one.day > look.today), default=None)
    if found.event and doubt:
        _hold(found, sent, doubt)
    return found


def _planned(look: Look) -> Planned:
    """The reminders of the deadline, oldest first: a matter of its rule, its last day and when that was set."""
    key = (look.workflow.digest, look.clock.name, str(look.deadline["due_on"]), str(look.deadline["set_on"]))
    found = look.notes.planned.get(key)
    if found is None:
        found = reminders_.reminders(look.workflow, look.clock.name, look.deadline, look.office.calendar)
        look.notes.planned[key] = found
    return found


def _remind(found: Plan, due: Planned) -> None:
    """Send the latest reminder that is due; earlier ones missed during a standstill are recorded as merged into it."""
    if not due:
        return
    look, last = found.look, due[-1]
    found.reminders += [(one.offset, one is not last) for one in due]
    left = (look.due_on - look.today).days
    when = f"还剩 {left} 天" if left > 0 else ("今日到期" if left == 0 else f"已逾期 {-left} 天")
    provisional = "（暂定）" if look.deadline.get("provisional") else ""
    text = f"{look.stored.case.applicant.name}：{look.rule.title} {look.due_on}{provisional} 到期，{when}"
    urgent = is_urgent(look, last)
    mark = "紧急提醒" if urgent else "提醒"
    more: dict[str, Json] = {"offset": last.offset, "planned": last.day.isoformat()}
    roles = look.rule.urgent_tell if urgent else ()
    _tell(found, "remind", f"{mark}：{look.rule.title}", text, more, roles, urgent=urgent)


def is_urgent(look: Look, reminder: reminders_.Reminder) -> bool:
    """Whether a reminder is so late that it leaves the house at once and the superiors hear of it too."""
    if look.rule.urgent_from is None:
        return False
    calendar, offset = look.office.calendar, look.workflow.period(look.rule.urgent_from)
    return reminder.day >= calendar.previous_working_day(ends_on(look.due_on, offset, calendar))


def _pass_day(found: Plan, sent: set[str]) -> None:
    """The last day is over: tell who must know, once; note the event the system has to fire, if it can be here."""
    look, rule = found.look, found.look.rule
    turns = rule.every is not None and rule.then is not None and not rule.overdue_tell  # nobody owed anything
    if OVERDUE not in sent and not turns:
        text, roles = look.ended, list(rule.overdue_tell)
        if rule.confirm is not None:
            event = look.workflow.events[rule.confirm]
            text += f"，请确认办理“{event.title}”"
            roles += event.by
        found.reminders.append((OVERDUE, False))
        _tell(found, OVERDUE, f"逾期：{rule.title}", text, {}, roles, urgent=True)
    possible = rule.then is not None and topology(look.workflow).leads(rule.then, look.stored.case.state)
    found.event = str(rule.then) if possible else ""


def _hold(found: Plan, sent: set[str], doubt: str) -> None:
    """Ask, once, for a person's word on the clock before the system acts; where nobody else is, ask every role."""
    look, event = found.look, found.look.workflow.events[found.event]
    roles = [*look.rule.overdue_tell, *told_by(event)] or list(look.workflow.roles)
    ask = "请核对本机时钟；无误的（如停机多日、节假日未巡检），运行 zhuli sweep --confirm-clock --as 本人，即补办"
    found.held = f"{look.ended}，应由系统办理“{event.title}”，现暂缓：{doubt}。{ask}"
    if HOLD not in sent:
        found.reminders.append((HOLD, False))
        _tell(found, HOLD, f"待确认时钟：{event.title}", found.held, {}, roles)


def told_by(event: Event) -> tuple[str, ...]:
    """The roles that an event tells when it happens."""
    return tuple(effect.role for effect in event.effects if isinstance(effect, Tell))


def _tell(
    found: Plan,
    event: str,
    title: str,
    text: str,
    more: Mapping[str, Json],
    roles: Sequence[str],
    *,
    urgent: bool = False,
) -> None:
    """A message to whose move it is and to ``roles``, each once."""
    look = found.look
    seats = list(dict.fromkeys([*found.holders, *(Seat(role) for role in roles if role != SYSTEM)]))
    told = {**frame(look), "told": tuple(seat.person or seat.role for seat in seats), **more}
    found.tellings.append(Telling(event, title, text, seats, told, urgent))


def frame(look: Look) -> dict[str, Json]:
    """What every entry about a deadline says of it."""
    return {
        "deadline": look.clock.name,
        "due_on": look.deadline["due_on"],
        "provisional": bool(look.deadline.get("provisional")),
    }


def effect(look: Look) -> dict[str, Json]:
    """When the law says it took effect (the end of the last day), beside when the system got round to it; in UTC."""
    return {
        **frame(look),
        "effective_at": ends_at(look.deadline).isoformat(timespec="seconds"),
        "applied_at": look.office.clock.now().isoformat(timespec="seconds"),
    }
