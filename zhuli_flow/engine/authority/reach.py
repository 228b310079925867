"""How far a person may read: by which marks the cases are found that the law (``reading.may_see``) lets him see.

A mark of a case is the definition it lives by, with nothing (who reads every case of it), with an area, or with a role
and a name that stands in the case; and a person to whom it was handed. A case is in reach when one of its marks is. So
a list needs no case at all: definition, area and applicant stand in its row, the names in rows of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zhuli_flow.definitions.model.readers import Readers
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.reading import AUDITOR, chairs, readers_of
from zhuli_flow.engine.authority.rights import Chair, handed
from zhuli_flow.engine.expressions.values import names_of
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the cases a person may read: ``everything``, or those with one of these marks.

    ``whole``: definitions, by digest; ``areas``: a definition with a city, county or applicant; ``named``: the marks
    of names (``named_marks``).
    """

    everything: bool = False
    whole: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @property
    def cities(self) -> frozenset[str]:
        """The cities in which its areas lie."""
        parts = (mark.split("/") for mark in self.areas)
        return frozenset(one[2] for one in parts if one[1] in ("city", "county"))

    @property
    def applicants(self) -> frozenset[str]:
        """The applicants that are areas of it."""
        parts = (mark.split("/", 2) for mark in self.areas)
        return frozenset(one[2] for one in parts if one[1] == "applicant")

    @property
    def marks(self) -> frozenset[str]:
        """All of them."""
        return self.whole | self.areas | self.named


EVERYTHING = Reach(everything=True)


def reach(books: Iterable[Workflow], actor: Actor, part: str = "case", *, besides_sheets: bool = False) -> Reach:
    """How far ``actor`` may read ``part`` of the cases that live by ``books``, the definitions there are.

    ``besides_sheets``: otherwise than as an author of their sheets.
    """
    if AUDITOR in actor.roles:
        return EVERYTHING
    found, known = list[Reach](), set[str]()
    for book in books:
        known.add(book.digest)
        readers = readers_of(book, part, besides_sheets=besides_sheets)
        if readers.everybody:
            found.append(Reach(whole=frozenset({book.digest})))
            continue
        found += [_of_chair(book, readers, chair, formerly) for chair, formerly in chairs(actor)]
    whole = frozenset(mark for one in found for mark in one.whole)
    return Reach(
        everything=whole >= known,
        whole=whole,
        areas=frozenset(mark for one in found for mark in one.areas),
        named=frozenset(mark for one in found for mark in one.named) | {f"@{actor.person}"},
    )


def _of_chair(book: Workflow, readers: Readers, chair: Chair, formerly: frozenset[str]) -> Reach:
    whole, areas, named, at = set[str](), set[str](), set[str](), chair.organisation
    if readers.applicant:
        areas.add(_applicant(book, at.id))
    for name in readers.roles & chair.roles:
        role = book.roles[name]
        if role.named_in is not None:
            named |= {_named(book, name, who) for who in (chair.person, at.id, *formerly)}
        elif role.of == "applicant":
            areas.add(_applicant(book, at.id))
        elif role.of in ("city", "county"):
            if at.level == role.of:
                areas.add(_city(book, at.city) if role.of == "city" else _county(book, at.city, at.county))
        elif role.of != "province" or at.level == "province":
            whole.add(book.digest)
    return Reach(whole=frozenset(whole), areas=frozenset(areas), named=frozenset(named))


def marks(workflow: Workflow, case: Case) -> frozenset[str]:
    """Every mark by which a case may be in somebody's reach."""
    of = case.applicant
    areas = {_city(workflow, of.city), _county(workflow, of.city, of.county), _applicant(workflow, of.id)}
    return named_marks(workflow, case) | areas | {workflow.digest}


def named_marks(workflow: Workflow, case: Case) -> frozenset[str]:
    """Those that its row in lists does not tell: who stands in it under a role, and to whom it was handed."""
    return frozenset(_names(workflow, case)).union(f"@{person}" for person in handed(case))


def _names(workflow: Workflow, case: Case) -> Iterator[str]:
    for role in workflow.roles.values():
        if role.named_in is not None:
            yield from (_named(workflow, role.name, who) for who in names_of(case.fields.get(role.named_in)))


def _city(book: Workflow, city: str) -> str:
    return f"{book.digest}/city/{city}"


def _county(book: Workflow, city: str, county: str) -> str:
    return f"{book.digest}/county/{city}/{county}"


def _applicant(book: Workflow, organisation: str) -> str:
    return f"{book.digest}/applicant/{organisation}"


def _named(book: Workflow, role: str, who: str) -> str:
    return f"{book.digest}/{role}/{who}"
