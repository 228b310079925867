"""``zhuli rehearse`` and ``zhuli sweep --confirm-clock`` as typed."""

import hashlib
from pathlib import Path

from icalendar import Calendar

from tests.cli.lines import CITY, PARTNER, PDF, RECOMMEND, Zhuli


def recommended(zhuli: Zhuli, case: str, tmp_path: Path) -> None:
    """Move the case to where its first deadline runs."""
    letter = tmp_path / "推荐函.pdf"
    letter.write_bytes(PDF)
    signed = ("--attach", f"recommendation_letter={letter}")
    first = zhuli("case", "advance", case, "recommend", "--as", CITY, *RECOMMEND, *signed)
    second = zhuli("case", "advance", case, "recommend", "--as", PARTNER)
    assert (first.code, second.code) == (0, 0), first.err + second.err


def test_the_list_is_told_by_date(zhuli: Zhuli, opened: str, tmp_path: Path) -> None:
    recommended(zhuli, opened, tmp_path)
    answer = zhuli("rehearse --until 2018-12-31")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0] == "2018年11月22日（周四）"
    assert lines[1].startswith(f"  提醒  {opened} 法库县：报送调研成果 2018-12-07 到期，还剩 15 天 → ")
    assert "2018年12月8日（周六）" in lines
    assert "到 2018-12-31 为止，若无人办理：提醒 3 项，逾期 1 项" in lines
    told = zhuli("rehearse --until 2018-12-31 --json").json
    assert {
        "from": "2018-10-08T01:00:00+00:00",
        "until": "2018-12-31",
        "assumed": [],
        "moved": [],
    }.items() <= told.items()
    assert [(one["date"], one["kind"], one["deadline"], one["due_on"]) for one in told["items"]] == [
        ("2018-11-22", "remind", "survey", "2018-12-07"),
        ("2018-12-04", "remind", "survey", "2018-12-07"),
        ("2018-12-07", "remind", "survey", "2018-12-07"),
        ("2018-12-08", "overdue", "survey", "2018-12-07"),
    ]


def test_nothing_to_come_is_said(zhuli: Zhuli, opened: str) -> None:
    assert "没有将要发生的事" in zhuli("rehearse --until 2049-12-31").out


def test_the_home_is_not_touched(zhuli: Zhuli, opened: str, office_home: Path, tmp_path: Path) -> None:
    recommended(zhuli, opened, tmp_path)

    def digest() -> str:
        return hashlib.sha256((office_home / "zhuli.db").read_bytes()).hexdigest()

    before = digest()
    assert zhuli("rehearse --until 2028-12-31 --assume 2018=weekends").code == 0
    assert digest() == before
    assert zhuli("deadline list --json").json["deadlines"][0]["due_on"] == "2018-12-07"


def test_an_assumption_is_named_with_what_it_moves(zhuli: Zhuli, opened: str, tmp_path: Path) -> None:
    recommended(zhuli, opened, tmp_path)
    path = tmp_path / "2018.json"
    path.write_text(
        '{"year": 2018, "title": "假如", "number": null, "worked": [], "off": {"元旦": ["2018-01-01"], "劳动节":'
        ' ["2018-05-01"], "国庆节": ["2018-10-01", "2018-10-02", "2018-10-03"], "冬假": ["2018-12-07"]}}',
        encoding="utf-8",
    )
    answer = zhuli("rehearse", "--until", "2018-12-31", "--assume-file", path)
    assert answer.out.splitlines()[:2] == [
        "假设：假如",
        f"  {opened} 法库县：报送调研成果因放假安排变化，由 2018-12-07 改为 2018-12-10",
    ]
    assert zhuli("rehearse --until 2018-12-31 --assume 2027").code == 6


def test_one_persons_list_is_narrowed_to_what_reaches_him(zhuli: Zhuli, opened: str, tmp_path: Path) -> None:
    recommended(zhuli, opened, tmp_path)
    mine = zhuli("rehearse", "--until", "2018-12-31", "--json", "--as", CITY).json
    owing = zhuli("rehearse", "--until", "2018-12-31", "--json", "--as", "法库县委经办").json
    other = zhuli("rehearse", "--until", "2018-12-31", "--json", "--as", "大连市科协经办").json
    assert (len(mine["items"]), len(owing["items"]), other["items"]) == (
        1,
        4,
        [],
    )  # who owes it, and who hears of it late
    assert zhuli("rehearse --until 2018-12-31 --as 无名").code == 5


def test_a_calendar_file_is_written_once(zhuli: Zhuli, opened: str, tmp_path: Path) -> None:
    recommended(zhuli, opened, tmp_path)
    target = tmp_path / "将来.ics"
    told = zhuli("rehearse", "--until", "2018-12-31", "--ics", target, "--json").json
    assert told["ics"] == str(target)
    assert len(Calendar.from_ical(target.read_text("utf-8")).walk("VEVENT")) == len(told["items"]) == 4
    assert target.stat().st_mode & 0o777 == 0o600
    assert zhuli("rehearse", "--until", "2018-12-31", "--ics", target).code == 6
    assert zhuli("rehearse", "--until", "2018-12-31", "--ics", tmp_path / "无" / "此.ics").code == 6


def test_the_programme_needs_no_home(zhuli: Zhuli, home: Path) -> None:
    told = zhuli("rehearse --until 2019-01-31 --programme --json").json
    assert {one["kind"] for one in told["items"]} == {"remind", "overdue", "fire", "letter"}
    assert not home.exists()
    assert zhuli("rehearse --until 2019-01-31 --programme --assume 2027=weekends").code == 2


def test_a_day_past_is_refused(zhuli: Zhuli, opened: str) -> None:
    answer = zhuli("rehearse --until 2018-10-07")
    assert answer.code == 6
    assert "已经过去" in answer.err


def test_who_confirms_the_clock_is_named(zhuli: Zhuli, opened: str) -> None:
    assert zhuli("sweep --confirm-clock").code == 2
    assert zhuli("sweep", "--confirm-clock", "--as", "无名").code == 5
    assert zhuli("sweep", "--confirm-clock", "--as", CITY).code == 0
