"""The index of a full-text search: a file beside the database that can be thrown away and is caught up when asked.

Each case stands in it under the head of its chain, which everything about the case follows from: a case whose head is
another has to be read again, after a restore as well. Words are found as they stand inside a text (no word breaking,
which Chinese has none of); three characters or more by SQLite's trigram index, shorter ones by reading the texts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from zhuli_flow.errors import InvalidInput
from zhuli_flow.store.sql import sqlite
from zhuli_flow.support.plain_text import folded

FORMAT = 4
"""Counts changes of what is indexed; an index of another number is made anew."""
_TRIGRAM = 3
_SCHEMA = (
    "DROP TABLE IF EXISTS indexed",
    "DROP TABLE IF EXISTS passage",
    "DROP TABLE IF EXISTS caught_up",
    "DROP TABLE IF EXISTS reader",
    "CREATE TABLE caught_up (place INTEGER, hash BLOB)",
    "CREATE TABLE indexed (case_id TEXT PRIMARY KEY, head BLOB, first INTEGER, last INTEGER) WITHOUT ROWID",
    "CREATE TABLE reader (case_id TEXT, mark TEXT, PRIMARY KEY (case_id, mark)) WITHOUT ROWID",
    """CREATE VIRTUAL TABLE passage USING fts5(folded, case_id UNINDEXED, kind UNINDEXED, title UNINDEXED,
    text UNINDEXED, at UNINDEXED, tokenize = 'trigram case_sensitive 1')""",
    f"PRAGMA user_version = {FORMAT}",
)
PARTS = {"material": "materials", "notice": "papers", "opinion": "history"}
"""Of which part of a case the passages of a kind are, where it may be opened apart; any other is of the case itself."""
Answer = TypeVar("Answer")


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
        self._connection, self._within = connection, ""

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
        for case_id in case_ids:
            found = self._connection.execute("SELECT first, last FROM indexed WHERE case_id = ?", (case_id,)).fetchone()
            if found:
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
        last = first + len(passages) - 1
        self._connection.execute("INSERT INTO indexed VALUES (?, ?, ?, ?)", (case_id, head, first, last))

    def narrow(self, reach: Mapping[str, Iterable[str]]) -> None:
        """From now on find only passages of cases with one of these marks, each part of a case by its own."""
        self._connection.execute("CREATE TEMP TABLE allowed (mark TEXT, part TEXT, PRIMARY KEY (mark, part))")
        allowed = [(mark, part) for part, marks in reach.items() for mark in marks]
        self._connection.executemany("INSERT INTO allowed VALUES (?, ?)", allowed)
        self._within = f" AND {_ALLOWED}"

    def count(self, words: Sequence[str]) -> int:
        """How many cases there are in which every word stands somewhere."""
        if not words:
            return 0
        asked = _Asked.of(words, self._within)
        query = f"{asked.head} SELECT COUNT(DISTINCT case_id) FROM ({asked.cases})"  # noqa: S608 - ours
        return int(self._connection.execute(query, asked.values).fetchone()[0])

    def find(self, words: Sequence[str], limit: int, after: Ranked | None = None) -> list[Ranked]:
        """Cases in which every word stands somewhere, those with the most passages first, then by id; behind a rank."""
        if not words:
            return []
        asked, behind = _Asked.of(words, self._within), "" if after is None else "HAVING (-COUNT(*), case_id) > (?, ?)"
        query = (
            f"{asked.head} SELECT case_id, COUNT(*), group_concat(place) FROM ({asked.anywhere})"  # noqa: S608 - ours
            f" WHERE case_id IN ({asked.cases}) GROUP BY case_id {behind} ORDER BY COUNT(*) DESC, case_id LIMIT ?"
        )
        key = () if after is None else (-after.hits, after.case_id)
        found = self._connection.execute(query, (*asked.values, *key, limit)).fetchall()
        return [Ranked(case_id, hits, tuple(sorted(map(int, places.split(","))))) for case_id, hits, places in found]

    def passages(self, found: Ranked) -> list[Passage]:
        """What was found of a case, as it was put."""
        marks = ", ".join("?" * len(found.places))
        query = f"SELECT case_id, kind, title, text, at FROM passage WHERE rowid IN ({marks}) ORDER BY rowid"  # noqa: S608 - ours
        return [Passage(*row) for row in self._connection.execute(query, found.places).fetchall()]


class Ranked(NamedTuple):
    """A case found: in so many passages (``hits``), which stand at these ``places`` of the index."""

    case_id: str
    hits: int
    places: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.hits}~{self.case_id}"

    @classmethod
    def read(cls, text: str) -> Ranked:
        """The rank that ``str`` wrote. Raises InvalidInput for anything else."""
        hits, found, case_id = text.partition("~")
        if not (found and case_id and hits.isascii() and hits.isdigit() and len(hits) < 10):
            raise InvalidInput(f"“{text}”不是一页的起点", fix="请照上一页末尾给出的“下一页”填写")
        return cls(case_id, int(hits))


_PART = " ".join(f"WHEN '{kind}' THEN '{part}'" for kind, part in PARTS.items())
_ALLOWED = f"""EXISTS (
    SELECT 1 FROM reader JOIN allowed ON allowed.mark = reader.mark
    WHERE reader.case_id = passage.case_id AND allowed.part = CASE passage.kind {_PART} ELSE 'case' END)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Asked:
    """The parts of a question: where each word stands (``head``), the passages with any of them, the cases with all."""

    head: str
    anywhere: str
    cases: str
    values: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str], within: str) -> _Asked:
        """``within``: a further condition on passages."""
        each = [_places(folded(word)) for word in words]
        found = (
            f"w{number} AS MATERIALIZED (SELECT rowid AS place, case_id FROM passage WHERE {where}{within})"  # noqa: S608 - ours
            for number, (where, _) in enumerate(each)
        )
        anywhere = " UNION ".join(f"SELECT place, case_id FROM w{number}" for number in range(len(each)))  # noqa: S608 - ours
        cases = " INTERSECT ".join(f"SELECT case_id FROM w{number}" for number in range(len(each)))  # noqa: S608 - ours
        return cls(f"WITH {', '.join(found)}", anywhere, cases, tuple(value for _, value in each))


