"""Every home of every test on PostgreSQL: ``ZHULI_TEST_DATABASE=postgresql`` (``scripts/test --postgresql``).

Where a test names a database file there is a small file that names a database of the tests' own server; a copy of it
(tests copy homes) becomes a copy of that database. What looks into an SQLite file by hand is skipped, and says so.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.postgresql.server import LACKING, Server, programs, serving
from zhuli_flow.store.sql import database, postgresql, sqlite
from zhuli_flow.store.sql.backend import Backend
from zhuli_flow.store.sql.postgresql_backend import PostgresqlBackend
from zhuli_flow.store.sql.sqlite_backend import SqliteBackend

FILE_ONLY = "about SQLite's file"
EMPTY = "office_empty"
SERVER = "ZHULI_TEST_SERVER"
OPENED: list[PostgresqlBackend] = []


class Noted(PostgresqlBackend):
    """The database that the file ``note`` names, made when the office makes it."""

    def __init__(self, note: Path, server: Server) -> None:
        super().__init__(server.url("none"), "", note.parent)
        self.file, self.shown = note, str(note)
        self._note, self._server = note, server
        OPENED.append(self)
        if note.exists():
            self._follow()

    def _follow(self) -> None:
        told = json.loads(self._note.read_text())
        if told["note"] != str(self._note):
            told = self._write(self._server.fresh(told["database"]))
        self._url = self._owner = self._server.url(told["database"])

    def _write(self, name: str) -> dict[str, str]:
        told = {"database": name, "note": str(self._note)}
        self._note.touch(0o600)
        self._note.write_text(json.dumps(told))
        return told

    def is_there(self) -> bool:
        return self._note.exists()

    def discard(self) -> None:
        super().discard()
        self._note.unlink()

    def create(self) -> None:
        if self._note.exists():
            raise sqlite.unusable("database_exists", f"{self._note}: 数据库已经存在；未改动任何内容", "")
        self._note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(self._server.fresh(EMPTY))
        self._follow()


class Everywhere:
    """What stands in the place of the file while the tests run."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.real = database.backend

    def make_empty(self) -> None:
        """The database that every home begins as a copy of."""
        self.server.ask(f"CREATE DATABASE {EMPTY}")
        made = PostgresqlBackend(self.server.url(EMPTY), "", Path())
        made.create()
        made.close()

    def backend(self, where: str | Path, scratch: bool, owner: str, copies: Path) -> Backend:
        found = self.real(where, scratch, owner, copies)
        if not isinstance(found, SqliteBackend) or scratch or _begins(found.path, b"SQLite"):
            return found
        return Noted(found.path, self.server)


def _begins(path: Path, with_: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(with_)) == with_
    except OSError:
        return False


IN_CHILDREN = """import os, sys
from importlib.machinery import PathFinder

class Told:
    def find_spec(self, name, path=None, target=None):
        if name != "zhuli_flow.store.sql.database":
            return None
        sys.meta_path.remove(self)
        found = PathFinder.find_spec(name, path, target)
        execute = found.loader.exec_module
        def both(module):
            execute(module)
            if "tests.postgresql.everywhere" in sys.modules:
                return
            sys.path.append({root!r})
            from tests.postgresql.everywhere import in_a_child
            in_a_child()
        found.loader.exec_module = both
        return found

sys.meta_path.insert(0, Told())
"""
"""What each Python process that a test begins runs first (``sitecustomize``): as soon as it knows of databases."""

_TOLD: list[int] = []


def in_a_child() -> None:
    """A process that a test began keeps its homes where the test does: it has been told by its environment."""
    there = programs()
    if there is not None and SERVER in os.environ and os.getpid() not in _TOLD:
        _TOLD.append(os.getpid())
        install(pytest.MonkeyPatch(), Everywhere(Server(there, Path(os.environ[SERVER]))))


def install(patch: pytest.MonkeyPatch, everywhere: Everywhere) -> None:
    patch.setattr(database, "backend", everywhere.backend)
    for module in {id(one): one for one in (sqlite3, sqlite.driver())}.values():
        patch.setattr(module, "connect", _unless_noted(module.connect))
    real = postgresql.PostgresqlConnection.execute

    def execute(self: Any, text: str, values: Any = ()) -> Any:
        if "PRAGMA" in text or "sqlite_master" in text:
            pytest.skip(FILE_ONLY)
        try:
            return real(self, text, values)
        except psycopg.ProgrammingError:  # a text written by hand for SQLite; the program's statements go another way
            pytest.skip(FILE_ONLY)

    patch.setattr(postgresql.PostgresqlConnection, "execute", execute)


def _unless_noted(real: Any) -> Any:
    def connect(where: Any, *args: Any, **more: Any) -> Any:
        path = Path(str(where).removeprefix("file:").partition("?")[0])
        if _begins(path, b'{"database"'):
            pytest.skip(FILE_ONLY)
        return real(where, *args, **more)

    return connect


@pytest.fixture(autouse=True)
def _closed_behind_each_test() -> Iterator[None]:
    """A server has a few connections only, and a file's are closed by whoever forgets them."""
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(autouse=True, scope="session")
def _on_postgresql() -> Iterator[None]:
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        if server is None:
            pytest.exit(LACKING, returncode=1)
        everywhere = Everywhere(server)
        everywhere.make_empty()
        patch.setenv(SERVER, str(server.folder))
        _TOLD.append(os.getpid())
        place = _for_children()
        patch.setenv("PYTHONPATH", str(place))
        install(patch, everywhere)
        try:
            yield
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _for_children() -> Path:
    place = Path(tempfile.mkdtemp(prefix="zlpgsite"))
    (place / "sitecustomize.py").write_text(IN_CHILDREN.format(root=str(Path(__file__).parents[2])))
    return place


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marked = item.get_closest_marker("sqlite")
        if marked is not None:
            item.add_marker(pytest.mark.skip(reason=f"{FILE_ONLY}: {marked.args[0]}"))
