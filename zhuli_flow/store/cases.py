"""Cases as they stand: load, insert, compare-and-set, numbers, search, and what a quota counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec

from zhuli_flow.clock import local_date
from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.engine.model.case import Body, Case
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.errors import IntegrityBroken, InvalidInput
from zhuli_flow.store import numbers
from zhuli_flow.store.case_bodies import DECODED, KEPT, Sections
from zhuli_flow.store.case_filter import Filter, narrowed, within
from zhuli_flow.store.sql.statements import Connection, Row, array, first, instant, pack, rows, run, run_many, unpack
from zhuli_flow.store.sql.statements import walk as walk_rows


class Stored(msgspec.Struct, frozen=True):
    """A case with the end of its chain: ``seq`` entries so far, ``head`` the 32 bytes of the last one's hash."""

    case: Case
    seq: int = 0
    head: bytes = ZERO
    kind: str = "initial"


class Place(NamedTuple):
    """Where a case stands in a list: what the list is ordered by (UTC text of the change, say), and its number."""

    changed: str
    case_id: str

    def __str__(self) -> str:
        return f"{self.changed}~{self.case_id}"

    @classmethod
    def read(cls, text: str) -> Place:
        """The place that ``str`` wrote. Raises InvalidInput for anything else."""
        changed, found, case_id = text.partition("~")
        if not (changed and found and case_id):
            raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写")
        return cls(changed, case_id)

    def before(self, other: Place) -> bool:
        """Whether this place comes first."""
        return (other.changed, self.case_id) < (self.changed, other.case_id)


class Placed(NamedTuple):
    """A case and where it stands in the list."""

    stored: Stored
    place: Place


def load(connection: Connection, case_id: str, *, again: bool = False) -> Stored | None:
    """The case of that id, None without one; ``again``: by who only looks, and asks for the same one often."""
    found = first(connection, "cases.load", id=case_id)
    return None if found is None else of_row(found, (KEPT if again else DECODED)["whole"])


def insert(connection: Connection, new: Stored, at: datetime) -> None:
    """Add a case. The driver's IntegrityError when the id is taken or the definition was never put."""
    run(
        connection,
        "cases.insert",
        {
            **_moving(new, at),
            "workflow": new.case.workflow,
            "definition_version": new.case.definition_version,
            "digest": new.case.digest,
            "applicant_id": new.case.applicant.id,
            "applicant": pack(_organisation_json(new.case.applicant)),
            "city": new.case.applicant.city,
            "opened_at": new.case.opened_at,
            "approved_once": int(new.kind == "in_force"),
        },
    )


def update(connection: Connection, new: Stored, expected_version: int, at: datetime) -> bool:
    """Put ``new`` in place if the case still has ``expected_version``; False, and nothing changed, when it moved on."""
    moved = {**_moving(new, at), "in_force": int(new.kind == "in_force"), "expected": expected_version}
    return run(connection, "cases.update", moved).rowcount == 1


def repin(connection: Connection, new: Stored, expected_version: int, at: datetime) -> bool:
    """As ``update``, for a case that runs on another version of its workflow from now on."""
    pinned = {"definition_version": new.case.definition_version, "digest": new.case.digest}
    moved = {**_moving(new, at), **pinned, "in_force": int(new.kind == "in_force"), "expected": expected_version}
    return run(connection, "cases.repin", moved).rowcount == 1


def extend_chain(connection: Connection, case_id: str, seq: int, head: bytes) -> bool:
    """Move the end of the chain for an entry that changes nothing (a refused attempt); False unless at ``seq - 1``."""
    moved = {"id": case_id, "was": seq - 1, "seq": seq, "head": head}
    return run(connection, "cases.extend_chain", moved).rowcount == 1


def succeed(connection: Connection, new: Stored) -> bool:
    """Put another applicant into a case, with the entry that says so; False unless the chain ends just before it."""
    whose = new.case.applicant
    moved = {
        "id": new.case.id,
        "was": new.seq - 1,
        "seq": new.seq,
        "head": new.head,
        "applicant_id": whose.id,
        "applicant": pack(_organisation_json(whose)),
        "city": whose.city,
    }
    return run(connection, "cases.succeed", moved).rowcount == 1


def extend_chains(connection: Connection, ends: Sequence[tuple[str, int, int, bytes]]) -> None:
    """Move the ends of many chains: each ``(case id, from number, to number, head)``, from what was just loaded."""
    run_many(connection, "cases.extend_chain", [(seq, head, case_id, was) for case_id, was, seq, head in ends])


def next_id(connection: Connection, prefix: str, year: int) -> str:
    """The next case number of the year, ``SFQ-2018-0001``; no gaps: an undone transaction gives its number back."""
    return f"{prefix}-{year}-{numbers.take(connection, f'case:{prefix}', year):04d}"


