"""A command that waits while another program writes says so, and is done all the same."""

from pathlib import Path

import pytest

from tests.cli.lines import CITY, Zhuli
from tests.store.sql.test_turns import held

pytestmark = pytest.mark.sqlite("holds the file")
OPEN = f"case open zone_creation --applicant 法库县 --as {CITY} --set leading_industries=陶瓷"


def test_a_command_says_that_it_waits_and_does_its_work(office_home: Path, zhuli: Zhuli) -> None:
    with held(office_home / "zhuli.db", 1.6):
        answer = zhuli(f"{OPEN} --json")
    assert (answer.code, answer.json["case"]) == (0, "SFQ-2018-0001")
    assert answer.err.count("排队") == 1


def test_an_office_says_how_long_its_writers_wait(office_home: Path, zhuli: Zhuli) -> None:
    settings = office_home / "zhuli.toml"
    settings.write_text(settings.read_text("utf-8").replace("[office]", "[office]\nwait_seconds = 1"), "utf-8")
    with held(office_home / "zhuli.db", 3.5):
        answer = zhuli(f"{OPEN} --quiet")
    assert answer.code == 6
    assert "正被别的程序占用" in answer.err
    assert "排队" not in answer.err
    settings.write_text(settings.read_text("utf-8").replace("wait_seconds = 1", "wait_seconds = 0"), "utf-8")
    assert "office.wait_seconds" in zhuli("todo --as x").err
