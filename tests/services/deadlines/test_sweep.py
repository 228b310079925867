"""A sweep: what is due is done once, whatever came in between."""

from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.deadlines import due_plan
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.deadlines import sweep as room
from zhuli_flow.services.deadlines.batch import Batch
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.history import verify
from zhuli_flow.store import deadlines, inbox


class Killed(Exception):
    """The process ends here."""


def entries(stage: Stage, case: str, event: str) -> int:
    [(count,)] = stage.table(f"SELECT COUNT(*) FROM entry WHERE case_id = '{case}' AND event = '{event}'")
    return int(count)


def test_nothing_due_writes_nothing(stage: Stage) -> None:
    stage.walk(stage.open(), "intake")
    before = stage.everything()
    assert as_json(sweep(stage.office)) == {"reminders": 0, "overdue": 0, "fired": 0, "items": []}
    assert stage.everything() == before


def test_a_reminder_goes_out_once_to_whose_move_it_is(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "transfer", "甲", person="乙")
    assert sweep(stage.on("2018-10-11").office).reminders == 1
    assert sweep(stage.office).reminders == 0
    with stage.office.database.read() as connection:
        to_role = inbox.messages(connection, "甲", ["office"])
        to_person = inbox.messages(connection, "乙")
    assert to_role[0].text == "甲县政府：受理期限 2018-10-15 到期，还剩 4 天"
    assert to_person[0].text == to_role[0].text


def test_reminders_missed_during_a_standstill_are_merged_into_the_latest(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    assert sweep(stage.on("2019-03-01").office).reminders == 1
    assert stage.table("SELECT remind, merged FROM reminder_sent WHERE name = 'valid' ORDER BY remind") == [
        ("-10d", 1),
        ("0d", 0),
    ]
    assert entries(stage, case, "remind") == 1


def test_an_overdue_deadline_is_told_once_and_reddens(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.on("2018-10-16")
    assert sweep(stage.office).overdue == 1
    assert sweep(stage.on("2018-10-17").office).overdue == 0
    assert entries(stage, case, "overdue") == 1


def test_the_day_after_the_last_day_the_system_acts(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    assert sweep(stage.on("2019-03-01").office).fired == 0
    assert sweep(stage.on("2019-03-02").office).fired == 1
    assert stage.stored(case).case.state == "closed"
    assert sweep(stage.office).fired == 0


def test_one_look_after_a_long_pause_does_what_many_would_have_done(home: Path) -> None:
    days = ["2018-10-11", "2018-10-16", "2019-02-19", "2019-03-01", "2019-03-02"]
    ends = []
    for number, stops in enumerate((days, days[-1:])):
        stage = Stage(home / str(number))
        cases = [stage.walk(stage.open(), "valid"), stage.walk(stage.open(), "intake")]
        for day in stops:
            sweep(stage.on(day).office)
        ends.append([stage.stored(case).case.state for case in cases])
        assert entries(stage, cases[1], "overdue") == 2  # the step's and the whole case's
        stage.office.database.close()
    assert ends[0] == ends[1] == ["closed", "intake"]


def test_a_suspended_case_is_left_alone(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "suspend", "甲")
    found = sweep(stage.on("2018-12-01").office)
    assert (found.reminders, found.overdue) == (0, 0)
    stage.do(case, "resume", "甲")
    assert sweep(stage.on("2018-12-31").office).overdue >= 1


def test_a_returned_case_is_not_reminded_of_what_it_left(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    stage.do(case, "return", "甲", to="draft")
    assert sweep(stage.on("2018-12-01").office).items == []


def test_a_reminder_sent_before_a_withdrawal_is_not_taken_for_the_new_one(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    sweep(stage.on("2018-10-11").office)
    stage.do(case, "withdraw", "县")
    stage.on("2018-11-01").do(case, "submit", "县")
    assert sweep(stage.on("2018-11-06").office).reminders == 1


@pytest.mark.parametrize(
    ("part", "where"),
    [(room, "_fire"), (due_plan, "_pass_day"), (due_plan, "_remind"), (Batch, "tell"), (Batch, "flush")],
)
def test_killed_anywhere_nothing_is_lost_and_nothing_is_said_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, part: object, where: str
) -> None:
    case = stage.walk(stage.open(), "valid")
    stage.on("2019-03-02")

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(part, where, killed)
        with pytest.raises(Killed):
            sweep(stage.office)
    sweep(stage.office)
    assert stage.stored(case).case.state == "closed"
    assert [entries(stage, case, event) for event in ("remind", "overdue", "expire")] == [1, 1, 1]
    assert verify.verify(stage.office).ok


def test_killed_after_firing_the_firing_is_not_repeated(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stage.walk(stage.open(), "valid")
    stage.on("2019-03-02")
    real = room.advance_within

    def fired_then_killed(*args: object, **more: object) -> None:
        real(*args, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(room, "advance_within", fired_then_killed)
        with pytest.raises(Killed):
            sweep(stage.office)
    sweep(stage.office)
    assert entries(stage, case, "expire") == 1


def test_an_act_of_the_system_that_is_refused_is_recorded_and_left_to_people(home: Path) -> None:
    stage = Stage(home, text=story(a="by: system, open -> by: system, when: [amount > 99: 金额不足], open"))
    case = stage.walk(stage.open(), "valid")
    found = sweep(stage.on("2019-03-02").office)
    assert [item.kind for item in found.items] == ["remind", "overdue", "refused"]
    assert entries(stage, case, "expire") == 1
    assert sweep(stage.office).items == []
    stage.office.database.close()


def test_an_act_that_lacks_something_waits_for_the_next_sweep(home: Path) -> None:
    stage = Stage(home, text=story(a="open: {workflow: desk, event: renew -> open: {workflow: station, event: begin"))
    case = stage.walk(stage.open(), "valid")
    other = stage.walk(stage.open(), "intake")
    stage.on("2019-03-02")
    assert [item.kind for item in sweep(stage.office).items if item.case == case] == [
        "remind",
        "overdue",
        "stuck",
    ]
    assert entries(stage, other, "overdue") == 2  # one case that is stuck holds up no other
    assert [item.kind for item in sweep(stage.office).items] == ["stuck"]
    with stage.office.database.read() as connection:
        assert [row.case_id for row in deadlines.due(connection, stage.office.today, 9)] == [case]
    stage.office.database.close()