Order = Literal["changed", "number", "last_day"]
"""How a list of cases is ordered: the latest changed first, by number, by the last day of the step or the whole."""
_PAGES: Mapping[Order, tuple[str, str]] = {
    "changed": ("cases.page", "cases.beyond"),
    "number": ("cases.page_by_number", "cases.beyond_number"),
    "last_day": ("cases.page_by_last_day", "cases.beyond_last_day"),
}


def page(
    connection: Connection,
    wanted: Filter,
    limit: int,
    after: Place | None = None,
    order: Order = "changed",
    of: Sections = "whole",
) -> list[Placed]:
    """Cases that fit, in this order, those after a place, with these sections of their bodies.

    By key, not by count: a page costs the same wherever it lies, and no case stands on two pages.
    """
    (statement, beyond), (names, values) = _PAGES[order], narrowed(wanted)
    if after is not None:
        names, values = (*names, beyond), {**values, "changed": after.changed, "beyond": after.case_id}
    found = rows(connection, (statement, *names), limit=limit, **values)
    decode = DECODED[of]
    return [Placed(of_row(row[:-1], decode), Place(row[-1], row[0])) for row in found]


def count(connection: Connection, wanted: Filter, most: int = 0) -> int:
    """How many cases fit; of those that are narrowed by anything ``most`` are counted at most (0: all)."""
    names, values = narrowed(wanted)
    if names and most:
        found = first(connection, ("cases.total_up_to", *names), limit=most, **values)
    else:
        found = first(connection, ("cases.total", *names), **values)
    return int(found[0]) if found else 0


def walk(connection: Connection, wanted: Filter, size: int = 500) -> Iterator[Stored]:
    """Every case that fits, the latest changed first, read a page at a time: nobody holds all of them at once."""
    names, values = narrowed(wanted)
    ids = [row[0] for row in rows(connection, ("cases.ids", *names), **values)]
    for start in range(0, len(ids), size):
        found = by_ids(connection, ids[start : start + size])
        yield from (found[one] for one in ids[start : start + size])


_ANY = Filter()


def linked(
    connection: Connection,
    workflow: str,
    states: Sequence[str] = (),
    field: str = "",
    target: str = "",
    among: Filter = _ANY,
) -> list[Stored]:
    """The cases of a workflow, in some states (empty: any), whose ``field`` names ``target`` (no field: all), by id.

    ``among``: only those which this fits.
    """
    names, values = narrowed(replace(among, workflow=workflow, states=tuple(states)))
    if field:
        names, values = (*names, "cases.names"), {**values, "target": target, "field": field}
    return [of_row(row) for row in rows(connection, ("cases.linked", *names), **values)]


_FIRST = 64
"""Cases read at first where a page may be all that is wanted."""


def by_number(
    connection: Connection, wanted: Filter, after: str = "", size: int = 500, of: Sections = "whole"
) -> Iterator[Stored]:
    """Every case of a workflow that fits, by id, those behind ``after``, with these sections of their bodies.

    Read in pages, each larger than the last.
    """
    names, values = narrowed(wanted)
    values |= {"workflow": wanted.workflow}
    some = min(size, _FIRST)
    while ids := rows(connection, ("cases.ids_behind", *names), after=after, limit=some, **values):
        found = by_ids(connection, [row[0] for row in ids], of)
        yield from (found[row[0]] for row in ids)
        after, some = ids[-1][0], min(2 * some, size)


class Standing(NamedTuple):
    """So many cases stand in ``state``, of this kind, at this light: the more urgent of the two (红、黄、绿、灰、—)."""

    state: str
    kind: str
    light: str
    cases: int


def standing(connection: Connection, workflow: str, now: datetime, reach: Reach = EVERYTHING) -> list[Standing]:
    """How the cases of a workflow that are in this reach stand at ``now``."""
    names, whose = within(reach, "cases.readable")
    at = {"now": instant(now), "today": local_date(now).isoformat(), **whose}
    return [Standing(*row) for row in rows(connection, ("cases.standing", *names), workflow=workflow, **at)]


def counts(connection: Connection, reach: Reach = EVERYTHING) -> dict[str, dict[str, int]]:
    """How many cases in this reach stand in each state, by workflow."""
    found: dict[str, dict[str, int]] = {}
    names, whose = within(reach, "cases.counted_in_reach")
    for workflow, state, number in rows(connection, ("cases.counts", *names), **whose):
        found.setdefault(workflow, {})[state] = number
    return found


def ids(connection: Connection) -> Iterator[str]:
    """The id of every case, as it is asked for."""
    return (row[0] for row in walk_rows(connection, "cases.every_id"))


def any_of(connection: Connection, workflow: str) -> bool:
    """Whether there is any case of a workflow."""
    return first(connection, "cases.any_of", workflow=workflow) is not None


def count_in_force(connection: Connection, workflow: str) -> int:
    """How many cases of a workflow are in force now."""
    return _count(connection, "cases.count_in_force", workflow)


