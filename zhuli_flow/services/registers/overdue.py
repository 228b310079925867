"""Whose cases are overdue, and whose move it is on them: counted over all of them, none kept in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR, in_scope
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines.debtor import alike, debtors
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, is_over
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, deadlines, directory
from zhuli_flow.store.sql.statements import Connection

_PAGE = 500


class Overdue:
    """How many overdue cases there are of each applicant, and how many wait for each organisation, by their names."""

    def __init__(self, connection: Connection, office: Office) -> None:
        self.applicants, self.awaited = Counter[str](), Counter[str]()
        self._connection, self._office, self._now = connection, office, office.clock.now()
        self._facts = Facts(self._now, office.calendar, hours=office.hours)
        self._by_role, self._by_name = defaultdict[str, list[Actor]](list), dict[str, Actor]()
        for one in directory.everybody(connection, office.today):
            self._by_name[one.person] = one
            for role in one.roles:
                self._by_role[role].append(one)
        self._moving = dict[tuple[object, ...], frozenset[str]]()

    def count(self, workflows: Iterable[str]) -> None:
        """Look at every case of these workflows of which a deadline has run out."""
        wanted, ids = frozenset(workflows), iter(deadlines.past(self._connection, self._office.today))
        while some := list(islice(ids, _PAGE)):
            for stored in cases.by_ids(self._connection, some).values():
                if stored.case.workflow in wanted:
                    self._look(lookup.definition(self._connection, self._office, stored.case.digest), stored.case)

    def _look(self, own: Workflow, case: Case) -> None:
        over = [name for name, one in case.deadlines.items() if _over(one, self._now)]
        if over:
            self.applicants[case.applicant.name] += 1
            self.awaited.update(frozenset(name for each in over for name in self._organisations(own, case, each)))

    def _organisations(self, own: Workflow, case: Case, name: str) -> frozenset[str]:
        """Whose move it is; for all cases of one applicant the same, unless somebody signs or is named."""
        if case.assignments or not alike(own, name, case.state):
            return frozenset(self._owing(own, case, name))
        key = (own.digest, name, case.state, case.applicant)
        if key not in self._moving:
            self._moving[key] = frozenset(self._owing(own, case, name))
        return self._moving[key]

    def _owing(self, own: Workflow, case: Case, name: str) -> Iterator[str]:
        for seat in debtors(Question(own, case, SYSTEM_ACTOR, self._facts), name):
            yield from (who.organisation.name for who in self._sitting(own, case, seat))

    def _sitting(self, own: Workflow, case: Case, seat: Seat) -> Iterator[Actor]:
        """Whose a seat is: who is named, or holds the role for this very case."""
        if seat.person or not seat.role:
            yield from (self._by_name[name] for name in (seat.person,) if name in self._by_name)
            return
        for who in self._by_role[seat.role]:
            if in_scope(own.roles[seat.role], case, who.person, who.organisation, who.formerly):
                yield who


def _over(deadline: Deadline, now: datetime) -> bool:
    """Whether a running deadline is past its last day; one that was acted on by the system itself no longer runs."""
    return deadline.state == "running" and is_over(deadline, now)
