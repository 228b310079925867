"""One letter a day, and a calendar feed: what a person sees outside the system follows the deadlines themselves."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from msgspec.structs import replace

from zhuli_flow import bootstrap
from zhuli_flow.channels.console import Console
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.registry import Post
from zhuli_flow.channels.settings import Contact
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import NotFound
from zhuli_flow.services.cases import view, worklist
from zhuli_flow.services.cases.case_view import DeadlineShown, MessageShown
from zhuli_flow.services.deadlines import ics_feed
from zhuli_flow.services.delivery.deliver import deliver
from zhuli_flow.services.delivery.digest import MOST, Digest, digest
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.services.rehearsal.scenario import read
from zhuli_flow.store import inbox, outbox
from zhuli_flow.support.all_day_events import calendar_text

COUNTY, OFFICE, SECOND = "法库县委经办", "省科协学会学术部经办", "省科协学会学术部第二经办"
CASE = "SFQ-2018-0001"


def clock(office: Office) -> RehearsalClock:
    assert isinstance(office.clock, RehearsalClock)
    return office.clock


def say(office: Office, key: str, text: str, **to: str) -> None:
    with office.database.write() as connection:
        inbox.put(connection, key=key, text=text, at=office.clock.now(), case_id=CASE, **(to or {"person": OFFICE}))


def contacts(*found: Contact) -> Post:
    usual = found or (Contact(OFFICE, {"email": "a@office.example"}),)
    return Post({"in_app": InApp(), "email": Console("email")}, {one.name: one for one in usual})


def texts(office: Office) -> list[str]:
    with office.database.read() as connection:
        waiting = outbox.listed(connection, "pending")
    return [str(letter.payload["text"]) for letter in waiting if isinstance(letter.payload, dict)]


# ── one letter a day ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_everything_new_goes_into_one_letter_a_day(office: Office) -> None:
    say(office, "1", "还剩 3 天")
    say(office, "2", "还剩 1 天", role="office")
    assert digest(office, contacts()).letters == 1
    (text,) = texts(office)
    assert "1. ［SFQ-2018-0001］还剩 3 天（2018-10-08）\n2. ［SFQ-2018-0001］还剩 1 天" in text
    say(office, "3", "稍后")
    assert digest(office, contacts()).letters == 0
    clock(office).advance(timedelta(days=1))
    assert digest(office, contacts()).letters == 1
    assert "稍后" in texts(office)[1]
    assert "还剩" not in texts(office)[1]


def test_without_news_there_is_no_letter(office: Office) -> None:
    assert digest(office, contacts()) == Digest(0, ())


def test_what_was_read_in_the_system_is_not_sent(office: Office) -> None:
    say(office, "1", "读过")
    (message,) = worklist.messages(office, OFFICE)
    with office.database.write() as connection:
        inbox.mark_read(connection, message.id, office.clock.now())
    assert digest(office, contacts()).letters == 0


@pytest.mark.parametrize(
    ("moment", "letters"),
    [("2018-10-09T08:29", 0), ("2018-10-09T08:30", 1), ("2018-10-13T09:00", 0), ("2018-10-14T09:00", 0)],
)
def test_the_letter_is_written_on_working_mornings(office: Office, moment: str, letters: int) -> None:
    say(office, "1", "消息")
    clock(office).set(parse_instant(moment))
    assert digest(office, contacts()).letters == letters


def test_a_group_has_one_letter_for_all_its_members(office: Office) -> None:
    say(office, "1", "各自的消息")
    say(office, "2", "同岗的消息", role="office")
    group = Contact("学会部群", {"email": "group@office.example"}, (OFFICE, SECOND))
    assert digest(office, contacts(group)).letters == 1
    assert texts(office)[0].count("同岗的消息") == 1


def test_every_channel_of_a_contact_has_the_letter_and_it_can_be_delivered(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    say(office, "1", "消息")
    post = contacts(Contact(OFFICE, {"email": "a@office.example", "console": "x"}))
    assert digest(office, post).letters == 2
    report = deliver(office, Post({**post.channels, "console": Console()}, post.contacts))
    assert (report.sent, report.waiting) == (2, 0)
    assert capsys.readouterr().err.count("1 条新消息（2018-10-08）") == 2


def test_a_contact_that_is_not_in_the_directory_is_named_and_stops_nobody(office: Office) -> None:
    say(office, "1", "消息")
    post = contacts(Contact("查无此岗", {"email": "b@office.example"}), Contact(OFFICE, {"email": "a@office.example"}))
    assert digest(office, post) == Digest(1, ("查无此岗",))


def test_of_two_that_write_at_once_one_does(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    say(office, "1", "消息")
    look, others = worklist.messages, list[Json]()

    def overtaken(*asked: Office | str) -> list[MessageShown]:
        monkeypatch.setattr(worklist, "messages", look)
        others.append(digest(office, contacts()).letters)
        say(office, "2", "其间到达")
        return look(office, OFFICE)

    monkeypatch.setattr(worklist, "messages", overtaken)
    assert digest(office, contacts()).letters == 0
    assert others == [1]
    clock(office).advance(timedelta(days=1))
    assert digest(office, contacts()).letters == 1
    assert "其间到达" in texts(office)[1]


def test_a_long_list_is_cut_to_the_latest_and_says_so(office: Office) -> None:
    for number in range(MOST + 3):
        say(office, str(number), f"第{number}条。")
    digest(office, contacts())
    (text,) = texts(office)
    assert "另有较早的 3 条" in text
    assert "第2条。" not in text
    assert f"第{MOST + 2}条。" in text


# ── the feed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def surveyed(office: Office) -> Office:
    """The case recommended and its survey begun: one deadline runs, and it is the county's."""
    steps = bootstrap.sample("zone.steps")
    line = "引用 zone.steps\n2018-10-08 照做 联合推荐 法库县 沈阳市 法库县 陶瓷 2018-10-08"
    acts = read(line, "line", office.calendar, office.today, {steps.name: steps.read_text(encoding="utf-8")})
    Player(office, clock(office), labels={"法库县": CASE}).play(acts)
    return office


