"""The counts of an overview: what each case adds to them, and how they are brought up to what the database holds.

They are those of every case there is; who may read less is counted for by rows. Caught up by the entries that came
since the last time and by the clock; while too much is behind, an overview is counted by rows instead, as true and
slower, and each look or tick brings some more along.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

from zhuli_flow import __version__
from zhuli_flow.clock import local_date, parse_instant, start_of_day
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.deadline import ends_at
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.position import running
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup
from zhuli_flow.services.history import region_record
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.overdue import Overdue
from zhuli_flow.services.registers.register import nobodys
from zhuli_flow.services.registers.sums import Adding, added_up
from zhuli_flow.store import addresses, audit, case_rows, cases, directory, stays, workflows
from zhuli_flow.store.counts import FILE, Counts, Noted, Part, Share
from zhuli_flow.store.sql.statements import Connection, instant

NAME = "counts.db"
FEW = 300
"""So many cases a look brings along before it is answered by rows."""
_BATCH = 1000
_ASTRAY = timedelta(hours=1)
"""A clock that was so far ahead was wrong: all is counted anew."""
Answer = TypeVar("Answer")


def read(office: Office, use: Callable[[Connection, Counts | None], Answer]) -> Answer:
    """What ``use`` makes of a look at the database and of the counts as of that look; None where they are behind."""
    path = office.home / NAME
    try:
        found = FILE.read(path, lambda index: _current(office, index, use))
        return (found or FILE.look(path, lambda index: _brought_along(office, index, use)))[0]
    except InvalidInput:  # another process is at it
        with office.database.read() as connection:
            return use(connection, None)


def kept(office: Office, use: Callable[[Connection, Counts], Answer]) -> Answer | None:
    """What ``use`` makes of them as they are kept; None where they are behind, or there are none."""
    found = FILE.read(office.home / NAME, lambda index: _current(office, index, use))
    return found[0] if found else None


def _current(office: Office, index: Counts, use: Callable[[Connection, Counts], Answer]) -> tuple[Answer] | None:
    with office.database.read() as connection:
        noted, now = index.noted(), _now(connection, office)
        good = noted is not None and noted.at <= now.at and noted._replace(at=now.at) == now
        return (use(connection, index),) if good and not index.behind(now.at) else None


def _brought_along(office: Office, index: Counts, use: Callable[[Connection, Counts | None], Answer]) -> tuple[Answer]:
    with office.database.read() as connection:
        _, good = _catch_up(connection, office, index, FEW)
        return (use(connection, index if good else None),)


def catch_up(office: Office) -> int:
    """Bring the counts up to what the database holds, a part at a time; how many cases were counted.

    It leaves off where another process is at it, or the folder can't be written to.
    """

    def some(index: Counts) -> tuple[bool, int, bool]:
        with office.database.read() as connection:
            return index.noted() is not None, *_catch_up(connection, office, index, _BATCH)

    number, path = 0, office.home / NAME
    try:
        if FILE.read(path, lambda index: _current(office, index, _good)):
            return 0
        while True:
            begun, counted, good = FILE.look(path, some)
            if good or not counted or (number and not begun):
                return number + counted
            number += counted
    except InvalidInput:
        return number


def _good(*_: object) -> bool:
    return True


def _now(connection: Connection, office: Office) -> Noted:
    """How far and by what all would be counted now."""
    listed = workflows.listed(connection)
    current = [str(workflows.current(connection, name)) for name in sorted({one[0] for one in listed})]
    told = (__version__, office.calendar.version, repr(office.hours), *(one[2] for one in listed), "", *current)
    basis = hashlib.sha256("\n".join(told).encode()).hexdigest()
    last = audit.last_arrived(connection)
    return Noted(last.place, last.hash, instant(office.clock.now()), basis, directory.state(connection))


def _catch_up(connection: Connection, office: Office, index: Counts, most: int) -> tuple[int, bool]:
    """Count so many cases anew of those that have to be; how many were, and whether that was all."""
    noted, now = index.noted(), _now(connection, office)
    if noted and noted.at > now.at:
        if parse_instant(noted.at) - office.clock.now() < _ASTRAY:
            return 0, False  # whoever looked a moment ahead has counted for then
        noted = None
    since = audit.arrived_since(connection, audit.Arrived(noted.place, noted.hash)) if noted else None
    if noted is None or since is None:
        index.forget()
    if noted is None or since is None or noted.basis != now.basis:
        index.await_(cases.ids(connection))
    else:
        index.await_(one for one in since if one != audit.OFFICE)
    index.turned(now.at)
    resolve = partial(_resolved, connection)
    if noted and noted.directory != now.directory:
        index.place_anew(resolve)
    index.note(now)
    pending = index.next_pending(most)
    counting, found = _Counting(connection, office), cases.by_ids(connection, pending)
    index.put([counting.part(one.case) for one in found.values()], [one for one in pending if one not in found])
    index.flush(resolve)
    return len(pending), not index.behind(now.at)


def _resolved(connection: Connection, sets: Collection[str]) -> dict[str, list[str]]:
    at = addresses.organisations_of(connection, {one for each in sets for one in each.split("\n")})
    return {each: sorted({name for one in each.split("\n") for name in at.get(one, ())}) for each in sets}


class _Counting:
    """What cases add to the counts at one instant."""

    def __init__(self, connection: Connection, office: Office) -> None:
        self._connection, self._office, now = connection, office, office.clock.now()
        self._at, self._today = instant(now), office.today.isoformat()
        self._facts = Facts(now, office.calendar, hours=office.hours)
        self._overdue = Overdue(connection, office)
        self._adding = defaultdict[str, list[tuple[Adding, CaseScope]]](list)
        for book in lookup.every_latest(connection, office):
            asking = CaseScope(book, nobodys(book), self._facts)
            for one in added_up(connection, office, book):
                if one.lasting:
                    self._adding[one.workflow].append((one, asking))

    def part(self, case: Case) -> Part:
        """The shares of a case, and until when they are good."""
        own = lookup.definition(self._connection, self._office, case.digest)
        row = case_rows.listing_of(own, case, self._office.calendar, self._at)
        light = case_rows.light_of(row, self._at, self._today)
        shares = [Share("state", "", f"{row.state}\t{row.state_kind}\t{light}")]
        shares += [Share("region", "", state) for state in running(own, case).values()]
        shares += [Share("late", "", case.applicant.name)] if light == "红" else []
        if over := self._overdue.of_case(own, case, red=light == "红"):
            shares.append(Share("awaited", "", "\n".join(sorted(over))))
        shares += self._stays(case)
        shares += self._sums(own, case)
        ahead = (one for one in (*case_rows.turns_of(row), *_turns(case)) if one > self._at)
        return Part(case.id, case.workflow, min(ahead, default=""), tuple(shares))

    def _stays(self, case: Case) -> Iterator[Share]:
        ended, here = list[stays.Stay](), list[tuple[str, str]]()
        if moves := audit.moves_of(self._connection, case.id):
            ended, entered = stays.of_moves(case.workflow, moves)
            here.append((case.state, entered))
        beside = region_record.told_of(self._connection, self._office, case.workflow, case.id)
        here += [(one.state, one.entered_at) for one in beside.here]
        yield from (Share("stay", one.state, f"{one.seconds:012d}") for one in (*ended, *beside.ended))
        for state, at in here:
            yield Share("since", state, f"{int(parse_instant(at).timestamp()):012d}")

    def _sums(self, own: Workflow, case: Case) -> Iterator[Share]:
        for one, asking in self._adding[case.workflow]:
            found = one.found_in(CaseScope(own, case, self._facts, this=asking))
            if found is not None:
                yield Share("sum", one.table.name, "")
                yield from (Share("sum", one.table.name, key, str(number)) for key, number in found.items())


def _turns(case: Case) -> Iterator[str]:
    """The instants at which the law on what is over may say something else: a last day begins, closes and ends."""
    for one in case.deadlines.values():
        if one.state == "running":
            end = ends_at(one)
            instants = (start_of_day(one.due_on), end, end + timedelta(seconds=1), end + timedelta(days=1))
            yield from map(instant, instants)
            yield instant(start_of_day(local_date(end) + timedelta(days=1)))
