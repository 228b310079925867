"""A side file is made anew whatever is wrong with it, and never sends anybody to a backup of the office."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import side_file
from zhuli_flow.store.counts import FILE, Counts, Part, Share, Tally
from zhuli_flow.store.sql import sqlite


def fill(index: Counts) -> None:
    index.put([Part("A", "w", "", (Share("late", "", "甲"),))])
    index.flush(dict.fromkeys)  # type: ignore[arg-type]


def tallies(index: Counts) -> list[Tally]:
    return index.tallies("w", "late")


def changed(path: Path, statement: str) -> None:
    connection = sqlite.driver().connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("change", "use"),
    [
        ("DROP TABLE tally", tallies),
        ("UPDATE tally SET total = CAST(x'ff41' AS TEXT)", tallies),
        ("UPDATE tally SET total = '许多'", tallies),
        ("UPDATE part SET shares = x'00'", fill),
    ],
)
def test_damage_of_any_kind_is_made_anew(tmp_path: Path, change: str, use: Callable[[Counts], object]) -> None:
    path = tmp_path / "counts.db"
    FILE.look(path, fill)
    changed(path, change)
    assert FILE.read(path, use) is None
    FILE.look(path, use)
    FILE.look(path, fill)
    assert [(one.key, one.cases) for one in FILE.read(path, tallies) or ()] == [("甲", 1)]


def test_a_damaged_file_that_cannot_be_taken_away_is_made_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    path = tmp_path / "counts.db"
    path.write_bytes(b"no database at all" * 100)
    monkeypatch.setattr(side_file, "remove", refused)
    assert FILE.look(path, tallies) == []


def test_a_file_that_another_process_writes_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "counts.db"
    FILE.look(path, fill)
    monkeypatch.setattr(side_file, "WAIT_S", 0.1)
    other = sqlite.driver().connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for how in (FILE.read, FILE.look):
        with pytest.raises(InvalidInput) as told:
            how(path, tallies)
        assert told.value.code == "busy"
    other.close()
    assert [one.cases for one in FILE.look(path, tallies)] == [1]
