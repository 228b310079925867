"""What a due deadline needs today: what has to be reminded, who is told, what the system does, what waits for a person.

Asked by the sweep for every deadline whose day has come. Where the clock has made a leap, reminders still go, but what
the system would do that can't be undone is held until a person has confirmed the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from msgspec import UNSET

from zhuli_flow.calendar import ends_on
from zhuli_flow.clock import SHANGHAI, local_date
from zhuli_flow.definitions.model.workflow import DeadlineRule, Event, Tell, Workflow
from zhuli_flow.engine.authority.assignees import hearing
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines import reminders as reminders_
from zhuli_flow.engine.deadlines.debtor import alike, debtors
from zhuli_flow.engine.history.new_entry import Told, TookEffect
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, ends_at
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.position import Places, standing

OVERDUE, HOLD = "overdue", "hold"
"""Noted beside the reminders: that the end was told, and that a person was asked about the clock."""

BACK, GAP = timedelta(minutes=5), timedelta(days=1)
"""A clock this far behind the last sweep, or so far ahead of it, is in doubt; less behind is ordinary setting right."""

Reminders = list[reminders_.Reminder]


@dataclass(slots=True)
class Alike:
    """What was worked out for one deadline and is true of the next: those due on one day are often alike."""

    reminders: dict[tuple[str, str, str, str], Reminders] = field(default_factory=dict)
    debtors: dict[tuple[str, str, Places, str], tuple[Seat, ...]] = field(default_factory=dict)


class DueDeadline(NamedTuple):
    """A deadline that is due, as its case has it now; ``sent`` are the reminders that need not be sent any more."""

    workflow: Workflow
    case: Case
    name: str
    deadline: Deadline
    due_on: date
    facts: Facts
    today: date
    sent: Collection[str]
    alike: Alike

    @property
    def rule(self) -> DeadlineRule:
        """What the definition says of it."""
        return self.workflow.deadlines[self.name]

    @property
    def ended(self) -> str:
        """That the last day is over, in words."""
        return f"{self.case.applicant.name}：{self.rule.title}已于 {self.due_on} 届满"


class Notification(NamedTuple):
    """One message of the system about a deadline, to several seats, and the entry that goes with it.

    ``told`` is what the entry says beside the text, alike for many deadlines of one day.
    ``urgent``: it leaves the house at once; else it goes out with the day's digest.
    """

    event: str
    title: str
    text: str
    seats: Sequence[Seat]
    told: Told
    urgent: bool = False


class Plan(NamedTuple):
    """What one deadline needs: reminders to note (and whether merged), notifications, the system's ``event``.

    ``next_on`` is the next day on which something is due, None for none; ``held``: the event waits for a person's word.
    """

    reminders: tuple[tuple[str, bool], ...]
    notifications: tuple[Notification, ...]
    event: str = ""
    held: str = ""
    next_on: date | None = None


def due(
    workflow: Workflow, case: Case, name: str, version: int, facts: Facts, sent: Collection[str], alike: Alike
) -> DueDeadline | None:
    """The deadline of that ``version``; None when it no longer runs, or has moved since (its new day comes by itself).

    Raises LookupError for a deadline that the definition does not know.
    """
    deadline = case.deadlines.get(name)
    if deadline is None or deadline.state != "running" or deadline.version != version:
        return None
    return DueDeadline(workflow, case, name, deadline, deadline.due_on, facts, local_date(facts.now), sent, alike)


def plan(found: DueDeadline, doubt: str) -> Plan:
    """What the deadline needs; ``doubt`` says what is odd about the clock (empty: nothing)."""
    planned = _reminders(found)
    waiting = [one for one in planned if one.offset not in found.sent and not _answered(found, one)]
    reminded = _remind(found, [one for one in waiting if one.day <= found.today])
    later = [one.day for one in planned if one.day > found.today]
    if found.today <= found.due_on:
        return reminded._replace(next_on=min([*later, reminders_.day_after(found.due_on)]))
    passed = _pass_day(found)
    held = _hold(found, passed.event, doubt) if passed.event and doubt else _NOTHING
    return Plan(
        (*reminded.reminders, *passed.reminders, *held.reminders),
        (*reminded.notifications, *passed.notifications, *held.notifications),
        passed.event,
        held.held,
        min(later, default=None),
    )


_NOTHING = Plan((), ())


def doubt(last: datetime, now: datetime) -> str:
    """What is odd about a clock that stands at ``now``, when it stood at ``last`` before; empty: nothing."""
    when = f"上次巡检时（{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M}）"
    if now < last - BACK:
        return f"时钟早于{when}"
    return f"时钟比{when}晚了 {(now - last).days} 天多" if now > last + GAP else ""


def _reminders(found: DueDeadline) -> Reminders:
    """The reminders of the deadline, oldest first: a matter of its rule, its last day and when that was set."""
    key = (found.workflow.digest, found.name, str(found.deadline.due_on), str(found.deadline.set_on))
    known = found.alike.reminders.get(key)
    if known is None:
        known = reminders_.reminders(found.workflow, found.name, found.deadline, found.facts.calendar)
        found.alike.reminders[key] = known
    return known


def _remind(found: DueDeadline, due: Reminders) -> Plan:
    """Send the latest reminder that is due; earlier ones missed during a standstill are recorded as merged into it."""
    if not due:
        return _NOTHING
    noted = tuple((one.offset, one is not due[-1]) for one in due)
    last, pressed = due[-1], due[-1].offset.startswith(reminders_.PRESSED)
    urgent = pressed or is_urgent(found, last)
    mark = f"督办（第 {last.offset.partition(':')[2]} 次）" if pressed else "紧急提醒" if urgent else "提醒"
    closing = pressed and found.today >= _reminders(found)[-1].day  # those above hear of the last 督办, not of each
    above = found.rule.overdue_tell if closing else found.rule.urgent_tell if urgent and not pressed else ()
    text = f"{mark}：{_left(found)}，请办理，或回复办理情况（answer）" if pressed else _left(found)
    roles = (*found.rule.tell, *above)
    return Plan(
        noted, (_notification(found, "remind", f"{mark}：{found.rule.title}", text, roles, last, urgent=urgent),)
    )


def _answered(found: DueDeadline, reminder: reminders_.Reminder) -> bool:
    """Whether whoever owes it has just said how it stands."""
    day = found.case.mark("answered_on")
    if not isinstance(day, str):
        return False
    workflow, calendar = found.workflow, found.facts.calendar
    return reminders_.answered(workflow, found.name, reminder, date.fromisoformat(day), calendar)


def _left(found: DueDeadline) -> str:
    """How much time is left, in words."""
    left = (found.due_on - found.today).days
    when = f"还剩 {left} 天" if left > 0 else ("今日到期" if left == 0 else f"已逾期 {-left} 天")
    provisional = "（暂定）" if found.deadline.provisional else ""
    return f"{found.case.applicant.name}：{found.rule.title} {found.due_on}{provisional} 到期，{when}"


def is_urgent(found: DueDeadline, reminder: reminders_.Reminder) -> bool:
    """Whether a reminder is so late that it leaves the house at once and the superiors hear of it too."""
    if found.rule.urgent_from is None:
        return False
    calendar, offset = found.facts.calendar, found.workflow.period(found.rule.urgent_from)
    return reminder.day >= calendar.previous_working_day(ends_on(found.due_on, offset, calendar))


def _pass_day(found: DueDeadline) -> Plan:
    """The last day is over: tell who must know, once; name the event the system has to fire, if it can be here."""
    rule, event = found.rule, _event(found)
    turns = rule.every is not None and rule.then is not None and not rule.overdue_tell  # nobody owed anything
    if OVERDUE in found.sent or turns:
        return Plan((), (), event)
    text, roles = found.ended, (*rule.tell, *rule.overdue_tell)
    if rule.confirm is not None:
        text += f"，请确认办理“{found.workflow.events[rule.confirm].title}”"
    told = _notification(found, OVERDUE, f"逾期：{rule.title}", text, roles, urgent=True)
    return Plan(((OVERDUE, False),), (told,), event)


def _event(found: DueDeadline) -> str:
    """What the system does once the last day is over, as far as it can be done from where the case stands."""
    then = found.rule.then
    return (
        then if then is not None and topology(found.workflow).leads(then, *standing(found.workflow, found.case)) else ""
    )


def _hold(found: DueDeadline, event: str, doubt: str) -> Plan:
    """Ask, once, for a person's word on the clock before the system acts; where nobody else is, ask every role."""
    acts = found.workflow.events[event]
    roles = [*found.rule.overdue_tell, *told_by(acts)] or list(found.workflow.roles)
    ask = "请核对本机时钟；无误的（如停机多日、节假日未巡检），运行 zhuli sweep --confirm-clock --as 本人，即补办"
    held = f"{found.ended}，应由系统办理“{acts.title}”，现暂缓：{doubt}。{ask}"
    if HOLD in found.sent:
        return Plan((), (), held=held)
    return Plan(((HOLD, False),), (_notification(found, HOLD, f"待确认时钟：{acts.title}", held, roles),), held=held)


