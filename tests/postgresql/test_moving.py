"""``db move``: the whole office or nothing, every hash the same, and taken up again where it was broken off."""

from pathlib import Path

import pytest

from tests.postgresql.conftest import CLERK, OWNER
from tests.postgresql.server import Server
from tests.services.homes import home_at
from zhuli_flow import bootstrap, settings
from zhuli_flow.errors import IntegrityBroken, InvalidInput
from zhuli_flow.services.administration import moving, upkeep
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.history import verify
from zhuli_flow.store import audit, merkle_log
from zhuli_flow.store.sql.database import Database

CITY = "沈阳市科协经办"


@pytest.fixture
def lived_in(tmp_path: Path) -> Path:
    home = home_at(tmp_path / "home", sampled=True)
    office = bootstrap.open_office(home)
    open_case(office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"})
    office.database.close()
    return home


@pytest.fixture
def empty(accounts: Server, fresh: str) -> tuple[str, str]:
    """The URLs of an empty database, for the account of the office and for the owner."""
    accounts.ask(f"ALTER DATABASE {fresh} OWNER TO {OWNER}")
    return accounts.url(fresh, CLERK), accounts.url(fresh, OWNER)


def leaves(database: Database) -> list[merkle_log.Leaf]:
    with database.look_back() as connection:
        return list(merkle_log.leaves(connection))


def move(home: Path, empty: tuple[str, str]) -> int:
    return bootstrap.move_database(home, empty[0], "tester", owner=empty[1])


def test_every_hash_is_the_same_and_the_office_goes_on(lived_in: Path, empty: tuple[str, str]) -> None:
    before = leaves(Database(lived_in / "zhuli.db"))
    toml = (lived_in / "zhuli.toml").read_text()
    assert move(lived_in, empty) == len(before) + 1
    office = bootstrap.open_office(lived_in)
    assert leaves(office.database)[:-1] == before
    assert (upkeep.faults(office), verify.verify(office).first_break) == ([], None)
    with office.database.read() as connection:
        assert audit.entries(connection, "office")[-1].event == "move"
    open_case(office, "zone_creation", "清原满族自治县", "抚顺市科协经办", {"leading_industries": "机械"})
    assert len(leaves(office.database)) == len(before) + 2
    office.database.close()
    changed = set((lived_in / "zhuli.toml").read_text().splitlines()) ^ set(toml.splitlines())
    assert {line.split(" = ")[0] for line in changed} == {"database"}


def test_the_file_is_kept_and_takes_no_entry_any_more(lived_in: Path, empty: tuple[str, str]) -> None:
    office = bootstrap.open_office(lived_in)  # a program that runs on, with the file open
    before = leaves(office.database)
    move(lived_in, empty)
    with pytest.raises(InvalidInput, match="已搬到服务器") as told:
        open_case(office, "zone_creation", "清原满族自治县", "抚顺市科协经办", {"leading_industries": "机械"})
    assert told.value.code == "moved_database"
    assert leaves(office.database) == before
    office.database.close()
    with pytest.raises(InvalidInput, match="已搬到服务器"):
        Database(lived_in / "zhuli.db").check()


def test_what_was_broken_off_before_the_file_was_marked_is_done_anew(
    lived_in: Path, empty: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(moving.moved, "mark", _dies)
        with pytest.raises(KeyboardInterrupt):
            move(lived_in, empty)
    office = bootstrap.open_office(lived_in)  # still on its file, and works
    open_case(office, "zone_creation", "清原满族自治县", "抚顺市科协经办", {"leading_industries": "机械"})
    office.database.close()
    before = leaves(Database(lived_in / "zhuli.db"))
    assert move(lived_in, empty) == len(before) + 1


def test_what_was_broken_off_before_the_settings_were_changed_is_ended(
    lived_in: Path, empty: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "write_over", _dies)
        with pytest.raises(KeyboardInterrupt):
            move(lived_in, empty)
    assert settings.load(lived_in).database == "zhuli.db"
    counted = move(lived_in, empty)
    office = bootstrap.open_office(lived_in)
    assert len(leaves(office.database)) == counted
    office.database.close()


def test_a_record_that_does_not_verify_stays_where_it_is(lived_in: Path, empty: tuple[str, str]) -> None:
    file = Database(lived_in / "zhuli.db")
    with file.write() as connection:
        connection.execute("UPDATE cases SET city = '别处'")
    file.close()
    with pytest.raises(IntegrityBroken, match="未搬动任何内容"):
        move(lived_in, empty)
    target = Database(empty[0])
    assert not target.is_made()
    target.close()


def test_a_database_with_something_in_it_is_left_alone(
    lived_in: Path, empty: tuple[str, str], accounts: Server
) -> None:
    other = Database(empty[0], owner=empty[1])
    other.create()
    other.close()
    with pytest.raises(InvalidInput, match="库中已有别的内容"):
        move(lived_in, empty)
    assert settings.load(lived_in).database == "zhuli.db"


def test_only_a_file_moves_and_only_to_a_server(lived_in: Path, empty: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="只能搬到服务器"):
        bootstrap.move_database(lived_in, str(tmp_path / "other.db"), "tester")
    move(lived_in, empty)
    with pytest.raises(InvalidInput, match="已在服务器上"):
        move(lived_in, empty)


def test_settings_without_a_line_for_the_database_get_one() -> None:
    assert settings.moved_to("[web]\nidle_minutes = 5\n", "postgresql://h/d").startswith(
        '[office]\ndatabase = "postgresql://h/d"\n'
    )
    assert settings.moved_to("[office]  # ours\nrehearsal = true\n", "x") == (
        '[office]  # ours\ndatabase = "x"\nrehearsal = true\n'
    )
    assert settings.moved_to('[ office ]\n  database = "zhuli.db"  # 相对于本文件夹\n', "x") == (
        '[ office ]\n  database = "x"\n'
    )


def test_settings_that_only_their_people_can_change_stop_the_move_before_it_begins(
    lived_in: Path, empty: tuple[str, str]
) -> None:
    path = lived_in / "zhuli.toml"
    path.write_text('office = { rehearsal = true, database = "zhuli.db" }\n')
    with pytest.raises(InvalidInput, match="不能自动改"):
        move(lived_in, empty)
    assert Database(lived_in / "zhuli.db").schema_state() == "current"
    target = Database(empty[0])
    assert not target.is_made()
    target.close()


def _dies(*_: object) -> None:
    raise KeyboardInterrupt
