"""In a real home a person proves to be one; in a rehearsal anybody may play anybody."""

from pathlib import Path

import pytest

from tests.cli.lines import CITY, Zhuli

pytestmark = pytest.mark.real_clock  # a real home runs on nothing else


@pytest.fixture
def real_home(home: Path, zhuli: Zhuli) -> Path:
    assert zhuli("init --sample").code == 0
    return home


def test_without_a_token_nobody_gets_in_and_the_attempt_is_on_record(real_home: Path, zhuli: Zhuli) -> None:
    entries = zhuli("audit verify --json").json["entries"]
    answer = zhuli(f"todo --as {CITY} --json")
    assert (answer.code, answer.refusals) == (4, ["token"])
    assert "ZHULI_TOKEN" in answer.err
    assert zhuli("audit verify --json").json == {"ok": True, "entries": entries + 1, "first_break": None}


def test_the_right_token_opens_the_door_a_wrong_or_old_one_does_not(real_home: Path, zhuli: Zhuli) -> None:
    first = zhuli(f"directory token {CITY} --json").json["token"]
    assert zhuli("todo", "--as", CITY, ZHULI_TOKEN=first).code == 0
    second = zhuli(f"directory token {CITY} --json").json["token"]
    assert zhuli("todo", "--as", CITY, ZHULI_TOKEN=second).code == 0
    assert zhuli("todo", "--as", CITY, ZHULI_TOKEN=first).code == 4
    assert zhuli("todo", "--as", "大连市科协经办", ZHULI_TOKEN=second).code == 4
    assert zhuli("todo", "--as", "没有此人", ZHULI_TOKEN=second).code == 4


def test_a_token_is_kept_only_as_its_digest(real_home: Path, zhuli: Zhuli) -> None:
    token = zhuli(f"directory token {CITY} --json").json["token"]
    kept = b"".join(path.read_bytes() for path in real_home.iterdir() if path.is_file())
    assert len(token) >= 32
    assert token.encode() not in kept


def test_the_clock_of_a_real_home_cannot_be_moved(real_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("clock advance 30d --json")
    assert (answer.code, answer.refusals) == (3, ["not_rehearsal"])
    assert zhuli("clock show --json").json["rehearsal"] is False


def test_a_home_is_private_to_its_owner(real_home: Path) -> None:
    assert oct(real_home.stat().st_mode)[-3:] == "700"
    assert {oct(path.stat().st_mode)[-3:] for path in real_home.rglob("*") if path.is_file()} == {"600"}
