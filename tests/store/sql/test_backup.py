"""Schema, upgrades, copies."""

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.making import open_case
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.store import meta
from zhuli_flow.store.sql import migrating, schema, sqlite
from zhuli_flow.store.sql.database import Database
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.store.sql.tables import Stored
from zhuli_flow.store.sql.triggers import TRIGGERS

pytestmark = pytest.mark.sqlite("how it is copied")


def note(database: Database) -> str | None:
    with database.read() as connection:
        return meta.get(connection, "note")


def put(database: Database, value: str) -> None:
    with database.write() as connection:
        meta.put(connection, "note", value)


def test_a_fresh_database_is_what_the_tables_say_and_what_the_migrations_made(database: Database) -> None:
    module = sqlite.driver()
    with closing(module.connect(":memory:")) as driver:
        with migrating.core_connection(module, driver) as connection:
            Stored.metadata.create_all(connection)
        declared = clauses(schema.pieces(Connection(driver)))
    with database.read() as connection:
        made = clauses(schema.pieces(connection))
    del made["alembic_version"]
    assert made == declared
    assert sum(kind == "trigger" for kind, *_ in made.values()) == len(TRIGGERS)


def clauses(pieces: set[tuple[str, str, str]]) -> dict[str, tuple[str, ...]]:
    """Each piece's SQL clause by clause: of a table, the order of columns counts and that of constraints does not."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, name, sql in pieces:
        start, end = sql.find("("), sql.rfind(")")
        parts = re.split(r", (?=CONSTRAINT )", sql[start + 1 : end].strip()) if kind == "table" else [sql]
        found[name] = (kind, parts[0], *sorted(parts[1:]), sql[end:] if kind == "table" else "")
    return found


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_alembic_finds_nothing_to_add(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.read() as reading, migrating.core_connection(sqlite.driver(), reading.driver) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Stored.metadata) == []


def test_every_table_refuses_values_of_another_type(database: Database) -> None:
    with database.read() as connection:
        strict = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").fetchall()
    ours = {name for name, is_strict in strict if not name.startswith("sqlite_") and name != "alembic_version"}
    assert ours == {name for name, is_strict in strict if is_strict}
    assert ours == set(Stored.metadata.tables)


NEXT = f"{int(schema.REVISION) + 1:04}"


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program one version later: a revision that gives people a telephone and rebuilds a table."""
    scripts = tmp_path / "scripts"
    shutil.copytree(schema.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{NEXT}_telephone.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '{NEXT}', '{schema.REVISION}', None, None\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('organisation', recreate='always') as table:\n"
        "        table.add_column(sa.Column('telephone', sa.Text(), nullable=False, server_default=''))\n"
        "    # fail here\n",
        "utf-8",
    )
    monkeypatch.setattr(schema, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "REVISION", NEXT)
    return scripts


def test_an_older_database_is_refused_until_it_is_upgraded_with_a_copy(ready: Database, next_version: Path) -> None:
    with ready.write() as connection:
        open_case(connection)
        connection.execute("INSERT INTO organisation VALUES ('a', 'A', '', '', '', '')")
        connection.execute("INSERT INTO person VALUES ('p', '', 'a', '[]', NULL, 1)")
    ready.close()
    later = Database(ready.path)
    assert later.schema_state() == "older"
    with pytest.raises(InvalidInput, match="zhuli db upgrade"):
        note(later)
    copy = later.upgrade()
    assert copy is not None
    assert copy.name == f"zhuli.db.before-{NEXT}"
    with later.write() as connection:
        assert connection.execute("SELECT id, telephone FROM organisation").fetchall() == [("a", "")]
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert later.schema_state() == "current"
    assert later.check() == []
    assert later.upgrade() is None
    assert Database(copy).schema_state() == "older"
    later.close()


def test_a_restored_older_backup_asks_to_be_upgraded(ready: Database, next_version: Path) -> None:
    copy = ready.upgrade()
    assert copy is not None
    put(ready, "new")
    ready.restore(copy)
    with pytest.raises(InvalidInput, match="zhuli db upgrade"):
        note(ready)
    ready.upgrade()
    assert note(ready) is None
    ready.close()


def test_an_upgrade_that_fails_half_way_changes_nothing(ready: Database, next_version: Path) -> None:
    script = next_version / "versions" / f"{NEXT}_telephone.py"
    script.write_text(script.read_text("utf-8").replace("# fail here", "raise RuntimeError('power cut')"), "utf-8")
    ready.close()
    with pytest.raises(RuntimeError, match="power cut"):
        ready.upgrade()
    assert ready.schema_state() == "older"
    with ready._look() as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(organisation)")]
    assert "telephone" not in columns