def told_by(event: Event) -> tuple[str, ...]:
    """The roles that an event tells when it happens."""
    return tuple(effect.role for effect in event.effects if isinstance(effect, Tell))


def _notification(
    found: DueDeadline,
    event: str,
    title: str,
    text: str,
    roles: Sequence[str],
    reminder: reminders_.Reminder | None = None,
    *,
    urgent: bool = False,
) -> Notification:
    """A message to who owes the deadline and to ``roles``, each once; roles that nobody holds are left out."""
    also = hearing(_question(found), map(Seat, roles))
    seats = list(dict.fromkeys([*owing(found), *also]))
    text += "" if seats else "（无人可告知：名录中没有责任人）"
    told = Told(
        found.name,
        found.deadline.due_on.isoformat(),
        found.deadline.provisional,
        told=tuple(seat.person or seat.role for seat in seats),
        offset=reminder.offset if reminder else UNSET,
        planned=reminder.day.isoformat() if reminder else UNSET,
    )
    return Notification(event, title, text, seats, told, urgent)


def owing(found: DueDeadline) -> tuple[Seat, ...]:
    """Who owes the deadline (责任人)."""
    workflow, case, kept = found.workflow, found.case, found.alike.debtors
    places = standing(workflow, case)
    if case.assignments or not alike(workflow, found.name, places):
        return debtors(_question(found), found.name)
    key = (workflow.digest, found.name, places, case.applicant.id)
    if key not in kept:
        kept[key] = debtors(_question(found), found.name)
    return kept[key]


def _question(found: DueDeadline) -> Question:
    return Question(found.workflow, found.case, SYSTEM_ACTOR, found.facts)


def effect(found: DueDeadline) -> TookEffect:
    """When the law says it took effect (the end of the last day), beside when the system got round to it; in UTC."""
    return TookEffect(
        found.name,
        found.deadline.due_on.isoformat(),
        found.deadline.provisional,
        effective_at=ends_at(found.deadline).isoformat(timespec="seconds"),
        applied_at=found.facts.now.isoformat(timespec="seconds"),
    )