def count_ever_in_force(connection: Connection, workflow: str) -> int:
    """How many cases of a workflow have ever been in force."""
    return _count(connection, "cases.count_ever_in_force", workflow)


def other_open_case(connection: Connection, workflow: str, applicant: str, this: str = "") -> str:
    """The id of another unfinished case of the applicant (on its way or in force), ``""`` without one."""
    found = first(connection, "cases.other_open", applicant=applicant, workflow=workflow, this=this)
    return "" if found is None else str(found[0])


def places(connection: Connection, quota: str) -> list[int]:
    """The places that are taken in the queue of a quota, in no order."""
    return [int(row[0]) for row in rows(connection, "cases.places", quota=quota)]


def take_place(connection: Connection, quota: str, case_id: str, place: int, at: datetime) -> int:
    """Queue the case at ``place``; a case already waiting keeps its own. Returns the place it has."""
    run(connection, "cases.take_place", {"quota": quota, "case_id": case_id, "place": place, "since": instant(at)})
    found = first(connection, "cases.place", quota=quota, case_id=case_id)
    return int(found[0]) if found else 0


def leave_queue(connection: Connection, quota: str, case_id: str) -> None:
    """Give up the place, if the case has one."""
    run(connection, "cases.leave_queue", {"quota": quota, "case_id": case_id})


def ahead(connection: Connection, quota: str, case_id: str) -> int:
    """How many cases wait before this one; all that wait, when it has no place itself."""
    found = first(connection, "cases.ahead", quota=quota, case_id=case_id)
    return int(found[0]) if found else 0


def queued(connection: Connection, quota: str) -> int:
    """How many cases wait."""
    return ahead(connection, quota, "")


def queue(connection: Connection, quota: str) -> list[str]:
    """The ids of the waiting cases, first come first."""
    return [row[0] for row in rows(connection, "cases.queue", quota=quota)]


def by_ids(connection: Connection, ids: Sequence[str], of: Sections = "whole") -> dict[str, Stored]:
    """Several cases by id, with these sections of their bodies; unknown ids are left out."""
    if not ids:
        return {}
    decode = (KEPT if len(ids) <= _FIRST else DECODED)[of]
    return {row[0]: of_row(row, decode) for row in rows(connection, "cases.by_ids", ids=array(ids))}


def every(connection: Connection, page: int) -> Iterator[Stored]:
    """Every case by id, ``page`` of them in memory at a time: each once in one look, wherever it moves in lists."""
    return (one.stored for one in every_placed(connection, page))


def every_placed(connection: Connection, page: int) -> Iterator[Placed]:
    """The same, each with when it last changed."""
    after = ""
    while found := rows(connection, "cases.behind", after=after, limit=page):
        yield from (Placed(of_row(row[:-1]), Place(row[-1], row[0])) for row in found)
        after = found[-1][0]


def repeated(connection: Connection, case_id: str) -> Row:
    """What the row repeats of the case for those who search: applicant's id, city, kind of state, ever in force."""
    (found,) = rows(connection, "cases.repeated", id=case_id)
    return found


def _count(connection: Connection, statement: str, workflow: str) -> int:
    found = first(connection, statement, workflow=workflow)
    return int(found[0]) if found else 0


def _moving(new: Stored, at: datetime) -> dict[str, Any]:
    return {
        "id": new.case.id,
        "state": new.case.state,
        "state_kind": new.kind,
        "version": new.case.version,
        "seq": new.seq,
        "head": new.head,
        "updated_at": instant(at),
        "body": _text(new.case.body),
    }


def _organisation_json(of: Organisation) -> dict[str, str]:
    return {
        "id": of.id,
        "name": of.name,
        "level": of.level,
        "city": of.city,
        "county": of.county,
        "kind": of.kind,
    }


@lru_cache(1024)
def _organisation(text: str) -> Organisation:
    """Frozen, hence shared: a work list names the same few hundred organisations again and again."""
    return Organisation(**unpack(text))


_text = msgspec.json.Encoder(order="sorted").encode
"""The body of a case as text, keys sorted. Whatever an act changed in it passes the rules of history, too."""


def of_row(row: Row, decode: Callable[[str], Body] = DECODED["whole"]) -> Stored:
    """A case from its row in the order of ``cases.load``. Raises IntegrityBroken when it can't be read."""
    case_id, workflow, definition_version, digest, applicant, state, version, opened_at, body, seq, head, kind = row
    try:
        whose, told = _organisation(applicant), decode(body)
    except (ValueError, TypeError, KeyError) as error:
        fix = "请勿再办理；用最近一次核对无误的备份恢复：zhuli db restore 备份文件"
        raise IntegrityBroken(f"事项 {case_id} 的记录已损坏，无法读取", fix=fix) from error
    case = Case(
        id=case_id,
        workflow=workflow,
        definition_version=definition_version,
        digest=digest,
        applicant=whose,
        state=state,
        version=version,
        opened_at=opened_at,
        body=told,
    )
    return Stored(case, seq, bytes(head), kind)
