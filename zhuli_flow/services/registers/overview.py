"""A workflow at a glance: places taken, cases by state and light, time spent in each state, who is overdue, sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median

from zhuli_flow.definitions.model.workflow import Quota, StateKind, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, in_scope
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines.debtor import debtors
from zhuli_flow.engine.deadlines.lights import Light, lights
from zhuli_flow.engine.expressions.values import plain
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.deadline import Deadline, is_over
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import register as registers
from zhuli_flow.services.registers.filter import typed
from zhuli_flow.store import audit, cases, directory
from zhuli_flow.store.sql.statements import Connection

DAY_S = 86_400
KINDS: tuple[StateKind, ...] = ("initial", "open", "in_force", "final")
_NOT_ADDED = frozenset({"分", "%", "％", "年", "岁", "℃"})
"""Units of which a sum says nothing."""


def overview(office: Office, workflow: str = "") -> dict[str, Json]:
    """``{"at", "workflows", "overdue", "awaited"}`` for one workflow, or for all that have a case. Raises NotFound.

    ``overdue`` counts cases by their applicant, ``awaited`` by every organisation whose move it is on them.
    """
    with office.database.read() as connection:
        used = cases.counts(connection)
        everybody = directory.everybody(connection, office.today)
        books = (
            lookup.every_latest(connection, office) if not workflow else [lookup.latest(connection, office, workflow)]
        )
        looks = [_Look(connection, office, book) for book in books if workflow or book.name in used]
        late = [one for look in looks for one in look.overdue(everybody)]
        told: list[Json] = [look.json() for look in looks]
    for one, look in zip(told, looks, strict=True):
        if isinstance(one, dict):
            one["sums"] = list(_sums(office, look.book))
    return {
        "at": office.clock.now().isoformat(timespec="seconds"),
        "workflows": told,
        "overdue": _counted(applicant for applicant, _ in late),
        "awaited": _counted(name for _, names in late for name in names),
    }


def _counted(names: Iterable[str]) -> list[Json]:
    """The most first, then by name."""
    found = sorted(Counter(names).items(), key=lambda one: (-one[1], one[0]))
    return [{"organisation": name, "cases": number} for name, number in found]


class _Look:
    """One workflow during one look at the database."""

    def __init__(self, connection: Connection, office: Office, book: Workflow) -> None:
        self.connection, self.office, self.book = connection, office, book
        self.now = office.clock.now()
        stored = cases.linked(connection, book.name)
        self.cases = [(lookup.definition(connection, office, one.case.digest), one.case) for one in stored]
        self.lights = {case.id: self._lights(own, case) for own, case in self.cases}

    def json(self) -> dict[str, Json]:
        """Everything but the sums."""
        kinds = Counter(own.states[case.state].kind for own, case in self.cases)
        words = Counter(_word(*self.lights[case.id]) for _, case in self.cases)
        return {
            "workflow": self.book.name,
            "title": self.book.title,
            "cases": len(self.cases),
            "kinds": {kind: kinds[kind] for kind in KINDS},
            "lights": {word: words[word] for word in ("红", "黄", "绿", "灰")},
            "quotas": [self._quota(one) for one in self.book.quotas.values()],
            "states": self._states(),
        }

    def overdue(self, everybody: Sequence[Actor]) -> Iterator[tuple[str, list[str]]]:
        """Each case with a deadline overdue: its applicant, and the organisations whose move it is."""
        for own, case in self.cases:
            seats = {seat for name in self._overdue(own, case) for seat in self._awaited(own, case, name)}
            if seats:
                moving = [who for who in everybody if any(_sits(own, case, who, one) for one in seats)]
                yield case.applicant.name, sorted({who.organisation.name for who in moving})

    def _overdue(self, own: Workflow, case: Case) -> Iterator[str]:
        return (name for name, one in case.deadlines.items() if _over(one, self.now))

    def _awaited(self, own: Workflow, case: Case, deadline: str) -> tuple[Seat, ...]:
        """Who owes the deadline; nobody known still counts as one."""
        at = Facts(self.now, self.office.calendar, hours=self.office.hours)
        return debtors(Question(own, case, SYSTEM_ACTOR, at), deadline) or (Seat("", ""),)

    def _lights(self, own: Workflow, case: Case) -> tuple[Light, Light]:
        return lights(own, case, self.office.today, self.office.calendar, self.now)

    def _quota(self, quota: Quota) -> dict[str, Json]:
        ever = str(self.book.value(quota.counts)) == "ever"
        count = cases.count_ever_in_force if ever else cases.count_in_force
        limit = quota.maximum
        named = limit[1:] if isinstance(limit, str) and limit.startswith("$") else ""
        return {
            "quota": quota.name,
            "title": quota.title,
            "used": count(self.connection, self.book.name),
            "limit": int(str(self.book.value(limit))),
            "waiting": len(cases.queue(self.connection, quota.name)),
            "source": self.book.parameters[named].source if named else quota.source,
        }

    def _states(self) -> list[Json]:
        """By the newest definition's order; a state that only an earlier one has comes last, by its name there."""
        here = Counter(case.state for _, case in self.cases)
        titles = {name: state for own, _ in self.cases for name, state in own.states.items()} | dict(self.book.states)
        order = [*self.book.states, *(name for name in titles if name not in self.book.states)]
        times = _days(audit.moves(self.connection, self.book.name), self.now, titles)
        return [
            {
                "state": name,
                "title": titles[name].title,
                "kind": titles[name].kind,
                "cases": here[name],
                "stays": len(times[name]),
                "median_days": round(median(times[name]), 1) if times[name] else None,
                "longest_days": round(max(times[name]), 1) if times[name] else None,
            }
            for name in order
            if here[name] or times[name]
        ]


