"""The file: private, synced, one writer; what goes wrong with it is told in words and nothing is half-saved."""

import os
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.store.making import AT, open_case
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound, ZhuliError
from zhuli_flow.store import cases, meta
from zhuli_flow.store.sql import schema, sqlite
from zhuli_flow.store.sql.database import Database

pytestmark = pytest.mark.sqlite("how it is opened")

NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def put(database: Database, value: str) -> None:
    with database.write() as connection:
        meta.put(connection, "note", value)


def get(database: Database) -> str | None:
    with database.read() as connection:
        return meta.get(connection, "note")


def test_everything_in_a_new_home_is_private_whatever_the_umask(home: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(home / "zhuli.db")
        database.create()
        put(database, "x")
        assert mode(home) == 0o700
        assert {path.name: mode(path) for path in home.iterdir()} == {
            "zhuli.db": 0o600,
            "zhuli.db-wal": 0o600,
            "zhuli.db-shm": 0o600,
        }
        database.close()
    finally:
        os.umask(before)


def test_a_folder_others_may_enter_is_mentioned(home: Path) -> None:
    home.mkdir()
    home.chmod(0o755)
    database = Database(home / "zhuli.db")
    database.create()
    assert any("chmod 700" in note for note in database.notes())
    home.chmod(0o700)
    assert not any("chmod" in note for note in database.notes())
    database.close()


@pytest.mark.parametrize(
    ("version", "told"),
    [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 4), False), ((4, 0, 0), False)],
)
def test_an_sqlite_with_the_reset_bug_is_mentioned(version: tuple[int, ...], told: bool) -> None:
    class Module:
        sqlite_version_info = version
        sqlite_version = ".".join(map(str, version))

    assert (sqlite.age_note(Module) is not None) is told  # type: ignore[arg-type]


def test_the_bundled_sqlite_is_preferred_where_it_is_installed() -> None:
    pytest.importorskip("pysqlite3")
    assert sqlite.driver().__name__ == "pysqlite3"


def test_a_commit_is_on_disk_before_anybody_hears_of_it(database: Database) -> None:
    with database.write() as connection:
        pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
    assert pragmas == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000, "recursive_triggers": 1}


def test_a_reader_can_not_write(database: Database) -> None:
    with pytest.raises(InvalidInput) as told, database.read() as connection:
        meta.put(connection, "note", "x")
    assert told.value.code == "read_only"
    assert get(database) is None


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    put(database, "before")
    with database.read() as connection:
        assert meta.get(connection, "note") == "before"
        put(database, "after")
        assert meta.get(connection, "note") == "before"
    assert get(database) == "after"


def test_readers_are_not_held_up_by_a_writer(database: Database) -> None:
    with database.write() as connection:
        meta.put(connection, "note", "unfinished")
        assert get(database) is None


def test_writers_in_threads_take_turns(database: Database) -> None:
    inside: list[int] = []

    def work() -> None:
        with database.write() as connection:
            inside.append(1)
            assert len(inside) == 1
            meta.put(connection, "note", "x")
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert get(database) == "x"


def test_a_database_in_use_elsewhere_is_told_and_nothing_is_saved(database: Database) -> None:
    hasty = Database(database.path, wait_s=1)
    with database.write(), pytest.raises(InvalidInput, match="未保存任何内容") as told, hasty.write():
        pass
    assert told.value.code == "busy"
    put(hasty, "later")
    hasty.close()
    assert get(database) == "later"


@pytest.mark.parametrize("act", ["read", "write", "check", "upgrade"])
def test_a_missing_database_is_not_made_by_looking_for_it(home: Path, act: str) -> None:
    database = Database(home / "zhuli.db")
    assert database.schema_state() == "empty"
    with pytest.raises(NotFound, match="zhuli init"):
        used(database, act)
    assert not home.exists()


def used(database: Database, act: str) -> None:
    if act == "read":
        get(database)
    elif act == "write":
        put(database, "x")
    elif act == "check":
        database.check()
    else:
        database.upgrade()


def test_a_second_creation_is_refused_and_changes_nothing(database: Database) -> None:
    put(database, "kept")
    with pytest.raises(InvalidInput, match="已经存在"):
        Database(database.path).create()
    assert get(database) == "kept"


@pytest.mark.parametrize("act", ["read", "write", "check", "upgrade"])
def test_a_database_of_a_newer_version_is_left_as_it_is(ready: Database, act: str) -> None:
    put(ready, "x")
    with ready.write() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ready.close()
    before = {path.name: path.read_bytes() for path in ready.path.parent.iterdir()}
    newer = Database(ready.path)
    assert newer.schema_state() == "newer"
    with pytest.raises(InvalidInput, match="未改动任何内容") as told:
        used(newer, act)
    assert (told.value.code, told.value.exit_code) == ("newer_database", 6)
    assert "升级本程序" in told.value.fix
    newer.close()
    assert {path.name: path.read_bytes() for path in ready.path.parent.iterdir()} == before


