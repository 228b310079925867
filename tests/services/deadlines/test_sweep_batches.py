"""A sweep in batches: many deadlines in one transaction, and still each of them for itself."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.calendar import Calendar, YearData
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.entry import Doer
from zhuli_flow.engine.history.new_entry import Frame, NewEntry, Standing, Told
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.deadlines import sweep as room
from zhuli_flow.services.deadlines.calendar import refresh
from zhuli_flow.services.deadlines.entry_template import EntryTemplate
from zhuli_flow.services.deadlines.sweep import confirm_clock, sweep
from zhuli_flow.services.history import verify
from zhuli_flow.services.rehearsal.rehearse import rehearse
from zhuli_flow.store import deadlines
from zhuli_flow.store.sql.statements import Connection

URGENT = (
    "until: until, remind: [-10d, 0d] -> until: until, remind: [-10d, -1wd, 0d], urgent: {from: -1wd, tell: [head]}"
)


def furnish(stage: Stage) -> list[str]:
    """Cases in several states, most of them due by 2019-03-02."""
    cases = [stage.walk(stage.open(until=f"2019-0{month}-0{month}"), "valid") for month in (1, 2, 3, 4)]
    return [*cases, stage.walk(stage.open(), "intake"), stage.walk(stage.open(), "review")]


# ── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_size_of_a_batch_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    ends = []
    for number in (200, size):
        monkeypatch.setattr(room, "BATCH", number)
        stage = Stage(home / str(number))
        furnish(stage)
        ends.append((sweep(stage.on("2019-03-02").office).items, stage.everything()))
        stage.office.database.close()
    assert ends[0] == ends[1]
    assert {item.kind for item in ends[0][0]} == {"remind", "overdue", "fired"}


def test_two_deadlines_of_one_case_lengthen_its_chain_in_order(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    sweep(stage.on("2018-12-31").office)
    told = stage.table(f"SELECT event FROM entry WHERE case_id = '{case}' AND event IN ('remind', 'overdue')")
    assert told == [("remind",), ("overdue",), ("overdue",)]
    assert verify.verify(stage.office).ok


def test_what_the_system_did_to_a_case_is_seen_by_its_next_deadline_in_the_same_batch(home: Path) -> None:
    stage = Stage(home, text=story(a="whole: {title: 全程, in: [intake, -> whole: {title: 全程, in: [valid, intake,"))
    case = stage.walk(stage.open(until="2018-11-01"), "valid")
    found = sweep(stage.on("2018-12-31").office)
    assert [item.kind for item in found.items if item.case == case][-1] == "fired"
    whole = [row for row in deadlines_of(stage, case) if row.name == "whole"]
    assert [row.state for row in whole] == ["met"]  # closed by the expiry before its own end was told
    stage.office.database.close()


def deadlines_of(stage: Stage, case: str) -> list[deadlines.StoredDeadline]:
    with stage.office.database.read() as connection:
        return deadlines.of_case(connection, case)


@pytest.mark.parametrize("harm", ["{", '{"deadlines": {"valid": {"state": "running", "version": 1}}}'])
def test_a_damaged_case_costs_only_itself(stage: Stage, harm: str) -> None:
    cases = furnish(stage)
    with stage.office.database.write() as connection:
        connection.execute("UPDATE cases SET body = ? WHERE id = ?", (harm, cases[1]))
    found = sweep(stage.on("2019-03-06").office)
    assert {str(item.kind) for item in found.items if item.case == cases[1]} == {"broken"}
    assert cases[1] in found.trouble
    assert [stage.stored(case).case.state for case in (cases[0], cases[2])] == ["closed", "closed"]
    assert [item.kind for item in sweep(stage.office).items] == ["broken"]  # it stays due until it is mended


@pytest.mark.sqlite("asks for the plan of its statements")
def test_a_sweep_finds_what_is_due_by_the_partial_index(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []
    real = deadlines.rows

    def explained(connection: Connection, query: str, **values: object) -> list[tuple[object, ...]]:
        text, in_order = connection.texts[query]
        plan = connection.driver.execute(f"EXPLAIN QUERY PLAN {text}", in_order(values))
        plans.extend(str(row[3]) for row in plan.fetchall())
        return real(connection, query, **values)

    monkeypatch.setattr(deadlines, "rows", explained)
    last = deadlines.StoredDeadline("WB-2018-0001", "valid", 1, "running", None, "2018-01-01")
    with stage.office.database.read() as connection:
        deadlines.due(connection, stage.office.today, 200, last)
        deadlines.next_due(connection, stage.office.today, date(2030, 1, 1))
    assert len(plans) == 2  # no sorting, no second look-up
    assert all("ix_deadline_next_on" in plan and plan.startswith("SEARCH") for plan in plans)


def test_a_sweep_hashes_no_year_as_long_as_none_is_imported(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.office.calendar = Calendar(stage.office.calendar.years)

    def hashed(_: YearData) -> str:
        raise AssertionError("a year was hashed")

    monkeypatch.setattr(YearData, "sha256", property(hashed))
    refresh(stage.office)


def test_reminders_held_up_by_the_clock_are_not_read_again_for_every_batch(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        stage.walk(stage.open(), "valid")
    stage.office.rehearsal = False
    sweep(stage.office)
    stage.on("2029-09-20")
    asked: list[int] = []
    real = deadlines.due

    def counted(*args: object) -> list[deadlines.StoredDeadline]:
        found = real(*args)  # type: ignore[arg-type]
        asked.append(len(found))
        return found

    monkeypatch.setattr(room, "BATCH", 2)
    monkeypatch.setattr(deadlines, "due", counted)
    assert [item.kind for item in sweep(stage.office).items].count("held") == 7
    assert sum(asked) <= 7 + 1


# ── clocks and dates ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("hours", "fires"), [(1, True), (-1, False), (4000 * 24, False)])
def test_a_clock_moved_by_an_hour_or_by_4000_days(stage: Stage, hours: int, fires: bool) -> None:
    case = stage.walk(stage.open(until="2019-03-01"), "valid")
    stage.office.rehearsal = False
    stage.clock.set(parse_instant("2019-03-02T09:00" if hours == -1 else "2019-03-01T23:30"))
    confirm_clock(stage.office, "甲")
    if hours != -1:  # an hour back: the sweep before it was a moment before the case was there
        sweep(stage.office)
    stage.clock.set(stage.clock.now() + timedelta(hours=hours))
    found = sweep(stage.office)
    assert (found.fired, stage.stored(case).case.state) == (int(fires), "closed" if fires else "valid")
    assert [item.kind for item in found.items if item.kind == "held"] == ([] if fires else ["held"])
    merged = stage.table(f"SELECT remind, merged FROM reminder_sent WHERE case_id = '{case}' AND name = 'valid'")
    assert dict(merged)["-10d"] == 1  # told once by the latest of them, whatever the clock did
    assert sweep(stage.office).fired == 0


def test_an_office_that_never_swept_does_not_vouch_for_its_own_clock(stage: Stage) -> None:
    case = stage.walk(stage.open(until="2019-03-01"), "valid")
    stage.office.rehearsal = False
    stage.on("2019-09-20")  # no sweep before: the newest entry is eleven months old
    assert [sweep(stage.office).fired for _ in range(3)] == [0, 0, 0]
    confirm_clock(stage.office, "甲")
    assert (sweep(stage.office).fired, stage.stored(case).case.state) == (1, "closed")


def test_after_4000_days_a_person_confirms_and_all_is_made_up_for(stage: Stage) -> None:
    case = stage.walk(stage.open(until="2019-03-01"), "valid")
    stage.office.rehearsal = False
    sweep(stage.office)
    stage.clock.set(stage.clock.now() + timedelta(days=4000))
    [held] = [str(item.text) for item in sweep(stage.office).items if item.kind == "held"]
    assert "时钟比上次巡检时（2018-10-08 09:00）晚了 4000 天" in held
    assert "节假日未巡检" in held
    assert "zhuli sweep --confirm-clock --as" in held
    confirm_clock(stage.office, "甲")
    assert sweep(stage.office).fired == 1
    assert stage.stored(case).case.state == "closed"
    assert verify.verify(stage.office).ok


def test_a_restart_in_the_past_reminds_of_nothing_twice(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    stage.office.rehearsal = False
    confirm_clock(stage.on("2018-10-11").office, "甲")
    assert sweep(stage.office).reminders == 1
    before = stage.everything()
    sweep(stage.on("2018-10-09").office)  # restarted with a clock two days behind
    assert stage.everything() == before
    assert sweep(stage.on("2018-10-12").office).reminders == 0


@pytest.mark.parametrize(
    ("until", "reminded", "fired"),
    [("2020-02-29", "2020-02-28", "2020-03-01"), ("2023-02-28", "2023-02-28", "2023-03-01")],
)
def test_the_end_of_february_is_reminded_and_over_on_its_day(
    stage: Stage, until: str, reminded: str, fired: str
) -> None:
    case = stage.walk(stage.open(until=until), "valid")
    sweep(stage.on((date.fromisoformat(reminded) - timedelta(days=1)).isoformat()).office)
    found = sweep(stage.on(reminded).office)
    assert [item.kind for item in found.items if item.case == case] == ["remind"]
    assert sweep(stage.on(until).office).fired == 0
    assert sweep(stage.on(fired).office).fired == 1


@pytest.mark.parametrize("until", ["9999-12-30", "9999-12-31"])
def test_a_deadline_at_the_end_of_all_years_is_kept_and_never_crashes(stage: Stage, until: str) -> None:
    case = stage.walk(stage.open(until=until), "valid")
    assert sweep(stage.on("2026-01-05").office).items == []
    assert [row.due_on for row in deadlines_of(stage, case) if row.name == "valid"] == [until]
    assert view.options(stage.office, case, "甲")


def test_a_deadline_that_ended_before_its_start_is_told_at_the_next_sweep(stage: Stage) -> None:
    case = stage.walk(stage.open(until="2018-01-01"), "valid")
    found = sweep(stage.office)
    assert [item.kind for item in found.items if item.case == case] == ["overdue", "fired"]
    assert found.reminders == 0  # none was owed before the day was known


# ── urgent reminders ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pressing(home: Path) -> Stage:
    return Stage(home, text=story(a=URGENT))


def sent(stage: Stage) -> list[tuple[str | None, str]]:
    """Who is told outside the house, and under which title."""
    return [
        (row[0], row[1])
        for row in stage.table(
            "SELECT json_extract(payload, '$.role'), json_extract(payload, '$.title') FROM outbox ORDER BY id"
        )
    ]


def test_an_urgent_reminder_leaves_the_house_at_once_and_goes_to_the_superiors_too(pressing: Stage) -> None:
    pressing.walk(pressing.open(), "valid")
    sweep(pressing.on("2019-02-19").office)
    assert sent(pressing) == []  # ten days before: the day's digest will do
    sweep(pressing.on("2019-02-28").office)
    assert sent(pressing) == [("head", "紧急提醒：有效期限")]
    sweep(pressing.on("2019-03-01").office)
    assert [title for _, title in sent(pressing)] == ["紧急提醒：有效期限"] * 2
    boxes = pressing.table("SELECT role, COUNT(*) FROM inbox WHERE text LIKE '%有效期限%' GROUP BY role")
    assert boxes == [("head", 2)]
    pressing.office.database.close()


def test_an_urgent_reminder_late_by_a_standstill_is_urgent_still(pressing: Stage) -> None:
    pressing.walk(pressing.open(), "valid")
    found = sweep(pressing.on("2019-03-01").office)
    assert found.reminders == 1
    assert sent(pressing) == [("head", "紧急提醒：有效期限")]
    pressing.office.database.close()


def test_a_reminder_on_a_transferred_case_goes_to_whom_it_was_given(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    advance(stage.office, case, "甲", Command("transfer", {"person": "乙"}, opinion="转办"))
    sweep(stage.on("2018-10-11").office)
    assert ("乙",) in stage.table(f"SELECT person FROM inbox WHERE case_id = '{case}' AND person IS NOT NULL")


def test_a_rehearsal_tells_that_the_superiors_will_hear_of_it(pressing: Stage) -> None:
    case = pressing.walk(pressing.open(), "valid")
    found = [one for one in rehearse(pressing.office, date(2019, 3, 1)).items if one.case == case]
    reminders = [one for one in found if (one.kind, one.deadline) == ("remind", "valid")]
    assert [(one.on.isoformat(), "head" in one.to) for one in reminders] == [
        ("2019-02-19", False),
        ("2019-02-28", True),
        ("2019-03-01", True),
    ]
    pressing.office.database.close()


def test_what_a_batch_writes_into_the_history_is_canonical_whatever_its_words_are(stage: Stage) -> None:
    """Entries that are alike are put into JSON once and filled in: the bytes must be those of one written by itself."""
    cases = [stage.walk(stage.open(until="2019-01-01"), "valid") for _ in range(3)]
    sweep(stage.on("2019-03-02").office)
    bodies = [bytes(row[0]) for row in stage.table("SELECT body FROM entry WHERE event IN ('remind', 'overdue')")]
    told = [json.loads(body) for body in bodies]
    assert [canonical(one) for one in told] == bodies
    assert {one["case"] for one in told} == set(cases)
    assert all(one["text"] for one in told)
    template = EntryTemplate(_alike(stage, told[0], '"\\\0'))
    entry = template.entry("Q-1", 4, bytes(32), '"换行\n\0')
    alone = {**told[0], "title": '"\\\0', "case": "Q-1", "seq": 5, "previous": "00" * 32, "text": '"换行\n\0'}
    assert entry.body == canonical(alone)
    with pytest.raises(ValueError, match="gap"):
        EntryTemplate(_alike(stage, told[0], "\0"))


def _alike(stage: Stage, told: dict[str, Any], title: str) -> NewEntry:
    """An entry that says what ``told`` says, but for its title, place and text."""
    keys = {"kind", "event", "at", "os_user", "clock"}
    frame = Frame(**{key: told[key] for key in keys}, title=title, actor=Doer(**told["actor"]))
    standing = Standing(told["from"], told["to"], told["version"], told["definition"])
    about = {
        key: told[key] for key in ("deadline", "due_on", "provisional", "told", "offset", "planned") if key in told
    }
    return NewEntry(frame, (standing, Told(**about)))
