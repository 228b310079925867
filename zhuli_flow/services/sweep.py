"""One look at what is due: reminders, overdue notices, what the system itself must do. Rows remember, the clock ticks.

Each deadline is dealt with in a transaction of its own; being killed between two of them loses nothing and repeats
nothing: a reminder is keyed by (case, deadline, version, offset). Where the clock runs by itself and has made a leap,
reminders still go, but what the system would do that can't be undone waits until a person has confirmed the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from zhuli_flow.clock import SHANGHAI, start_of_day
from zhuli_flow.definitions.model import SYSTEM, DeadlineRule, Event, Tell, Workflow
from zhuli_flow.engine import deadlines
from zhuli_flow.engine.awaited import awaited
from zhuli_flow.engine.case import Command, Facts, Json
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.question import Question
from zhuli_flow.engine.rights import SYSTEM_ACTOR
from zhuli_flow.engine.signoffs import Seat
from zhuli_flow.errors import NotFound, RulesRefused
from zhuli_flow.services import deliver, entries, facts
from zhuli_flow.services.advance import advance
from zhuli_flow.services.calendar import refresh
from zhuli_flow.services.consequences import mirrored
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, cases, inbox, meta
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql import Connection

BATCH = 200
LAST = "last_sweep"
"""The fact in the database: when a sweep last ran on a clock that was not in doubt (UTC, ISO text)."""

BACK, GAP = timedelta(minutes=5), timedelta(days=1)
"""A clock this far behind the last sweep, or so far ahead of it, is in doubt; less behind is ordinary setting right."""


@dataclass(slots=True)
class Report:
    """What one sweep did; ``items`` one line each, oldest first."""

    reminders: int = 0
    overdue: int = 0
    fired: int = 0
    items: list[dict[str, Json]] = field(default_factory=list)

    def json(self) -> dict[str, Json]:
        return {
            "reminders": self.reminders,
            "overdue": self.overdue,
            "fired": self.fired,
            "items": cast(Json, self.items),
        }


@dataclass(slots=True)
class Look:
    """One deadline being looked at, inside its transaction."""

    connection: Connection
    office: Office
    workflow: Workflow
    stored: Stored
    clock: rows.StoredDeadline
    deadline: Mapping[str, Json]

    @property
    def rule(self) -> DeadlineRule:
        return self.workflow.deadlines[self.clock.name]

    @property
    def overdue(self) -> bool:
        return self.office.today > date.fromisoformat(str(self.deadline["due_on"]))


def sweep(office: Office) -> Report:
    """Deal with everything due by today, oldest first, until nothing is left but what has to wait for the next look."""
    refresh(office)
    report, doubt = Report(), _doubt(office)
    waiting: set[rows.StoredDeadline] = set()
    while True:
        with office.database.read() as connection:
            due = rows.due(connection, office.today, BATCH + len(waiting))
        if not (due := [clock for clock in due if clock not in waiting]):
            break
        for clock in due:
            if not _one(office, clock, report, doubt):
                waiting.add(clock)
    if not (doubt or office.rehearsal):
        with office.database.write() as connection:
            meta.put(connection, LAST, _now(office))
    return report


def confirm_clock(office: Office, person: str) -> None:
    """``person`` answers for the clock as it stands now; recorded, and the next sweep does what was held back.

    Raises NotFound for somebody who is not in the directory.
    """
    with office.database.write() as connection:
        facts.actor(connection, office, person)
        told: dict[str, Json] = {"changes": [["clock", "last_sweep", meta.get(connection, LAST), _now(office)]]}
        meta.put(connection, LAST, _now(office))
        entries.write_office(connection, office, "confirm_clock", "确认时钟无误", person=person, more=told)


def _doubt(office: Office) -> str:
    """What is odd about the clock, in words, by the last sweep (or, before any, the newest entry); empty: nothing."""
    if office.rehearsal:
        return ""
    with office.database.read() as connection:
        known = meta.get(connection, LAST) or audit.latest_instant(connection)
    if known is None:
        return ""
    last, now = datetime.fromisoformat(known), office.clock.now()
    when = f"上次巡检时（{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M}）"
    if now < last - BACK:
        return f"时钟早于{when}"
    return f"时钟比{when}晚了 {(now - last).days} 天多" if now > last + GAP else ""


def _now(office: Office) -> str:
    return office.clock.now().isoformat()


def _one(office: Office, clock: rows.StoredDeadline, report: Report, doubt: str = "") -> bool:
    """Remind and tell in one transaction; fire in the next. False: not fired, or without an answer; it stays due."""
    with office.database.write() as connection:
        look = _look(connection, office, clock)
        if look is None:
            rows.mark(connection, clock, state="cancelled", next_on=None)
            return True
        _remind(look, report)
        fire = _pass_day(look, report) if look.overdue else ""
        if not fire:
            _look_again(look)
        elif doubt:
            _hold(look, fire, doubt, report)
    if fire and (doubt or not _fire(look, fire, report)):
        return False
    if fire:
        with office.database.write() as connection:
            rows.mark(connection, clock, state="running", next_on=None)
    return True


def _look_again(look: Look) -> None:
    """Put down the next day on which this deadline needs a look."""
    office, clock = look.office, look.clock
    after = mirrored(office, look.workflow, clock.case_id, clock.name, look.deadline, office.today)
    following = date.fromisoformat(after.next_on) if after.next_on else None
    rows.mark(look.connection, clock, state="running", next_on=following)


def _look(connection: Connection, office: Office, clock: rows.StoredDeadline) -> Look | None:
    """The deadline as its case has it now; None when the row no longer speaks for the case."""
    stored = cases.load(connection, clock.case_id)
    deadline = stored.case.section("deadlines").get(clock.name) if stored else None
    if stored is None or not isinstance(deadline, dict) or deadline["state"] != "running":
        return None
    if deadline["version"] != clock.version:  # it has moved since; its row has, too, and will be met on its own day
        return None
    workflow = facts.definition(connection, office, stored.case.digest)
    return Look(connection, office, workflow, stored, clock, deadline)


def _remind(look: Look, report: Report) -> None:
    """Send the latest reminder that is due; earlier ones missed during a standstill are recorded as merged into it."""
    sent = rows.reminders_sent(look.connection, look.clock)
    planned = deadlines.reminders(look.workflow, look.clock.name, look.deadline, look.office.calendar)
    due = [one for one in planned if one.day <= look.office.today and one.offset not in sent]
    for one in due:
        last = one is due[-1]
        rows.record_reminder(look.connection, look.clock, one.offset, look.office.clock.now(), merged=not last)
        if last:
            _send(look, one, report)


def _send(look: Look, reminder: deadlines.Reminder, report: Report) -> None:
    due_on = date.fromisoformat(str(look.deadline["due_on"]))
    left = (due_on - look.office.today).days
    when = f"还剩 {left} 天" if left > 0 else ("今日到期" if left == 0 else f"已逾期 {-left} 天")
    provisional = "（暂定）" if look.deadline.get("provisional") else ""
    text = f"{look.stored.case.applicant.name}：{look.rule.title} {due_on.isoformat()}{provisional} 到期，{when}"
    planned: dict[str, Json] = {"offset": reminder.offset, "planned": reminder.day.isoformat()}
    _note(look, "remind", f"提醒：{look.rule.title}", text, planned)
    report.reminders += 1
    _item(look, report, "remind", text)


def _pass_day(look: Look, report: Report) -> str:
    """The last day is over: tell who must know, once; return the event the system has to fire, if it can be here."""
    rule = look.rule
    if rows.record_reminder(look.connection, look.clock, "overdue", look.office.clock.now()):
        text = f"{look.stored.case.applicant.name}：{rule.title}已于 {look.deadline['due_on']} 届满"
        roles = list(rule.overdue_tell)
        if rule.confirm is not None:
            event = look.workflow.events[rule.confirm]
            text += f"，请确认办理“{event.title}”"
            roles += event.by
        _note(look, "overdue", f"逾期：{rule.title}", text, {}, roles)
        report.overdue += 1
        _item(look, report, "overdue", text)
    possible = rule.then is not None and topology(look.workflow).leads(rule.then, look.stored.case.state)
    return str(rule.then) if possible else ""


def _hold(look: Look, event: str, doubt: str, report: Report) -> None:
    """Ask, once, for a person's word on the clock before the system acts; where nobody else is, ask every role."""
    title = look.workflow.events[event].title
    roles = [*look.rule.overdue_tell, *told_by(look.workflow.events[event])] or list(look.workflow.roles)
    due = f"{look.stored.case.applicant.name}：{look.rule.title}已于 {look.deadline['due_on']} 届满"
    text = f"{due}，应由系统办理“{title}”；但{doubt}，请核对时钟，无误后运行 zhuli sweep --confirm-clock"
    if rows.record_reminder(look.connection, look.clock, "hold", look.office.clock.now()):
        _note(look, "hold", f"待确认时钟：{title}", text, {}, roles)
    _item(look, report, "held", text)


