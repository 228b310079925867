"""Registers page by page: what the rows of lists know is asked of the store, and no more rows are made than shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest

from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.services.registers.filter import Condition, Rank, Wanted, meets, rank, read
from zhuli_flow.services.registers.register import BUILTIN, Table, blank, find, named, of_reader, rows_of
from zhuli_flow.store import cases
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.sql.statements import Connection


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """``table`` with the rows of this page, how many there are in all, and where the next begins (empty: no more)."""

    table: Table
    total: int
    next: str = ""


def page(
    office: Office, name: str, where: Sequence[str], sort: str = "", case_id: str = "", *, limit: int, after: str = ""
) -> RegisterPage:
    """The register ``name`` narrowed and ordered as ``filter.filtered`` does, the rows behind the one ``after``.

    ``after`` is the ``next`` of the page before. Raises NotFound, InvalidInput as ``find.found``, and for another
    ``after``.
    """
    name = named(office, name)
    if name in BUILTIN or "." in name:
        return _of_few(_whole(office, name, case_id), where, sort, limit, after)
    with office.database.read() as connection:
        head = blank(connection, office, name)
        wanted = read(head, where, sort)
        among, rest = _pushed(of_reader(connection, office, head.name), wanted.conditions)
        look = _Look(connection, office, head, among, wanted, rest)
        return look.ordered(limit, after) if wanted.order else look.numbered(limit, after)


def every(connection: Connection, office: Office, name: str, where: Sequence[str]) -> tuple[Table, Iterator[Line]]:
    """The register of all cases of a workflow without its rows, and those that fit, by number, as they are asked for.

    Raises NotFound, InvalidInput as ``page``.
    """
    head = blank(connection, office, name)
    wanted = read(head, where)
    among, rest = _pushed(of_reader(connection, office, head.name), wanted.conditions)
    return head, _Look(connection, office, head, among, wanted, rest).rows()


def _whole(office: Office, name: str, case_id: str) -> Table:
    if name in BUILTIN:
        from zhuli_flow.services.registers.builtin import builtin

        return builtin(office, name)
    return find(office, name, case_id)


def _of_few(table: Table, where: Sequence[str], sort: str, limit: int, after: str) -> RegisterPage:
    """A page of a register that is made as a whole."""
    wanted, keyed = read(table, where, sort), zip(table.keys, table.rows, strict=True)
    kept = [(key, row) for key, row in keyed if meets(table, row, wanted.conditions)]
    if wanted.order:
        kept.sort(key=lambda one: rank(table, one[1], wanted))
    begin = next((place for place, (key, _) in enumerate(kept, 1) if key == after), 0)
    if after and not begin:
        raise _no_place(after)
    shown = kept[begin : begin + limit]
    more = shown[-1][0] if len(kept) > begin + limit else ""
    return RegisterPage(replace(table, rows=tuple(row for _, row in shown)), len(kept), more)


def _no_place(after: str) -> InvalidInput:
    return InvalidInput(f"“{after}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写；那一行已不在其中时从头列起")


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at all cases of a workflow: ``among`` is what the store narrows, ``rest`` what only rows can tell."""

    connection: Connection
    office: Office
    head: Table
    among: Filter
    wanted: Wanted
    rest: tuple[Condition, ...]

    def numbered(self, limit: int, after: str) -> RegisterPage:
        """A page by number. Where the store knows every condition nothing but the page is read."""
        if not self.rest:
            rows = self._take(self.rows(after), limit)
            return self._page(rows, cases.count(self.connection, self.among), limit)
        total, found = 0, list[Line]()
        for row in self.rows():
            total += 1
            if len(found) <= limit and str(row["case"]) > after:
                found.append(row)
        return self._page(found, total, limit)

    def ordered(self, limit: int, after: str) -> RegisterPage:
        """A page by a column, equal ones by number: every row is made once, those of the page are kept."""
        start, total = self._place(after) if after else None, 0

        def behind() -> Iterator[tuple[Rank, str, Line]]:
            nonlocal total
            for row in self.rows():
                total += 1
                at = (rank(self.head, row, self.wanted), str(row["case"]))
                if start is None or start < at:
                    yield (*at, row)

        found = nsmallest(limit + 1, behind(), key=lambda one: one[:2])
        return self._page([row for *_, row in found], total, limit)

    def _place(self, after: str) -> tuple[Rank, str]:
        row = next(rows_of(self.connection, self.office, self.head, replace(self.among, case_id=after)), None)
        if row is None:
            raise _no_place(after)
        return rank(self.head, row, self.wanted), after

    def rows(self, after: str = "") -> Iterator[Line]:
        """Those that fit, by number, behind the case ``after``."""
        every = rows_of(self.connection, self.office, self.head, self.among, after)
        return (row for row in every if meets(self.head, row, self.rest))

    def _take(self, rows: Iterable[Line], limit: int) -> list[Line]:
        return [row for row, _ in zip(rows, range(limit + 1), strict=False)]

    def _page(self, found: Sequence[Line], total: int, limit: int) -> RegisterPage:
        following = str(found[limit - 1]["case"]) if len(found) > limit else ""
        return RegisterPage(replace(self.head, rows=tuple(found[:limit])), total, following)


def _pushed(among: Filter, conditions: Iterable[Condition]) -> tuple[Filter, tuple[Condition, ...]]:
    """What the store can tell of the conditions, and those that are left; each column is asked once."""
    rest = list[Condition]()
    for one in conditions:
        narrower = _narrower(among, one) if one.value else None
        if narrower is None:
            rest.append(one)
        else:
            among = narrower
    return among, tuple(rest)


def _narrower(among: Filter, one: Condition) -> Filter | None:
    """The filter narrowed by a condition that the store can tell as it is meant, and has not been told yet; or None."""
    match one.column, one.op:
        case "case", "=" if not among.case_id:
            return replace(among, case_id=one.value)
        case "applicant.name", "=" if not among.name:
            return replace(among, name=one.value)
        case "applicant.name", "~" if not among.part and all("\u4e00" <= char <= "\u9fff" for char in one.value):
            return replace(among, part=one.value)  # of other characters: which are alike, upper and lower case?
        case "applicant.city", "=" if not among.city:
            return replace(among, city=one.value)
        case "applicant.county", "=" if not among.county:
            return replace(among, county=one.value)
        case "opened_on", ">=" if not among.opened_from:
            return replace(among, opened_from=date.fromisoformat(one.value))
        case "opened_on", "<=" if not among.opened_to:
            return replace(among, opened_to=date.fromisoformat(one.value))
    return None
