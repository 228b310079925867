"""The register of numbers (发文字号台账): each number of each series and year once, page by page.

The numbers of a series are counted by their index, and each document shown is held against the entry that gave it its
number. Where anything is out of order the whole history is walked to say what; ``db check`` always does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from zhuli_flow.engine.history.chain import Link
from zhuli_flow.engine.model.json_values import Json, as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services import reading
from zhuli_flow.services.notices import number_proof
from zhuli_flow.services.notices.browse import kind_titles
from zhuli_flow.services.notices.number_proof import Series, Taken, Void
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, notices, numbers
from zhuli_flow.store.notices import NumberPlace, Numbers, StoredNotice
from zhuli_flow.store.sql.statements import Connection

_NUMBER = re.compile(r"(.+)〔(\d{4})〕(\d{1,9})号")
_NONE = Numbers(0, 0, 0, 0)


class NumberedPaper(msgspec.Struct, frozen=True):
    """A number of a series and the document that has it; ``reason`` and ``voided_on`` of one that was declared void."""

    n: int | None
    number: str | None
    state: str
    title: str
    signed_on: str | None
    issued_at: str | None
    id: int
    case: str
    kind: str
    sha256: str | None
    reason: str | None
    voided_on: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One series in one year: its numbers, the documents of this page in their order, and every fault found."""

    series: str
    year: int
    numbers: Numbers
    lines: tuple[NumberedPaper, ...]
    faults: tuple[str, ...]

    def json(self) -> Json:
        """Wire form: series, year, first, last, count, void, ok, faults, lines."""
        some = self.numbers.documents > 0
        return {
            "series": self.series,
            "year": self.year,
            "first": self.numbers.first if some else None,
            "last": self.numbers.last if some else None,
            "count": self.numbers.documents,
            "void": self.numbers.void,
            "ok": not self.faults,
            "faults": list(self.faults),
            "lines": as_json(self.lines),
        }


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The series that have a document on this page or a fault; how many documents there are, where the next begins."""

    series: tuple[Ledger, ...]
    total: int
    next: str = ""


def page(office: Office, series: str = "", year: int | None = None, *, limit: int = 200, after: str = "") -> LedgerPage:
    """The register by series, year and number; only one series or year when named; behind the number ``after``.

    Raises NotFound when there is none such, InvalidInput when ``after`` is no number, NoRight for a reader who may not
    read every paper.
    """
    reading.require_everything(office, "papers")
    place = _place(after) if after else None
    with office.database.read() as connection:
        ranges, last = notices.ranges(connection), numbers.last_taken(connection)
        found = notices.numbers_after(connection, series, year, limit + 1, place)
        shown = found[:limit]
        told = number_proof.read(_links(connection, shown))
        faults = _faults(connection, office, ranges, last, shown, told)
    keys = [key for key in sorted({*ranges, *last, *faults}) if series in ("", key[0]) and year in (None, key[1])]
    if not keys and (series or year):
        known = "、".join(f"{one}〔{of}〕" for one, of in sorted({*ranges, *last})) or "无"
        raise NotFound("没有这样的文号序列", fix=f"现有：{known}")
    lines = _lines(office, shown, told)
    ledgers = (Ledger(*key, ranges.get(key, _NONE), lines.get(key, ()), tuple(faults.get(key, ()))) for key in keys)
    kept = tuple(one for one in ledgers if one.lines or one.faults)
    more = str(shown[-1].number) if len(found) > limit else ""
    return LedgerPage(kept, sum(ranges[key].documents for key in keys if key in ranges), more)


def _place(text: str) -> NumberPlace:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写，是一个文号")
    return NumberPlace(found[1], int(found[2]), int(found[3]))


def _links(connection: Connection, shown: Sequence[StoredNotice]) -> Iterator[Link]:
    """The entries that gave these documents their numbers, and of those that are void all of their cases."""
    for one in shown:
        if one.state == "void":
            yield from audit.all_entries(connection, one.case_id)
        elif (link := audit.link(connection, one.case_id, one.seq)) is not None:
            yield link


def _faults(
    connection: Connection,
    office: Office,
    ranges: Mapping[Series, Numbers],
    last: Mapping[Series, int],
    shown: Sequence[StoredNotice],
    told: Taken,
) -> dict[Series, list[str]]:
    """Nothing, as long as every series counts as it should and the documents shown are in order; else all there is."""
    first = {key: office.number_first.get(key[0], 1) for key in ranges}
    odd = any(ranges.get(key, _NONE).last != last.get(key, 0) for key in {*ranges, *last})
    odd |= any(one.documents != one.last - one.first + 1 or one.first > first[key] for key, one in ranges.items())
    odd |= any(True for one in shown for _ in (*number_proof.misprints(one), *number_proof.unrecorded(one, told)))
    return {key: found for key, found in number_proof.by_series(connection).items() if found} if odd else {}


def _lines(office: Office, shown: Sequence[StoredNotice], told: Taken) -> dict[Series, tuple[NumberedPaper, ...]]:
    titles = kind_titles(office, (one.kind for one in shown if not one.title))
    grouped = groupby(shown, key=lambda one: (str(one.series), int(str(one.year))))
    return {key: tuple(_line(one, told, titles) for one in group) for key, group in grouped}


def _line(one: StoredNotice, told: Taken, titles: Mapping[str, str]) -> NumberedPaper:
    void = told.voids.get(one.id, Void())
    return NumberedPaper(
        n=one.n,
        number=one.number,
        state=one.state,
        title=one.title or titles.get(one.kind, one.kind),
        signed_on=one.signed_on,
        issued_at=one.issued_at,
        id=one.id,
        case=one.case_id,
        kind=one.kind,
        sha256=one.sha256,
        reason=void.reason,
        voided_on=void.voided_on,
    )
