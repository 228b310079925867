"""Whose cases are overdue, and whose move it is on them: counted over all of them, none kept in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.duties import at_role
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines.debtor import alike, debtors
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, is_over
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import addresses, cases, deadlines
from zhuli_flow.store.sql.statements import Connection

_PAGE = 500


class Overdue:
    """How many overdue cases there are of each applicant, and how many wait for each organisation, by their names."""

    def __init__(self, connection: Connection, office: Office) -> None:
        self.applicants, self.awaited = Counter[str](), Counter[str]()
        self._connection, self._office, self._now = connection, office, office.clock.now()
        self._facts = Facts(self._now, office.calendar, hours=office.hours)
        self._at = dict[str, frozenset[str]]()
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
            for address in at_role(own, case, seat.role) if seat.role and not seat.person else (f"@{seat.person}",):
                yield from self._found(address)

    def _found(self, address: str) -> frozenset[str]:
        if address not in self._at:
            self._at[address] = addresses.organisations(self._connection, address)
        return self._at[address]


def _over(deadline: Deadline, now: datetime) -> bool:
    """Whether a running deadline is past its last day; one that was acted on by the system itself no longer runs."""
    return deadline.state == "running" and is_over(deadline, now)
