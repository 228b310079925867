"""Where a case lies as work: under which addresses (``authority.duties``), whether something is owed there, by when.

It follows from the case and its definition alone: neither from the day nor from who is in the directory. So it can be
kept in rows by which a work list is found, ordered and counted; whom the law excludes there, it says case by case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from zhuli_flow.calendar import Calendar
from zhuli_flow.clock import parse_instant
from zhuli_flow.definitions.model.expressions import Aggregate, Name, walk
from zhuli_flow.definitions.model.workflow import HOLDER, START, SYSTEM, Event, Signer, Workflow
from zhuli_flow.engine.authority.duties import at_role
from zhuli_flow.engine.authority.rights import handed
from zhuli_flow.engine.authority.signoffs import Seat, missing, seats_of
from zhuli_flow.engine.deadlines.debtor import meeting, nobodys
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.changes import Change
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.position import Places, here, holders, standing

NO_DAY = "9999-12-31"
"""Stands for the day of what has no deadline running: behind every other day."""


class WorkPlace(NamedTuple):
    """An address under which a case lies; ``owed``: whoever is found there owes a deadline that runs.

    ``due_on``: the last day of the first deadline owed there, else of the first that runs, else NO_DAY.
    """

    address: str
    owed: bool
    due_on: str


def places(workflow: Workflow, case: Case, calendar: Calendar) -> frozenset[WorkPlace]:
    """Everywhere the case lies; nowhere before it is opened or once it has ended, suspended where it may be resumed."""
    if case.state == START or workflow.states[case.state].kind == "final":
        return frozenset()
    if case.mark("suspended") is not None:
        lies = (one for role in resuming(workflow, case) for one in at_role(workflow, case, role))
        return frozenset([WorkPlace(one, owed=False, due_on=NO_DAY) for one in lies])
    look = _Look(workflow, case, calendar)
    owed = dict[str, str]()
    running = sorted((one.due_on.isoformat(), name) for name, one in case.deadlines.items() if one.state == "running")
    for day, name in running:
        for address in look.owing(name):
            owed.setdefault(address, day)
    soonest = running[0][0] if running else NO_DAY
    addresses = {*look.able(), *owed}
    return frozenset([WorkPlace(one, one in owed, owed.get(one, soonest)) for one in addresses])


def resuming(workflow: Workflow, case: Case) -> tuple[str, ...]:
    """The roles that may resume (恢复) the case where it was suspended: those that may suspend it there."""
    operation = workflow.operations.get("suspend")
    if operation is None:
        return ()
    return holders(workflow, case) if HOLDER in operation.by else operation.by


def may_move(workflow: Workflow, before: Case, after: Case, steps: Iterable[Change]) -> bool:
    """Whether the case may lie elsewhere after these changes: told at a glance, without asking for its places.

    Most acts leave it with the same role, or in its state, and only note who did them.
    """
    there, now = standing(workflow, before), standing(workflow, after)
    doers = _doers(workflow, now)
    if there != now and (after.deadlines or doers.signing or doers != _doers(workflow, there)):
        return True
    named = _NAMED.get(workflow.digest)
    if named is None:
        named = _NAMED[workflow.digest] = frozenset(role.named_in for role in workflow.roles.values())
    for section, key, *_ in steps:
        if section in _DECISIVE or (section == "fields" and (doers.signing or after.deadlines or key in named)):
            return True
        if section == "marks" and key == "suspended":
            return True
    return False


class _Look:
    """One case asked for its places."""

    def __init__(self, workflow: Workflow, case: Case, calendar: Calendar) -> None:
        self.workflow, self.case, self._calendar = workflow, case, calendar
        self._turns = dict[str, tuple[Seat, ...]]()
        self._stands = standing(workflow, case)

    def able(self) -> Iterator[str]:
        """The addresses at which something can be done by right, and of the people it was handed to."""
        doers = _doers(self.workflow, self._stands)
        for role in doers.roles:
            yield from at_role(self.workflow, self.case, role)
        if doers.signing:
            for event in here(self.workflow, self._stands):
                if event.sign is not None:
                    yield from self._at(self._turn(event))
        if self.case.assignments:
            yield from (f"@{person}" for person in handed(self.case))

    def owing(self, name: str) -> Iterator[str]:
        """The addresses of who owes the deadline ``name``, as the definition has it."""
        rule, seats = self.workflow.deadlines[name], list[Seat]()
        if nobodys(rule):
            return
        if rule.owes:
            seats += seats_of(self._scope(), rule.owes, _open_to_change(self.workflow, rule.owes))
        else:
            for event in meeting(self.workflow, name, self._stands):
                seats += self._turn(event)
        yield from self._at(seats)
        roles = {seat.role for seat in seats}
        given = ((key.partition("/")[0], one.to) for key, one in self.case.assignments.items())
        yield from (f"@{person}" for role, person in given if role in roles)

    def _turn(self, event: Event) -> tuple[Seat, ...]:
        """Whose turn an event is: every role that may do it alone, or the seats that have not signed yet."""
        if event.sign is None:
            return tuple(Seat(role) for role in event.by if role != SYSTEM)
        if event.name not in self._turns:
            left = missing(self._scope(), event, _open_to_change(self.workflow, event.sign.signers))
            self._turns[event.name] = tuple(left[:1] if event.sign.ordered else left)
        return self._turns[event.name]

    def _scope(self) -> CaseScope:
        """What conditions on signers are asked of; the day does not count (``_open_to_change``)."""
        return CaseScope(self.workflow, self.case, Facts(parse_instant(self.case.opened_at), self._calendar))

    def _at(self, seats: Iterable[Seat]) -> Iterator[str]:
        for seat in seats:
            if not seat.person:
                yield from at_role(self.workflow, self.case, seat.role)
            else:
                yield f"{seat.role}@named/{seat.person}" if seat.role else f"@{seat.person}"


class _Doers(NamedTuple):
    """Who has something to do where a case stands: the ``roles`` that do it alone; whether there is ``signing``."""

    roles: tuple[str, ...]
    signing: bool
    over: bool


def _doers(workflow: Workflow, stands: Places) -> _Doers:
    found = _DOERS.get((workflow.digest, stands))
    if found is None:
        found = _DOERS[workflow.digest, stands] = _doers_of(workflow, stands)
    return found


def _doers_of(workflow: Workflow, stands: Places) -> _Doers:
    """Nothing is to be done by anybody before the case is opened and once it is ``over``."""
    if stands[0] == START or workflow.states[stands[0]].kind == "final":
        return _Doers((), signing=False, over=True)
    drawn = here(workflow, stands)
    alone = (event.by for event in drawn if event.sign is None)
    roles = tuple(dict.fromkeys(role for by in alone for role in by if role != SYSTEM))
    return _Doers(roles, signing=any(event.sign is not None for event in drawn), over=False)


def _open_to_change(workflow: Workflow, signers: Sequence[Signer]) -> frozenset[str]:
    """What conditions on signers look at besides fields and applicant: such a one may hold on another day."""
    nodes = [node for one in signers if one.when for node in walk(one.when)]
    named = {node.text for node in nodes if isinstance(node, Name)} | {
        node.source for node in nodes if isinstance(node, Aggregate)
    }
    return frozenset(one for one in named if one not in workflow.fields and not one.startswith("applicant."))


_DOERS: dict[tuple[str, Places], _Doers] = {}
_NAMED: dict[str, frozenset[str | None]] = {}
"""The fields that name who holds a role. Both by the digest of the definition, which never changes."""
_DECISIVE = frozenset({"assignments", "signoffs", "deadlines", "regions"})
"""The sections of a case by which it lies where it does."""