def events(text: str) -> list[icalendar.Event]:
    return [event for event in icalendar.Calendar.from_ical(text).walk("VEVENT") if isinstance(event, icalendar.Event)]


def running(surveyed: Office) -> list[DeadlineShown]:
    return [one for one in view.show(surveyed, CASE).deadlines if one.state == "running"]


def test_every_running_deadline_is_an_all_day_event(surveyed: Office) -> None:
    (deadline,) = running(surveyed)
    (event,) = events(ics_feed.feed(surveyed, COUNTY))
    assert event["SEQUENCE"] == deadline.version
    assert event.start == deadline.due_on
    assert event.end - event.start == timedelta(days=1)
    assert deadline.title in event["SUMMARY"]
    assert "法库县" in event["SUMMARY"]
    assert CASE in event["DESCRIPTION"]


def test_a_deadline_is_in_the_calendar_of_who_owes_it_and_of_nobody_else(surveyed: Office) -> None:
    (line,) = worklist.todo(surveyed, "沈阳市科协经办")
    assert (line.case, line.part) == (CASE, "may")  # 撤回申报
    assert events(ics_feed.feed(surveyed, "沈阳市科协经办")) == []


def moved(surveyed: Office, **changes: Any) -> str:
    """The feed with the one deadline changed, as the case would tell it."""
    told = view.show(surveyed, CASE)
    deadline = replace(running(surveyed)[0], **changes)
    return calendar_text("", "", [ics_feed._event(surveyed, told, deadline, deadline.due_on or date.max)])


def test_a_deadline_that_moved_keeps_its_uid_and_has_a_higher_sequence(surveyed: Office) -> None:
    def uid(text: str) -> str:
        return text.replace("\r\n ", "").partition("UID:")[2].partition("\r\n")[0]

    version = running(surveyed)[0].version
    before, after = moved(surveyed), moved(surveyed, version=version + 1, due_on=date(2018, 12, 31))
    assert uid(before) == uid(after) != ""
    assert f"SEQUENCE:{version + 1}\r\n" in after
    assert "DTSTART;VALUE=DATE:20181231\r\n" in after


def test_what_is_provisional_is_called_so(surveyed: Office) -> None:
    assert "SUMMARY:（暂定）" in moved(surveyed, provisional=True)
    assert "STATUS:TENTATIVE" in moved(surveyed, provisional=True)
    assert "暂定" not in moved(surveyed, provisional=False, why=())


def test_lines_are_no_longer_than_75_octets_and_no_character_is_cut(surveyed: Office) -> None:
    raw = moved(surveyed, title="受理" * 60 + ",;\\").encode()
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    unfolded = raw.decode().replace("\r\n ", "")
    assert "受理" * 60 + "\\,\\;\\\\" in unfolded


def test_a_suspended_deadline_has_no_day_and_is_left_out(surveyed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = view.show(surveyed, CASE)
    held = replace(shown, deadlines=tuple(replace(one, state="suspended") for one in running(surveyed)))
    monkeypatch.setattr(view, "show", lambda *_: held)
    assert events(ics_feed.feed(surveyed, COUNTY)) == []


def test_who_has_nothing_to_do_has_an_empty_calendar_and_a_stranger_none(surveyed: Office) -> None:
    assert events(ics_feed.feed(surveyed, "大连市科协经办")) == []
    with pytest.raises(NotFound):
        ics_feed.feed(surveyed, "查无此岗")


def test_a_rehearsals_calendar_says_so(surveyed: Office) -> None:
    assert "演练" not in ics_feed.feed(surveyed, COUNTY)
    surveyed.rehearsal = True
    assert "X-WR-CALNAME:演练 " in ics_feed.feed(surveyed, COUNTY)


def test_the_stamp_is_the_offices_time(surveyed: Office) -> None:
    (event,) = events(ics_feed.feed(surveyed, COUNTY))
    assert event.DTSTAMP.astimezone(ZoneInfo("Asia/Shanghai")).isoformat() == "2018-10-08T14:00:00+08:00"
