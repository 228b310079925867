"""When a deadline is next looked at: its reminders, and the day after the last day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhuli_flow.calendar import Calendar, Period, ends_on
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.model.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a deadline: the offset as written and the day it goes out."""

    offset: str
    day: date


def reminders(workflow: Workflow, name: str, deadline: Deadline, calendar: Calendar) -> list[Reminder]:
    """When to remind, oldest first: a rest day gives way to the working day before; before ``set_on`` none is owed."""
    due_on, set_on = deadline.due_on, deadline.set_on
    planned = []
    for offset in workflow.deadlines[name].remind:
        day = calendar.previous_working_day(ends_on(due_on, workflow.period(offset), calendar))
        if day >= set_on:
            planned.append(Reminder(offset, day))
    planned += (one for one in _pressing(workflow, name, deadline, calendar) if one.day >= set_on)
    return sorted(planned, key=lambda reminder: reminder.day)


PRESSED = "again:"
"""Begins the offset of a 督办, before its number."""


def _pressing(workflow: Workflow, name: str, deadline: Deadline, calendar: Calendar) -> Iterator[Reminder]:
    """When to press whoever owes it, after it is over: every so often, and so many times."""
    rule = workflow.deadlines[name]
    if rule.again is None:
        return
    step = workflow.period(rule.again)
    for number in range(1, int(str(workflow.value(rule.at_most))) + 1):
        day = ends_on(deadline.due_on, Period(step.count * number, step.unit), calendar)
        yield Reminder(f"{PRESSED}{number}", calendar.previous_working_day(day))


def answered(workflow: Workflow, name: str, reminder: Reminder, answer: date, calendar: Calendar) -> bool:
    """Whether a 督办 falls before one turn after the answer (办理情况回复) given on that day: then it is left out."""
    again = workflow.deadlines[name].again
    if again is None or not reminder.offset.startswith(PRESSED):
        return False
    return reminder.day < ends_on(answer, workflow.period(again), calendar)


def next_look(
    workflow: Workflow, name: str, deadline: Deadline, calendar: Calendar, after: date | None = None
) -> date | None:
    """The next day after ``after`` with something due: a reminder, or the day after the last day; None: nothing."""
    if deadline.state != "running":
        return None
    days = [reminder.day for reminder in reminders(workflow, name, deadline, calendar)]
    days.append(day_after(deadline.due_on))
    return min((day for day in days if after is None or day > after), default=None)


def day_after(due_on: date) -> date:
    """The first day on which a deadline is overdue; the last day there is comes after itself."""
    return due_on + timedelta(days=1) if due_on < date.max else due_on
