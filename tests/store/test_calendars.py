"""Imported years as rows, and how a home made before they existed comes to have them."""

import shutil
from pathlib import Path

import pytest

from tests.store.making import AT, open_unlisted
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import calendars, merkle_log, workflows
from zhuli_flow.store.sql import schema
from zhuli_flow.store.sql.database import Database


def put(database: Database, year: int, sha256: str) -> None:
    with database.write() as connection:
        calendars.add(connection, year=year, sha256=sha256, data={"year": year, "放假": sha256[0]}, at=AT)


def test_the_newest_version_of_each_year_counts_and_the_earlier_ones_stay(database: Database) -> None:
    for year, sha256 in ((2028, "a" * 64), (2027, "b" * 64), (2028, "c" * 64)):
        put(database, year, sha256)
    with database.read() as connection:
        found = calendars.newest(connection)
        [(count,)] = connection.execute("SELECT COUNT(*) FROM calendar_year").fetchall()
    assert [(one.year, one.sha256[0], one.data["放假"]) for one in found] == [(2027, "b", "b"), (2028, "c", "c")]
    assert found[0].added_at == AT.isoformat()
    assert count == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendar_year SET data = '{}'",
        "DELETE FROM calendar_year",
        "INSERT OR REPLACE INTO calendar_year SELECT id, year, sha256, '{}', added_at FROM calendar_year",
    ],
)
def test_what_was_imported_never_changes(database: Database, statement: str) -> None:
    put(database, 2027, "a" * 64)
    with pytest.raises(Exception, match="calendar_year:"), database.write() as connection:
        connection.execute(statement)


@pytest.fixture
def old(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a case, made by the program before years could be imported."""
    scripts = tmp_path / "scripts"
    shutil.copytree(schema.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__", "000[2-9]_*", "00[1-9]?_*"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "SCRIPTS", scripts)
        patch.setattr(schema, "REVISION", "0001")
        patch.setattr(merkle_log, "extend", lambda connection, hashes: None)  # there was no log then
        made = Database(home / "zhuli.db")
        made.create()
        with made.write() as connection:
            workflows.put(connection, name="zone", version="1", digest="d1", text="name: zone", document={}, at=AT)
            open_unlisted(connection)
        made.close()
    return home / "zhuli.db"


def test_an_old_home_is_refused_with_advice_until_it_is_upgraded(old: Path, database_of_today: Database) -> None:
    found = Database(old)
    assert found.schema_state() == "older"
    with pytest.raises(InvalidInput, match="zhuli db upgrade") as refused, found.read():
        pass
    assert refused.value.code == "older_database"
    copy = found.upgrade()
    assert copy is not None
    put(found, 2027, "a" * 64)
    with found.read() as connection, database_of_today.read() as other:
        assert connection.execute("SELECT id FROM cases").fetchall() == [("SFQ-2018-0001",)]
        assert schema.pieces(connection) == schema.pieces(other)
    assert found.check() == []
    found.close()


def test_an_upgraded_home_still_refuses_a_word_that_a_check_does_not_know(old: Path) -> None:
    found = Database(old)
    found.upgrade()
    with found.write() as connection:
        connection.execute("UPDATE cases SET state_kind = 'final'")
    with pytest.raises(Exception, match="ck_cases_state_kind"), found.write() as connection:
        connection.execute("UPDATE cases SET state_kind = 'ended'")
    found.close()


@pytest.fixture
def database_of_today(tmp_path: Path) -> Database:
    made = Database(tmp_path / "today" / "zhuli.db")
    made.create()
    made.close()
    return made
