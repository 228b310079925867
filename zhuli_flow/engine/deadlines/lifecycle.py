"""Deadlines of a case: opened, met, suspended (中止, the rest is kept), restarted (重新起算), extended, cancelled.

A deadline lives in the ``deadlines`` section of the case as JSON: ``version`` (grows whenever the day moves), ``state``
running/suspended/met/cancelled/fired, ``started_on``, ``due_on`` (the last day, Asia/Shanghai, until 24:00),
``provisional``, ``remaining`` while suspended (in the unit of the deadline), ``spans`` of counted and uncounted days,
``why`` in Chinese, ``used`` (the highest version an act that was withdrawn had given out), ``calendar`` (the version it
was computed with) and ``reckoning``: ``from`` a day, ``by`` one period after another, ``added`` to the rest meanwhile;
``closes_at`` (UTC) where the last day ends at close of business. A recurring one begins anew under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, cast

from zhuli_flow.calendar import Due, Period, due_date, parse_period
from zhuli_flow.clock import local_date, start_of_day
from zhuli_flow.definitions.model.workflow import ChangeClock, DeadlineRule
from zhuli_flow.engine.deadlines.recurring import last_day
from zhuli_flow.engine.deadlines.reminders import day_after
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import first_choice
from zhuli_flow.engine.model.case import Case, Json

Closing = Literal["met", "cancelled"]
Deadline = dict[str, Json]
LIVE = ("running", "suspended")


def follow(scope: CaseScope, before: Case | None, event: str, changes: Iterable[ChangeClock], closing: Closing) -> Case:
    """The case of ``scope`` with its deadlines brought along after ``event`` took it out of ``before``.

    ``closing`` says how a deadline ends whose states were left: met by going on, cancelled by 退回、撤回、终止.
    """
    live = {name: dict(_as_deadline(value)) for name, value in scope.case.section("deadlines").items()}
    for rule in scope.workflow.deadlines.values():
        follower = _Follower(scope, rule, live)
        follower.move(before.state if before else None, event, closing)
    for change in changes:
        _Follower(scope, scope.workflow.deadlines[change.deadline], live).change(change)
    return _with(scope.case, live) if live else scope.case


def _with(case: Case, live: dict[str, Deadline]) -> Case:
    return case.having(body={**case.body, "deadlines": cast(Mapping[str, Json], live)})


class _Follower:
    """One rule applied to one case."""

    def __init__(self, scope: CaseScope, rule: DeadlineRule, live: dict[str, Deadline]) -> None:
        self.scope, self.rule, self.live = scope, rule, live
        self.today = local_date(scope.facts.now)

    @property
    def deadline(self) -> Deadline | None:
        found = self.live.get(self.rule.name)
        return found if found and found["state"] in LIVE else None

    def move(self, left: str | None, event: str, closing: Closing) -> None:
        state, covered = self.scope.case.state, self.rule.states | self.rule.suspended_in
        if self.deadline and event in self.rule.renewing and state in self.rule.states:
            return self.renew()
        if self.deadline and event in self.rule.met_by:
            return self.close("met")
        if state not in covered:
            return self.close(closing)
        if state in self.rule.suspended_in:
            return self.suspend()
        if left in self.rule.states:
            return self.recompute()
        return self.resume() if left in self.rule.suspended_in and self.deadline else self.open()

    def change(self, change: ChangeClock) -> None:
        match change.change:
            case "suspend":
                self.suspend()
            case "resume":
                self.resume()
            case "restart":
                self.open()
            case "cancel":
                self.close("cancelled")
            case "extend":
                self.extend(self.scope.workflow.period(change.period))

    def open(self) -> None:
        due = self._due()
        if due is not None:
            start = self._first_day() if self.rule.every is not None else None
            self._begin(start or self._start(), due)

    def renew(self) -> None:
        """The next period of a recurring deadline, also when it is over already: each period is dealt with in turn."""
        ended = date.fromisoformat(str(_reckoning(self.live[self.rule.name])["from"]))
        self._begin(day_after(ended), self._period(day_after(ended)))

    def _begin(self, start: date, due: Due) -> None:
        earlier = self.live.get(self.rule.name, {})
        self.live[self.rule.name] = {
            "version": _next_version(earlier),
            "state": "running",
            "started_on": start.isoformat(),
            "spans": [{"from": start.isoformat(), "counted": True}],
            **self._told(due),
        }

    def _first_day(self) -> date | None:
        """From when a recurring one runs: first from the day on the case, if it asks for one; later from today."""
        if self.rule.start is None or self.rule.name in self.live:
            return self.today
        day = first_choice([self.rule.start], self.scope)
        return day if isinstance(day, date) else None

    def _period(self, day: date) -> Due:
        """The calendar period that ``day`` lies in."""
        last = last_day(day, str(self.rule.every))
        return due_date(last, Period(0, "d"), self.scope.calendar, self._roll())

    def recompute(self) -> None:
        """A deadline that hangs on a field moves with it; one that could not be computed before may open now."""
        found = self.live.get(self.rule.name)
        if found is None:
            return self.open()
        hangs = self.rule.until or (self.rule.start if self.rule.within else None)
        due = self._due() if hangs and found["state"] in ("running", "fired") else None
        steps = [due] if due else []
        if due and found.get("extended"):
            steps.append(due_date(due.day, parse_period(str(found["extended"])), self.scope.calendar, self._roll()))
        if steps and steps[-1].day.isoformat() != found["due_on"]:
            found.update(version=_next_version(found), state="running", **self._told(*steps))
        return None

    def close(self, how: str) -> None:
        if self.deadline is not None:
            self.deadline.update(state=how)
            self._span(None)

    def suspend(self) -> None:
        found = self.deadline
        if found is None or found["state"] == "suspended":
            return
        found.update(state="suspended", suspended_on=self.today.isoformat(), remaining=self._remaining(found))
        self._span(False)

    def resume(self) -> None:
        found = self.deadline
        if found is None or found["state"] != "suspended":
            return
        if self.rule.every is not None:  # the calendar does not stand still: what passed meanwhile is not owed
            self.open()
            return
        remaining = Period(int(str(found.pop("remaining"))), self._unit())
        found.pop("suspended_on", None)
        due = due_date(self.today, remaining, self.scope.calendar, self._roll())
        found.update(version=_next_version(found), state="running", **self._told(due))
        self._span(True)

    def extend(self, period: Period) -> None:
        found = self.deadline
        if found is None or found.get("extended"):
            return
        last = date.fromisoformat(str(found["due_on"]))
        due = due_date(last, period, self.scope.calendar, self._roll())
        reckoning = _reckoning(found)
        if found["state"] == "suspended":
            added = self._between(last, due.day)
            found["remaining"] = int(str(found["remaining"])) + added
            reckoning = {**reckoning, "added": added}
        else:
            reckoning = {**reckoning, "by": [*cast(list[Json], reckoning["by"]), str(period)]}
        told = {**self._told(due), "reckoning": reckoning}
        found.update(version=_next_version(found), extended=str(period), **told)

    def again(self) -> Deadline | None:
        """The deadline as it would stand had it been computed with the calendar of today; None when all the same."""
        found = self.deadline
        if found is None:
            return None
        steps = self._steps(found)
        told = self._told(*steps)
        if found["state"] == "suspended":
            return self._rest_again(found, steps[-1].day)
        if told["due_on"] != found["due_on"]:
            return {**found, "version": _next_version(found), **told}
        if told["provisional"] != found["provisional"]:
            return {**found, **{part: told[part] for part in ("provisional", "why", "calendar")}}
        return None

    def _steps(self, found: Deadline) -> list[Due]:
        reckoning, steps = _reckoning(found), list[Due]()
        day = self._named_day(found) or date.fromisoformat(str(reckoning["from"]))
        for period in cast(list[str], reckoning["by"]):
            steps.append(due_date(day, parse_period(period), self.scope.calendar, self._roll()))
            day = steps[-1].day
        return steps

    def _named_day(self, found: Deadline) -> date | None:
        """The day an ``until`` names, which may be working days from another, as seen when it was last set."""
        if not self.rule.until or len(cast(list[Json], found["spans"])) > 1:
            return None
        facts = replace(self.scope.facts, now=start_of_day(date.fromisoformat(str(found["set_on"]))))
        day = first_choice(self.rule.until, replace(self.scope, facts=facts))
        return day if isinstance(day, date) else None

    def _rest_again(self, found: Deadline, last: date) -> Deadline | None:
        """A suspended deadline has no day that counts, only a rest; days used up before may have been rest days."""
        counted = max(0, self._between(date.fromisoformat(str(found["suspended_on"])), last))
        remaining = counted + int(str(_reckoning(found).get("added", 0)))
        if remaining == found["remaining"]:
            return None
        return {**found, "remaining": remaining, "calendar": self.scope.calendar.version}

    def _told(self, *steps: Due) -> Deadline:
        """What a new day brings: ``set_on`` is when it became known; reminders that lie before it are not owed.

        ``steps``: the period counted, then the extension, if any, counted from where the period ends.
        """
        closing = self.scope.facts.hours.closing(steps[-1].day) if self.rule.closes == "business" else None
        return {
            "due_on": steps[-1].day.isoformat(),
            "provisional": any(due.provisional for due in steps),
            "why": list(dict.fromkeys(line for due in steps for line in due.why)),
            "set_on": self.today.isoformat(),
            "calendar": self.scope.calendar.version,
            "reckoning": {"from": steps[0].start.isoformat(), "by": [str(due.period) for due in steps]},
            **({"closes_at": closing.isoformat(timespec="seconds")} if closing else {}),
        }

    def _start(self) -> date:
        if self.rule.start is not None:
            day = first_choice([self.rule.start], self.scope)
            if isinstance(day, date):
                return day
        return self.today

    def _due(self) -> Due | None:
        if self.rule.within is not None:
            if self.rule.start is not None and not isinstance(first_choice([self.rule.start], self.scope), date):
                return None
            within = self.scope.workflow.period(self.rule.within)
            return due_date(self._start(), within, self.scope.calendar, self._roll())
        if self.rule.every is not None:
            first = self._first_day()
            return self._period(first) if first else None
        day = first_choice(self.rule.until, self.scope)
        return due_date(day, Period(0, "d"), self.scope.calendar, self._roll()) if isinstance(day, date) else None

    def _roll(self) -> Literal["none", "next"]:
        return "next" if str(self.scope.workflow.value(self.rule.roll)) == "next" else "none"

    def _unit(self) -> Literal["wd", "d"]:
        """What is left of months or years is counted in days."""
        if self.rule.within is not None and self.scope.workflow.period(self.rule.within).unit == "wd":
            return "wd"
        return "d"

    def _remaining(self, found: Deadline) -> int:
        return max(0, self._between(self.today, date.fromisoformat(str(found["due_on"]))))

    def _between(self, first: date, last: date) -> int:
        """How far ``last`` lies after ``first``, in the unit in which the rest is kept."""
        return self.scope.calendar.working_days_between(first, last) if self._unit() == "wd" else (last - first).days

    def _span(self, counted: bool | None) -> None:
        """End the current span today; begin another unless ``counted`` is None."""
        found = self.live[self.rule.name]
        spans = [dict(cast(Deadline, span)) for span in cast(list[Json], found["spans"])]
        spans[-1]["to"] = self.today.isoformat()
        if counted is not None:
            spans.append({"from": self.today.isoformat(), "counted": counted})
        found["spans"] = cast(Json, spans)


def _reckoning(found: Deadline) -> Deadline:
    """How the day came about; one that does not say stands as a date named once."""
    return cast(Deadline, found.get("reckoning") or {"from": found["due_on"], "by": ["0d"]})


def restored(case: Case, undone: Case) -> Case:
    """``undone``, the case before an act that 撤回 takes back from ``case``, with no version ever given out twice.

    A reminder and a firing are known by the version of their deadline: were a number used again for another day, they
    would count as done already. A deadline that the act opened stays behind as cancelled.
    """
    live = {name: dict(_as_deadline(value)) for name, value in undone.section("deadlines").items()}
    for name, value in case.section("deadlines").items():
        given_out = _next_version(_as_deadline(value)) - 1
        if name not in live:
            live[name] = {**_as_deadline(value), "state": "cancelled"}
        elif _next_version(live[name]) <= given_out:
            live[name]["used"] = given_out
    return _with(undone, live) if live else undone


def _next_version(deadline: Deadline) -> int:
    return max(int(str(deadline.get("version", 0))), int(str(deadline.get("used", 0)))) + 1


def hold(scope: CaseScope) -> Case:
    """挂起 of the whole case: every running deadline is suspended and remembers that it was held."""
    return _each(scope, "running", _Follower.suspend, held=True)


def release(scope: CaseScope) -> Case:
    """恢复 of the whole case: what was held goes on; what was suspended for another reason stays so."""
    return _each(scope, "suspended", _Follower.resume, held=False)


def _each(scope: CaseScope, state: str, act: Callable[[_Follower], None], *, held: bool) -> Case:
    live = {name: dict(_as_deadline(value)) for name, value in scope.case.section("deadlines").items()}
    for name, deadline in live.items():
        if deadline["state"] == state and (held or deadline.pop("held", False)):
            act(_Follower(scope, scope.workflow.deadlines[name], live))
            if held:
                deadline["held"] = True
    return _with(scope.case, live) if live else scope.case


def _as_deadline(value: Json) -> Deadline:
    return value if isinstance(value, dict) else {}
