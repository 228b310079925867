"""The counts of an overview: a file beside the database that can be thrown away and is caught up when asked.

Each case has its *shares* in it: the state and light it counts in, its applicant where it is overdue, the numbers of
registers it adds to. A case that changed, or whose light turns by the clock alone, takes back its old shares and gives
new ones; so what an overview asks is read where it stands, however many cases there are.

``pending`` are the cases whose shares are still those of before: an answer is good only when there are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from zhuli_flow.store.side_file import Damaged, SideFile

FORMAT = 1
"""Counts changes of what is counted; a file of another number is made anew."""
DAY_S = 86_400
_SCHEMA = (
    *(f"DROP TABLE IF EXISTS {name}" for name in ("noted", "part", "pending", "tally", "placed")),
    "CREATE TABLE noted (place INTEGER, hash BLOB, at TEXT, basis TEXT, directory TEXT)",
    "CREATE TABLE part (case_id TEXT PRIMARY KEY, turn TEXT, workflow TEXT, shares BLOB) WITHOUT ROWID",
    "CREATE INDEX part_turn ON part (turn) WHERE turn <> ''",
    "CREATE TABLE pending (case_id TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE tally (workflow TEXT, kind TEXT, of_what TEXT, key TEXT, cases INTEGER, total TEXT,
    PRIMARY KEY (workflow, kind, of_what, key)) WITHOUT ROWID""",
    "CREATE INDEX tally_most ON tally (workflow, kind, cases DESC, key) WHERE kind IN ('late', 'owing')",
    "CREATE TABLE placed (addresses TEXT PRIMARY KEY, names TEXT) WITHOUT ROWID",
)
LAST = "\U0010ffff"
"""Behind every key."""
_OF_DAYS = {"stay": "stay_day", "since": "since_day"}
"""Kinds whose keys are seconds, which are counted by days as well."""
Resolve = Callable[[Collection[str]], Mapping[str, Sequence[str]]]
"""The organisations that each of some sets of addresses (a line each) leads to today."""


class Noted(NamedTuple):
    """How far it was caught up: the last entry by place and hash, the instant (UTC text), and by what was counted."""

    place: int
    hash: bytes
    at: str
    basis: str
    directory: str


class Share(NamedTuple):
    """A case counts once under a ``key`` of a ``kind`` (and ``of_what`` of it); a ``number`` is added up.

    ``state``: state, kind of state and light; ``region``: a state beside; ``late``: its applicant; ``awaited``: the
    addresses at which something is over; ``stay``, ``since``: seconds in a state, and since when it is in one;
    ``sum``: a column of a register, or none for its row.
    """

    kind: str
    of_what: str
    key: str
    number: str = ""


class Part(NamedTuple):
    """The shares of a case of ``workflow``, good until ``turn`` (UTC text; "": as long as nothing happens in it)."""

    case_id: str
    workflow: str
    turn: str
    shares: tuple[Share, ...]


class Tally(NamedTuple):
    """So many ``cases`` under a ``key``, and what their numbers come to."""

    key: str
    cases: int
    total: Decimal


_decode = msgspec.json.Decoder(tuple[Share, ...]).decode
_Place = tuple[str, str, str, str]


def _shares(stored: bytes) -> tuple[Share, ...]:
    try:
        return _decode(stored)
    except (ValueError, TypeError) as error:
        raise Damaged from error


def _number(stored: str) -> Decimal:
    try:
        return Decimal(stored)
    except (InvalidOperation, TypeError) as error:
        raise Damaged from error


