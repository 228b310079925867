"""A workflow at a glance: places taken, cases by state and light, time spent in each state, who is overdue, sums.

Told by the counts that are kept of all cases; for who may read less, by rows, or else by one case at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.workflow import StateKind, Workflow
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import counts
from zhuli_flow.services.registers.overdue import Overdue
from zhuli_flow.services.registers.stay_times import kept_times, times
from zhuli_flow.services.registers.sums import Sum, sums
from zhuli_flow.store import cases, region_places
from zhuli_flow.store.cases import Standing
from zhuli_flow.store.counts import Counts
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.pinyin import in_order

Kind = StateKind | Literal["region"]
KINDS: tuple[StateKind, ...] = ("initial", "open", "in_force", "final")


class QuotaUse(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many places of a quota are taken, how many cases wait for one, and where its limit is from.

    ``at_least``: how many there should be; None where nothing says so. Fewer is told and refuses nothing.
    """

    quota: str
    title: str
    used: int
    limit: int
    waiting: int
    source: str
    at_least: int | None = None

    @property
    def lacking(self) -> int:
        """How many are missing to what there should be at least."""
        return max(0, (self.at_least or 0) - self.used)


class StateLine(msgspec.Struct, frozen=True):
    """A state: how many cases are in it, how often one stayed in it, and for how many natural days (None: never).

    ``kind`` region: a state of a region; its cases stand in a state of the main line too.
    """

    state: str
    title: str
    kind: Kind
    cases: int
    stays: int
    median_days: float | None
    longest_days: float | None


class WorkflowLine(msgspec.Struct, frozen=True):
    """A workflow: its cases by kind of state and by light, quotas, states, and what its registers add up to."""

    workflow: str
    title: str
    cases: int
    kinds: Mapping[str, int]
    lights: Mapping[str, int]
    quotas: tuple[QuotaUse, ...]
    states: tuple[StateLine, ...]
    sums: tuple[Sum, ...]


class Counted(msgspec.Struct, frozen=True):
    """How many cases are an organisation's."""

    organisation: str
    cases: int


class Overview(msgspec.Struct, frozen=True):
    """How everything stands at an instant (UTC).

    ``overdue`` counts cases by their applicant, ``awaited`` by every organisation whose move it is on them: those with
    the most, of ``overdue_total`` and ``awaited_total``. Of all workflows together neither states nor ``awaited``.
    """

    at: str
    workflows: tuple[WorkflowLine, ...]
    overdue: tuple[Counted, ...]
    awaited: tuple[Counted, ...]
    overdue_total: int = 0
    awaited_total: int = 0


MOST, _ALL = 200, 1_000_000
"""So many organisations are told unless more are asked for."""


def overview(office: Office, workflow: str = "", most: int = MOST) -> Overview:
    """One workflow at a glance, or all that have a case, as far as totals are open to the reader.

    ``most``: so many organisations at most.

    Raises NotFound, NoRight for a reader to whom none is open.
    """
    with office.database.read() as connection:
        if not all(_whole(connection, office, one) for one in _opened(connection, office, workflow)):
            return _made(connection, office, (workflow, most), None)
    return counts.read(office, lambda connection, index: _made(connection, office, (workflow, most), index))


def _whole(connection: Connection, office: Office, book: Workflow) -> bool:
    """Whether the counts of all cases are those of the reader: of a workflow, and of those its registers look at."""
    looked = {book.name, *(one.workflow for one in book.registers.values())}
    return all(reading.reach_in(connection, office, one, "totals").everything for one in looked)


def by_rows(office: Office, workflow: str = "", most: int = MOST) -> Overview:
    """As ``overview``, without the counts that are kept: what these are held against."""
    with office.database.read() as connection:
        return _made(connection, office, (workflow, most), None)


def unlike_rows(office: Office) -> list[str]:
    """Of which workflows the counts that are kept say something else than the rows; nothing where they are behind."""

    def unlike(connection: Connection, index: Counts) -> list[str]:
        titles = {"": "全部流程"} | {one.name: one.title for one in lookup.every_latest(connection, office)}
        each = {name: [_made(connection, office, (name, _ALL), one) for one in (index, None)] for name in titles}
        return [
            f"总览的计数与登记不符（{titles[name]}），被改动过；请删去 {counts.NAME}，会重新计数"
            for name, (one, other) in each.items()
            if one != other
        ]

    return counts.kept(office, unlike) or []


