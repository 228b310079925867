"""The index of a full-text search: a file beside the database that can be thrown away and is caught up when asked.

Each case stands in it under the head of its chain, which everything about the case follows from: a case whose head is
another has to be read again, after a restore as well. Words are found as they stand inside a text (no word breaking,
which Chinese has none of); three characters or more by SQLite's trigram index, shorter ones by an index of pairs.

Passages of a case stand together, those of the case read last at the end. An answer looks at a *window* of them, the
newest first, so that a word that stands everywhere costs no more than another; within it cases are ranked.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from zhuli_flow.errors import InvalidInput
from zhuli_flow.store.side_file import SideFile
from zhuli_flow.support.plain_text import folded

FORMAT = 5
"""Counts changes of what is indexed; an index of another number is made anew."""
_TRIGRAM = 3
WINDOW = 2000
"""Passages with the rarest word among which cases are ranked together; a case is never parted by the end of one."""
_SCHEMA = (
    "DROP TABLE IF EXISTS indexed",
    "DROP TABLE IF EXISTS passage",
    "DROP TABLE IF EXISTS pair",
    "DROP TABLE IF EXISTS caught_up",
    "DROP TABLE IF EXISTS reader",
    "CREATE TABLE caught_up (place INTEGER, hash BLOB)",
    "CREATE TABLE indexed (case_id TEXT PRIMARY KEY, head BLOB, first INTEGER, last INTEGER) WITHOUT ROWID",
    "CREATE TABLE reader (case_id TEXT, mark TEXT, PRIMARY KEY (case_id, mark)) WITHOUT ROWID",
    """CREATE VIRTUAL TABLE passage USING fts5(folded, case_id UNINDEXED, kind UNINDEXED, title UNINDEXED,
    text UNINDEXED, at UNINDEXED, tokenize = 'trigram case_sensitive 1')""",
    "CREATE VIRTUAL TABLE pair USING fts5(pairs, content = '', detail = none, columnsize = 0)",
)
PARTS = {"material": "materials", "notice": "papers", "opinion": "history"}
"""Of which part of a case the passages of a kind are, where it may be opened apart; any other is of the case itself."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text of a case: ``kind`` says of what, ``title`` what people call it, ``at`` when (ISO, or empty)."""

    case_id: str
    kind: str
    title: str
    text: str
    at: str = ""


