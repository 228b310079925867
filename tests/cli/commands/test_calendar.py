"""A person takes in a year's notice and brings the deadlines along, by the command line alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.lines import CITY, PARTNER, RECOMMEND, Zhuli
from tests.services.deadlines.test_calendar import NEXT, file_of
from zhuli_flow.calendar import bundled
from zhuli_flow.settings import FILE


@pytest.fixture
def notice_file(tmp_path: Path) -> Path:
    return file_of(tmp_path, NEXT)


def test_from_the_notice_to_the_moved_deadline(zhuli: Zhuli, opened: str, letter: Path, notice_file: Path) -> None:
    assert zhuli("clock set 2026-12-12").code == 0
    for person in (CITY, PARTNER):
        attach = f"recommendation_letter={letter}"
        signed = zhuli("case", "advance", opened, "recommend", "--as", person, *RECOMMEND, "--attach", attach)
        assert signed.code == 0, signed.err
    tried = zhuli("calendar", "import", notice_file, "--dry-run")
    assert (tried.code, tried.out.splitlines()[0]) == (
        0,
        "可以导入（未导入） 2027 年放假安排：国务院办公厅关于2027年部分节假日安排的通知 国办发明电〔2026〕9号",
    )
    assert not zhuli("calendar show 2027 --json").json["announced"]
    done = zhuli("calendar", "import", notice_file)
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1] == "下一步：zhuli calendar recompute --dry-run"
    shown = zhuli("calendar show 2027 --json").json
    assert (shown["source"], shown["announced"]) == ("imported", True)
    assert len(shown["sha256"]) == 64
    assert "本单位 2026-12-12" in zhuli("calendar show 2027").out
    planned, made = zhuli("calendar recompute --dry-run --json").json, zhuli("calendar recompute --json").json
    words = "报送调研成果因放假安排变化，由 2027-02-10（暂定） 改为 2027-02-12"
    assert [one["text"] for one in planned["moved"]] == [one["text"] for one in made["moved"]] == [words]
    assert words in str(zhuli("todo --as 法库县委经办 --json").json)
    assert zhuli("deadline list --json").json["deadlines"][0]["due_on"] == "2027-02-12"
    history = zhuli(f"case history {opened} --json").json
    assert "recompute" in str(history)
    assert zhuli(f"case history {opened}").code == 0
    assert zhuli("calendar recompute").out.splitlines()[0].endswith("都没有变化")
    assert zhuli("audit verify").code == zhuli("db check").code == 0


def test_a_year_of_the_program_says_so(zhuli: Zhuli, office_home: Path) -> None:
    told = zhuli("calendar show 2020 --json").json
    assert (told["source"], told["version"], told["differs"]) == ("bundled", bundled().version, False)
    assert "随程序附带" in zhuli("calendar show 2020").out


def test_showing_and_counting_need_no_home(zhuli: Zhuli, home: Path) -> None:
    assert zhuli("calendar show 2020 --json").json["source"] == "bundled"
    assert zhuli("deadline calc --from 2018-09-20 --within 5wd --json").json["due"] == "2018-09-28"
    assert zhuli("calendar recompute").code == 5
    assert not home.exists()


def test_a_bad_file_ends_with_all_problems_and_exit_six(zhuli: Zhuli, office_home: Path, tmp_path: Path) -> None:
    bad: dict[str, Any] = {**NEXT, "worked": ["2027-01-02", "2027-03-01"], "sha256": "0" * 64}
    del bad["number"]
    answer = zhuli("calendar", "import", file_of(tmp_path, bad), "--json")
    assert answer.code == 6
    assert sorted(answer.problems) == ["calendar.missing_key", "calendar.not_a_weekend", "calendar.overlap"]
    assert zhuli("calendar", "import", tmp_path / "none.json").code == 5


def test_a_day_that_ends_with_business_gives_its_instant(zhuli: Zhuli, office_home: Path) -> None:
    line = "deadline calc --from 2018-06-16 --within 10d --before-close --json"
    assert (zhuli(line).json["closes"], zhuli(line).json["closes_at"]) == ("17:00", "2018-06-26T09:00:00+00:00")
    text = (office_home / FILE).read_text("utf-8")
    season = '[[office.hours]]\nfrom = "06-01"\nto = "08-31"\ncloses = "17:30"\n'
    (office_home / FILE).write_text(text.replace("[numbers.first]", f"{season}\n[numbers.first]"), "utf-8")
    assert zhuli(line).json["closes_at"] == "2018-06-26T09:30:00+00:00"
    words = zhuli("deadline calc --from 2018-06-16 --within 1d --before-close").out
    assert "2018-06-17 17:30 下班前" in words
    assert "这一天是休息日" in words


def test_a_publicity_period_counts_its_first_day(zhuli: Zhuli, home: Path) -> None:
    assert zhuli("deadline calc --from 2019-10-30 --within 5wd --inclusive --json").json["due"] == "2019-11-05"
    assert zhuli("deadline calc --from 2019-10-30 --within 5d --inclusive").code == 2
    assert zhuli("deadline calc --from 2019-10-30 --within 0wd --inclusive").code == 6


def test_a_notice_is_json_an_office_can_write_by_hand(zhuli: Zhuli, office_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "手写.json"
    path.write_text("\ufeff" + json.dumps(NEXT, ensure_ascii=False, indent=2), "utf-8")
    assert zhuli("calendar", "import", path, "--json").json["changed"] is True
