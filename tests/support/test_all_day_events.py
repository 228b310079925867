"""Days as an iCalendar file, read back by its own library."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from zhuli_flow.support.all_day_events import AllDayEvent, calendar_text

STAMP = datetime(2018, 10, 8, 1, tzinfo=UTC)


def test_each_day_is_one_all_day_event():
    moved = AllDayEvent("a@x", STAMP, date(2018, 10, 12), "审核；限期", "SFQ-2018-0001 审核", True, sequence=2)
    fixed = AllDayEvent("b@x", STAMP, date(2018, 12, 31), "到期", "", False)
    made = Calendar.from_ical(calendar_text("-//zhuli_flow//test//ZH", "期限", [moved, fixed]))
    first, second = made.walk("VEVENT")
    assert (made["prodid"], str(made["x-wr-calname"])) == ("-//zhuli_flow//test//ZH", "期限")
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2018, 10, 12), date(2018, 10, 13))
    assert (first["sequence"], first["status"], str(first["summary"])) == (2, "TENTATIVE", "审核；限期")
    assert second["status"] == "CONFIRMED"
    assert "sequence" not in second


def test_the_same_days_give_the_same_text():
    day = AllDayEvent("a@x", STAMP, date(2018, 10, 12), "审核", "", False)
    assert calendar_text("p", "t", [day]) == calendar_text("p", "t", iter([day]))