class Counts:
    """The counts during one look."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._changed: dict[_Place, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))

    # ── how far ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def noted(self) -> Noted | None:
        """How far it was caught up; None before the first time."""
        found = self._connection.execute("SELECT * FROM noted").fetchone()
        return None if found is None else Noted(*found)

    def note(self, noted: Noted) -> None:
        """It is caught up so far, but for what is pending."""
        self._connection.execute("DELETE FROM noted")
        self._connection.execute("INSERT INTO noted VALUES (?, ?, ?, ?, ?)", noted)

    def behind(self, at: str) -> bool:
        """Whether any case has to be counted anew by this instant."""
        asked = (
            "SELECT 1 FROM pending UNION ALL SELECT * FROM (SELECT 1 FROM part WHERE turn <> '' AND turn <= ? LIMIT 1)"
        )
        return self._connection.execute(f"{asked} LIMIT 1", (at,)).fetchone() is not None

    def forget(self) -> None:
        """Nothing is counted."""
        for table in ("part", "pending", "tally", "placed", "noted"):
            self._connection.execute(f"DELETE FROM {table}")  # nosec B608  # noqa: S608 - ours

    def await_(self, case_ids: Iterable[str]) -> None:
        """These have to be counted anew."""
        self._connection.executemany("INSERT OR IGNORE INTO pending VALUES (?)", ((one,) for one in case_ids))

    def turned(self, at: str) -> None:
        """Those whose light or duty turned by this instant have to be counted anew."""
        turned = "INSERT OR IGNORE INTO pending SELECT case_id FROM part WHERE turn <> '' AND turn <= ?"
        self._connection.execute(turned, (at,))

    def next_pending(self, limit: int) -> list[str]:
        """Some of those that are pending, by id."""
        found = self._connection.execute("SELECT case_id FROM pending ORDER BY case_id LIMIT ?", (limit,))
        return [row[0] for row in found.fetchall()]

    # ── what ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, parts: Sequence[Part], gone: Collection[str] = ()) -> None:
        """The shares of some cases, in the place of those that they had; of those ``gone`` none. ``flush`` ends it."""
        for case_id in (*(one.case_id for one in parts), *gone):
            found = self._connection.execute(
                "SELECT workflow, shares FROM part WHERE case_id = ?", (case_id,)
            ).fetchone()
            if found:
                self._add(found[0], _shares(found[1]), -1)
        for one in parts:
            self._add(one.workflow, one.shares, 1)
        rows = [(one.case_id, one.turn, one.workflow, msgspec.json.encode(one.shares)) for one in parts]
        self._connection.executemany("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)", rows)
        self._connection.executemany("DELETE FROM part WHERE case_id = ?", ((one,) for one in gone))
        done = ((one,) for one in (*gone, *(one.case_id for one in parts)))
        self._connection.executemany("DELETE FROM pending WHERE case_id = ?", done)

    def _add(self, workflow: str, shares: Iterable[Share], by: int) -> None:
        for one in shares:
            number = Decimal(one.number) if one.number else Decimal(0)
            places = [(workflow, one.kind, one.of_what, one.key)]
            if one.kind in _OF_DAYS:
                places.append((workflow, _OF_DAYS[one.kind], one.of_what, f"{int(one.key) // DAY_S:08d}"))
            elif one.kind == "late":
                places.append(("", one.kind, "", one.key))
            for place in places:
                cases, total = self._changed[place]
                self._changed[place] = cases + by, total + by * number

    def flush(self, resolve: Resolve) -> None:
        """Bring the tallies along with what was put; ``resolve`` tells whom addresses lead to."""
        sets = {key for _, kind, _, key in self._changed if kind == "awaited"}
        names = self._names(sets, resolve)
        for (workflow, kind, _, key), (cases, _) in list(self._changed.items()):
            for name in names[key] if kind == "awaited" else ():
                place = workflow, "owing", "", name
                self._changed[place] = self._changed[place][0] + cases, Decimal(0)
        for place, (cases, total) in self._changed.items():
            if cases or total:
                self._move(place, cases, total)
        self._changed.clear()

    def _move(self, place: _Place, cases: int, total: Decimal) -> None:
        of = "WHERE workflow = ? AND kind = ? AND of_what = ? AND key = ?"
        found = self._connection.execute(f"SELECT cases, total FROM tally {of}", place).fetchone()  # nosec B608  # noqa: S608 - ours
        cases, total = (cases + found[0], total + _number(found[1])) if found else (cases, total)
        if cases:
            row = (*place, cases, str(total))
            self._connection.execute("INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?, ?, ?)", row)
        else:
            self._connection.execute(f"DELETE FROM tally {of}", place)  # nosec B608  # noqa: S608 - ours

    def _names(self, sets: Collection[str], resolve: Resolve) -> dict[str, Sequence[str]]:
        asked, found = "SELECT names FROM placed WHERE addresses = ?", dict[str, Sequence[str]]()
        for one in sets:
            known = self._connection.execute(asked, (one,)).fetchone()
            if known:
                found[one] = known[0].split("\n") if known[0] else ()
        new = resolve([one for one in sets if one not in found])
        rows = [(one, "\n".join(names)) for one, names in new.items()]
        self._connection.executemany("INSERT INTO placed VALUES (?, ?)", rows)
        return {**found, **new}

    def place_anew(self, resolve: Resolve) -> None:
        """The directory is another: whom addresses lead to is asked again."""
        self._connection.execute("DELETE FROM placed")
        self._connection.execute("DELETE FROM tally WHERE kind = 'owing'")
        found = self._connection.execute("SELECT workflow, key, cases FROM tally WHERE kind = 'awaited'").fetchall()
        names = self._names({row[1] for row in found}, resolve)
        for workflow, key, cases in found:
            for name in names[key]:
                place = workflow, "owing", "", name
                self._changed[place] = self._changed[place][0] + cases, Decimal(0)
        self.flush(resolve)

    # ── asked ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def tallies(self, workflow: str, kind: str, of_what: str = "", first: str = "", last: str = LAST) -> list[Tally]:
        """What is counted under the keys from ``first`` to ``last``, in their order."""
        asked = "SELECT key, cases, total FROM tally WHERE workflow = ? AND kind = ? AND of_what = ?"
        found = self._connection.execute(
            f"{asked} AND key BETWEEN ? AND ? ORDER BY key",
            (workflow, kind, of_what, first, last),
        )
        return [Tally(key, cases, _number(total)) for key, cases, total in found.fetchall()]

    def most(self, workflows: Sequence[str], kind: str, limit: int) -> tuple[list[tuple[str, int]], int]:
        """The keys with the most cases of these workflows, equal ones by key; and how many keys there are.

        One workflow is read where it stands ("": all there are); of several every key is added up.
        """
        if len(workflows) != 1:
            each = "SELECT key, SUM(cases) AS cases, COUNT(*) OVER () FROM tally WHERE kind = ? AND workflow IN (%s)"
            asked = each % ", ".join("?" * len(workflows)) + " GROUP BY key ORDER BY cases DESC, key LIMIT ?"
            rows = self._connection.execute(asked, (kind, *workflows, limit)).fetchall()
            return [(key, cases) for key, cases, _ in rows], rows[0][2] if rows else 0
        whose = "FROM tally WHERE workflow = ? AND kind = ? AND kind IN ('late', 'owing')"
        asked = f"SELECT key, cases {whose} ORDER BY cases DESC, key LIMIT ?"
        found = self._connection.execute(asked, (workflows[0], kind, limit)).fetchall()
        if len(found) < limit:
            return found, len(found)
        counted = f"SELECT COUNT(*) {whose}"
        return found, self._connection.execute(counted, (workflows[0], kind)).fetchone()[0]

    def end(self, workflow: str, kind: str, of_what: str, *, last: bool) -> int:
        """The smallest or the largest key, a number, of one of the kinds that are counted by seconds."""
        asked = f"SELECT {'MAX' if last else 'MIN'}(key) FROM tally WHERE workflow = ? AND kind = ? AND of_what = ?"  # nosec B608  # noqa: S608 - ours
        found = self._connection.execute(asked, (workflow, kind, of_what)).fetchone()[0]
        return int(found or 0)

    def kept_apart(self, workflow: str, kind: str) -> Iterator[str]:
        """What of it there is: the states with stays, the registers with sums."""
        of_what = ""
        asked = "SELECT of_what FROM tally WHERE workflow = ? AND kind = ? AND of_what > ? ORDER BY of_what LIMIT 1"
        while found := list(islice(self._connection.execute(asked, (workflow, kind, of_what)), 1)):
            of_what = found[0][0]
            yield of_what


FILE = SideFile(FORMAT, _SCHEMA, Counts)
"""The counts as a file: ``look`` and ``read`` use it."""
