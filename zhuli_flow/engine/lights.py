"""Two lights, always with the word (绿、黄、红, 灰 when suspended): for the present step and for the whole case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhuli_flow.calendar import Calendar, Period, due_date
from zhuli_flow.definitions.model import Workflow
from zhuli_flow.engine.case import Case, Json

ORDER = ("红", "黄", "绿", "灰", "—")


@dataclass(frozen=True, slots=True)
class Light:
    """A light: the ``word``, its deadline, the last day, and how much is left (working days, negative: over)."""

    word: str = "—"
    deadline: str = ""
    title: str = ""
    due_on: str = ""
    left: int | None = None
    provisional: bool = False

    def json(self) -> dict[str, Json]:
        return {
            "word": self.word,
            "deadline": self.deadline,
            "title": self.title,
            "due_on": self.due_on,
            "working_days_left": self.left,
            "provisional": self.provisional,
        }


def lights(workflow: Workflow, case: Case, today: date, calendar: Calendar) -> tuple[Light, Light]:
    """(step, whole case): the most urgent deadline of each sort; a deadline overdue reddens the whole case too."""
    step: list[Light] = []
    whole: list[Light] = []
    for name, deadline in case.section("deadlines").items():
        if isinstance(deadline, dict) and deadline["state"] in {"running", "suspended"}:
            light = _light(workflow, name, deadline, today, calendar)
            (whole if workflow.deadlines[name].whole_case else step).append(light)
    first, last = _worst(step), _worst(whole)
    return first, first if last.word != "—" and first.word == "红" != last.word else last


def _worst(found: list[Light]) -> Light:
    return min(found, key=lambda light: (ORDER.index(light.word), light.due_on), default=Light())


def _light(workflow: Workflow, name: str, deadline: Mapping[str, Json], today: date, calendar: Calendar) -> Light:
    rule, due_on = workflow.deadlines[name], date.fromisoformat(str(deadline["due_on"]))
    ahead = workflow.period(workflow.yellow_case if rule.whole_case else workflow.yellow_step)
    yellow_from = due_date(due_on, Period(-ahead.count, ahead.unit), calendar).day
    if deadline["state"] == "suspended":
        word = "灰"
    elif today > due_on:
        word = "红"
    else:
        word = "黄" if today >= yellow_from else "绿"
    left = calendar.working_days_between(today, due_on)
    return Light(word, name, rule.title, due_on.isoformat(), left, bool(deadline.get("provisional")))