def told_by(event: Event) -> tuple[str, ...]:
    """The roles that an event tells when it happens."""
    return tuple(effect.role for effect in event.effects if isinstance(effect, Tell))


def _note(
    look: Look, event: str, title: str, text: str, more: Mapping[str, Json], roles: list[str] | None = None
) -> None:
    """Put a message into the boxes and one entry into the history, in the deadline's own transaction."""
    facts_now = Facts(look.office.clock.now(), look.office.calendar)
    holders = awaited(Question(look.workflow, look.stored.case, SYSTEM_ACTOR, facts_now))
    to = list(dict.fromkeys([*holders, *(Seat(role) for role in roles or () if role != SYSTEM)]))
    told: dict[str, Json] = {
        "deadline": look.clock.name,
        "due_on": look.deadline["due_on"],
        "provisional": bool(look.deadline.get("provisional")),
        "text": text,
        "told": [seat.person or seat.role for seat in to],
        **more,
    }
    body = entries.of_system(look.office, look.stored.case, "deadline", event, title, told)
    stored = look.stored
    written = entries.write(look.connection, look.office, stored.case.id, stored.seq, stored.head, body)
    cases.extend_chain(look.connection, stored.case.id, written.seq, written.hash)
    look.stored = Stored(stored.case, written.seq, written.hash, stored.kind)
    for seat in to:
        _tell(look, seat, written.seq, title, text, urgent=event == "overdue")


