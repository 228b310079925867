"""The counts that are kept say what the rows say, whatever has happened, and are made again when they can't be good."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.calls import CALL, PART, called, issued
from tests.services.staging import Stage
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.services import reading
from zhuli_flow.services.registers import counts
from zhuli_flow.services.registers.overview import Overview, by_rows, overview, unlike_rows
from zhuli_flow.store import case_rows, directory
from zhuli_flow.store.case_rows import Listing
from zhuli_flow.store.counts import FILE, Counts, Part, Share, Tally
from zhuli_flow.store.directory import Person


def kept(stage: Stage, workflow: str = "desk") -> Overview:
    """The overview by the counts, which must not be behind; it is the same by rows."""
    counts.catch_up(stage.office)
    assert counts.kept(stage.office, lambda *_: True)
    told = overview(stage.office, workflow)
    assert told == by_rows(stage.office, workflow)
    assert overview(stage.office) == by_rows(stage.office)
    assert not unlike_rows(stage.office)
    return told


def test_after_every_act_and_on_every_day_they_are_those_of_the_rows(stage: Stage) -> None:
    kept(stage)
    first, second = stage.open(), stage.open()
    kept(stage)
    stage.walk(first, "intake")
    kept(stage.on("2018-10-09"))
    stage.do(first, "return", "甲", opinion="退回", to="draft", walk="again")
    kept(stage)
    stage.walk(second, "valid")
    for day in range(1, 60, 4):
        kept(stage.on(str((parse_instant("2018-10-09") + timedelta(days=day)).date())))


@pytest.mark.parametrize("hour", ["00:00", "08:59", "17:00", "17:00:01", "23:59:59"])
def test_a_light_turns_at_its_very_second(stage: Stage, hour: str) -> None:
    stage.walk(stage.open(), "intake")
    kept(stage)
    for day in ("2018-10-12", "2018-10-15", "2018-10-16"):
        kept(stage.on(f"{day}T{hour}"))


def test_whom_an_overdue_case_waits_for_follows_the_directory(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    stage.on("2018-11-20")
    assert [one.organisation for one in kept(stage).awaited] == ["省科协"]
    with stage.office.database.write() as connection:
        directory.put_people(connection, [Person("甲", "甲县政府", frozenset({"office"}), "经办")])
    assert kept(stage).awaited == ()  # who does the work there is of the county now


def test_registers_are_added_up(home: Path) -> None:
    call = CALL.replace("columns: [amount]}", "where: ['amount > 7'], columns: [amount]}")
    stage = called(home, call=call, part=PART.replace("type: int}", "type: int, unit: 万元}"))
    issued(stage)
    kept(stage, "part")
    for number, (amount, who) in enumerate((("7", "县"), ("12", "县乙")), 1):
        stage.do(f"FB-2018-000{number}", "send", who, amount=amount)
        kept(stage, "call")
    (everywhere,) = kept(stage, "call").workflows[0].sums
    assert (everywhere.sum, everywhere.of, everywhere.rows) == (12, 1, 1)
    stage.office.database.close()


def test_a_backup_put_back_is_counted_from_the_beginning(stage: Stage, tmp_path: Path) -> None:
    first = stage.open()
    kept(stage)
    backup = stage.office.database.backup(tmp_path / "backup.db")
    stage.walk(first, "intake")
    stage.open()
    assert kept(stage).workflows[0].cases == 2
    stage.office.database.close()
    for name in ("zhuli.db-wal", "zhuli.db-shm"):
        (stage.office.home / name).unlink(missing_ok=True)
    shutil.copy(backup, stage.office.home / "zhuli.db")
    assert kept(stage).workflows[0].cases == 1


def test_while_they_are_behind_it_is_told_by_rows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "FEW", 1)
    for _ in range(3):
        stage.open()
    for behind in (True, True, False):
        assert overview(stage.office, "desk").workflows[0].cases == 3
        assert (counts.kept(stage.office, lambda *_: True) is None) == behind


def test_another_rule_or_file_is_counted_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.open()
    assert counts.catch_up(stage.office) == 1
    assert counts.catch_up(stage.office) == 0
    monkeypatch.setattr(counts, "__version__", "another")
    assert counts.catch_up(stage.office) == 1
    (stage.office.home / counts.NAME).write_bytes(b"no database at all" * 100)
    assert counts.catch_up(stage.office) == 1
    kept(stage)


def test_a_clock_that_was_far_ahead_is_forgotten_and_one_a_moment_ahead_is_waited_for(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    kept(stage.on("2019-10-08"))
    stage.office = replace(stage.office, clock=RehearsalClock(parse_instant("2019-10-08T08:59:59")))
    assert counts.catch_up(stage.office) == 0
    assert overview(stage.office, "desk") == by_rows(stage.office, "desk")
    stage.office = replace(stage.office, clock=RehearsalClock(parse_instant("2018-10-09")))
    assert kept(stage).workflows[0].lights["红"] == 0


def test_a_count_that_was_changed_is_found_by_the_check(stage: Stage) -> None:
    stage.open()
    kept(stage)
    FILE.look(stage.office.home / counts.NAME, lambda index: index.put([], ["x"]))

    def change(index: Counts) -> None:
        index.put([Part("x", "desk", "", (Share("late", "", "别的单位"),))])
        index.flush(dict.fromkeys)  # type: ignore[arg-type]

    FILE.look(stage.office.home / counts.NAME, change)
    assert len(unlike_rows(stage.office)) == 2


def test_a_folder_that_cannot_be_written_to_is_told_by_rows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "FEW", 1)
    monkeypatch.setattr(counts, "_BATCH", 1)
    monkeypatch.setattr("zhuli_flow.store.side_file._private", lambda _: ":memory:")
    for _ in range(3):
        stage.open()
    counts.catch_up(stage.office)
    assert overview(stage.office, "desk").workflows[0].cases == 3
    assert not (stage.office.home / counts.NAME).exists()


def test_light_of_a_row_is_the_one_that_a_statement_tells(stage: Stage) -> None:
    dice = random.Random(7)
    stage.open()
    now = stage.clock.now()
    days: list[str | None] = [None, "2018-10-07", "2018-10-08", "2018-10-09"]
    instants: list[str | None] = [
        None,
        *(f"2018-10-{at}+00:00" for at in ("07T16:00:00", "08T01:00:00", "08T16:00:00")),
    ]
    for _ in range(60):
        with stage.office.database.write() as connection:
            found = case_rows.listed(connection, "WB-2018-0001")
            assert found
            parts = {
                f"{of}_{part}": dice.choice(values)
                for of in ("step", "whole")
                for part, values in (("yellow_on", days), ("red_at", instants), ("rests", [0, 1]))
            }
            row: Listing = found[0]._replace(**parts)  # type: ignore[arg-type]
            case_rows.put(connection, [row])
        at = now.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        assert case_rows.light_of(row, at, "2018-10-08") == next(light for light, one in lights(stage).items() if one)


def lights(stage: Stage) -> dict[str, int]:
    (line,) = by_rows(stage.office, "desk").workflows
    return {**line.lights, "—": line.cases - sum(line.lights.values())}


def test_numbers_are_taken_back_to_the_digit(tmp_path: Path) -> None:
    def use(index: Counts) -> list[Tally]:
        index.put(
            [Part("A", "w", "", (Share("sum", "t", "k", "1.50"),)), Part("B", "w", "", (Share("sum", "t", "k", "2"),))]
        )
        index.flush(dict.fromkeys)  # type: ignore[arg-type]
        index.put([Part("A", "w", "", ())])
        index.flush(dict.fromkeys)  # type: ignore[arg-type]
        return index.tallies("w", "sum", "t")

    ((key, cases, total),) = FILE.look(tmp_path / "x.db", use)
    assert (key, cases, total) == ("k", 1, 2)


def test_the_most_of_several_workflows_are_added_up(tmp_path: Path) -> None:
    def use(index: Counts) -> tuple[object, object]:
        late = (("A", "v", "甲"), ("B", "w", "甲"), ("C", "w", "乙"), ("D", "x", "乙"), ("E", "x", "乙"))
        index.put([Part(case, workflow, "", (Share("late", "", who),)) for case, workflow, who in late])
        index.flush(dict.fromkeys)  # type: ignore[arg-type]
        return index.most(["v", "w"], "late", 1), index.most([""], "late", 5)

    assert FILE.look(tmp_path / "x.db", use) == (([("甲", 2)], 2), ([("乙", 3), ("甲", 2)], 2))


def test_a_reader_is_told_what_the_rows_tell_him(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    kept(stage.on("2018-11-20"))
    seen = reading.reader(stage.office, "甲")
    assert [overview(seen, one) for one in ("", "desk")] == [by_rows(seen, one) for one in ("", "desk")]
