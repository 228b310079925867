"""When a deadline is next looked at: its reminders, and the day after the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhuli_flow.calendar import Calendar, ends_on
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
    return sorted(planned, key=lambda reminder: reminder.day)


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