def _tell(look: Look, seat: Seat, seq: int, title: str, text: str, *, urgent: bool) -> None:
    """Into the box at once; what is urgent also leaves the house at once, the rest with the day's digest."""
    case_id, person, role = look.stored.case.id, seat.person or None, None if seat.person else seat.role
    key, now = f"{case_id}/{seq}/{seat.key}", look.office.clock.now()
    inbox.put(look.connection, key=key, text=text, at=now, person=person, role=role, case_id=case_id)
    if urgent:
        deliver.enqueue(
            look.connection,
            look.office,
            key=key,
            title=title,
            text=text,
            person=person,
            role=role,
            case_id=case_id,
            same=f"{case_id}/{seq}",
        )


def _fire(look: Look, event: str, report: Report) -> bool:
    """The system acts: same path as a person. A refusal is recorded like anyone's and left to a person.

    False when something the act needs is missing (a linked workflow not in use): the next sweep tries again.
    """
    office, clock = look.office, look.clock
    command = Command(event, request_id=f"due:{clock.case_id}:{clock.name}:{clock.version}")
    try:
        outcome = advance(office, clock.case_id, SYSTEM, command, more=_effect(look))
    except RulesRefused as refused:
        report.items.append({"case": clock.case_id, "kind": "refused", "event": event, "text": str(refused)})
        return True
    except NotFound as missing:
        report.items.append({"case": clock.case_id, "kind": "stuck", "event": event, "text": str(missing)})
        return False
    report.fired += 1
    report.items.append({"case": clock.case_id, "kind": "fired", "event": event, "text": outcome.title})
    return True


def _effect(look: Look) -> dict[str, Json]:
    """When the law says it took effect (the end of the last day), beside when the system got round to it; in UTC."""
    due_on = date.fromisoformat(str(look.deadline["due_on"]))
    return {
        "deadline": look.clock.name,
        "due_on": due_on.isoformat(),
        "provisional": bool(look.deadline.get("provisional")),
        "effective_at": start_of_day(deadlines.day_after(due_on)).isoformat(timespec="seconds"),
        "applied_at": look.office.clock.now().isoformat(timespec="seconds"),
    }


def _item(look: Look, report: Report, kind: str, text: str) -> None:
    report.items.append({"case": look.stored.case.id, "kind": kind, "deadline": look.clock.name, "text": text})
