"""Where a home is looked for, and that the settings written are the settings read."""

from datetime import time
from pathlib import Path

import pytest

from zhuli_flow import settings
from zhuli_flow.calendar import BusinessHours, Season
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.settings import Settings, home_of, load, text_of


def test_the_option_comes_before_the_environment_before_the_usual_place(tmp_path: Path) -> None:
    environment = {"ZHULI_HOME": str(tmp_path / "env"), "XDG_DATA_HOME": str(tmp_path / "data")}
    assert home_of(str(tmp_path / "option"), environment) == tmp_path / "option"
    assert home_of(None, environment) == tmp_path / "env"
    assert home_of(None, {"XDG_DATA_HOME": str(tmp_path / "data")}) == tmp_path / "data" / "zhuli"
    assert home_of("relative", {}).is_absolute()


@pytest.mark.parametrize(
    "chosen",
    [
        Settings(),
        Settings(rehearsal=True, number_first={"辽科协函": 901, "辽科协发": 1}),
        Settings(database='/data/a "quoted" \\ name.db'),
        Settings(database="sqlite:////data/zhuli.db"),
        Settings(hours=BusinessHours(time(17, 30), (Season((10, 8), (4, 30), time(17)),))),
    ],
)
def test_what_is_written_is_what_is_read(tmp_path: Path, chosen: Settings) -> None:
    (tmp_path / settings.FILE).write_text(text_of(chosen), encoding="utf-8")
    assert load(tmp_path) == chosen


def test_a_relative_database_lies_in_the_home(tmp_path: Path) -> None:
    assert Settings().where(tmp_path) == tmp_path / "zhuli.db"
    assert Settings(database="sqlite:////x.db").where(tmp_path) == "sqlite:////x.db"


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text(
        "[office]\nrehearsal = 1\ndatabase = ''\nport = 3\n[numbers.first]\na = 'x'\n[extra]\n", encoding="utf-8"
    )
    with pytest.raises(InvalidInput) as refused:
        load(tmp_path)
    assert sorted(problem.code for problem in refused.value.problems) == ["type"] * 3 + ["unknown_key"] * 2


def test_sections_of_the_channels_are_carried_along(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text("[channels]\ndigest_at = '08:30'\n", encoding="utf-8")
    assert load(tmp_path).post == {"channels": {"digest_at": "08:30"}}


def test_a_folder_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing:
        load(tmp_path)
    assert missing.value.code == "no_home"


def test_settings_that_are_no_text_are_told(tmp_path: Path) -> None:
    for content in (b"\xff\xfe", b"#" * (65 * 1024)):
        (tmp_path / settings.FILE).write_bytes(content)
        with pytest.raises(InvalidInput):
            load(tmp_path)