def _over(deadline: Deadline, now: datetime) -> bool:
    """Whether a running deadline is past its last day; one that was acted on by the system itself no longer runs."""
    return deadline.state == "running" and is_over(deadline, now)


def _sits(own: Workflow, case: Case, who: Actor, seat: Seat) -> bool:
    """Whether a seat is this person's: named, or by a role held for this very case."""
    if seat.person or not seat.role:
        return who.person == seat.person
    return seat.role in who.roles and in_scope(own.roles[seat.role], case, who.person, who.organisation, who.formerly)


def _word(step: Light, whole: Light) -> str:
    """The more urgent of the two lights."""
    return min((step.word, whole.word), key="红黄绿灰—".index)


def _days(moves: Sequence[audit.Move], now: datetime, states: Mapping[str, object]) -> defaultdict[str, list[float]]:
    """Natural days of every stay, one that goes on counted until now; what ended a case is no stay."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for _, group in groupby(moves, key=lambda move: move[0]):
        steps = [(datetime.fromisoformat(at), target) for _, at, _, target in group]
        for (since, state), (until, _) in pairwise([*steps, (now, "")]):
            if getattr(states.get(state), "kind", "final") != "final":
                found[state].append((until - since).total_seconds() / DAY_S)
    return found


def _sums(office: Office, book: Workflow) -> list[dict[str, Json]]:
    """What people filled in with a unit, added up over all cases; then the columns of registers kept of all cases.

    The same sum of another register is not told again. What the engine works out may be a total already. Parts of a
    return (where 不适用 is an answer) have rules of their own for being added up, and are not touched here.
    """
    asked = {ask.name for event in book.events.values() for ask in event.fill}
    filled = {name for name in asked if name in book.fields and book.fields[name].may_be is None}
    found = _added(registers.every_case(office, book.name), filled)
    for name, register in book.registers.items():
        if not registers.of_case(register):
            table = registers.table(office, book.name, name)
            found += _added(replace(table, name=f"{book.name}.{name}"), set(table.units))
    once = {tuple(one[key] for key in ("column", "sum", "unit", "of")): one for one in reversed(found)}
    return [one for one in found if one in once.values()]


def _added(table: registers.Table, wanted: Container[str]) -> list[dict[str, Json]]:
    told: list[dict[str, Json]] = []
    for column, title in table.columns:
        entries = [typed(table, column, row[column]) for row in table.rows]
        numbers = [Decimal(one) for one in entries if isinstance(one, int | Decimal) and not isinstance(one, bool)]
        unit = table.units.get(column, "")
        if numbers and unit and column in wanted and unit not in _NOT_ADDED:
            told.append(
                {
                    "register": table.name,
                    "column": column,
                    "title": f"{table.title}：{title}",
                    "sum": plain(sum(numbers, Decimal(0))),
                    "unit": unit,
                    "of": len(numbers),
                    "rows": len(table.rows),
                }
            )
    return told
