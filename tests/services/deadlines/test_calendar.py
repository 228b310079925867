"""A year's holidays are imported, and every deadline they move is moved once, recorded, planned again and told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.services.staging import Stage, story
from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled, load_year
from zhuli_flow.calendar.bundled_years import _FOLDER
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.deadlines import calendar as room
from zhuli_flow.services.deadlines import recompute as walk
from zhuli_flow.services.deadlines.calendar import imported_years, refresh, year
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Settings
from zhuli_flow.store import calendars, inbox
from zhuli_flow.store import deadlines as rows
from zhuli_flow.store.sql.database import Database

CHANGED: dict[str, list[Any]] = {"moved": [], "rest": [], "certain": [], "provisional": []}
NEXT: dict[str, Any] = {
    "year": 2027,
    "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "number": "国办发明电〔2026〕9号",
    "off": {
        "元旦": ["2026-12-31", "2027-01-01", "2027-01-02"],
        "春节": ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"],
        "劳动节": ["2027-05-01", "2027-05-02"],
        "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03"],
    },
    "worked": ["2027-02-28"],
}


def import_file(office: Office, path: Path, *, dry_run: bool = False) -> dict[str, Any]:
    return as_json(room.import_file(office, path, dry_run=dry_run))


def recompute(office: Office, *, dry_run: bool = False) -> dict[str, Any]:
    return as_json(room.recompute(office, dry_run=dry_run))


def on(text: str) -> date:
    return date.fromisoformat(text)


def notice(number: int) -> dict[str, Any]:
    """The file of a year as it is after every change."""
    found: dict[str, Any] = json.loads((_FOLDER / f"{number}.json").read_text("utf-8"))
    return found


def first_notice(number: int) -> dict[str, Any]:
    """The file of a year as its first notice had it, before the change in the middle of the year."""
    told = notice(number)
    del told["sha256"], told["changes"]
    if number == 2019:
        told["off"]["劳动节"] = ["2019-05-01"]
        told["worked"] = [day for day in told["worked"] if day not in {"2019-04-28", "2019-05-05"}]
    else:
        told["off"]["春节"] = [day for day in told["off"]["春节"] if day < "2020-01-31"]
        told["worked"] += ["2020-02-01"]
    return told


def file_of(folder: Path, told: Mapping[str, Any], name: str = "") -> Path:
    path = folder / (name or f"{told['year']}.json")
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path


def only(told: Mapping[str, Any]) -> dict[str, Any]:
    """Of a report, what changed: (case, deadline, old day, new day) by kind."""
    return {
        kind: [(one["case"], one["deadline"], one["old"]["due_on"], one["new"]["due_on"]) for one in told[kind]]
        for kind in CHANGED
    }


def clock(stage: Stage, case: str, name: str = "intake") -> dict[str, Any]:
    return stage.stored(case).case.deadlines[name].json()


def row(stage: Stage, case: str, name: str = "intake") -> rows.StoredDeadline:
    with stage.office.database.read() as connection:
        return next(one for one in rows.of_case(connection, case) if one.name == name)


@pytest.fixture
def at(home: Path, tmp_path: Path) -> Any:
    """An office whose calendar stands as of the first notice of a year; 受理 takes the period given."""
    made: list[Stage] = []

    def open_at(day: str, within: str, number: int = 0) -> Stage:
        text = story(a=f"deadline: {{within: 5wd, remind: [-2wd]}} -> deadline: {{within: {within}, remind: [-2wd]}}")
        stage = Stage(home, at=day, text=text)
        made.append(stage)
        if number:
            import_file(stage.office, file_of(tmp_path, first_notice(number), "first.json"))
        return stage

    yield open_at
    for stage in made:
        stage.office.database.close()


@pytest.mark.parametrize(
    ("number", "start", "within", "before", "after"),
    [
        (2019, "2019-04-26", "3wd", "2019-05-02", "2019-04-30"),
        (2020, "2020-01-22", "5wd", "2020-02-04", "2020-02-06"),
    ],
)
def test_a_notice_that_changes_in_mid_year_moves_exactly_what_it_bears_on(
    at: Any, tmp_path: Path, number: int, start: str, within: str, before: str, after: str
) -> None:
    stage = at(start, within, number)
    early = stage.on(f"{number}-01-06").walk(stage.open(), "intake")
    stage.do(early, "accept", "甲")  # met: no longer anybody's deadline
    other = stage.walk(stage.open(), "draft")
    case = stage.on(start).walk(stage.open(), "intake")
    assert clock(stage, case)["due_on"] == before
    told = import_file(stage.office, file_of(tmp_path, notice(number)))
    assert told["would"]["moved"] >= 1
    planned = recompute(stage.office, dry_run=True)
    assert clock(stage, case)["due_on"] == before
    done = recompute(stage.office)
    assert only(planned) == only(done)
    assert (case, "intake", before, after) in only(done)["moved"]
    assert {one[0] for one in only(done)["moved"]} <= {case, early}
    assert (clock(stage, case)["due_on"], clock(stage, case)["version"]) == (after, 2)
    assert clock(stage, case)["calendar"] == stage.office.calendar.version == bundled().version
    assert stage.stored(other).case.version == 1
    assert only(recompute(stage.office)) == CHANGED


def test_what_moved_stands_in_the_history_with_old_and_new_and_why(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-26", "3wd", 2019)
    case = stage.walk(stage.open(), "intake")
    first = stage.office.calendar.version
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    entries = stage.table(f"SELECT kind, event, body FROM entry WHERE case_id = '{case}' ORDER BY seq")
    kind, event, body = entries[-1]
    told = json.loads(body)
    [moved] = [one for one in told["recomputed"] if one["deadline"] == "intake"]
    assert (kind, event) == ("deadline", "recompute")
    assert (moved["old"]["due_on"], moved["new"]["due_on"]) == ("2019-05-02", "2019-04-30")
    assert (moved["old"]["calendar"], moved["new"]["calendar"]) == (first, stage.office.calendar.version)
    assert moved["text"] == "受理期限因放假安排变化，由 2019-05-02 改为 2019-04-30"
    assert any("2019-04-28" in line or "4月28日" in line for line in moved["why"])
    assert told["version"] == stage.stored(case).case.version
    assert verify.verify(stage.office).ok
    assert upkeep.faults(stage.office) == []


def test_reminders_are_planned_again_and_go_out_once(at: Any, tmp_path: Path) -> None:
    stage = at("2020-01-22", "5wd", 2020)
    case = stage.walk(stage.open(), "intake")
    assert reminded(stage, case, "2020-02-01") == ["受理期限 2020-02-04 到期，还剩 3 天"]  # a working Saturday, so far
    import_file(stage.office, file_of(tmp_path, notice(2020)))
    recompute(stage.office)
    assert (row(stage, case).version, row(stage, case).next_on, row(stage, case).due_on) == (
        2,
        "2020-02-04",
        "2020-02-06",
    )
    assert reminded(stage, case, "2020-02-03") == []
    assert reminded(stage, case, "2020-02-04") == ["受理期限 2020-02-06 到期，还剩 2 天"]
    assert reminded(stage, case, "2020-02-05") == []
    assert "overdue" in {one.kind for one in sweep(stage.on("2020-02-07").office).items if one.case == case}


def reminded(stage: Stage, case: str, day: str) -> list[str]:
    found = sweep(stage.on(day).office).items
    return [one.text.partition("：")[2] for one in found if one.deadline == "intake" and one.case == case]


def test_whose_move_it_is_hears_of_it(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-26", "3wd", 2019)
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    recompute(stage.office)
    with stage.office.database.read() as connection:
        to_role, to_person = inbox.messages(connection, "", ["office"]), inbox.messages(connection, "乙")
    words = "甲县政府：受理期限因放假安排变化，由 2019-05-02 改为 2019-04-30"
    assert [one.text for one in to_role].count(words) == [one.text for one in to_person].count(words) == 1


def test_a_provisional_day_becomes_certain_when_its_year_is_announced(at: Any, tmp_path: Path) -> None:
    stage = at("2027-03-01", "5wd")
    case = stage.walk(stage.open(until="2027-06-01"), "intake")
    assert clock(stage, case)["provisional"] is True
    told = import_file(stage.office, file_of(tmp_path, NEXT))
    assert told["would"]["moved"] == 0
    done = recompute(stage.office)
    assert (case, "intake", "2027-03-08", "2027-03-08") in only(done)["certain"]
    assert done["moved"] == []
    assert (clock(stage, case)["provisional"], clock(stage, case)["version"]) == (False, 1)
    assert not row(stage, case).provisional
    assert only(recompute(stage.office)) == CHANGED


def test_days_of_december_that_next_years_notice_moves_are_seen(at: Any, tmp_path: Path) -> None:
    stage = at("2026-12-28", "3wd")
    case = stage.walk(stage.open(), "intake")
    assert (clock(stage, case)["due_on"], clock(stage, case)["provisional"]) == ("2026-12-31", True)
    told = import_file(stage.office, file_of(tmp_path, NEXT))
    assert next(one["date"] for one in told["days"]) == "2026-12-31"
    assert (case, "intake", "2026-12-31", "2027-01-04") in only(recompute(stage.office))["moved"]


def test_a_resumed_deadline_is_counted_again_from_where_it_went_on(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-01", "5wd", 2019)
    case = stage.walk(stage.open(), "review")
    stage.on("2019-04-25").do(case, "ask", "甲")
    stage.on("2019-04-26").do(case, "repaired", "县")
    assert clock(stage, case, "whole")["due_on"] == "2019-05-02"
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    after = clock(stage, case, "whole")
    assert after["reckoning"] == {"from": "2019-04-26", "by": ["3wd"]}
    assert (after["started_on"], after["due_on"]) == ("2019-04-01", "2019-04-30")


def test_an_extension_is_kept(at: Any, tmp_path: Path) -> None:
    stage = at("2020-01-02", "5wd", 2020)
    case = stage.walk(stage.open(), "review")
    stage.do(case, "longer", "甲")
    before = clock(stage, case, "whole")["due_on"]
    import_file(stage.office, file_of(tmp_path, notice(2020)))
    recompute(stage.office)
    after = clock(stage, case, "whole")
    assert (before, after["due_on"]) == ("2020-02-18", "2020-02-20")
    assert (after["extended"], after["reckoning"]["by"]) == ("10wd", ["20wd", "10wd"])


def test_a_suspended_deadline_gets_back_the_days_that_were_none(at: Any, tmp_path: Path) -> None:
    stage = at("2020-01-22", "5wd", 2020)
    case = stage.walk(stage.open(), "review")
    stage.on("2020-02-03").do(case, "ask", "甲")
    stage.do(case, "longer", "甲")
    rest = clock(stage, case, "whole")["remaining"]
    import_file(stage.office, file_of(tmp_path, notice(2020)))
    done = recompute(stage.office)
    assert [one["deadline"] for one in done["rest"]] == ["whole"]
    assert clock(stage, case, "whole")["remaining"] == rest + 2  # 1 月 31 日和 2 月 1 日都没有上班
    assert only(recompute(stage.office)) == CHANGED
    stage.on("2020-02-10").do(case, "repaired", "县")
    assert clock(stage, case, "whole")["state"] == "running"


def test_a_day_named_in_a_field_stays_as_named(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-08", "5wd", 2019)
    case = stage.walk(stage.open(until="2019-05-02"), "valid")
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    assert only(recompute(stage.office)) == CHANGED
    assert clock(stage, case, "valid")["due_on"] == "2019-05-02"


def test_a_reminder_moves_with_the_calendar_though_its_deadline_stays(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-08", "5wd", 2019)
    case = stage.walk(stage.open(until="2019-05-12"), "valid")  # reminded ten days before: 05-02
    assert row(stage, case, "valid").next_on == "2019-05-02"
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    assert row(stage, case, "valid").next_on == "2019-04-30"
    assert sweep(stage.on("2019-04-30").office).reminders == 1
    assert sweep(stage.on("2019-05-02").office).reminders == 0


def test_what_a_withdrawal_puts_back_still_follows_from_the_history(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-26", "3wd", 2019)
    case = stage.walk(stage.open(), "intake")
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    stage.do(case, "withdraw", "县")
    stage.do(case, "submit", "县")
    assert (clock(stage, case)["due_on"], clock(stage, case)["version"]) == ("2019-04-30", 3)
    assert upkeep.faults(stage.office) == []


def test_who_looked_before_the_recompute_is_told_the_case_has_changed(at: Any, tmp_path: Path) -> None:
    stage = at("2019-04-26", "3wd", 2019)
    case = stage.walk(stage.open(), "intake")
    seen = stage.stored(case).case.version
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    recompute(stage.office)
    assert "stale_version" in stage.refused(case, "accept", "甲", seen=seen)


def test_killed_half_way_the_rest_is_done_the_next_time(
    at: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        """The process ends here."""

    stage = at("2019-04-26", "3wd", 2019)
    ids = [stage.walk(stage.open(), "intake") for _ in range(2)]
    import_file(stage.office, file_of(tmp_path, notice(2019)))
    real, seen = walk._record, list[int]()

    def killed_at_the_second(*args: Any) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Killed
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(walk, "BATCH", 1)
        patch.setattr(walk, "_record", killed_at_the_second)
        with pytest.raises(Killed):
            recompute(stage.office)
    assert [clock(stage, one)["version"] for one in ids] == [2, 1]
    assert {one[0] for one in only(recompute(stage.office))["moved"]} == {ids[1]}
    assert [clock(stage, one)["version"] for one in ids] == [2, 2]


# ── importing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_import_is_kept_recorded_and_found_again(home: Path, tmp_path: Path) -> None:
    bootstrap.make_home(
        home, Settings(rehearsal=True), start=parse_instant("2026-11-20"), sampled=False, os_user="经办"
    )
    office = bootstrap.open_office(home, os_user="经办")
    told = import_file(office, file_of(tmp_path, NEXT))
    assert (told["old"], told["new"]) == (bundled().version, office.calendar.version)
    office.database.close()
    again = bootstrap.open_office(home)
    assert again.calendar.version == told["new"]
    assert again.calendar.is_announced(on("2027-06-01"))
    with again.database.read() as connection:
        body = connection.execute("SELECT body FROM entry WHERE event = 'calendar_import'").fetchone()[0]
    entry = json.loads(body)
    assert (entry["number"], entry["sha256"], entry["os_user"]) == (NEXT["number"], told["sha256"], "经办")
    assert entry["changes"] == [["calendar", "2027", told["old"], told["new"]]]
    assert verify.verify(again).ok
    again.database.close()


def test_a_dry_run_and_what_is_known_already_change_nothing(stage: Stage, tmp_path: Path) -> None:
    before = stage.everything()
    assert import_file(stage.office, file_of(tmp_path, NEXT), dry_run=True)["changed"] is True
    assert import_file(stage.office, file_of(tmp_path, notice(2026)))["changed"] is False
    assert (stage.everything(), stage.office.calendar.version) == (before, bundled().version)


def test_every_version_of_a_year_is_kept_and_the_newest_counts(stage: Stage, tmp_path: Path) -> None:
    for told in (NEXT, {**NEXT, "worked": []}, NEXT):
        import_file(stage.office, file_of(tmp_path, told))
    assert stage.table("SELECT year FROM calendar_year") == [(2027,)] * 3
    with stage.office.database.read() as connection:
        [newest] = calendars.newest(connection)
    assert load_year(newest.data, "").worked == {on("2027-02-28")}
    assert list(imported_years(stage.office)) == [2027]


@pytest.mark.parametrize("statement", ["UPDATE calendar_year SET year = 2028", "DELETE FROM calendar_year"])
def test_an_imported_year_can_not_be_changed_afterwards(stage: Stage, tmp_path: Path, statement: str) -> None:
    import_file(stage.office, file_of(tmp_path, NEXT))
    with pytest.raises(Exception, match="calendar_year:"), stage.office.database.write() as connection:
        connection.execute(statement)


def test_a_running_scheduler_takes_over_what_another_process_imported(stage: Stage, tmp_path: Path) -> None:
    other = replace(stage.office, database=Database(stage.office.database.path))
    import_file(other, file_of(tmp_path, NEXT))
    assert not stage.office.calendar.is_announced(on("2027-01-01"))
    sweep(stage.office)
    assert stage.office.calendar.version == other.calendar.version
    other.database.close()


def test_a_stored_year_that_was_tampered_with_is_not_believed(stage: Stage, tmp_path: Path) -> None:
    import_file(stage.office, file_of(tmp_path, NEXT))
    with stage.office.database.write() as connection:
        connection.execute("DROP TRIGGER calendar_year_no_update")
        connection.execute(
            "UPDATE calendar_year SET data = replace(data, '02-28', '02-27'), sha256 = 'x' || substr(sha256, 2)"
        )
    with pytest.raises(IntegrityBroken, match="2027"):
        refresh(stage.office)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["syntax"]),
        (b"\xff\xfe", ["syntax"]),
        (b"[" * 100_000, ["syntax"]),
        (b"[1]", []),
        (b"null", []),
        (b"{}", ["missing_key"] * 5),
        (b'{"year": 2027, "year": 2028}', ["twice"] + ["missing_key"] * 4),
        (json.dumps({**NEXT, "year": 9999}).encode(), ["not_a_year"]),
        (json.dumps({**NEXT, "sha256": "0" * 64}).encode(), ["wrong_hash"]),
        (json.dumps({**NEXT, "worked": ["2027-01-02", "2027-02-30"]}).encode(), ["not_a_date", "overlap"]),
    ],
)
def test_a_bad_file_is_refused_with_everything_wrong_and_nothing_changes(
    stage: Stage, tmp_path: Path, content: bytes, codes: list[str]
) -> None:
    path, before = tmp_path / "bad.json", stage.everything()
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        import_file(stage.office, path)
    found = [one.code.removeprefix("calendar.") for one in refused.value.problems]
    assert [code for code in found if code != "fixed_holiday"] == codes
    assert refused.value.fix
    assert stage.everything() == before


def test_a_file_that_is_none_is_told(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_file(stage.office, tmp_path / "missing.json")
    with pytest.raises(InvalidInput, match="不能读取"):
        import_file(stage.office, tmp_path)
    (tmp_path / "big.json").write_bytes(b" " * 300_000)
    with pytest.raises(InvalidInput, match="256 kB"):
        import_file(stage.office, tmp_path / "big.json")


def test_a_year_tells_where_it_comes_from() -> None:
    imported = bundled().with_year(load_year(NEXT, ""))
    assert [year(imported, n, at).source for n, at in ((2026, None), (2027, "x"), (2030, None))] == [
        "bundled",
        "imported",
        None,
    ]
    first = bundled().with_year(load_year(first_notice(2020), ""))
    assert year(first, 2020, "x").differs is True
    assert year(bundled(), 2020, "x").differs is False
    assert year(imported, 2027, "x").differs is False
