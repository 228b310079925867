"""Homes of many real cases: the sample programme played through the services, then copied row by row.

usage: scripts/bench bulk HOME NUMBER [--variants N]

A *variant* is the whole sample programme played in an office of its own, some of its applicants having stopped at
some point: dozens of cases of all workflows, early and late, in time and overdue. A *district* is a copy of a variant
in which cities, counties and their people have names of their own, and cases, numbers and rows have the next numbers:
every copied text names them as if it had been written there. Entries are hashed anew, each chain from its start, so
``audit verify`` and ``db check`` accept the home. District 0 keeps the names of the sample directory.

Copying knows no table by name but those with a chain: any table with ``case_id`` comes along.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import Any, Self

from zhuli_flow import bootstrap
from zhuli_flow.clock import RehearsalClock, local_date, parse_instant
from zhuli_flow.documents.printing.printer import PrintingChild
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO, chain_hash
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services.administration import directory
from zhuli_flow.services.administration.upkeep import set_clock
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import OFFICE_CHAIN, Office
from zhuli_flow.services.rehearsal.play import Player, acts_of
from zhuli_flow.services.rehearsal.scenario import Act
from zhuli_flow.settings import Settings
from zhuli_flow.store import merkle_log
from zhuli_flow.store.sql import sqlite
from zhuli_flow.store.sql.statements import Connection

START = "2018-06-19"
SERIES = ("辽科协发", "辽科协函", "辽科协办发", "辽科协办函")
FIRST_NUMBER = 901
STORY = "demo.scenario"
TOLD = ("开启", "办理", "退签")
"""What a variant plays; what the story expects at its end need not hold where somebody stopped."""

NAMELESS = ("本溪高新技术产业开发区", "本溪高新区")
"""Applicants whose name holds neither a city nor a county."""

VARIANTS = 8
PREVIOUS = '"previous":"'
DIRECTORY = 2_000
"""Organisations and people that one entry of the office's chain names."""


# ── Variants: played through the services ────────────────────────────────────────────────────────────────────────────


def make_office(home: Path) -> Office:
    """A rehearsal home with the sample directory, its clock where the story begins, its own numbers from 901."""
    settings = Settings(rehearsal=True, number_first=dict.fromkeys(SERIES, FIRST_NUMBER))
    bootstrap.make_home(home, settings, start=parse_instant(START), sampled=True, os_user="bench")
    return bootstrap.open_office(home, os_user="bench")


def play_variant(folder: Path, printing: int, story: str, number: int) -> Path:
    """The home of a variant; the first ``printing`` of them print their documents, in others they stay ordered."""
    home = folder / f"variant {number}"
    office = make_office(home)
    assert isinstance(office.clock, RehearsalClock)
    start = local_date(office.clock.now())
    acts = acts_of(bootstrap.sample(story), office.calendar, start)
    player = Player(office, office.clock)
    if number < printing:
        with PrintingChild(office.notices[0]) as player.printer:
            _play(player, _stopped(acts, number))
    else:
        _play(player, _stopped(acts, number))
    player.forward(acts[-1].at)
    set_clock(office, office.clock.now())
    office.database.close()
    return home


def _play(player: Player, acts: Sequence[Act]) -> None:
    """What can't be done, since somebody it rests on stopped before, is left out or recorded as refused."""
    for act in acts:
        try:
            player.play([act])
        except ZhuliError:
            continue


def _stopped(acts: Sequence[Act], variant: int) -> list[Act]:
    """The acts of a variant: all in the first; in others three cases of four are left standing at some act."""
    whose = Counter(_label(act) for act in acts if act.verb in TOLD)
    chance = random.Random(variant)  # noqa: S311 - the same variants in every run
    ends = {label: chance.randint(1, count) for label, count in whose.items() if variant and chance.random() < 0.75}
    kept, seen = [], Counter[str]()
    for act in acts:
        if act.verb in TOLD:
            seen[_label(act)] += 1
            if seen[_label(act)] <= ends.get(_label(act), len(acts)):
                kept.append(act)
    return kept


def _label(act: Act) -> str:
    """The story's name of the case of an act; an applicant without one."""
    return act.words[0] if act.verb != "开启" else next(iter(act.after("称")), act.words[1])