class Index:
    """An index during one look."""

    def __init__(self, connection: Any) -> None:
        self._connection, self._narrowed = connection, False
        self._windows: dict[tuple[tuple[str, ...], int], tuple[_Window, list[Ranked]]] = {}

    def heads(self) -> dict[str, bytes]:
        """Each case that stands in the index, with the head of its chain at that time."""
        return dict(self._connection.execute("SELECT case_id, head FROM indexed").fetchall())

    def caught_up(self) -> tuple[int, bytes] | None:
        """Up to which entry of the database it was caught up, by place and hash; None before the first time."""
        found = self._connection.execute("SELECT place, hash FROM caught_up").fetchone()
        return None if found is None else (found[0], bytes(found[1]))

    def note(self, place: int, hash_: bytes) -> None:
        """It is caught up to this entry."""
        self._connection.execute("DELETE FROM caught_up")
        self._connection.execute("INSERT INTO caught_up VALUES (?, ?)", (place, hash_))

    def drop(self, case_ids: Iterable[str]) -> None:
        """Forget these cases."""
        self._windows.clear()
        for case_id in case_ids:
            found = self._connection.execute("SELECT first, last FROM indexed WHERE case_id = ?", (case_id,)).fetchone()
            if found:
                texts = "SELECT rowid, folded FROM passage WHERE rowid BETWEEN ? AND ?"
                gone = [(at, _pairs(text)) for at, text in self._connection.execute(texts, found).fetchall()]
                self._connection.executemany("INSERT INTO pair (pair, rowid, pairs) VALUES ('delete', ?, ?)", gone)
                self._connection.execute("DELETE FROM passage WHERE rowid BETWEEN ? AND ?", found)
                self._connection.execute("DELETE FROM indexed WHERE case_id = ?", (case_id,))
            self._connection.execute("DELETE FROM reader WHERE case_id = ?", (case_id,))

    def put(self, case_id: str, head: bytes, passages: Sequence[Passage], marks: Iterable[str] = ()) -> None:
        """What a case says now, in the place of what it said before; ``marks``: by which it may be read."""
        self.drop([case_id])
        self._connection.executemany("INSERT INTO reader VALUES (?, ?)", [(case_id, mark) for mark in marks])
        first = self._connection.execute("SELECT COALESCE(MAX(rowid), 0) + 1 FROM passage").fetchone()[0]
        self._connection.executemany(
            "INSERT INTO passage (rowid, folded, case_id, kind, title, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (first + number, folded(one.text), case_id, one.kind, one.title, one.text, one.at)
                for number, one in enumerate(passages)
            ],
        )
        pairs = [(first + number, _pairs(folded(one.text))) for number, one in enumerate(passages)]
        self._connection.executemany("INSERT INTO pair (rowid, pairs) VALUES (?, ?)", pairs)
        last = first + len(passages) - 1
        self._connection.execute("INSERT INTO indexed VALUES (?, ?, ?, ?)", (case_id, head, first, last))

    def narrow(self, reach: Mapping[str, Iterable[str]]) -> None:
        """From now on find only passages of cases with one of these marks, each part of a case by its own."""
        self._connection.execute("CREATE TEMP TABLE allowed (mark TEXT, part TEXT, PRIMARY KEY (mark, part))")
        allowed = [(mark, part) for part, marks in reach.items() for mark in marks]
        self._connection.executemany("INSERT INTO allowed VALUES (?, ?)", allowed)
        self._narrowed = True

    def count(self, words: Sequence[str]) -> Counted:
        """How many cases there are in which every word stands somewhere, as far as the newest window goes."""
        window, found = self._ranked(tuple(words), NEWEST)
        return Counted(len(found), more=window.start > 0)

    def find(self, words: Sequence[str], limit: int, after: Ranked | None = None) -> list[Ranked]:
        """Cases in which every word stands somewhere, behind a rank.

        Window by window; within one those with the most passages first, then by id.
        """
        found, end = list[Ranked](), NEWEST if after is None else after.end
        while len(found) < limit and end > 0:
            window, ranked = self._ranked(tuple(words), end)
            behind = (-after.hits, after.case_id) if after and end == after.end else None
            found += [one for one in ranked if behind is None or (-one.hits, one.case_id) > behind]
            end = window.start
        return found[:limit]

    def _ranked(self, words: tuple[str, ...], end: int) -> tuple[_Window, list[Ranked]]:
        """The window that ends before ``end``, and its cases by rank; asked twice for a first page, read once."""
        known = self._windows.get((words, end))
        if known is None:
            each = [_Word.of(folded(word)) for word in words]
            window = self._window(each, end)
            found = sorted(self._of_window(each, window), key=lambda one: (-one.hits, one.case_id))
            known = self._windows[words, end] = window, found
        return known

    def _of_window(self, words: Sequence[_Word], window: _Window) -> Iterator[Ranked]:
        """The cases with all words: those with the rarest, each looked at where its passages lie together."""
        places = [[row[0] for row in self._connection.execute(one.places, (one.value, *window))] for one in words]
        cases = self._cases(min(places, key=len))
        hits = [(case_id, [_between(each, first, last) for each in places]) for case_id, first, last in cases]
        hits = [(case_id, own) for case_id, own in hits if all(own)]
        seen = self._visible({place for _, own in hits for each in own for place in each}) if self._narrowed else None
        for case_id, own in hits:
            shown = own if seen is None else [[place for place in each if place in seen] for each in own]
            if all(shown):
                anywhere = tuple(sorted({place for each in shown for place in each}))
                yield Ranked(case_id, len(anywhere), anywhere, window.end)

    def _cases(self, places: Sequence[int]) -> list[tuple[str, int, int]]:
        """The cases to which passages belong, each with its first and its last."""
        query = """SELECT case_id, first, last FROM indexed WHERE case_id IN
            (SELECT case_id FROM passage WHERE rowid IN (SELECT value FROM json_each(?)))"""
        return list(self._connection.execute(query, (json.dumps(places),)))

    def _visible(self, places: Iterable[int]) -> set[int]:
        """Those of these passages that may be found: asked once of each part of a case, not of each passage."""
        query = "SELECT rowid, case_id, kind FROM passage WHERE rowid IN (SELECT value FROM json_each(?))"
        found = self._connection.execute(query, (json.dumps(list(places)),)).fetchall()
        allowed = """SELECT DISTINCT reader.case_id, allowed.part FROM reader JOIN allowed ON allowed.mark = reader.mark
            WHERE reader.case_id IN (SELECT value FROM json_each(?))"""
        open_ = set(self._connection.execute(allowed, (json.dumps(list({row[1] for row in found})),)))
        return {place for place, case_id, kind in found if (case_id, PARTS.get(kind, "case")) in open_}

    def _window(self, words: Sequence[_Word], end: int) -> _Window:
        """The newest passages before ``end``: so many that the rarest word stands in WINDOW that may be found."""
        counts = [self._connection.execute(one.counted, (one.value, WINDOW * 10)).fetchone()[0] for one in words]
        rarest, before, seen = words[counts.index(min(counts))], end, list[int]()
        while len(seen) <= WINDOW:
            newest = [row[0] for row in self._connection.execute(rarest.newest, (rarest.value, before, WINDOW + 1))]
            if not newest:
                return _Window(0, end)
            shown = self._visible(newest) if self._narrowed else set(newest)
            seen += [place for place in newest if place in shown]
            before = newest[-1]
        case = "SELECT first FROM indexed WHERE case_id = (SELECT case_id FROM passage WHERE rowid = ?)"
        return _Window(int(self._connection.execute(case, (seen[WINDOW],)).fetchone()[0]), end)

    def passages(self, found: Ranked) -> list[Passage]:
        """What was found of a case, as it was put."""
        marks = ", ".join("?" * len(found.places))
        query = f"SELECT case_id, kind, title, text, at FROM passage WHERE rowid IN ({marks}) ORDER BY rowid"  # nosec B608  # noqa: S608 - ours
        return [Passage(*row) for row in self._connection.execute(query, found.places).fetchall()]