def _made(connection: Connection, office: Office, asked: tuple[str, int], index: Counts | None) -> Overview:
    (workflow, most), at = asked, office.clock.now().isoformat(timespec="seconds")
    books = _opened(connection, office, workflow)
    looks = [_Look(connection, office, one, index) for one in books if workflow or cases.any_of(connection, one.name)]
    names = [look.book.name for look in looks]
    lines = tuple(look.line(states=bool(workflow)) for look in looks)
    if index is not None:
        every_one = office.reader is None and not workflow
        overdue, total = index.most([""] if every_one else names, "late", most)
        awaited, waiting = index.most(names, "owing", most) if workflow else ([], 0)
    else:
        late = Overdue(connection, office)
        overdue, total = late.applicants(names, most)
        every = late.awaited(names) if workflow else Counter[str]()
        awaited, waiting = sorted(every.items(), key=lambda one: (-one[1], one[0]))[:most], len(every)
    return Overview(at, lines, _counted(overdue), _counted(awaited), total, waiting)


def _opened(connection: Connection, office: Office, workflow: str) -> list[Workflow]:
    if workflow:
        book = lookup.latest(connection, office, workflow)
        reading.require_opened(connection, office, book.name, "totals")
        return [book]
    books = lookup.every_latest(connection, office)
    found = [one for one in books if reading.opened(connection, office, one.name, "totals")]
    if books and not found:
        reading.require_opened(connection, office, books[0].name, "totals")
    return found


def _counted(names: Sequence[tuple[str, int]]) -> tuple[Counted, ...]:
    """The most first, then by name (拼音)."""
    return tuple(Counted(*one) for one in sorted(names, key=lambda one: (-one[1], in_order(one[0]))))


class _Look:
    """One workflow during one look at the database."""

    def __init__(self, connection: Connection, office: Office, book: Workflow, index: Counts | None) -> None:
        self.connection, self.office, self.book, self.index = connection, office, book, index
        self.now = office.clock.now()
        self.reach = reading.reach_in(connection, office, book.name, "totals")
        self.standing = self._standing()

    def _standing(self) -> list[Standing]:
        if self.index is None:
            return cases.standing(self.connection, self.book.name, self.now, self.reach)
        kept = self.index.tallies(self.book.name, "state")
        keys = (one.key.split("\t") for one in kept)
        return [Standing(state, kind, light, one.cases) for one, (state, kind, light) in zip(kept, keys, strict=True)]

    def line(self, *, states: bool) -> WorkflowLine:
        """All that is told of it; ``states``: with how long cases stay in each."""
        kinds, words = Counter[str](), Counter[str]()
        for one in self.standing:
            kinds[one.kind] += one.cases
            words[one.light] += one.cases
        return WorkflowLine(
            workflow=self.book.name,
            title=self.book.title,
            cases=kinds.total(),
            kinds={kind: kinds[kind] for kind in KINDS},
            lights={word: words[word] for word in ("红", "黄", "绿", "灰")},
            quotas=tuple(self._quota(one) for one in self.book.quotas.values()) if self.reach.everything else (),
            states=tuple(self._states()) if states else (),
            sums=tuple(sums(self.connection, self.office, self.book, self.index)),
        )

    def _quota(self, quota: Quota) -> QuotaUse:
        ever = str(self.book.value(quota.counts)) == "ever"
        count = cases.count_ever_in_force if ever else cases.count_in_force
        limit = quota.maximum
        named = limit[1:] if isinstance(limit, str) and limit.startswith("$") else ""
        return QuotaUse(
            quota=quota.name,
            title=quota.title,
            used=count(self.connection, self.book.name),
            limit=int(str(self.book.value(limit))),
            waiting=cases.queued(self.connection, quota.name),
            source=self.book.parameters[named].source if named else quota.source,
            at_least=None if quota.minimum is None else int(str(self.book.value(quota.minimum))),
        )

    def _states(self) -> Iterator[StateLine]:
        """By the newest definition's order; a state that only an earlier one has comes last, by its name there.

        States of regions come behind those of the main line.
        """
        here = Counter[str]()
        for one in self.standing:
            here[one.state] += one.cases
        if self.index is None:
            here |= region_places.counts(self.connection, self.book.name, self.reach)
            stays = times(self.connection, self.book.name, self.now, self.reach)
        else:
            here |= Counter({one.key: one.cases for one in self.index.tallies(self.book.name, "region")})
            stays = kept_times(self.index, self.book.name, self.now)
        versions = [*lookup.every_version(self.connection, self.office, self.book.name), self.book]
        for state, (title, kind) in _known_states(self.book, versions).items():
            stay = stays.get(state) if kind != "final" else None
            if here[state] or stay:
                spans = (stay.stays, stay.median_days, stay.longest_days) if stay else (0, None, None)
                yield StateLine(state, title, kind, here[state], *spans)


def _known_states(book: Workflow, versions: Sequence[Workflow]) -> dict[str, tuple[str, Kind]]:
    """Title and kind of every state that there ever was, in the order of ``book``; the later version's word counts."""
    main: dict[str, tuple[str, Kind]] = {}
    beside: dict[str, tuple[str, Kind]] = {}
    for own in (book, *versions):
        main |= {name: (state.title, state.kind) for name, state in own.states.items()}
        for region in own.regions.values():
            beside |= {name: (title, "region") for name, title in region.states.items()}
    return main | beside
