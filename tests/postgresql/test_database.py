"""The database on a server keeps every promise of the file: one writer, no half, nothing changed once written."""

import re
import threading
import time
from collections import defaultdict
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.postgresql.conftest import CLERK, OWNER
from tests.postgresql.server import Server
from tests.store.making import act, open_case
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import audit, cases, directory, merkle_log, meta
from zhuli_flow.store.sql import compiling, migrating
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.privileges import WRITTEN_ONCE
from zhuli_flow.store.sql.statements import array, numbered, rows, walk


def put(database: Database, value: str) -> None:
    with database.write() as connection:
        meta.put(connection, "note", value)


def get(database: Database) -> str | None:
    with database.read() as connection:
        return meta.get(connection, "note")


def by_owner(server: Server, database: Database, statement: str) -> None:
    name = database.shown.rpartition("/")[2]
    with psycopg.connect(server.url(name, OWNER)) as connection:
        connection.execute(statement)


def test_the_migrations_make_what_the_program_knows(kept: Database) -> None:
    assert (kept.schema_state(), kept.check(), kept.notes()) == ("current", [], ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE entry DISABLE TRIGGER entry_kept", "触发器 entry.entry_kept"),
        ("DROP TRIGGER calendar_year_kept_whole ON calendar_year", "触发器 calendar_year.calendar_year_kept_whole"),
        ("DROP INDEX ix_outbox_pending", "索引 outbox.ix_outbox_pending"),
        ("ALTER TABLE cases DROP CONSTRAINT ck_cases_version", "约束 cases.ck_cases_version"),
        ("ALTER TABLE person ALTER COLUMN title DROP NOT NULL", "字段 person.title"),
        ('ALTER TABLE meta ALTER COLUMN value TYPE text COLLATE "POSIX"', "字段 meta.value"),
    ],
)
def test_what_the_owner_took_away_is_found(accounts: Server, kept: Database, change: str, told: str) -> None:
    by_owner(accounts, kept, change)
    assert told in "".join(kept.check()).replace("缺少", "缺少 ")


def test_the_server_accepts_every_statement(kept: Database) -> None:
    for name, text in compiling.committed("postgresql").items():
        asked = text.replace("{conditions}", "TRUE")
        if not asked.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            (first, *_) = re.findall(r"([a-z_]+)\.", asked)
            asked = f"SELECT 1 FROM {first} WHERE {asked}"  # a condition, on the table that it names first
        with kept._look() as connection:
            try:
                asked, in_order = numbered(f"EXPLAIN {asked}")
                connection.cursor.execute(asked, in_order(defaultdict(lambda: None)))
            except psycopg.Error as error:
                pytest.fail(f"{name}: {error}")


