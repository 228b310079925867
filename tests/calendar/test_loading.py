"""A year's file is believed only when all of it makes sense; otherwise every fault is named at once."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from zhuli_flow.calendar import Calendar, Period, bundled, due_date, load_year, parse_period
from zhuli_flow.errors import InvalidInput

NEW_YEAR: dict[str, Any] = {
    "year": 2027,
    "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "number": None,
    "off": {
        "元旦": ["2026-12-31", "2027-01-01", "2027-01-02"],
        "劳动节": ["2027-05-01", "2027-05-02"],
        "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03"],
    },
    "worked": ["2027-02-28"],
}


def changed(**changes: Any) -> dict[str, Any]:
    return deepcopy(NEW_YEAR) | changes


def faults(data: object) -> dict[str, str]:
    """Code → place of every problem of a refused year."""
    with pytest.raises(InvalidInput) as refused:
        load_year(data, "2027.json")  # type: ignore[arg-type]
    assert refused.value.fix
    assert all(problem.message and problem.fix for problem in refused.value.problems)
    return {problem.code.removeprefix("calendar."): problem.place for problem in refused.value.problems}


def test_an_imported_year_makes_its_days_certain() -> None:
    before = bundled()
    after = before.with_year(load_year(NEW_YEAR, "2027.json"))
    due = due_date(date(2024, 2, 29), Period(3, "y"), after, "next")
    assert (due.day, due.provisional) == (date(2027, 2, 28), False)
    assert due_date(date(2024, 2, 29), Period(3, "y"), before, "next").day == date(2027, 3, 1)
    assert not after.is_working(date(2026, 12, 31))
    assert after.announced_through == date(2027, 12, 31)
    assert after.version.startswith("2027-")
    assert after.version != before.version


def test_a_day_changed_twice_cites_the_last_paper() -> None:
    papers = [{"title": f"第{n}次调整", "number": f"国办发明电〔2027〕{n}号", "days": ["2027-05-02"]} for n in (1, 2)]
    calendar = bundled().with_year(load_year(changed(changes=papers), "2027.json"))
    assert calendar.describe(date(2027, 5, 2)) == "劳动节放假（国办发明电〔2027〕2号）"
    assert calendar.describe(date(2027, 5, 1)) == "劳动节放假（《国务院办公厅关于2027年部分节假日安排的通知》）"


def test_replacing_a_year_leaves_the_calendar_it_came_from_alone() -> None:
    version = bundled().version
    changed_year = load_year(changed(year=2026) | {"off": shifted(2026), "worked": []}, "2026.json")
    assert bundled().with_year(changed_year).version != version
    assert bundled().version == version


def shifted(year: int) -> dict[str, list[str]]:
    return {"元旦": [f"{year}-01-01"], "劳动节": [f"{year}-05-01"], "国庆节": [f"{year}-10-0{n}" for n in (1, 2, 3)]}


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (changed(worked=["2027-10-02"]), "overlap", "2027.json:worked"),
        (changed(worked=["2027-03-01"]), "not_a_weekend", "2027.json:worked"),
        (changed(worked=["2028-01-01"]), "wrong_year", "2027.json:worked"),
        (changed(worked=["2026-11-28"]), "wrong_year", "2027.json:worked"),
        (changed(worked=["2027-02-28", "2027-02-28"]), "duplicate", "2027.json:worked"),
        (changed(worked=["2027-02-30"]), "not_a_date", "2027.json:worked"),
        (changed(worked=["20270228"]), "not_a_date", "2027.json:worked"),
        (changed(worked=[20270228]), "not_a_date", "2027.json:worked"),
        (changed(worked="2027-02-28"), "not_a_list", "2027.json:worked"),
        (changed(off=["2027-01-01"]), "not_a_map", "2027.json:off"),
        (changed(off={}), "fixed_holiday", "2027.json:off"),
        (changed(off=NEW_YEAR["off"] | {"春节": ["2027-10-01"]}), "duplicate", "2027.json:off.春节"),
        (changed(year="2027"), "not_a_year", "2027.json:year"),
        (changed(year=True), "not_a_year", "2027.json:year"),
        (changed(year=99999), "not_a_year", "2027.json:year"),
        (changed(title=None), "no_title", "2027.json:title"),
        (changed(title=7), "not_text", "2027.json:title"),
        (changed(number="国办发明电[2026]7号"), "not_a_number", "2027.json:number"),
        (changed(date="明年"), "not_a_date", "2027.json:date"),
        (changed(holidays=[]), "unknown_key", "2027.json:holidays"),
        (changed(changes={}), "not_a_list", "2027.json:changes"),
        (changed(changes=["通知"]), "not_a_paper", "2027.json:changes[0]"),
        (changed(changes=[{"title": "通知"}]), "missing_key", "2027.json:changes[0].number"),
        (changed(changes=[{"title": "通知", "number": None, "when": 1}]), "unknown_key", "2027.json:changes[0].when"),
        (changed(sha256="0" * 64), "wrong_hash", "2027.json:sha256"),
    ],
)
def test_a_faulty_year_is_refused_at_the_fault(data: dict[str, Any], code: str, place: str) -> None:
    assert faults(data)[code] == place


@pytest.mark.parametrize("key", ["year", "title", "number", "off", "worked"])
def test_a_missing_item_is_named(key: str) -> None:
    data = changed()
    del data[key]
    assert faults(data)["missing_key"] == f"2027.json:{key}"


def test_every_fault_is_told_at_once() -> None:
    data = changed(number="七号", worked=["2027-10-02", "2027-03-01", "x"], extra=1)
    assert faults(data).keys() == {"not_a_number", "overlap", "not_a_weekend", "not_a_date", "unknown_key"}


@pytest.mark.parametrize("data", [None, [], "2027"])
def test_something_that_is_no_year_at_all_is_refused(data: object) -> None:
    assert faults(data) == {}


def test_a_year_that_carries_its_digest_is_accepted_and_cannot_be_altered_unnoticed() -> None:
    signed = changed(sha256=load_year(NEW_YEAR, "2027.json").sha256)
    assert load_year(json.loads(json.dumps(signed)), "2027.json").year == 2027
    signed["worked"] = ["2027-02-27"]
    assert faults(signed) == {"wrong_hash": "2027.json:sha256"}


def test_a_calendar_is_the_same_in_whatever_order_its_years_come() -> None:
    backwards = Calendar(tuple(reversed(bundled().years)))
    assert backwards.version == bundled().version
    assert backwards.announced_through == bundled().announced_through
    assert not backwards.is_working(date(2018, 12, 31))


def test_one_year_cannot_be_given_twice() -> None:
    year = load_year(NEW_YEAR, "2027.json")
    with pytest.raises(InvalidInput, match="两份"):
        Calendar((year, year))


@pytest.mark.parametrize("text", ["5wd", "10d", "6m", "3y", "-3m", "0d", "9999d", "-9999wd"])
def test_a_period_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_period(text)) == text


@pytest.mark.parametrize("text", ["", "5", "wd", "5 wd", "5w", "+5d", "1.5d", "--3m", "10000d", "５d", "5wd10d", "3Y"])
def test_anything_else_is_no_period_and_the_reply_shows_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidInput, match="无法识别") as refused:
        parse_period(text)
    assert "5wd" in refused.value.fix


def test_a_period_built_in_code_keeps_the_same_bounds() -> None:
    with pytest.raises(InvalidInput):
        Period(10_000, "d")
    with pytest.raises(InvalidInput):
        Period(1, "weeks")  # type: ignore[arg-type]