def _places(word: str) -> tuple[str, str]:
    """The condition that finds a word, and its value."""
    if len(word) >= _TRIGRAM:
        quoted = word.replace('"', '""')
        return "passage MATCH ?", f'"{quoted}"'
    return "instr(folded, ?) > 0", word


def look(path: Path, use: Callable[[Index], Answer]) -> Answer:
    """What ``use`` makes of the index at ``path``, alone with it; what it puts is kept unless it raises.

    The index is made when there is none, and anew when it is damaged. Where the folder can't be written to, one in
    memory stands in: as true, and slower. InvalidInput while another process has it for longer than five seconds.
    """
    module = sqlite.driver()
    try:
        return _used(module, _private(path), use)
    except module.OperationalError as error:
        raise sqlite.explain(error, path) or error from error
    except module.DatabaseError:
        remove(path)
        return _used(module, _private(path), use)


def _private(path: Path) -> str:
    """The file, there and for its owner only; memory where it can't be."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError:
        return ":memory:"
    return str(path)


def _used(module: ModuleType, where: str, use: Callable[[Index], Answer]) -> Answer:
    with closing(module.connect(where, isolation_level=None, timeout=sqlite.BUSY_MS / 1000)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            for statement in _SCHEMA:
                connection.execute(statement)
        answer = use(Index(connection))
        connection.execute("COMMIT")
        return answer


def remove(path: Path) -> None:
    """Throw the index away; the next search makes it anew."""
    for name in (path.name, f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)