@pytest.mark.parametrize("table", WRITTEN_ONCE)
@pytest.mark.parametrize("act", ["UPDATE {} SET hash = hash", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_the_account_of_the_office_can_not_change_history(kept: Database, table: str, act: str) -> None:
    statement = act.format(table).replace("SET hash = hash", f"SET {FIRST.get(table, 'hash')} = NULL")
    with pytest.raises(InvalidInput) as told, kept.write() as connection:
        connection.execute(statement)
    assert told.value.code == "no_privilege"


FIRST = {"definition": "text", "calendar_year": "data"}


@pytest.mark.parametrize("act", ["UPDATE entry SET person = 'x'", "DELETE FROM entry", "TRUNCATE entry"])
def test_nor_does_the_owner_by_mistake(accounts: Server, kept: Database, act: str) -> None:
    with kept.write() as connection:
        open_case(connection)
    with pytest.raises(psycopg.errors.IntegrityError, match="entry: what was written never changes"):
        by_owner(accounts, kept, act)


def test_one_account_for_everything_is_mentioned(server: Server, fresh: str) -> None:
    made = Database(server.url(fresh))
    made.create()
    (note,) = made.notes()
    assert "--database-owner" in note
    made.close()


def test_entries_come_in_one_order_without_a_gap_whatever_was_undone(kept: Database) -> None:
    with kept.write() as connection:
        open_case(connection, "A-1")
    with pytest.raises(ZeroDivisionError), kept.write() as connection:
        open_case(connection, "A-2")
        raise ZeroDivisionError
    with kept.write() as connection:
        open_case(connection, "A-3")
        open_case(connection, "A-0")
    with kept.read() as connection:
        assert [(one.place, one.case_id) for one in merkle_log.leaves(connection)] == [
            (0, "A-1"),
            (1, "A-3"),
            (2, "A-0"),
        ]
        assert audit.last_arrived(connection).place == 3


def test_only_the_next_entry_of_a_chain_is_taken(kept: Database) -> None:
    with pytest.raises(psycopg.errors.IntegrityError, match="only the next number"), kept.write() as connection:
        act(connection, "A-1", 2, ZERO)


def test_a_request_is_recorded_once(kept: Database) -> None:
    with kept.write() as connection:
        act(connection, "A-1", 1, ZERO, "request-1")
    with pytest.raises(psycopg.errors.UniqueViolation), kept.write() as connection:
        act(connection, "A-2", 1, ZERO, "request-1")


def test_text_is_ordered_by_its_bytes_whatever_the_language_of_the_server(kept: Database) -> None:
    units = [directory.Organisation(name, name, "city") for name in ("a", "B", "丙", "Ä", "b-1", "b1")]
    with kept.write() as connection:
        directory.put_organisations(connection, units)
        found = [row[0] for row in walk(connection, "directory.every_organisation")]
        assert found == sorted(unit.id for unit in units)
        assert rows(connection, "directory.organisations", ids=array([])) == []
        assert len(rows(connection, "directory.organisations", ids=array(["a", "丙", "nobody"]))) == 2


def test_a_reader_can_not_write_and_sees_one_state_while_others_write(kept: Database) -> None:
    put(kept, "before")
    with kept.read() as connection:
        assert meta.get(connection, "note") == "before"
        put(kept, "after")
        assert meta.get(connection, "note") == "before"
    assert get(kept) == "after"
    with pytest.raises(InvalidInput) as told, kept.read() as connection:
        meta.put(connection, "note", "x")
    assert told.value.code == "read_only"
    assert get(kept) == "after"


def test_a_writer_waits_for_another_machine_and_reads_what_it_wrote(accounts: Server, kept: Database) -> None:
    other, seen = Database(_url(accounts, kept)), list[str | None]()

    def second() -> None:
        with other.write() as connection:
            seen.append(meta.get(connection, "note"))

    with kept.write() as connection:
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        meta.put(connection, "note", "first")
    waiting.join()
    other.close()
    assert seen == ["first"]


def test_who_waits_too_long_is_told_and_nothing_is_saved(accounts: Server, kept: Database) -> None:
    hasty = Database(_url(accounts, kept), wait_s=1)
    with kept.write(), pytest.raises(InvalidInput, match="未保存任何内容") as told, hasty.write():
        pass
    assert told.value.code == "busy"
    put(hasty, "later")
    hasty.close()
    assert get(kept) == "later"


def test_a_use_case_is_one_transaction(kept: Database) -> None:
    with pytest.raises(RuntimeError, match="within a transaction"), kept.write(), kept.write():
        pass
    put(kept, "x")
    assert get(kept) == "x"


def test_nothing_is_committed_behind_a_failed_statement(kept: Database) -> None:
    with pytest.raises(RuntimeError, match="passed over"), kept.write() as connection:
        meta.put(connection, "note", "half")
        with suppress(psycopg.Error):
            connection.execute("SELECT 1 / 0")
    assert get(kept) is None


def test_connections_that_the_server_ended_are_replaced(accounts: Server, kept: Database) -> None:
    put(kept, "x")
    assert get(kept) == "x"
    accounts.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{CLERK}'")
    put(kept, "y")
    assert get(kept) == "y"


def test_a_connection_that_breaks_in_a_write_loses_that_write_and_says_so(accounts: Server, kept: Database) -> None:
    put(kept, "before")
    with pytest.raises(InvalidInput) as told, kept.write() as connection:
        meta.put(connection, "note", "lost")
        accounts.ask(f"SELECT pg_terminate_backend({connection.driver.info.backend_pid})")
        meta.put(connection, "note", "never")
    assert told.value.code == "cannot_connect"
    assert get(kept) == "before"


def test_a_connection_that_breaks_at_the_commit_says_that_nobody_knows(accounts: Server, kept: Database) -> None:
    with pytest.raises(InvalidInput, match="不知道是否已经保存") as told, kept.write() as connection:
        meta.put(connection, "note", "perhaps")
        accounts.ask(f"SELECT pg_terminate_backend({connection.driver.info.backend_pid})")
    assert told.value.code == "unknown_outcome"
    assert "--request" in told.value.fix
    put(kept, "after")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://someone:secret-word@127.0.0.1:1/office", "cannot_connect"),
        ("postgresql+psycopg://someone:secret-word@127.0.0.1:1/office?connect_timeout=1", "cannot_connect"),
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_password(url: str, code: str) -> None:
    database = Database(url)
    with pytest.raises(InvalidInput) as told:
        get(database)
    assert told.value.code == code
    assert "secret-word" not in f"{told.value}{database.shown}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:secret%zzword@h/office",
        "postgresql://someone:secret word@h/office",
        "postgresql://someone:12/secret@h/office",
        "postgresql://someone:12#secret@h/office",
        "postgresql://someone:12@secret@h/office",
        "postgresql://someone:secret@h/office?unknown=1",
        "postgresql://someone:secret@h:port/office",
    ],
)
def test_a_url_that_is_none_is_told_without_repeating_it(url: str) -> None:
    for where, owner in ((url, ""), ("postgresql://h/office", url)):
        with pytest.raises(InvalidInput, match="URL 读不懂") as told:
            Database(where, owner=owner)
        assert "secret" not in f"{told.value}{told.value.__cause__}"