def test_an_upgrade_that_would_break_references_is_undone(ready: Database, next_version: Path) -> None:
    script = next_version / "versions" / f"{NEXT}_telephone.py"
    break_it = "op.execute(\"INSERT INTO person VALUES ('p', '', 'nowhere', '[]', NULL, 1)\")"
    script.write_text(script.read_text("utf-8").replace("# fail here", break_it), "utf-8")
    with pytest.raises(IntegrityBroken, match="已全部撤销"):
        ready.upgrade()
    assert ready.schema_state() == "older"


def test_a_failed_creation_leaves_no_file(home: Path, next_version: Path) -> None:
    script = next_version / "versions" / f"{NEXT}_telephone.py"
    script.write_text(script.read_text("utf-8").replace("# fail here", "raise RuntimeError('power cut')"), "utf-8")
    with pytest.raises(RuntimeError, match="power cut"):
        Database(home / "zhuli.db").create()
    assert list(home.iterdir()) == []


def test_a_backup_is_one_private_file_that_opens(database: Database, tmp_path: Path) -> None:
    put(database, "kept")
    target = database.backup(tmp_path / "copy.db")
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["copy.db"]
    copy = Database(target)
    assert note(copy) == "kept"
    assert copy.check() == []
    copy.close()


def test_a_backup_never_overwrites(database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(InvalidInput, match="未覆盖"):
        database.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_backup_into_a_missing_folder_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="未保存任何内容"):
        database.backup(tmp_path / "nowhere" / "copy.db")


def test_a_restored_backup_is_seen_by_whoever_has_the_database_open(database: Database, tmp_path: Path) -> None:
    put(database, "old")
    copy = database.backup(tmp_path / "copy.db")
    put(database, "new")
    other = Database(database.path)
    assert note(other) == "new"
    kept = database.restore(copy)
    assert (note(database), note(other), note(Database(kept))) == ("old", "old", "new")
    put(other, "goes on")
    assert note(database) == "goes on"
    assert database.path.stat().st_mode & 0o777 == 0o600
    other.close()


@pytest.mark.parametrize("kind", ["missing", "damaged", "damaged in one page", "newer", "other"])
def test_what_can_not_be_restored_changes_nothing(database: Database, tmp_path: Path, kind: str) -> None:
    put(database, "kept")
    source = tmp_path / "copy.db"
    if kind != "missing":
        database.backup(source)
    if kind == "damaged":
        source.write_bytes(source.read_bytes()[:9000] + b"\xff" * 30000)
    elif kind == "damaged in one page":
        source.write_bytes(source.read_bytes()[:-4096] + b"\xff" * 4096)
    elif kind == "newer":
        spoil(source, "UPDATE alembic_version SET version_num = '9999'")
    elif kind == "other":
        spoil(source, "DROP TABLE alembic_version")
    with pytest.raises((InvalidInput, IntegrityBroken, NotFound)):
        database.restore(source)
    assert note(database) == "kept"
    assert [path.name for path in database.path.parent.glob("*before*")] == []


def spoil(path: Path, statement: str) -> None:
    connection = sqlite.driver().connect(str(path))
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_damaged_database_can_be_replaced_by_a_backup_and_is_kept(database: Database, tmp_path: Path) -> None:
    put(database, "kept")
    copy = database.backup(tmp_path / "copy.db")
    database.close()
    database.path.write_bytes(b"\xff" * 20000)
    kept = database.restore(copy)
    assert note(database) == "kept"
    assert kept.read_bytes() == b"\xff" * 20000


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DROP TRIGGER entry_no_update", "缺少 trigger entry_no_update"),
        ("DROP INDEX ix_deadline_next_on", "缺少 index ix_deadline_next_on"),
        ("INSERT INTO person VALUES ('p', '', 'nowhere', '[]', NULL, 1)", "person"),
    ],
)
def test_a_check_names_what_is_wrong(database: Database, statement: str, told: str) -> None:
    assert database.check() == []
    database.close()
    spoil(database.path, statement)
    assert any(told in fault for fault in database.check())


def test_a_backup_of_what_is_damaged_is_not_made(ready: Database, tmp_path: Path) -> None:
    with ready.write() as connection:
        open_case(connection, body={"fields": {"text": "长" * 50_000}})
    ready.close()
    spoil(ready.path, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(ready.path.read_bytes())
    content[8192 : len(content) - 4096] = b"\xff" * (len(content) - 12288)
    ready.path.write_bytes(content)
    with pytest.raises(IntegrityBroken):
        ready.backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
