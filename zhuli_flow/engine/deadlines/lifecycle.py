"""Deadlines of a case: opened, met, suspended (中止, the rest is kept), restarted (重新起算), extended, cancelled.

What each part of a deadline means stands in ``engine.model.deadline``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal, assert_never

from msgspec.structs import replace

from zhuli_flow.calendar import Due, Period, due_date, parse_period
from zhuli_flow.clock import local_date, start_of_day
from zhuli_flow.definitions.model.workflow import ChangeClock, DeadlineRule, Workflow
from zhuli_flow.engine.deadlines.recurring import last_day
from zhuli_flow.engine.deadlines.reminders import day_after
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import first_choice
from zhuli_flow.engine.model import changes as changes_
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, Reckoning, Span
from zhuli_flow.engine.position import Places, standing

Closing = Literal["met", "cancelled"]


def follow(scope: CaseScope, before: Case | None, event: str, changes: Iterable[ChangeClock], closing: Closing) -> Case:
    """The case of ``scope`` with its deadlines brought along after ``event`` took it out of ``before``.

    ``closing`` says how a deadline ends whose states were left: met by going on, cancelled by 退回、撤回、终止.
    """
    live = dict(scope.case.deadlines)
    left = frozenset(standing(scope.workflow, before)) if before else frozenset()
    here = frozenset(standing(scope.workflow, scope.case))
    for rule in scope.workflow.deadlines.values():
        follower = _Follower(scope, rule, live)
        follower.move(left, here, event, closing)
    for change in changes:
        _Follower(scope, scope.workflow.deadlines[change.deadline], live).change(change)
    return _with(scope.case, live) if live else scope.case


def replanned(scope: CaseScope, old: Workflow, was: Places, called: Mapping[str, str]) -> Case:
    """The case of ``scope``, now under another definition than ``old``, with its deadlines as that has them.

    ``was``: where it stood under the old one; ``called``: deadlines that have another name now. A period that
    has another length is counted anew from where it began; one that is no more is taken out. Nothing runs while
    the whole case is suspended (挂起).
    """
    before = {called.get(name, name): rule for name, rule in old.deadlines.items()}
    rules = scope.workflow.deadlines
    live = {name: deadline for name, deadline in scope.case.deadlines.items() if name in rules}
    for name, rule in rules.items():
        _Follower(scope, rule, live).under(before.get(name), old, frozenset(was))
    after = changes_.with_section(scope.case, "deadlines", live)
    return hold(replace(scope, case=after)) if after.mark("suspended") is not None else after


def _with(case: Case, live: dict[str, Deadline]) -> Case:
    return case.having(body={**case.body, "deadlines": live})


class _Follower:
    """One rule applied to one case."""

    def __init__(self, scope: CaseScope, rule: DeadlineRule, live: dict[str, Deadline]) -> None:
        self.scope, self.rule, self.live = scope, rule, live
        self.today = local_date(scope.facts.now)

    @property
    def deadline(self) -> Deadline | None:
        found = self.live.get(self.rule.name)
        return found if found and found.live else None

    def move(self, left: frozenset[str], here: frozenset[str], event: str, closing: Closing) -> None:
        """Follow the case from the places ``left`` to ``here``; one place that suspends outweighs the others."""
        runs, rests = self.rule.states & here, self.rule.suspended_in & here
        if self.deadline and event in self.rule.renewing and runs:
            return self.renew()
        if self.deadline and event in self.rule.met_by:
            return self.close("met")
        if not (runs or rests):
            return self.close("cancelled" if self._left_behind(event) else closing)
        if rests:
            return self.suspend()
        if self.rule.suspended_in & left and self.deadline:
            return self.resume()
        return self.recompute() if self.rule.states & left else self.open()

    def _left_behind(self, event: str) -> bool:
        """Whether it runs in regions that the main line left behind, by an act that is none of theirs."""
        done = self.scope.workflow.events.get(event)
        regions = self.scope.workflow.regions.values()
        inside = {state: one.name for one in regions for state in one.states if state in self.rule.states}
        if not inside or self.rule.states - inside.keys():
            return False
        acted = {inside.get(state) for state in (*done.sources, done.target)} | {*done.ends} if done else set()
        return acted.isdisjoint(inside.values())

    def under(self, was: DeadlineRule | None, old: Workflow, stood: frozenset[str]) -> None:
        """Brought along into another definition: ``was`` is its rule there, ``stood`` where the case stood."""
        found, here = self.deadline, frozenset(standing(self.scope.workflow, self.scope.case))
        runs, rests = self.rule.states & here, self.rule.suspended_in & here
        if not (runs or rests):
            return self.close("cancelled")
        if found is None:
            new = was is None or stood.isdisjoint(was.states)
            return self.open() if new and runs and not rests else None
        self._counted(found, was, old)
        if rests:
            self.suspend()
        elif was is not None and was.suspended_in & stood:
            self.resume()
        return None

    def _counted(self, found: Deadline, was: DeadlineRule | None, old: Workflow) -> None:
        """A period of another length is counted anew; whatever else its day hangs on is looked at again."""
        if found.state == "running" and was is not None and was.within and self.rule.within:
            within = self.scope.workflow.period(self.rule.within)
            if within != old.period(was.within):
                by = (str(within), *found.reckoned.by[1:])
                found = found.but(reckoning=Reckoning(found.reckoned.start, by, found.reckoned.added))
                return self._keep(self._moved(found, *self._steps(found)))
        return self.recompute()

    def change(self, change: ChangeClock) -> None:
        match change.change:
            case "suspend":
                self.suspend()
            case "resume":
                self.resume()
            case "restart":
                self.open(anew=True)
            case "cancel":
                self.close("cancelled")
            case "extend":
                self.extend(self.scope.workflow.period(change.period))
            case _:
                assert_never(change.change)

    def open(self, *, anew: bool = False) -> None:
        due = self._due(anew=anew)
        if due is not None:
            start = self._first_day(anew=anew) if self.rule.every is not None else None
            self._begin(start or self._start(), due)

    def renew(self) -> None:
        """The next period of a recurring deadline, also when it is over already: each period is dealt with in turn."""
        ended = self.live[self.rule.name].reckoned.start
        self._begin(day_after(ended), self._period(day_after(ended)))

    def _begin(self, start: date, due: Due) -> None:
        earlier = self.live.get(self.rule.name)
        self.live[self.rule.name] = Deadline(
            version=earlier.next_version if earlier else 1,
            state="running",
            due_on=due.day,
            set_on=self.today,
            provisional=due.provisional,
            started_on=start,
            spans=(Span(start, True),),
            why=_why(due),
            calendar=self.scope.calendar.version,
            reckoning=_reckoning(due),
            closes_at=self._closes_at(due.day),
        )

    def _first_day(self, *, anew: bool = False) -> date | None:
        """From when a recurring one runs: at first, and ``anew`` when an act restarts it, from the day on the case, if
        it asks for one; later from today."""
        if self.rule.start is None or (self.rule.name in self.live and not anew):
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
        due = self._due() if hangs and found.state in ("running", "fired") else None
        steps = [due] if due else []
        if due and found.extended:
            steps.append(due_date(due.day, parse_period(found.extended), self.scope.calendar, self._roll()))
        if steps and steps[-1].day != found.due_on:
            self._keep(self._moved(found, *steps).but(state="running"))
        return None

    def _keep(self, deadline: Deadline) -> None:
        self.live[self.rule.name] = deadline

    def close(self, how: Closing) -> None:
        if self.deadline is not None:
            self._keep(self.deadline.but(state=how, spans=self._spans(self.deadline)))

    def suspend(self) -> None:
        found = self.deadline
        if found is None or found.state == "suspended":
            return
        left, spans = self._remaining(found), (*self._spans(found), Span(self.today, False))
        self._keep(found.but(state="suspended", suspended_on=self.today, remaining=left, spans=spans))

    def resume(self) -> None:
        found = self.deadline
        if found is None or found.state != "suspended":
            return
        if self.rule.every is not None:  # the calendar does not stand still: what passed meanwhile is not owed
            self.open()
            return
        due = due_date(self.today, Period(found.remaining or 0, self._unit()), self.scope.calendar, self._roll())
        spans = (*self._spans(found), Span(self.today, True))
        self._keep(self._moved(found, due).but(state="running", remaining=None, suspended_on=None, spans=spans))

    def extend(self, period: Period) -> None:
        found = self.deadline
        if found is None or found.extended:
            return
        due = due_date(found.due_on, period, self.scope.calendar, self._roll())
        remaining, so_far = found.remaining, found.reckoned
        if found.state == "suspended":
            added = self._between(found.due_on, due.day)
            remaining = (remaining or 0) + added
            reckoning = Reckoning(so_far.start, so_far.by, added)
        else:
            reckoning = Reckoning(so_far.start, (*so_far.by, str(period)), so_far.added)
        moved = self._moved(found, due)
        self._keep(moved.but(extended=str(period), remaining=remaining, reckoning=reckoning))

    def again(self) -> Deadline | None:
        """The deadline as it would stand had it been computed with the calendar of today; None when all the same."""
        found = self.deadline
        if found is None:
            return None
        steps = self._steps(found)
        if found.state == "suspended":
            return self._rest_again(found, steps[-1].day)
        moved = self._moved(found, *steps)
        if moved.due_on != found.due_on:
            return moved
        if moved.provisional != found.provisional:
            return found.but(provisional=moved.provisional, why=moved.why, calendar=moved.calendar)
        return None

    def _steps(self, found: Deadline) -> list[Due]:
        reckoning, steps = found.reckoned, list[Due]()
        day = self._named_day(found) or reckoning.start
        for period in reckoning.by:
            steps.append(due_date(day, parse_period(period), self.scope.calendar, self._roll()))
            day = steps[-1].day
        return steps

    def _named_day(self, found: Deadline) -> date | None:
        """The day an ``until`` names, which may be working days from another, as seen when it was last set."""
        if not self.rule.until or len(found.spans) > 1:
            return None
        facts = replace(self.scope.facts, now=start_of_day(found.set_on))
        day = first_choice(self.rule.until, replace(self.scope, facts=facts))
        return day if isinstance(day, date) else None

    def _rest_again(self, found: Deadline, last: date) -> Deadline | None:
        """A suspended deadline has no day that counts, only a rest; days used up before may have been rest days."""
        counted = max(0, self._between(found.suspended_on or found.set_on, last))
        remaining = counted + (found.reckoned.added or 0)
        if remaining == found.remaining:
            return None
        return found.but(remaining=remaining, calendar=self.scope.calendar.version)

    def _moved(self, found: Deadline, *steps: Due) -> Deadline:
        """The deadline with a new day: ``set_on`` is when it became known; reminders that lie before it are not owed.

        ``steps``: the period counted, then the extension, if any, counted from where the period ends.
        """
        return found.but(
            version=found.next_version,
            due_on=steps[-1].day,
            provisional=any(due.provisional for due in steps),
            why=_why(*steps),
            set_on=self.today,
            calendar=self.scope.calendar.version,
            reckoning=_reckoning(*steps),
            closes_at=self._closes_at(steps[-1].day),
        )

    def _closes_at(self, day: date) -> str:
        closing = self.scope.facts.hours.closing(day) if self.rule.closes == "business" else None
        return closing.isoformat(timespec="seconds") if closing else ""

    def _start(self) -> date:
        if self.rule.start is not None:
            day = first_choice([self.rule.start], self.scope)
            if isinstance(day, date):
                return day
        return self.today

    def _due(self, *, anew: bool = False) -> Due | None:
        if self.rule.within is not None:
            if self.rule.start is not None and not isinstance(first_choice([self.rule.start], self.scope), date):
                return None
            within = self.scope.workflow.period(self.rule.within)
            return due_date(self._start(), within, self.scope.calendar, self._roll())
        if self.rule.every is not None:
            first = self._first_day(anew=anew)
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
        return max(0, self._between(self.today, found.due_on))

    def _between(self, first: date, last: date) -> int:
        """How far ``last`` lies after ``first``, in the unit in which the rest is kept."""
        return self.scope.calendar.working_days_between(first, last) if self._unit() == "wd" else (last - first).days

    def _spans(self, found: Deadline) -> tuple[Span, ...]:
        """The spans with the last one ended today."""
        *before, last = found.spans
        return (*before, Span(last.since, last.counted, self.today))


def _why(*steps: Due) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for due in steps for line in due.why))


def _reckoning(*steps: Due) -> Reckoning:
    return Reckoning(steps[0].start, tuple(str(due.period) for due in steps))


def restored(case: Case, undone: Case) -> Case:
    """``undone``, the case before an act that 撤回 takes back from ``case``, with no version ever given out twice.

    A reminder and a firing are known by the version of their deadline: were a number used again for another day, they
    would count as done already. A deadline that the act opened stays behind as cancelled.
    """
    live = dict(undone.deadlines)
    for name, deadline in case.deadlines.items():
        given_out = deadline.next_version - 1
        if name not in live:
            live[name] = deadline.but(state="cancelled")
        elif live[name].next_version <= given_out:
            live[name] = live[name].but(used=given_out)
    return _with(undone, live) if live else undone


def hold(scope: CaseScope) -> Case:
    """挂起 of the whole case: every running deadline is suspended and remembers that it was held."""
    return _each(scope, "running", _Follower.suspend, held=True)


def release(scope: CaseScope) -> Case:
    """恢复 of the whole case: what was held goes on; what was suspended for another reason stays so."""
    return _each(scope, "suspended", _Follower.resume, held=False)


def _each(scope: CaseScope, state: str, act: Callable[[_Follower], None], *, held: bool) -> Case:
    live = dict(scope.case.deadlines)
    for name, deadline in scope.case.deadlines.items():
        if deadline.state == state and (held or deadline.held):
            act(_Follower(scope, scope.workflow.deadlines[name], live))
            live[name] = live[name].but(held=held)
    return _with(scope.case, live) if live else scope.case