def test_an_account_that_the_surroundings_name_may_work(
    accounts: Server, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.ask(f"ALTER DATABASE {fresh} OWNER TO {OWNER}")
    monkeypatch.setenv("PGUSER", CLERK)
    url = accounts.url(fresh, CLERK).replace(f"{CLERK}@", "")
    made = Database(url, owner=accounts.url(fresh, OWNER))
    made.create()
    put(made, "x")
    assert (get(made), made.notes()) == ("x", ())
    made.close()


def test_a_write_that_was_left_idle_for_too_long_is_lost_and_says_so(kept: Database) -> None:
    with pytest.raises(InvalidInput, match="未保存任何内容"), kept.write() as connection:
        meta.put(connection, "note", "lost")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 50")
        time.sleep(0.3)
        meta.put(connection, "note", "never")
    assert get(kept) is None


def test_a_database_that_is_not_there_is_told(server: Server) -> None:
    with pytest.raises(InvalidInput, match="未保存任何内容") as told:
        get(Database(server.url("nowhere")))
    assert told.value.code in ("no_database", "cannot_connect")


def test_one_that_is_in_use_is_not_made_anew(accounts: Server, kept: Database) -> None:
    put(kept, "x")
    with pytest.raises(InvalidInput) as told:
        Database(_url(accounts, kept), owner=_url(accounts, kept, OWNER)).create()
    assert told.value.code == "database_exists"
    assert get(kept) == "x"


def test_somebody_elses_tables_are_not_touched(server: Server, fresh: str) -> None:
    server.ask("CREATE TABLE diary (page text)", database=fresh)
    database = Database(server.url(fresh))
    with pytest.raises(InvalidInput, match="不是助力流程的数据库"):
        get(database)
    database.close()


def test_a_backup_is_a_file_that_any_home_can_open_and_comes_back_whole(kept: Database, tmp_path: Path) -> None:
    with kept.write() as connection:
        open_case(connection, "A-1")
        open_case(connection, "A-0")
    put(kept, "old")
    copy = kept.backup(tmp_path / "copy.db")
    file = Database(copy)
    assert (file.check(), get(file)) == ([], "old")
    assert _history(file) == _history(kept)
    with kept.write() as connection:
        open_case(connection, "A-3")
    put(kept, "new")
    before = kept.restore(copy)
    assert (get(kept), get(Database(before)), kept.check()) == ("old", "new", [])
    assert _history(file) == _history(kept)
    with kept.write() as connection:
        open_case(connection, "A-4")
    with pytest.raises(InvalidInput, match="已有同名文件"):
        kept.backup(copy)
    file.close()


def test_a_database_of_another_form_is_upgraded_before_a_backup_is_put_back(
    accounts: Server, kept: Database, tmp_path: Path
) -> None:
    copy = kept.backup(tmp_path / "copy.db")
    by_owner(accounts, kept, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(InvalidInput, match="旧结构") as told:
        kept.restore(copy)
    assert told.value.code == "older_database"
    assert "zhuli db upgrade" in told.value.fix


def test_an_older_form_is_upgraded_behind_a_copy_of_it(
    accounts: Server, fresh: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Database(accounts.url(fresh), copies=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "_upgrade", partial(_upgraded_to, migrating._upgrade, "0016"))
        made.create()
    with accounts_of(accounts, fresh) as connection:
        connection.execute("INSERT INTO meta VALUES ('note', 'old')")
    assert made.schema_state() == "older"
    with pytest.raises(InvalidInput, match="db upgrade"):
        get(made)
    copy = made.upgrade()
    assert copy is not None
    assert (Database(copy).schema_state(), made.schema_state()) == ("older", "current")
    assert (get(made), made.check()) == ("old", [])
    made.close()


def _upgraded_to(real: Any, form: str, connection: Any, _: str) -> None:
    real(connection, form)


def accounts_of(server: Server, name: str) -> psycopg.Connection[Any]:
    return psycopg.connect(server.url(name))


def test_many_rows_are_walked_while_others_are_asked(kept: Database) -> None:
    with kept.write() as connection:
        for number in range(30):
            open_case(connection, f"A-{number}")
        met = [link.case_id for link in audit.all_entries(connection) if cases.load(connection, link.case_id)]
    assert len(met) == 30


def _history(database: Database) -> list[object]:
    with database.read() as connection:
        return [*merkle_log.leaves(connection), merkle_log.head(connection), *audit.all_entries(connection)]


def _url(server: Server, database: Database, user: str = CLERK) -> str:
    return server.url(database.shown.rpartition("/")[2], user)
