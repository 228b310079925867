"""What a condition can see: one case, the answers just given, the actor, and the facts of the moment."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from zhuli_flow.calendar import Calendar, parse_period
from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.register import Register
from zhuli_flow.definitions.model.workflow import Field, Form, Sheet, Workflow
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.expressions.standing import outdated, withheld
from zhuli_flow.engine.expressions.tables import lines, listed
from zhuli_flow.engine.expressions.totals import Decided, as_rows, definition_of, put_together
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE, plain, typed
from zhuli_flow.engine.model.case import Case, Json, LatestPaper, Nothing
from zhuli_flow.engine.model.deadline import is_over, spelled
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values, as_json
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.engine.position import running
from zhuli_flow.support.pinyin import in_order

_PERIOD = re.compile(r"^-?\d+(wd|d|m|y)$")


class CaseScope(msgspec.Struct):
    """The Scope of one question. ``own`` overlays a sheet's own answers over the fields of the case.

    ``this`` is the case that asks, where the case looked at is one of its register. With ``anew``, only what
    counts is seen: nothing that has gone stale, but for these fields, which the act itself gives.
    """

    workflow: Workflow
    case: Case
    facts: Facts
    actor: Actor | None = None
    capacity: Capacity | None = None
    own: Values | None = None
    this: CaseScope | None = None
    anew: Container[str] | None = None
    gone: Mapping[str, str] | None = None

    @property
    def calendar(self) -> Calendar:
        return self.facts.calendar

    def lookup(self, name: str) -> object:
        if self.own is not None and name in self.own:
            field = self.workflow.fields.get(name)
            return typed(field, self.own[name]) if field else self.own[name]
        declared = self.workflow.fields.get(name)
        if declared is not None:
            return None if self._withheld(name) else typed(declared, self.case.fields.get(name))
        return self._word(name)

    def _withheld(self, name: str) -> bool:
        """Whether what stands in a field has gone stale and does not count until it is given again."""
        if self.anew is None or not self.case.stale or name in self.anew:
            return False
        if self.gone is None:
            self.gone = withheld(self.workflow, self.case)
        return name in self.gone

    def hands(self, name: str) -> tuple[str, ...]:
        """In whose name what ``name`` holds was done, beside the person it names; empty: in that person's own."""
        if name == "actor.person":
            behalf = self.capacity.on_behalf_of if self.capacity and self.capacity.how == "委托" else ""
        else:
            behalf = self.case.body.get("hands", {}).get(name, "")
        return (behalf,) if behalf else ()

    def _word(self, name: str) -> object:
        match name:
            case "today":
                return local_date(self.facts.now)
            case "state":
                return self.case.state
            case "case":
                return self.case.id
            case "actor.person":
                return self.actor.person if self.actor else None
            case "actor.organisation":
                return self.actor.organisation.id if self.actor else None
            case "applicant.id" | "applicant.name" | "applicant.kind" | "applicant.city" | "applicant.county":
                return getattr(self.case.applicant, name.partition(".")[2])
        if self.this is not None and name.startswith("this."):
            return self.this.lookup(name.partition(".")[2])
        return self._paper(name) if "." in name else name

    def _paper(self, name: str) -> object:
        """``reply.number``, ``reply.signed_on``: of the latest document of that kind; None before one was ordered."""
        notice, _, part = name.partition(".")
        found = self.case.body.get("notices", {}).get(notice)
        value = getattr(found, part, None) if part in LatestPaper.__struct_fields__ else None
        return date.fromisoformat(str(value)) if value and part == "signed_on" else value

    def parameter(self, name: str) -> object:
        return parameter_value(self.workflow, name)

    def rows(self, source: str) -> Sequence[object] | None:
        if source in self.workflow.sheets:
            return valid_sheets(self, self.workflow.sheets[source])
        if source in self.workflow.registers:
            return register_rows(self, self.workflow.registers[source])
        value = None if self._withheld(source) else self.case.fields.get(source)
        return value if isinstance(value, list) else None

    def first(self, register: str, column: str) -> object:
        """A field (or column) of the register's first case; None when there is no case."""
        found = self.workflow.registers[register]
        views = held(self, found)
        return cell(views[0], found.aliases.get(column, column)) if views else None

    def table(self, word: str, source: str, column: str) -> object:
        """A whole table: ``rows of`` or ``total of`` a register, ``lines of`` a form (blank: another workflow's)."""
        if word == "total":
            return _totals(self, self.workflow.registers[source])
        if word == "rows":
            register = self.workflow.registers[source]
            return [_row(register, view) for view in held(self, register)]
        if not column:
            return _filled_in(self, self.workflow.forms[source])
        book = self.workflow if source == self.workflow.name else self.facts.books.get(source)
        return _lines(book, book.forms[column], {}, ()) if book and column in book.forms else None

    def asks(self, field: Field) -> bool | None:
        """Whether ``field`` is for this case to answer (``only``); None when that cannot be known yet."""
        return field.only is None or condition(field.only)(self)

    def clock(self, word: str, deadline: str) -> object:
        """The last day (``due``), first day (``start``) or end in words (``closing``); None when it never ran."""
        found = self.case.deadlines.get(deadline)
        if found is None:
            return None
        if word == "closing":
            return spelled(found)
        return found.started_on if word == "start" else found.due_on

    def ask(self, kind: str, name: str) -> bool | None:
        match kind:
            case "has_role":
                return self.actor is not None and name in self.actor.roles
            case "fired":
                return self._fired(name)
            case "overdue":
                return self._overdue(name)
            case "not_applicable":
                return self.case.fields.get(name) == NOT_APPLICABLE
            case "within":
                return self._within(name)
        return self._room(name)

    def _within(self, name: str) -> bool:
        """Whether the case stands in a compound, or a region runs (is in one state of it)."""
        if name in self.workflow.compounds:
            return self.case.state in self.workflow.compounds[name].states
        places = running(self.workflow, self.case)
        return name in places or name in places.values()

    def _fired(self, name: str) -> bool:
        gone = self.anew is not None and name in outdated(self.workflow, self.case)
        return bool(self.case.count(name)) and not gone

    def fired_since(self, name: str, since: str) -> bool:
        """Whether an event was done later than another; without that other, whether it was done at all."""
        mark, held = self.case.evidence.get(since), self.case.evidence.get(name)
        return self._fired(name) and (mark is None or (held is not None and held.act > mark.act))

    def _overdue(self, name: str) -> bool | None:
        deadline = self.case.deadlines.get(name)
        if deadline is None or deadline.state not in {"running", "fired"}:
            return False if deadline else None
        return is_over(deadline, self.facts.now)

    def _room(self, name: str) -> bool | None:
        use = self.facts.quotas.get(name)
        if use is None:
            return None
        own = self.workflow.value(self.workflow.quotas[name].maximum)
        return use.used + use.ahead < (int(str(own)) if use.limit is None else use.limit)