def test_somebody_elses_database_is_not_touched(home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / "zhuli.db") as other:
        other.execute("CREATE TABLE diary (page)")
    other.close()
    with pytest.raises(InvalidInput, match="不是助力流程的数据库"):
        put(Database(home / "zhuli.db"), "x")


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_told(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / "zhuli.db").write_bytes(content)
    with pytest.raises(IntegrityBroken, match="已损坏") as told:
        put(Database(home / "zhuli.db"), "x")
    assert told.value.exit_code == 7
    assert (home / "zhuli.db").read_bytes() == content


def as_nobody(act: Any) -> str:
    """What ``act`` raises for somebody without rights here (root has them everywhere); ``""`` when it succeeds."""
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setuid(NOBODY)
            act()
            os.write(start, b"")
        except ZhuliError as error:
            os.write(start, f"{error.code} {error.exit_code} {error.message}".encode())
        except BaseException as error:  # noqa: BLE001 - the parent compares whatever it was
            os.write(start, repr(error).encode())
        finally:
            os._exit(0)
    os.close(start)
    os.waitpid(child, 0)
    with os.fdopen(end, "rb") as told:
        return told.read().decode()


@pytest.fixture
def open_to_nobody(database: Database) -> Path:
    """The home as a stranger sees it who may look but not change."""
    database.close()
    for parent in (database.path.parent, *database.path.parent.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    database.path.parent.chmod(0o555)
    database.path.chmod(0o444)
    return database.path


def test_a_read_only_home_is_told_and_nothing_is_changed(open_to_nobody: Path) -> None:
    before = open_to_nobody.read_bytes()
    assert as_nobody(lambda: put(Database(open_to_nobody), "x")).startswith(("read_only 6", "cannot_open 6"))
    assert open_to_nobody.read_bytes() == before
    assert [path.name for path in open_to_nobody.parent.iterdir()] == ["zhuli.db"]


def test_a_home_that_can_not_be_made_is_told(open_to_nobody: Path) -> None:
    told = as_nobody(lambda: Database(open_to_nobody.parent / "new" / "zhuli.db").create())
    assert told.startswith("read_only 6")
    assert "未保存任何内容" in told


def test_a_full_disk_loses_nothing_and_works_again_when_there_is_room(ready: Database) -> None:
    put(ready, "acknowledged")
    limit(ready, 0)
    with pytest.raises(InvalidInput, match="未保存任何内容") as told:
        write_much(ready)
    assert told.value.code == "disk_full"
    with ready.read() as connection:
        assert meta.get(connection, "note") == "acknowledged"
        assert cases.load(connection, "SFQ-2018-0001") is None
    limit(ready, 1_000_000)
    write_much(ready)
    assert get(ready) == "half a megabyte"
    assert ready.check() == []


def write_much(database: Database) -> None:
    with database.write() as connection:
        meta.put(connection, "note", "half a megabyte")
        open_case(connection, body={"fields": {"text": "长" * 170_000}})


def limit(database: Database, more_pages: int) -> None:
    with database.write() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + more_pages}")


@pytest.mark.parametrize(
    ("where", "path"),
    [("sqlite:////srv/home/z.db", "/srv/home/z.db"), ("sqlite:///z.db", "z.db"), ("/srv/z.db", "/srv/z.db")],
)
def test_a_database_is_named_by_path_or_url(where: str, path: str) -> None:
    assert Database(where).path == Path(path)


@pytest.mark.parametrize("where", ["oracle://u:p@host/db", "mysql://host/db", "sqlite+pysqlite://u:p@host"])
def test_what_is_not_supported_says_so_without_repeating_the_password(where: str) -> None:
    with pytest.raises(InvalidInput) as told:
        Database(where)
    assert ":p@" not in str(told.value)


def test_a_use_case_is_one_transaction(database: Database) -> None:
    with pytest.raises(Exception, match="within a transaction"), database.write(), database.write():
        pass
    put(database, "x")
    assert get(database) == "x"


def test_reading_and_writing_load_no_migrations(database: Database, tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys; from zhuli_flow.store.sql.database import Database; from zhuli_flow.store import meta\n"
        f"database = Database({str(database.path)!r})\n"
        "with database.write() as c: meta.put(c, 'a', 'b')\n"
        "print([name for name in ('alembic', 'sqlmodel', 'sqlalchemy', 'pydantic') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_an_instant_is_stored_with_its_zone_to_the_second_and_no_other_way() -> None:
    from datetime import datetime

    from zhuli_flow.store.sql.statements import instant

    assert instant(AT) == "2018-10-08T01:00:00+00:00"
    assert instant(AT) == instant(AT.replace(microsecond=1)) < instant(AT.replace(second=1))
    with pytest.raises(ValueError, match="zone"):
        instant(datetime(2018, 10, 8))  # noqa: DTZ001 - the point


def test_the_known_revision_is_the_newest_script() -> None:
    assert max(path.name[:4] for path in (schema.SCRIPTS / "versions").glob("*.py")) == schema.REVISION


@pytest.mark.parametrize(("scratch", "synced"), [(True, 0), (False, 2)])
def test_only_a_copy_that_is_thrown_away_is_not_synced_to_the_disk(tmp_path: Path, scratch: bool, synced: int) -> None:
    Database(tmp_path / "a.db").create()
    database = Database(tmp_path / "a.db", scratch=scratch)
    with database.write() as connection:
        assert connection.execute("PRAGMA synchronous").fetchall() == [(synced,)]
    database.close()
