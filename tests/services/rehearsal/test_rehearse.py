"""A rehearsal lists what the real sweep then does, and leaves the office as it was."""

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar as Feed

from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.clock import SHANGHAI, RehearsalClock, local_date, parse_instant
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused
from zhuli_flow.services.administration.upkeep import set_clock
from zhuli_flow.services.deadlines.sweep import confirm_clock, sweep
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.services.rehearsal.rehearse import Rehearsal, ics, rehearse, tell_story
from zhuli_flow.services.rehearsal.scenario import read
from zhuli_flow.settings import Settings
from zhuli_flow.store import deadlines, inbox, notices

STORY = "programme.scenario"
BEGUN, FROM, TO = date(2018, 9, 1), date(2019, 3, 31), date(2023, 3, 31)
Line = tuple[date, str, str, str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the sample programme has come as far as 2019-03-31; tests take copies."""
    home = tmp_path_factory.mktemp("played") / "home"
    start = parse_instant(BEGUN.isoformat())
    chosen = Settings(rehearsal=True, number_first={"辽科协函": 901})
    bootstrap.make_home(home, chosen, start=start, sampled=True, os_user="tester")
    office = bootstrap.open_office(home)
    assert isinstance(office.clock, RehearsalClock)
    path = bootstrap.sample(STORY)
    steps = {"zone.steps": bootstrap.sample("zone.steps").read_text("utf-8")}
    acts = read(path.read_text("utf-8"), path.name, office.calendar, BEGUN, steps)
    player = Player(office, office.clock)
    player.play(act for act in acts if local_date(act.at) <= FROM)
    player.forward(parse_instant(FROM.isoformat()))
    set_clock(office, office.clock.now())
    office.database.close()
    return home


@pytest.fixture
def programme(played: Path, tmp_path: Path) -> Iterator[Office]:
    office = bootstrap.open_office(Path(shutil.copytree(played, tmp_path / "home")))
    yield office
    office.database.close()


def lines(told: Rehearsal) -> list[Line]:
    return sorted((one.on, one.case, one.kind, one.text) for one in told.items)


def lived(office: Office, until: date) -> list[Line]:
    """What the real sweep does, looking every morning; letters as they are ordered."""
    clock = office.clock
    assert isinstance(clock, RehearsalClock)
    found: list[Line] = []
    for day in range((until - office.today).days + 1):
        morning = datetime.combine(FROM + timedelta(days=day), time(9), SHANGHAI)
        clock.set(morning)
        for item in sweep(office).items:
            kind = {"fired": "fire"}.get(str(item.kind), str(item.kind))
            found.append((morning.date(), str(item.case), kind, str(item.text)))
    return found


def letters(office: Office) -> list[tuple[date, str, str]]:
    with office.database.read() as connection:
        ordered = notices.listed(connection, "ordered", 1000)
    days = [max(FROM, local_date(datetime.fromisoformat(one.ordered_at))) for one in ordered]
    return sorted((day, one.case_id, one.number or "") for day, one in zip(days, ordered, strict=True))


# ── the list and what then happens ────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_what_a_sweep_every_morning_of_four_years_does(programme: Office) -> None:
    told = rehearse(programme, TO)
    listed = [one for one in lines(told) if one[2] not in {"letter", "refused"}]
    happened = lived(programme, TO)
    assert listed == sorted(one for one in happened if one[2] != "refused")
    refused = sorted((day, case) for day, case, kind, _ in happened if kind == "refused")
    assert [(one.on, one.case) for one in told.items if one.kind == "refused"] == refused
    numbers = [(one.on, one.case, one.text.split(" ")[-1]) for one in told.items if one.kind == "letter"]
    ordered = letters(programme)
    assert [(day, case) for day, case, _ in sorted(numbers)] == [(day, case) for day, case, _ in ordered]
    assert {number for *_, number in ordered if number} <= {number for *_, number in numbers}
    kinds = [one.kind for one in told.items]
    assert (kinds.count("remind") > 100, kinds.count("overdue") > 20, kinds.count("fire") > 8) == (True, True, True)
    assert verify.verify(programme).ok


def test_an_expiry_is_told_with_its_deadline_and_the_letter_it_brings(programme: Office) -> None:
    told = rehearse(programme, date(2021, 12, 31))
    day = date(2021, 12, 11)
    found: Any = {one.kind: as_json(one) for one in told.items if (one.applicant, one.on) == ("法库县", day)}
    assert found["fire"] == {
        "date": "2021-12-11",
        "case": found["fire"]["case"],
        "applicant": "法库县",
        "kind": "fire",
        "deadline": "validity",
        "due_on": "2021-12-10",
        "provisional": False,
        "to": ["office", "city_organisation"],
        "to_titles": ["省科协学会学术部（领导小组办公室）", "市委组织部（沈阳市）"],
        "text": "到期失效",
    }
    assert found["letter"]["text"].startswith("法库县：印发到期告知函 辽科协函〔2021〕")
    assert found["overdue"]["text"] == "法库县：有效期已于 2021-12-10 届满"


def test_the_whole_programme_is_told_from_its_first_day(tmp_path: Path) -> None:
    home, clock = tmp_path / "home", RehearsalClock(parse_instant(BEGUN.isoformat()))
    chosen = Settings(rehearsal=True, number_first={"辽科协函": 901})
    bootstrap.make_home(home, chosen, start=clock.now(), sampled=True, os_user="tester")
    office = bootstrap.assemble(home, chosen, bootstrap.open_database(home), clock, "tester")
    told = tell_story(office, clock, bootstrap.sample(STORY), date(2019, 6, 30))
    office.database.close()
    assert told.items[0].on < date(2019, 1, 1) < told.items[-1].on <= date(2019, 6, 30)
    assert any(one.kind == "letter" and "辽科协函〔2018〕905号" in one.text for one in told.items)


def test_thirty_years_stop_only_where_something_is_due(programme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(office: Office) -> object:
        looks.append(office.today)
        return sweep(office)

    monkeypatch.setattr("zhuli_flow.services.rehearsal.rehearse.sweep", counted)
    told = rehearse(programme, date(2049, 3, 31))
    assert len(looks) == len(set(looks)) <= len({one.on for one in told.items}) + 12
    assert len(looks) < 200


# ── the office stays as it was ────────────────────────────────────────────────────────────────────────────────────────


def test_the_home_stays_byte_for_byte_as_it_was(programme: Office) -> None:
    def bytes_of() -> dict[str, str]:
        programme.database.close()
        found = (path for path in sorted(programme.home.rglob("*")) if path.is_file())
        return {str(path.relative_to(programme.home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}

    before, now = bytes_of(), programme.clock.now()
    first = rehearse(programme, TO, ["2021=weekends"])
    assert bytes_of() == before
    assert programme.clock.now() == now
    assert rehearse(programme, TO, ["2021=weekends"]) == first


def test_the_copy_is_private_and_gone_afterwards(
    programme: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    seen: list[tuple[int, int]] = []

    def looked(office: Office) -> object:
        seen.append((office.home.stat().st_mode & 0o777, office.database.path.stat().st_mode & 0o777))
        raise RulesRefused("stop here")

    monkeypatch.setattr("zhuli_flow.services.rehearsal.rehearse.sweep", looked)
    with pytest.raises(RulesRefused):
        rehearse(programme, TO)
    assert seen == [(0o700, 0o600)]
    assert list(place.iterdir()) == []


def test_a_day_past_and_an_unknown_person_are_refused(programme: Office) -> None:
    with pytest.raises(InvalidInput, match="已经过去"):
        rehearse(programme, date(2019, 3, 30))
    with pytest.raises(NotFound):
        rehearse(programme, date(2019, 4, 1), person="无名")


def test_the_list_of_one_person_is_what_reaches_that_person(programme: Office) -> None:
    mine = rehearse(programme, date(2021, 12, 31), person="沈阳市科协经办")
    assert {one.applicant for one in mine.items} == {"法库县"}
    assert {one.kind for one in mine.items} >= {"remind", "overdue", "letter"}
    everybody = rehearse(programme, date(2021, 12, 31))
    assert set(mine.items) < set(everybody.items)


def test_the_calendar_file_has_one_event_for_each_line(programme: Office) -> None:
    told = rehearse(programme, date(2020, 12, 31))
    found = list(Feed.from_ical(ics(told)).walk("VEVENT"))
    assert [(event.decoded("dtstart"), str(event["summary"])) for event in found] == [
        (one.on, one.text) for one in told.items
    ]
    assert len({str(event["uid"]) for event in found}) == len(found)
    assert ics(told) == ics(rehearse(programme, date(2020, 12, 31)))


# ── what if ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_year_announced_otherwise_moves_what_counts_by_it(stage: Stage, tmp_path: Path) -> None:
    case = stage.walk(stage.open(), "intake")
    was = rehearse(stage.office, date(2018, 12, 31))
    [first, *_] = [(one.on, one.due_on) for one in was.items if one.kind == "remind"]
    assert first == (date(2018, 10, 11), "2018-10-15")
    year = {
        "year": 2018,
        "title": "假如通知",
        "number": None,
        "off": {"元旦": ["2018-01-01"], "劳动节": ["2018-05-01"], "国庆节": [f"2018-10-0{n}" for n in (1, 2, 3)]},
        "worked": ["2018-10-13", "2018-10-14"],
    }
    path = tmp_path / "2018.json"
    path.write_text(json.dumps(year), encoding="utf-8")
    told = rehearse(stage.office, date(2018, 12, 31), files=[path])
    assert told.assumed == ("假设：假如通知",)
    moved = next(one for one in told.moved if one.deadline == "intake")
    assert (moved.case, moved.text) == (case, "受理期限因放假安排变化，由 2018-10-15 改为 2018-10-13")
    reminded = [one for one in told.items if one.deadline == "intake" and one.kind == "remind"]
    assert [(one.on, one.due_on) for one in reminded] == [(date(2018, 10, 11), "2018-10-13")]
    assert rehearse(stage.office, date(2018, 12, 31)) == was  # the office's own calendar is as it was


@pytest.mark.parametrize("words", ["2027", "2027=", "2027=none", "27=weekends", "二〇二七=weekends", "0000=weekends"])
def test_an_assumption_that_cannot_be_read_is_refused(stage: Stage, words: str) -> None:
    with pytest.raises(InvalidInput):
        rehearse(stage.office, date(2027, 1, 1), [words])


def test_an_assumed_file_is_checked_as_strictly_as_any_year(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        rehearse(stage.office, date(2027, 1, 1), files=[tmp_path / "none.json"])
    path = tmp_path / "2027.json"
    path.write_text('{"year": 2027, "title": "通知", "number": null, "off": {}, "worked": []}', encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        rehearse(stage.office, date(2027, 1, 1), files=[path])
    assert {one.code for one in refused.value.problems} == {"calendar.fixed_holiday"}


def test_an_assumed_year_is_no_longer_provisional(stage: Stage) -> None:
    stage.walk(stage.open(until="2027-02-05"), "valid")
    until = date(2027, 2, 6)
    [was] = [one for one in rehearse(stage.office, until).items if one.kind == "fire"]
    [then] = [one for one in rehearse(stage.office, until, ["2027=weekends"]).items if one.kind == "fire"]
    assert (was.provisional, then.provisional) == (True, False)


# ── sweeping seldom or often ──────────────────────────────────────────────────────────────────────────────────────────


def said(stage: Stage) -> set[tuple[object, ...]]:
    """Every reminder that was sent, or merged into a later one."""
    return set(stage.table("SELECT case_id, name, version, remind FROM reminder_sent"))


@pytest.mark.parametrize("seed", range(8))
def test_sweeping_at_any_stops_between_reminds_of_the_same(stage: Stage, home: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        stage.walk(stage.open(until=f"2019-0{chance.randint(1, 5)}-15"), chance.choice(["intake", "review", "valid"]))
    stage.office.database.close()
    shutil.copytree(home, home.with_name("often"))
    often, once = Stage(home.with_name("often"), fresh=False), Stage(home, fresh=False)
    end = date(2018, 10, 8) + timedelta(days=chance.randint(1, 200))
    stops = sorted(chance.sample(range((end - date(2018, 10, 8)).days), k=min(6, (end - date(2018, 10, 8)).days)))
    for stop in [*stops, (end - date(2018, 10, 8)).days]:
        sweep(often.on((date(2018, 10, 8) + timedelta(days=stop)).isoformat()).office)
    sweep(once.on(end.isoformat()).office)
    old = {case for (case,) in once.table("SELECT id FROM cases WHERE opened_at < '2018-10-09'")}
    assert {one for one in said(often) if one[0] in old} == {one for one in said(once) if one[0] in old}
    assert {case: often.stored(case).case.state for case in old} == {case: once.stored(case).case.state for case in old}
    for one in (often, once):
        one.office.database.close()


@pytest.mark.parametrize(("away", "reminded"), [("1 hour", 1), ("1 month", 0), ("4 years", 0)])
def test_after_standing_still_only_the_latest_of_a_kind_is_sent_oldest_first(
    stage: Stage, away: str, reminded: int
) -> None:
    cases = [stage.walk(stage.open(until=day), "valid") for day in ("2018-11-05", "2018-10-25")]
    back = {
        "1 hour": datetime(2018, 10, 15, 2, tzinfo=UTC),  # ten days before the second one's end
        "1 month": datetime(2018, 11, 8, 1, tzinfo=UTC),
        "4 years": datetime(2022, 10, 8, 1, tzinfo=UTC),
    }[away]
    sweep(stage.on("2018-10-12").office)
    stage.clock.set(back)
    found = sweep(stage.office).items
    mine = [item for item in found if item.case in cases]
    if reminded:
        assert [(item.case, item.kind) for item in mine] == [(cases[1], "remind")]
        return
    assert [(item.case, item.kind) for item in mine] == [
        (case, kind) for case in reversed(cases) for kind in ("remind", "overdue", "fired")
    ]
    merged = stage.table("SELECT case_id, remind, merged FROM reminder_sent WHERE remind <> 'overdue' ORDER BY 1, 2")
    assert [one for one in merged if one[0] in cases] == [
        (case, remind, int(remind == "-10d")) for case in cases for remind in ("-10d", "0d")
    ]
    assert sweep(stage.office).items == []


def test_what_took_effect_late_says_since_when(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    sweep(stage.on("2022-10-08").office)
    [(body,)] = stage.table(f"SELECT body FROM entry WHERE case_id = '{case}' AND event = 'expire'")
    told = json.loads(body)
    assert (told["effective_at"], told["applied_at"]) == ("2019-03-01T16:00:00+00:00", "2022-10-08T01:00:00+00:00")
    assert (told["deadline"], told["due_on"]) == ("valid", "2019-03-01")


# ── a clock that leapt ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def real(stage: Stage) -> Stage:
    """The same office, taken for a real one; swept at 2018-10-08 with one case in force until 2019-03-01."""
    stage.walk(stage.open(), "valid")
    stage.office.rehearsal = False
    sweep(stage.office)
    return stage


def state(stage: Stage) -> str:
    return stage.stored("WB-2018-0001").case.state


def test_a_clock_that_runs_fires_as_ever(real: Stage) -> None:
    day = date(2018, 10, 8)
    while day < date(2019, 3, 2):
        assert state(real) == "valid"
        day += timedelta(days=1)
        sweep(real.on(day.isoformat()).office)
    assert state(real) == "closed"


def test_after_a_leap_reminders_go_but_the_system_waits_for_a_person(real: Stage) -> None:
    real.on("2029-09-20")
    first = sweep(real.office)
    assert (first.reminders, first.overdue, first.fired, state(real)) == (1, 1, 0, "valid")
    assert [item.kind for item in first.items] == ["remind", "overdue", "held"]
    assert [item.kind for item in sweep(real.office).items] == ["held"]
    held = real.table("SELECT seq FROM entry WHERE event = 'hold'")
    assert len(held) == 1  # told once, however often it is looked at
    with real.office.database.read() as connection:
        told = [message.text for message in inbox.messages(connection, "甲", ["office", "head"])]
    assert any("zhuli sweep --confirm-clock" in text for text in told)
    with pytest.raises(NotFound):
        confirm_clock(real.office, "无名")
    confirm_clock(real.office, "甲")
    assert (sweep(real.office).fired, state(real)) == (1, "closed")
    assert real.table("SELECT person FROM entry WHERE event = 'confirm_clock'") == [("甲",)]
    assert verify.verify(real.office).ok


def test_a_leap_put_right_leaves_no_trace_of_an_expiry(real: Stage) -> None:
    sweep(real.on("2029-09-20").office)
    sweep(real.on("2018-10-09").office)
    assert state(real) == "valid"
    assert real.table("SELECT COUNT(*) FROM entry WHERE event = 'expire'") == [(0,)]


@pytest.mark.parametrize(
    ("last", "now", "fires"),
    [
        ("2019-03-01T23:30", "2019-03-02T00:30", True),  # an hour on
        ("2019-03-02T09:00", "2019-03-02T08:00", False),  # an hour back
        ("2019-03-02T09:00", "2019-03-02T08:58", True),  # set right by two minutes
        ("2019-03-01T08:00", "2019-03-02T08:00", True),  # a day
        ("2019-03-01T07:59", "2019-03-02T08:00", False),
    ],
)
def test_an_hour_back_or_more_than_a_day_on_is_a_leap(stage: Stage, last: str, now: str, fires: bool) -> None:
    stage.office.rehearsal = False
    stage.clock.set(parse_instant(last))
    sweep(stage.office)
    stage.walk(stage.open(until="2019-03-01"), "valid")
    stage.clock.set(parse_instant(now))
    assert sweep(stage.office).fired == int(fires)


def test_a_rehearsal_never_waits_and_a_real_office_is_rehearsed_past_its_leaps(real: Stage) -> None:
    real.on("2029-09-20")
    told = rehearse(real.office, date(2029, 9, 20))
    assert [one.kind for one in told.items if one.case == "WB-2018-0001" and one.kind != "letter"] == [
        "remind",
        "overdue",
        "fire",
    ]
    assert state(real) == "valid"


def test_a_rehearsal_clock_is_not_set_back(programme: Office) -> None:
    with pytest.raises(RulesRefused) as refused:
        set_clock(programme, parse_instant("2018-09-02"))
    assert {getattr(one, "code", "") for one in refused.value.refusals} == {"clock_back"}
    with programme.database.read() as connection:
        assert deadlines.due(connection, FROM) == []