# ── Templates: a variant's rows with their names and numbers taken out ───────────────────────────────────────────────


@dataclass(frozen=True)
class Template:
    """A text and the places in it that each district fills in."""

    text: str
    fill: Any

    def __call__(self, values: list[str]) -> str:
        return self.text % self.fill(values)


@dataclass
class Table:
    """The rows of one table: columns that stay, and those that a district writes in its own way."""

    name: str
    columns: list[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Variant:
    """All rows of a played home; ``slots``: the texts that a district replaces, in the order of their places."""

    slots: list[str]
    tables: list[Table]
    chains: dict[str, list[tuple[Any, ...]]]
    taken: dict[tuple[str, int], tuple[int, int]]
    """By series and year: the number before the first, and the last."""

    keys: dict[str, int]
    """By table: its highest integer key."""

    places: dict[str, int]
    cases: int


@dataclass(frozen=True)
class Shift:
    """An integer that a district counts on from what was there: a key of ``table``, a place, a number of a series."""

    by: tuple[str, ...]
    value: int


class Reader:
    """Takes the names and numbers out of one played home."""

    def __init__(self, home: Path) -> None:
        self.connection = connect(home)
        self.cases = [row[0] for row in self._all("SELECT id FROM cases ORDER BY id")]
        self.numbers = {
            row[0]: (row[1], row[2], row[3])
            for row in self._all("SELECT number, series, year, n FROM notice WHERE number IS NOT NULL")
        }
        self.names = _area_names(self.connection)
        named = sorted({*self.cases, *self.numbers, *self.names}, key=len, reverse=True)
        keys = [f'"id":{row[0]}' for row in self._all("SELECT id FROM notice")]
        self.slots = ["", *named, *keys]
        self.place = {text: index for index, text in enumerate(self.slots)}
        self.pattern = re.compile("|".join(map(re.escape, named)))

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(statement).fetchall())

    def variant(self) -> Variant:
        """Everything of the home that districts copy."""
        listed = [row[0] for row in self._all("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: self._columns(name) for name in listed}
        wanted = [name for name in listed if self._copied(name, columns[name])]
        tables = [self._table(name, columns[name]) for name in ("organisation", "person", "cases", *wanted)]
        keys = {name: self._highest(name) for name in wanted if self._own_key(name)}
        return Variant(self.slots, tables, self._chains(), self._taken(), keys, self._places(), len(self.cases))

    def _columns(self, table: str) -> list[tuple[str, str, int]]:
        """Name, type and place in the primary key of each column."""
        return [(row[1], row[2], row[5]) for row in self._all(f"PRAGMA table_info({table})")]

    def _copied(self, name: str, columns: list[tuple[str, str, int]]) -> bool:
        return name not in ("cases", "entry") and any(
            column in ("case_id", "target", "inbox_id", "message_id") for column, *_ in columns
        )

    def _own_key(self, table: str) -> bool:
        """Whether rows are counted by an integer key of their own."""
        keyed = [(name, kind) for name, kind, place in self._columns(table) if place]
        return len(keyed) == 1 and keyed[0] == ("id", "INTEGER")

    def _highest(self, table: str) -> int:
        return int(self._all(f"SELECT COALESCE(MAX(id), 0) FROM {table}")[0][0])  # noqa: S608 - a name of the schema

    def _places(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._all("SELECT quota, MAX(place) FROM queue_place GROUP BY quota")}

    def _table(self, name: str, columns: list[tuple[str, str, int]]) -> Table:
        names = [column for column, *_ in columns]
        meant = {row[3]: row[2] for row in self._all(f"PRAGMA foreign_key_list({name})")}
        found = self._all(f"SELECT {', '.join(names)} FROM {name}")  # noqa: S608 - names of the schema
        rows = [self._row(name, names, meant, row) for row in found]
        if name in ("organisation", "person"):  # those of the province are there already, once
            rows = [row for row in rows if isinstance(row[0], Template)]
        return Table(name, names, rows)

    def _row(self, table: str, names: list[str], meant: dict[str, str], row: tuple[Any, ...]) -> tuple[Any, ...]:
        told = dict(zip(names, row, strict=True))
        return tuple(self._value(table, column, meant.get(column, ""), told) for column in names)

    def _value(self, table: str, column: str, means: str, row: dict[str, Any]) -> Any:
        value = row[column]
        if isinstance(value, str):
            return self.template(value)
        if isinstance(value, int):
            if column == "id" and self._own_key(table):
                return Shift(("key", table), value)
            if means and self._own_key(means):
                return Shift(("key", means), value)
            if (table, column) == ("notice", "n"):
                return Shift(("series", row["series"], row["year"]), value)
            if (table, column) == ("queue_place", "place"):
                return Shift(("quota", row["quota"]), value)
        return value

    def template(self, text: str, more: re.Pattern[str] | None = None) -> Any:
        """The text with its places, or just the text where a district would write the same."""
        pattern = more or self.pattern
        found = [match.group(0) for match in pattern.finditer(text)]
        if not found:
            return text
        fill = itemgetter(*(self.place.get(one, 0) for one in found))
        if len(found) == 1:
            fill = partial(_alone, fill)
        return Template(pattern.sub("%s", text.replace("%", "%%")), fill)

    def _chains(self) -> dict[str, list[tuple[Any, ...]]]:
        """By case: its entries in order. The hash of the entry before is a place too, filled in as the chain grows."""
        found = self._all(
            "SELECT case_id, seq, kind, event, person, at, request_id, body FROM entry"  # noqa: S608 - a constant
            f" WHERE case_id <> '{OFFICE_CHAIN}' ORDER BY case_id, seq"
        )
        return {case_id: [self._entry(row) for row in rows] for case_id, rows in groupby(found, itemgetter(0))}

    def _entry(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        case_id, seq, kind, event, person, at, request_id, body = row
        text = _without_sums(bytes(body)).decode()
        hexed = re.search(rf'(?<={PREVIOUS})[0-9a-f]{{64}}(?=")', text)
        assert hexed is not None, (case_id, seq)
        key = r'|"id":\d+' if kind == "notice" else ""
        pattern = re.compile(f"{hexed.group(0)}|{self.pattern.pattern}{key}")
        asked = None if request_id is None else self.template(request_id)
        assert not isinstance(asked, str), "the system's own requests name their case"
        return seq, kind, event, self.template(person), at, asked, self.template(text, pattern)

    def _taken(self) -> dict[tuple[str, int], tuple[int, int]]:
        found = self._all("SELECT series, year, last FROM number_series")
        return {(series, year): (FIRST_NUMBER - 1 if series in SERIES else 0, last) for series, year, last in found}


def _without_sums(body: bytes) -> bytes:
    """An entry without the sums over what its papers were filled in with: each district has names of its own."""
    if b'"papers":[' not in body:
        return body
    return canonical({name: value for name, value in json.loads(body).items() if name != "papers"})


def _alone(fill: Any, values: list[str]) -> tuple[str]:
    return (fill(values),)


def _area_names(connection: Any) -> set[str]:
    """Names of cities and counties, inside which all local organisations and people have theirs."""
    found = connection.execute("SELECT city, county FROM organisation WHERE level <> 'province'").fetchall()
    return {*NAMELESS, *(name for row in found for name in row if name)}


# ── Districts: the rows written anew ─────────────────────────────────────────────────────────────────────────────────


class Writer:
    """Adds district after district to a home, each behind the last."""

    def __init__(self, home: Path) -> None:
        self.connection = connect(home)
        self.count = 0
        self.cases = 0
        self.ends: Counter[tuple[str, ...]] = Counter()
        """How far each counter has come: numbers of a series, keys of a table, places of a queue."""

        self.triggers = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'"
        ).fetchall()

    def __enter__(self) -> Self:
        for name, _ in self.triggers:  # they look each entry up once more; what they guard is checked afterwards
            self.connection.execute(f"DROP TRIGGER {name}")
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            self.connection.execute(f"PRAGMA {pragma}").fetchall()
        self.connection.execute("BEGIN")
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if not failed:
            rows = [(by[1], int(by[2]), last) for by, last in self.ends.items() if by[0] == "series"]
            self.connection.executemany("INSERT OR REPLACE INTO number_series VALUES (?, ?, ?)", rows)
            for _, statement in self.triggers:
                self.connection.execute(statement)
            self.connection.execute("COMMIT")
            self.connection.execute("PRAGMA optimize").fetchall()
            self.connection.execute("PRAGMA journal_mode=WAL").fetchall()
        self.connection.close()

    def add(self, variant: Variant) -> None:
        """One more district."""
        shifts = self._shifts(variant)
        values = self._values(variant, shifts)
        heads = self._chains(variant, values)
        for table in variant.tables:
            rows: Any = (tuple(_written(cell, values, shifts) for cell in row) for row in table.rows)
            if table.name == "cases":
                rows = (self._headed(table, row, heads) for row in rows)
            if self.count == 0 and table.name in ("organisation", "person"):
                continue
            marks = ", ".join("?" * len(table.columns))
            self.connection.executemany(
                f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})",  # noqa: S608 - the schema's
                rows,
            )
        for by, reach in self._reach(variant):
            self.ends[by] += reach
        self.count += 1
        self.cases += variant.cases

    def _shifts(self, variant: Variant) -> dict[tuple[str, ...], int]:
        """What is added to each integer; where a series has not begun, its own first number stays."""
        found: dict[tuple[str, ...], int] = {}
        for (series, year), (before, _) in variant.taken.items():
            self.ends.setdefault(("series", series, str(year)), before)
            found["series", series, str(year)] = self.ends["series", series, str(year)] - before
        for table in variant.keys:
            found["key", table] = self.ends["key", table]
        for quota in variant.places:
            found["quota", quota] = self.ends["quota", quota]
        return found

    def _reach(self, variant: Variant) -> Iterator[tuple[tuple[str, ...], int]]:
        for (series, year), (before, last) in variant.taken.items():
            yield ("series", series, str(year)), last - before
        yield from ((("key", table), highest) for table, highest in variant.keys.items())
        yield from ((("quota", quota), place) for quota, place in variant.places.items())

    def _values(self, variant: Variant, shifts: dict[tuple[str, ...], int]) -> list[str]:
        """What this district puts into each slot; the first is for the hash of the entry before."""
        return [self._told(slot, shifts) for slot in variant.slots]

    def _told(self, slot: str, shifts: dict[tuple[str, ...], int]) -> str:
        if case := re.fullmatch(r"([A-Z]+)-(\d{4})-(\d+)", slot):
            prefix, year, number = case.groups()
            return f"{prefix}-{year}-{int(number) + shifts['series', f'case:{prefix}', year]:04d}"
        if paper := re.fullmatch(r"(.+)〔(\d{4})〕(\d+)号", slot):
            series, year, number = paper.groups()
            return f"{series}〔{year}〕{int(number) + shifts['series', series, year]}号"
        if key := re.fullmatch(r'"id":(\d+)', slot):
            return f'"id":{int(key.group(1)) + shifts["key", "notice"]}'
        return f"{slot}{self.count:04d}" if slot and self.count else slot

    def _chains(self, variant: Variant, values: list[str]) -> dict[str, tuple[str, bytes]]:
        """Write every chain of the district; returns by old id the new one and the head."""
        place = {text: index for index, text in enumerate(variant.slots)}
        rows: list[tuple[Any, ...]] = []
        heads = {}
        for old, chain in variant.chains.items():
            new, head = values[place[old]], ZERO
            for seq, kind, event, person, at, request_id, body in chain:
                values[0] = head.hex()
                told = body(values).encode()
                head = chain_hash(head, told)
                who = person(values) if isinstance(person, Template) else person
                asked = request_id(values) if isinstance(request_id, Template) else request_id
                rows.append((new, seq, kind, event, who, at, asked, told, head))
            heads[new] = (new, head)
        self.connection.executemany(
            "INSERT INTO entry (case_id, seq, kind, event, person, at, request_id, body, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        merkle_log.extend(Connection(self.connection), [row[8] for row in rows])
        return heads

    def _headed(self, table: Table, row: tuple[Any, ...], heads: dict[str, tuple[str, bytes]]) -> tuple[Any, ...]:
        place = table.columns.index("head")
        return (*row[:place], heads[row[table.columns.index("id")]][1], *row[place + 1 :])


def _written(cell: Any, values: list[str], shifts: dict[tuple[str, ...], int]) -> Any:
    if isinstance(cell, Template):
        return cell(values)
    if isinstance(cell, Shift):
        return cell.value + shifts[tuple(map(str, cell.by))]
    return cell


# ── The whole ────────────────────────────────────────────────────────────────────────────────────────────────────────


def make(
    home: Path, number: int, *, variants: int = VARIANTS, printing: int = 2, workers: int = 2, story: str = STORY
) -> int:
    """A home with at least ``number`` cases; returns how many it has. ``home`` must not exist yet."""
    return grow([(home, number)], variants=variants, printing=printing, workers=workers, story=story)[0]


def grow(
    homes: Sequence[tuple[Path, int]], *, variants: int, printing: int, workers: int, story: str = STORY
) -> list[int]:
    """Several homes of the same variants."""
    with tempfile.TemporaryDirectory(prefix="zhuli-bulk-") as made:
        played = _played(partial(play_variant, Path(made), printing, story), variants, workers)
        found = [Reader(one).variant() for one in played]
        return [_fill(home, number, found, played) for home, number in homes]


def _played(play: Callable[[int], Path], variants: int, workers: int) -> list[Path]:
    if workers == 1:
        return [play(number) for number in _bar(range(variants), variants, "variants played")]
    with ProcessPoolExecutor(workers) as pool:
        return list(_bar(pool.map(play, range(variants)), variants, "variants played"))


def _fill(home: Path, number: int, variants: Sequence[Variant], played: Sequence[Path]) -> int:
    office = make_office(home)
    assert isinstance(office.clock, RehearsalClock)
    kept = bootstrap.open_office(played[0])
    set_clock(office, kept.clock.now())
    for one in (office, kept):
        one.database.close()
    for one in played:
        if (one / "files").exists():
            shutil.copytree(one / "files", home / "files", dirs_exist_ok=True)
    with Writer(home) as writer:
        tick = Bar(number, f"cases in {home.name}")
        while writer.cases < number:
            writer.add(variants[writer.count % len(variants)])
            tick(writer.cases)
        tick.done()
    _on_record(office)
    return writer.cases


def _on_record(office: Office) -> None:
    """The districts' organisations and people as the office's chain would have them, had they come by imports."""
    told: Any = as_json(directory.listing(office))
    found = [("organisation", one) for one in told["organisations"]]
    found += [
        ("person", {name: value for name, value in one.items() if name not in {"acts_for", "role_titles"}})
        for one in told["people"]
    ]
    changes = [[section, one["id"], None, one] for section, one in found]
    with office.database.write() as connection:
        for start in range(0, len(changes), DIRECTORY):
            noted = Noted(changes=changes[start : start + DIRECTORY])
            entries.write_office(connection, office, "directory_import", "导入名录", content=noted)
    office.database.close()


def connect(home: Path) -> Any:
    """A driver connection to the database of a home."""
    return sqlite.connect(sqlite.driver(), home / "zhuli.db", "writer")


class Bar:
    """A bar on stderr, drawn ten times a second on a terminal, once at the end in a pipe."""

    def __init__(self, whole: int, what: str) -> None:
        self.whole, self.what, self.begun, self.drawn = whole, what, perf_counter(), 0.0
        self.terminal = sys.stderr.isatty()

    def __call__(self, count: int) -> None:
        self.count = count
        if self.terminal and perf_counter() - self.drawn > 0.1:
            self.drawn = perf_counter()
            part = min(1.0, count / self.whole)
            sys.stderr.write(f"\r\033[K{self.what} [{'#' * int(30 * part):<30}] {count:,}/{self.whole:,}")
            sys.stderr.flush()

    def done(self) -> None:
        start = "\r\033[K" if self.terminal else ""
        sys.stderr.write(f"{start}{self.what}: {self.count:,} in {perf_counter() - self.begun:.0f} s\n")


def _bar(items: Any, whole: int, what: str) -> Iterator[Any]:
    tick = Bar(whole, what)
    for count, item in enumerate(items, 1):
        tick(count)
        yield item
    tick.done()


def main(words: Sequence[str]) -> None:
    """Make the home that the words ask for."""
    home, number = Path(words[0]), int(words[1])
    variants = int(words[words.index("--variants") + 1]) if "--variants" in words else VARIANTS
    make(home, number, variants=variants, printing=min(2, variants))


if __name__ == "__main__":
    main(sys.argv[1:])