def parameter_value(workflow: Workflow, name: str) -> object:
    """A parameter as conditions compare it: a Period, a Decimal, or as written."""
    value = workflow.parameters[name].value
    if isinstance(value, str) and _PERIOD.match(value):
        return parse_period(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def valid_sheets(scope: CaseScope, sheet: Sheet) -> list[Values]:
    """The filled sheets that count, each with its ``author`` and, when totals are declared, its ``total``."""
    found: list[Values] = []
    stale = outdated(scope.workflow, scope.case)
    for key, answers in scope.case.body.get("sheets", Nothing).items():
        name, _, author = key.partition("/")
        if name != sheet.name or not isinstance(answers, dict) or key in stale:
            continue
        own: Values = {**answers, "author": author}
        view = CaseScope(scope.workflow, scope.case, scope.facts, scope.actor, scope.capacity, own)
        if all(condition(rule)(view) for rule in sheet.valid):
            found.append({**own, "total": sheet_total(sheet, own)})
    return found


def sheet_total(sheet: Sheet, answers: Values) -> Json:
    """The sum of the fields that count; None without totals or with a missing one."""
    parts = [answers.get(name) for name in sheet.total]
    if not parts or any(part is None for part in parts):
        return None
    total = sum((Decimal(str(part)) for part in parts), Decimal(0))
    return int(total) if total == total.to_integral_value() else str(total)


def held(scope: CaseScope, register: Register) -> list[CaseScope]:
    """The cases in the register, in its order. KeyError when its facts were not gathered: a bug, not an answer."""
    views = [
        CaseScope(workflow, case, scope.facts, this=scope) for workflow, case in scope.facts.registers[register.name]
    ]
    kept = [view for view in views if all(condition(rule)(view) for rule in register.where)]
    return _ordered(kept, register.order)


def _ordered(views: list[CaseScope], order: str | None) -> list[CaseScope]:
    """By case number, then by the column; a case without a value comes last either way."""
    views = sorted(views, key=lambda view: view.case.id)
    if order is None:
        return views
    column = order.removeprefix("-")
    there = [view for view in views if cell(view, column) is not None]
    there.sort(key=lambda view: _rank(view, column), reverse=order != column)
    return [*there, *(view for view in views if cell(view, column) is None)]


def _rank(view: CaseScope, column: str) -> tuple[str, object]:
    """Text by 拼音. Versions of a definition may give a field another type: such values stand apart."""
    value = view.lookup(column)
    return type(value).__name__, in_order(value) if isinstance(value, str) else value


def cell(view: CaseScope, column: str) -> object:
    """What stands in a column: a field's typed value, the number, state or applicant of the case; None for nothing."""
    known = column in view.workflow.fields or column in {"case", "state"} or column.startswith("applicant.")
    return view.lookup(column) if known else None


def register_rows(scope: CaseScope, register: Register) -> list[Values]:
    """The register as ``count of`` and ``sum of`` read it: one mapping a case, by column and by key."""
    names = {name: column for key, column in register.keyed for name in (column, key)}
    return [{name: plain(cell(view, column)) for name, column in names.items()} for view in held(scope, register)]


def _filled_in(scope: CaseScope, form: Form) -> list[Json]:
    """The lines of a form with the answers of this case, without what its applicant is not asked."""
    apart = {ask.name for ask in form.fields if scope.asks(scope.workflow.fields[ask.name]) is False}
    return _lines(scope.workflow, form, scope.case.fields, apart)


def _lines(book: Workflow, form: Form, answers: Values, left_out: Collection[str]) -> list[Json]:
    """A form line by line, as a variable of a document."""
    return [as_json(line) for line in lines(book, form, answers, left_out)]


def _row(register: Register, view: CaseScope) -> Values:
    """A case as ``rows of`` gives it: what was given (不适用 too), a state by its title."""
    return {key: _listed(view, column) for key, column in register.keyed}


def _totals(scope: CaseScope, register: Register) -> list[Values] | None:
    """The register put together by the names decided on this case; None when it does not say how, or holds nothing."""
    plan, views = register.total, held(scope, register)
    workflow = definition_of(views)
    if plan is None or workflow is None:
        return None
    decided = Decided(scope.case.fields.get(plan.same) if plan.same else None)
    return as_rows(plan, put_together(plan, workflow, views, decided))


def _listed(view: CaseScope, column: str) -> Json:
    if column == "state":
        return view.workflow.states[view.case.state].title
    given = view.case.fields.get(column)
    return listed(given if column in view.workflow.fields else plain(cell(view, column)))
