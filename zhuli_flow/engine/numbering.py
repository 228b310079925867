"""The numbers that an act takes: of its documents and of the cases it opens, one after another and without gaps.

The law is told the last number of each series (``Facts.numbers``) and says which ones follow; whoever writes the act
down takes exactly these. A refused act has taken none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from zhuli_flow.clock import local_date
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, LatestPaper
from zhuli_flow.engine.model.decision import CaseOrder, NoticeOrder, Number
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values


@dataclass(slots=True)
class Numbering:
    """The numbers one act takes, in the order taken; ``own`` is the number of its case, which no other can have."""

    facts: Facts
    own: str
    taken: list[Number] = field(default_factory=list)

    def papers(self, orders: list[NoticeOrder]) -> list[NoticeOrder]:
        """The orders with their numbers and the day they are signed: the one they name, else today."""
        return [self._paper(order) for order in orders]

    def cases(self, orders: list[CaseOrder]) -> list[CaseOrder]:
        """The orders with the numbers of the cases they open; none where the workflow is not in use."""
        prefixes = self.facts.numbers.prefixes
        return [
            replace(one, id=self._case(prefixes[one.workflow])) if one.workflow in prefixes else one for one in orders
        ]

    def _paper(self, order: NoticeOrder) -> NoticeOrder:
        today = local_date(self.facts.now).isoformat()
        signed_on = date.fromisoformat(str(order.variables.get("signed_on") or today))
        variables = {**order.variables, "signed_on": signed_on.isoformat()}
        if order.series is not None:
            n = self._take(order.series, signed_on.year, self._next(order.series, signed_on.year))
            variables |= {"number": f"{order.series}〔{signed_on.year}〕{n}号", "n": n}
        return replace(order, variables=variables)

    def _case(self, prefix: str) -> str:
        series, year = case_series(prefix), local_date(self.facts.now).year
        n = self._next(series, year)
        n += case_id(prefix, year, n) == self.own
        return case_id(prefix, year, self._take(series, year, n))

    def _take(self, series: str, year: int, n: int) -> int:
        self.taken.append(Number(series, year, n))
        return n

    def _next(self, series: str, year: int) -> int:
        mine = [one.n for one in self.taken if (one.series, one.year) == (series, year)]
        return mine[-1] + 1 if mine else following(self.facts, series, year)


def following(facts: Facts, series: str, year: int) -> int:
    """The number of a series that comes next in a year."""
    last = facts.numbers.last.get((series, year))
    return facts.numbers.first.get(series, 1) if last is None else last + 1


def case_series(prefix: str) -> str:
    """The series in which the cases of a workflow are numbered."""
    return f"case:{prefix}"


def case_id(prefix: str, year: int, n: int) -> str:
    """What a case is called: ``SFQ-2018-0001``."""
    return f"{prefix}-{year}-{n:04d}"


def noted(case: Case, orders: list[NoticeOrder]) -> Case:
    """The case with the numbers and days of its new documents, by kind."""
    for order in orders:
        case = changes.put(case, "notices", order.notice, _latest(order.variables))
    return case


def _latest(told: Values) -> LatestPaper:
    number, n, signed_on = told.get("number"), told.get("n"), told.get("signed_on")
    return LatestPaper(
        None if number is None else str(number),
        n if isinstance(n, int) else None,
        None if signed_on is None else str(signed_on),
    )


def linked(case: Case, event: str, orders: list[CaseOrder]) -> Case:
    """The case with what it has opened, by number."""
    for order in orders:
        case = changes.put(case, "links", order.id, event) if order.id else case
    return case
