"""Care of a home: it is made whole or not at all, and its clock only moves forwards."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.homes import START, home_at
from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.errors import InvalidInput, RulesRefused
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify
from zhuli_flow.settings import Settings


@pytest.fixture
def made(home: Path) -> Path:
    return home_at(home)


def test_a_folder_under_construction_vanishes_when_anything_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), upkeep.building(tmp_path / "home") as place:
        (place / "half").write_text(str(1 / 0))
    assert list(tmp_path.iterdir()) == []


def test_a_home_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    with upkeep.building(tmp_path / "home") as place:
        (place / "all").write_text("x")
        assert not (tmp_path / "home").exists()
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["all"]


def test_a_home_cannot_be_made_where_a_file_or_link_stands(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link", "file/below"):
        with pytest.raises(InvalidInput), upkeep.building(tmp_path / name):
            pass


def test_a_database_elsewhere_goes_when_the_home_fails(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhuli_flow.services.administration import directory

    monkeypatch.setattr(directory, "import_file", lambda *_: 1 / 0)
    chosen = Settings(rehearsal=True, database=str(tmp_path / "elsewhere.db"))
    with pytest.raises(ZeroDivisionError):
        bootstrap.make_home(home, chosen, start=START, sampled=True, os_user="tester")
    assert list(tmp_path.iterdir()) == []


def test_the_clock_is_where_it_was_left_when_the_home_is_opened_again(made: Path) -> None:
    office = bootstrap.open_office(made)
    upkeep.set_clock(office, START + timedelta(days=30))
    office.database.close()
    assert bootstrap.open_office(made).clock.now() == START + timedelta(days=30)


def test_moving_the_clock_is_on_record(made: Path) -> None:
    office = bootstrap.open_office(made)
    before = verify.verify(office).entries
    upkeep.set_clock(office, START + timedelta(days=1))
    assert verify.verify(office).entries == before + 1


def test_a_clock_set_back_stays_where_it_is(made: Path) -> None:
    office = bootstrap.open_office(made)
    with pytest.raises(RulesRefused) as refused:
        upkeep.set_clock(office, START - timedelta(seconds=1))
    assert [one.code for one in refused.value.refusals] == ["clock_back"]
    assert office.clock.now() == START


def test_an_instant_reads_in_beijing_time() -> None:
    assert upkeep.spell(START) == "2018-10-08 09:00:00"


def test_a_new_home_is_without_faults(made: Path) -> None:
    assert upkeep.faults(bootstrap.open_office(made)) == []


def test_a_clock_with_fractions_of_a_second_leaves_nothing_that_differs_from_history(tmp_path: Path) -> None:
    """The machine's clock has them, history has not: what rows repeat of history must not either."""
    stage = Stage(tmp_path / "home")
    for micros in (999_999, 1, 700_000):
        stage.clock.advance(timedelta(seconds=1, microseconds=micros))
        stage.walk(stage.open(), "valid")
    sweep(stage.office)
    assert [one for one in upkeep.faults(stage.office) if "文件" not in one and "原文" not in one] == []
