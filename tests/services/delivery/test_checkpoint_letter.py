"""The checkpoint of the day leaves the house, once a working day, to those who are named; it holds against the log."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services.homes import office_at
from zhuli_flow.channels.registry import Post
from zhuli_flow.channels.settings import Contact, parse
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.delivery import checkpoint_letter, digest
from zhuli_flow.services.history.checkpoints import against
from zhuli_flow.services.office import Office
from zhuli_flow.store import outbox
from zhuli_flow.store.outbox import Letter

OUTSIDE = {name: Contact(name, {"email": f"{name}@example.cn"}) for name in ("audit", "archive")}
POST = Post(contacts=OUTSIDE, checkpoints_to=("audit", "archive"))


@pytest.fixture
def office(home: Path) -> Office:
    return office_at(home)


def letters(office: Office) -> list[Letter]:
    with office.database.read() as connection:
        return [one for one in outbox.listed(connection, "pending") if one.key.startswith("checkpoint:")]


def test_each_gets_one_letter_a_working_day_and_it_holds(office: Office) -> None:
    assert checkpoint_letter.send(office, POST) == 2
    assert checkpoint_letter.send(office, POST) == 0
    first, second = letters(office)
    assert first.key == "checkpoint:2018-10-08:email:audit"
    for one in (first, second):
        assert against(office, str(one.payload["text"]).encode()).ok
    upkeep.set_clock(office, datetime(2018, 10, 9, 1, tzinfo=UTC))
    assert checkpoint_letter.send(office, POST) == 2
    assert all(against(office, str(one.payload["text"]).encode()).ok for one in letters(office))


@pytest.mark.parametrize("instant", [datetime(2018, 10, 8, 0, 29, tzinfo=UTC), datetime(2018, 10, 13, 4, tzinfo=UTC)])
def test_not_before_the_hour_and_not_on_a_day_off(home: Path, instant: datetime) -> None:
    office = office_at(home, start=instant)
    assert checkpoint_letter.send(office, POST) == 0
    assert not (office.home / "keys").exists()


def test_nobody_named_nothing_signed(office: Office) -> None:
    assert checkpoint_letter.send(office, replace(POST, checkpoints_to=())) == 0
    assert not (office.home / "keys").exists()


def test_who_keeps_checkpoints_is_nobody_of_the_directory_and_gets_no_daily_letter(office: Office) -> None:
    assert digest.digest(office, POST).unknown == ()
    assert digest.digest(office, replace(POST, checkpoints_to=("audit",))).unknown == ("archive",)


def test_a_name_without_a_contact_is_told(tmp_path: Path) -> None:
    data = {"channels": {"console": {}, "checkpoints_to": ["省档案局"]}, "contacts": {}}
    with pytest.raises(InvalidInput) as told:
        parse(data, tmp_path)
    assert [(one.place, one.code) for one in told.value.problems] == [
        ("zhuli.toml: channels.checkpoints_to", "unknown_name")
    ]
