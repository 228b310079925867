"""Is every number (发文字号) there once? Rows, the counter and the history held against each other, over all of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from zhuli_flow.clock import local_date
from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.history.entry import read as read_entry
from zhuli_flow.store import audit, notices, numbers
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

Place = tuple[str, int]
"""A case and the number of one of its entries."""
Series = tuple[str, int]
"""A series (代字) in a year."""


class Void(NamedTuple):
    """Why and when a document was declared void; nothing of one that was not."""

    reason: str | None = None
    voided_on: str | None = None


@dataclass(slots=True)
class Taken:
    """What entries say: where each number was taken, and why a document was declared void."""

    taken: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    voids: dict[int, Void] = field(default_factory=dict)


def faults(connection: Connection) -> list[str]:
    """Every fault of the register, for those who check the whole house."""
    return [fault for found in by_series(connection).values() for fault in found]


def by_series(connection: Connection) -> dict[Series, list[str]]:
    """Every fault by series and year; walks all entries and all documents."""
    rows: dict[Series, list[StoredNotice]] = defaultdict(list)
    for one in notices.numbered(connection):
        rows[str(one.series), int(str(one.year))].append(one)
    last, told = numbers.last_taken(connection), read(audit.all_entries(connection))
    keys = sorted({*rows, *last, *_series_of(told.taken)})
    return {key: [*_sequence(key, rows[key], last.get(key, 0)), *_against(key, rows[key], told)] for key in keys}


def read(links: Iterable[Link]) -> Taken:
    """What these entries say; those that name no document are not even parsed."""
    told = Taken()
    for link in links:
        if b'"notices":[{' not in link.body:
            continue
        entry = read_entry(link.body)
        for paper in entry.papers:
            if entry.kind == "notice" and entry.event == "void" and paper.id is not None:
                told.voids[paper.id] = Void(entry.opinion, _day(entry.at))
            elif entry.kind not in {"notice", "refused"} and paper.number:
                told.taken[paper.number].append((link.case_id, link.seq))
    return told


def _day(at: str) -> str:
    return local_date(datetime.fromisoformat(at)).isoformat()


def _series_of(taken: Mapping[str, Sequence[Place]]) -> Iterator[Series]:
    for number in taken:
        series, _, rest = number.partition("〔")
        if rest[:4].isdigit():
            yield series, int(rest[:4])


def _sequence(key: Series, rows: Sequence[StoredNotice], last: int) -> Iterator[str]:
    """Gaps, doubles, the counter, and how each number is written."""
    series, year = key
    taken = sorted(int(str(one.n)) for one in rows)
    for before, after in pairwise(taken):
        if after == before:
            yield f"{series}〔{year}〕{after}号重复"
        elif after > before + 1:
            gap = f"{before + 1}号" if after == before + 2 else f"{before + 1}—{after - 1}号"
            yield f"{series}〔{year}〕缺{gap}"
    if max(taken, default=0) != last:
        yield f"{series}〔{year}〕编到 {max(taken, default=0)} 号，计数器却是 {last}"
    yield from (fault for one in rows for fault in misprints(one))


def misprints(one: StoredNotice) -> Iterator[str]:
    """How the number of a document is written, and the day beside it."""
    series, year = one.series, one.year
    if one.number != f"{series}〔{year}〕{one.n}号":
        yield f"公文 {one.id} 的文号“{one.number}”与序列不符，应为{series}〔{year}〕{one.n}号"
    if one.signed_on and not one.signed_on.startswith(str(year)):
        yield f"{one.number} 的年份与成文日期 {one.signed_on} 不符"


def unrecorded(one: StoredNotice, told: Taken) -> Iterator[str]:
    """A document must have been given its number by the entry that ordered it."""
    if (one.case_id, one.seq) not in told.taken.get(str(one.number), ()):
        yield f"{one.number}（事项 {one.case_id}）在留痕中没有编号的记录"


def _against(key: Series, rows: Sequence[StoredNotice], told: Taken) -> Iterator[str]:
    """Each row is the act that took the number, and each number taken has its row."""
    counted = Counter(str(one.number) for one in rows)
    yield from (fault for one in rows for fault in unrecorded(one, told))
    mine = {number: places for number, places in told.taken.items() if number.startswith(f"{key[0]}〔{key[1]}〕")}
    for number, places in mine.items():
        if len(places) > 1:
            yield f"{number} 在留痕中编过 {len(places)} 次：{'、'.join(f'{case} 第{seq}条' for case, seq in places)}"
        if not counted[number]:
            yield f"{number} 在留痕中已编（事项 {places[0][0]} 第{places[0][1]}条），台账中却没有"
