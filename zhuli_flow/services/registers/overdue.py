"""Whose cases are overdue, and whose move it is on them: counted over rows, few cases read, none kept in memory.

Where a case lies as owed stands in its rows. The law itself is asked where these can't know: whether business has
closed on a last day that is today, and who has to confirm once a deadline is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.duties import at_role
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines.debtor import debtors
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import Deadline, is_over
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.store import addresses, case_rows, cases, deadlines
from zhuli_flow.store.case_filter import Filter, Lit
from zhuli_flow.store.sql.statements import Connection

_PAGE = 500


class Overdue:
    """How many overdue cases there are of each applicant, and how many wait for each organisation, by their names.

    Only cases count of which totals are open to the reader.
    """

    def __init__(self, connection: Connection, office: Office) -> None:
        self._connection, self._office, self._now = connection, office, office.clock.now()
        self._names = dict[str, frozenset[str]]()
        self._facts = Facts(self._now, office.calendar, hours=office.hours)

    def applicants(self, workflows: Sequence[str], most: int) -> tuple[list[tuple[str, int]], int]:
        """The applicants with the most overdue cases of these workflows, then by name; and how many there are."""
        return case_rows.overdue_applicants(self._connection, workflows, self._red(), most)

    def _red(self) -> Filter:
        return Filter(lit=Lit("红", self._now), reach=reading.reach(self._connection, self._office, "totals"))

    def awaited(self, workflows: Sequence[str]) -> Counter[str]:
        """For how many overdue cases of these workflows each organisation is waited for."""
        red, lying = self._red(), dict[str, set[str]]()
        asked = set(deadlines.past(self._connection, self._office.today, self._confirmed(workflows), red.reach))
        today = self._office.today.isoformat()
        for case_id, duties in case_rows.overdue(self._connection, workflows, red):
            if any(one.due_on == today for one in duties):
                asked.add(case_id)
            elif case_id not in asked:
                lying[case_id] = {one.address for one in duties}
        lying |= dict(self._by_law(sorted(asked), workflows))
        return self._counted(lying.values())

    def of_case(self, own: Workflow, case: Case, *, red: bool) -> set[str]:
        """The addresses of those whose move it is on one case, where it is overdue: what ``awaited`` counts by."""
        if case.workflow not in self._names:
            self._names[case.workflow] = self._confirmed([case.workflow])
        running = {name: one for name, one in case.deadlines.items() if one.state == "running"}
        today = self._office.today
        asked = any(running[name].due_on <= today for name in self._names[case.workflow] & running.keys())
        duties = case_rows.duties_of(own, case, self._office.calendar) if red else frozenset()
        lies = {one for one in duties if one.owed and one.due_on <= today.isoformat()}
        if asked or any(one.due_on == today.isoformat() for one in lies):
            return self._by_law_of(own, case)
        return {one.address for one in lies}

    def _counted(self, lying: Collection[set[str]]) -> Counter[str]:
        at = addresses.organisations_of(self._connection, {address for found in lying for address in found})
        waited = Counter[str]()
        for found in lying:
            waited.update({name for address in found for name in at.get(address, ())})
        return waited

    def _confirmed(self, workflows: Sequence[str]) -> frozenset[str]:
        """The names of deadlines that somebody has to confirm once they are over."""
        books = (book for one in workflows for book in lookup.every_version(self._connection, self._office, one))
        return frozenset(rule.name for book in books for rule in book.deadlines.values() if rule.confirm is not None)

    def _by_law(self, ids: Sequence[str], workflows: Collection[str]) -> Iterator[tuple[str, set[str]]]:
        for start in range(0, len(ids), _PAGE):
            for stored in cases.by_ids(self._connection, ids[start : start + _PAGE]).values():
                case = stored.case
                own = lookup.definition(self._connection, self._office, case.digest)
                if case.workflow in workflows and (found := self._by_law_of(own, case)):
                    yield case.id, found

    def _by_law_of(self, own: Workflow, case: Case) -> set[str]:
        over = [name for name, one in case.deadlines.items() if _over(one, self._now)]
        return {address for name in over for address in self._owing(own, case, name)}

    def _owing(self, own: Workflow, case: Case, name: str) -> Iterator[str]:
        for seat in debtors(Question(own, case, SYSTEM_ACTOR, self._facts), name):
            if not seat.person:
                yield from at_role(own, case, seat.role)
            else:  # a name in a field may be a person's or an organisation's
                yield f"{seat.role}@named/{seat.person}" if seat.role else f"@{seat.person}"


def _over(deadline: Deadline, now: datetime) -> bool:
    """Whether a running deadline is past its last day; one that was acted on by the system itself no longer runs."""
    return deadline.state == "running" and is_over(deadline, now)