NEWEST = 2**62
"""Behind every passage."""


class Counted(NamedTuple):
    """How many cases; ``more``: there may be others."""

    cases: int
    more: bool


class Ranked(NamedTuple):
    """A case found: in so many passages (``hits``), at these ``places`` of the index, in the window before ``end``."""

    case_id: str
    hits: int
    places: tuple[int, ...] = ()
    end: int = NEWEST

    def __str__(self) -> str:
        return f"{self.hits}~{self.case_id}" + ("" if self.end == NEWEST else f"~{self.end}")

    @classmethod
    def read(cls, text: str) -> Ranked:
        """The rank that ``str`` wrote. Raises InvalidInput for anything else."""
        hits, _, rest = text.partition("~")
        case_id, found, end = rest.partition("~")
        numbers = [hits, *([end] if found else [])]
        if not case_id or not all(one.isascii() and one.isdigit() and len(one) < 16 for one in numbers):
            raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写")
        return cls(case_id, int(hits), (), int(end) if found else NEWEST)


class _Window(NamedTuple):
    """The passages from ``start`` up to before ``end``."""

    start: int
    end: int


class _Word(NamedTuple):
    """How one word is found: the table that knows it, and what is asked of that."""

    table: str
    value: str

    @classmethod
    def of(cls, word: str) -> _Word:
        """By trigrams, by its pair, or by all the pairs that its one character begins."""
        if len(word) >= _TRIGRAM:
            quoted = word.replace('"', '""')
            return cls("passage", f'"{quoted}"')
        return cls("pair", f'"{_token(word)}"' + ("" if len(word) > 1 else " *"))

    @property
    def counted(self) -> str:
        return f"SELECT COUNT(*) FROM (SELECT rowid FROM {self.table} WHERE {self.table} MATCH ? LIMIT ?)"  # nosec B608  # noqa: S608 - ours

    @property
    def newest(self) -> str:
        """The places before one, the newest first."""
        found = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH ? AND rowid < ?"  # nosec B608  # noqa: S608 - ours
        return f"{found} ORDER BY rowid DESC LIMIT ?"

    @property
    def places(self) -> str:
        """Where it stands in a window, in their order, whoever may find it."""
        return f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid"  # nosec B608  # noqa: S608 - ours


def _between(places: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Those of ordered places that lie from ``first`` to ``last``."""
    return places[bisect_left(places, first) : bisect_right(places, last)]


def _pairs(text: str) -> str:
    """The pairs of neighbours in a text, each once, and its last character alone: what the index of pairs is given."""
    return " ".join(sorted({_token(text[at : at + 2]) for at in range(len(text))}))


def _token(characters: str) -> str:
    """One or two characters as a word that no tokenizer breaks or changes."""
    return "".join(f"{ord(one):06x}" for one in characters)


FILE = SideFile(FORMAT, _SCHEMA, Index)
"""The index as a file: ``look`` and ``read`` use it."""
