"""The register of numbers (发文字号台账): each number of each series and year once, and the proof that none is missing.

Rows remember numbers, the counter says how far they go, the history names each at the act that took it. The register
is whole when all three tell the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from zhuli_flow.clock import local_date
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import NotFound
from zhuli_flow.services.history import entries
from zhuli_flow.services.notices.browse import kind_titles, papers_in
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, notices, numbers
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.store.sql.statements import Connection

Place = tuple[str, int]
"""A case and the number of one of its entries."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One series in one year: its documents in the order of their numbers, and every fault found."""

    series: str
    year: int
    lines: tuple[dict[str, Json], ...]
    faults: tuple[str, ...]

    def json(self) -> dict[str, Json]:
        """Wire form: series, year, first, last, count, void, ok, faults, lines."""
        taken = [int(str(line["n"])) for line in self.lines]
        return {
            "series": self.series,
            "year": self.year,
            "first": min(taken, default=None),
            "last": max(taken, default=None),
            "count": len(taken),
            "void": sum(line["state"] == "void" for line in self.lines),
            "ok": not self.faults,
            "faults": list(self.faults),
            "lines": list(self.lines),
        }


@dataclass(slots=True)
class _History:
    """What the entries say: where each number was taken, and why a document was declared void."""

    taken: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    voids: dict[int, dict[str, Json]] = field(default_factory=dict)


def ledger(office: Office, series: str = "", year: int | None = None) -> list[Ledger]:
    """The register, by series and year; only one series or year when named. Raises NotFound when there is none such."""
    with office.database.read() as connection:
        found = _ledgers(connection, kind_titles(office))
    wanted = [one for one in found if series in ("", one.series) and year in (None, one.year)]
    if not wanted and (series or year):
        known = "、".join(f"{one.series}〔{one.year}〕" for one in found) or "无"
        raise NotFound("没有这样的文号序列", fix=f"现有：{known}")
    return wanted


def faults(connection: Connection) -> list[str]:
    """Every fault of the register, for those who check the whole house."""
    return [fault for one in _ledgers(connection, {}) for fault in one.faults]


def _ledgers(connection: Connection, titles: Mapping[str, str]) -> list[Ledger]:
    rows: dict[tuple[str, int], list[StoredNotice]] = defaultdict(list)
    for one in notices.numbered(connection):
        rows[str(one.series), int(str(one.year))].append(one)
    last, told = numbers.last_taken(connection), _read(connection)
    keys = sorted({*rows, *last, *_series_of(told.taken)})
    return [_ledger(key, rows.get(key, []), last.get(key, 0), told, titles) for key in keys]


def _read(connection: Connection) -> _History:
    """Walk all entries once; those that name no document are not even parsed."""
    told = _History()
    for link in audit.all_entries(connection):
        if b'"notices":[{' not in link.body:
            continue
        body = entries.body_of(link.body)
        for paper in papers_in(body):
            if body["kind"] == "notice" and body["event"] == "void":
                told.voids[int(str(paper["id"]))] = {"reason": body["opinion"], "voided_on": _day(body["at"])}
            elif body["kind"] != "notice" and body["kind"] != "refused" and paper.get("number"):
                told.taken[str(paper["number"])].append((link.case_id, link.seq))
    return told


def _day(at: Json) -> str:
    return local_date(datetime.fromisoformat(str(at))).isoformat()


def _series_of(taken: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for number in taken:
        series, _, rest = number.partition("〔")
        if rest[:4].isdigit():
            yield series, int(rest[:4])


def _ledger(
    key: tuple[str, int], rows: Sequence[StoredNotice], last: int, told: _History, titles: Mapping[str, str]
) -> Ledger:
    series, year = key
    mine = {number: places for number, places in told.taken.items() if number.startswith(f"{series}〔{year}〕")}
    faults = [*_sequence(key, rows, last), *_against(rows, mine)]
    return Ledger(series, year, tuple(_line(one, told, titles) for one in rows), tuple(faults))


def _sequence(key: tuple[str, int], rows: Sequence[StoredNotice], last: int) -> Iterator[str]:
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
    for one in rows:
        if one.number != f"{series}〔{year}〕{one.n}号":
            yield f"公文 {one.id} 的文号“{one.number}”与序列不符，应为{series}〔{year}〕{one.n}号"
        if one.signed_on and not one.signed_on.startswith(str(year)):
            yield f"{one.number} 的年份与成文日期 {one.signed_on} 不符"


def _against(rows: Sequence[StoredNotice], taken: Mapping[str, Sequence[Place]]) -> Iterator[str]:
    """Each row is the act that took the number, and each number taken has its row."""
    counted = Counter(str(one.number) for one in rows)
    for one in rows:
        if (one.case_id, one.seq) not in taken.get(str(one.number), ()):
            yield f"{one.number}（事项 {one.case_id}）在留痕中没有编号的记录"
    for number, places in taken.items():
        if len(places) > 1:
            yield f"{number} 在留痕中编过 {len(places)} 次：{'、'.join(f'{case} 第{seq}条' for case, seq in places)}"
        if not counted[number]:
            yield f"{number} 在留痕中已编（事项 {places[0][0]} 第{places[0][1]}条），台账中却没有"


def _line(one: StoredNotice, told: _History, titles: Mapping[str, str]) -> dict[str, Json]:
    return {
        "n": one.n,
        "number": one.number,
        "state": one.state,
        "title": one.title or titles.get(one.kind, one.kind),
        "signed_on": one.signed_on,
        "issued_at": one.issued_at,
        "id": one.id,
        "case": one.case_id,
        "kind": one.kind,
        "sha256": one.sha256,
        **told.voids.get(one.id, {"reason": None, "voided_on": None}),
    }
