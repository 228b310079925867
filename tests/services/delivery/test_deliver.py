"""Sending: at least once under one key, proved in the history, and a person hears of what does not go."""

import json
import logging
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.channels.machines import Mailbox, Sink, mail_server, web_server
from zhuli_flow import bootstrap
from zhuli_flow.channels.base import Channel, DeliveryFailed, Letter, Receipt
from zhuli_flow.channels.console import Console
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.registry import Post, open_post
from zhuli_flow.channels.settings import Contact, parse
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.engine.retries import USUAL
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.delivery.deliver import LEASE, TIRED, deliver, message, put_letter, retry, undelivered
from zhuli_flow.services.history import verify
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit, inbox, outbox

ROOT = Path(__file__).resolve().parents[3]
CASE = "SFQ-2018-0001"
OFFICE, SECOND, HEAD = "省科协学会学术部经办", "省科协学会学术部第二经办", "省科协主要负责人"


@dataclass
class Postman:
    """A channel that does as ``plan`` says: an error to raise, or a step to take first; then it keeps the letter."""

    name: str = "webhook"
    title: str = "签名推送"
    leaves: bool = True
    plan: list[DeliveryFailed | Callable[[], object]] = field(default_factory=list)
    got: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Receipt:
        step = self.plan.pop(0) if self.plan else None
        if isinstance(step, DeliveryFailed):
            raise step
        if step is not None:
            step()
        self.got.append(letter)
        return Receipt(f"ref:{letter.key}", "200 taken")


def post(*channels: Channel, **contacts: dict[str, str]) -> Post:
    known = {name: Contact(name, addresses) for name, addresses in contacts.items()}
    return Post({channel.name: channel for channel in (InApp(), *channels)}, known)


def urgent(office: Office, key: str = "1", **to: str) -> None:
    with office.database.write() as connection:
        given = to or {"person": OFFICE}
        new = message(key, "逾期：受理", "已届满", office.clock.now(), case_id=CASE, **given)  # type: ignore[arg-type]
        outbox.put_many(connection, [new])


def letters(office: Office, state: str) -> list[outbox.Letter]:
    with office.database.read() as connection:
        return [row for row in outbox.listed(connection, state) if row.kind == "letter"]


def proofs(office: Office, event: str = "deliver") -> list[dict[str, Any]]:
    with office.database.read() as connection:
        bodies = [json.loads(link.body) for link in audit.all_entries(connection)]
    return [body for body in bodies if body["kind"] == "delivery" and body["event"] == event]


def told(office: Office) -> list[str]:
    """What the people who look after sending have in their box about it."""
    with office.database.read() as connection:
        found = inbox.messages(connection, "", ["office"])
    return [message.text for message in found if message.key.startswith("incident:")]


def later(office: Office, step: timedelta) -> None:
    assert isinstance(office.clock, RehearsalClock)
    office.clock.advance(step)


# ── the usual way ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_urgent_message_goes_out_and_the_history_proves_it(office: Office) -> None:
    postman = Postman()
    urgent(office)
    report = deliver(office, post(postman, **{OFFICE: {"webhook": "oa"}}))
    (letter,) = postman.got
    assert (letter.to, letter.subject, letter.text, letter.case_id) == ("oa", "逾期：受理", "已届满", CASE)
    assert (report.addressed, report.sent, report.waiting, report.incidents) == (1, 1, 0, 0)
    (proof,) = proofs(office)
    assert proof["case"] == CASE
    assert proof["delivery"] == {
        "key": letter.key,
        "channel": "webhook",
        "to": OFFICE,
        "reference": f"ref:{letter.key}",
        "answer": "200 taken",
        "attempt": 1,
    }
    verify.require_whole(office)


def test_nothing_is_sent_twice_by_enqueueing_or_delivering_twice(office: Office) -> None:
    postman = Postman()
    where = post(postman, **{OFFICE: {"webhook": "oa"}})
    urgent(office)
    urgent(office)
    deliver(office, where)
    assert asdict(deliver(office, where)) == {"addressed": 0, "sent": 0, "waiting": 0, "incidents": 0, "items": []}
    assert len(postman.got) == len(proofs(office)) == 1


def test_a_message_to_a_role_reaches_everyone_who_may_act_in_it_on_this_case(office: Office) -> None:
    postman = Postman()
    urgent(office, role="office")
    deliver(office, post(postman, **{OFFICE: {"webhook": "a"}, SECOND: {"webhook": "b"}, HEAD: {"webhook": "c"}}))
    assert sorted(letter.to for letter in postman.got) == ["a", "b"]


def test_a_role_of_another_city_is_not_told(office: Office) -> None:
    postman = Postman()
    urgent(office, role="city_association")
    where = {"沈阳市科协经办": {"webhook": "沈阳"}, "大连市科协经办": {"webhook": "大连"}}
    deliver(office, post(postman, **where))
    assert [letter.to for letter in postman.got] == ["沈阳"]


def test_who_has_no_address_has_the_message_in_the_house(office: Office) -> None:
    urgent(office, role="office")
    report = deliver(office, post())
    assert report.sent == 1
    (proof,) = proofs(office)
    assert proof["delivery"]["channel"] == "in_app"
    assert set(proof["delivery"]["to"].split("、")) == {OFFICE, SECOND}


def test_a_group_gets_one_letter_for_all_its_members(office: Office) -> None:
    postman = Postman()
    urgent(office, role="office")
    group = Contact("学会部群", {"webhook": "群"}, (OFFICE, SECOND))
    deliver(office, Post({"webhook": postman, "in_app": InApp()}, {group.name: group}))
    assert [letter.to for letter in postman.got] == ["群"]


def test_one_event_told_to_several_roles_reaches_a_contact_once(office: Office) -> None:
    postman = Postman()
    urgent(office, "9/office", role="office", same="9")
    urgent(office, "9/supervisor", role="supervisor", same="9")
    group = Contact("学会部群", {"webhook": "群"}, (OFFICE, "省科协学会学术部负责人"))
    deliver(office, Post({"webhook": postman, "in_app": InApp()}, {group.name: group}))
    assert [letter.to for letter in postman.got] == ["群"]


def test_a_message_nobody_can_get_is_an_incident(office: Office) -> None:
    urgent(office, role="nobody_has_this")
    assert deliver(office, post()).incidents == 1
    assert "没有人担任“nobody_has_this”" in told(office)[0]


def test_a_letter_about_no_case_is_proved_on_the_offices_chain(office: Office) -> None:
    with office.database.write() as connection:
        given = {"channel": "webhook", "contact": OFFICE, "subject": "s", "text": "t"}
        assert put_letter(connection, office, key="digest:1", **given)
    deliver(office, post(Postman(), **{OFFICE: {"webhook": "oa"}}))
    assert [proof["case"] for proof in proofs(office)] == ["office"]
    verify.require_whole(office)


def test_a_rehearsal_sends_nothing_out_of_the_house(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.rehearsal = True
    postman = Postman()
    urgent(office)
    report = deliver(office, post(postman, **{OFFICE: {"webhook": "oa"}}))
    assert (postman.got, report.incidents) == ([], 1)
    urgent(office, "2")
    deliver(office, post(Console("webhook", "演练，签名推送"), **{OFFICE: {"webhook": "oa"}}))
    assert "[演练，签名推送 → oa] 逾期：受理：已届满" in capsys.readouterr().err


# ── what does not go ──────────────────────────────────────────────────────────────────────────────────────────────────


def busy() -> DeliveryFailed:
    return DeliveryFailed("对方忙（451）", temporary=True)


def test_a_temporary_failure_waits_and_goes_later_under_the_same_key(office: Office) -> None:
    postman = Postman(plan=[busy()])
    where = post(postman, **{OFFICE: {"webhook": "oa"}})
    urgent(office)
    assert deliver(office, where).waiting == 1
    assert deliver(office, where).sent == 0  # not before its time
    later(office, timedelta(minutes=1))
    assert deliver(office, where).sent == 1
    assert told(office) == []
    assert proofs(office)[0]["delivery"]["attempt"] == 2


def test_what_fails_again_and_again_becomes_an_incident_a_person_sees_once(office: Office) -> None:
    postman = Postman(plan=[busy() for _ in range(100)])
    where = post(postman, **{OFFICE: {"webhook": "oa"}})
    urgent(office)
    for _ in range(USUAL.attempts + 3):
        deliver(office, where)
        later(office, timedelta(hours=2))
    assert len(postman.plan) == 100 - USUAL.attempts
    (given_up,) = undelivered(office)
    assert (given_up.to, given_up.title, given_up.error) == (OFFICE, "逾期：受理", "对方忙（451）")
    assert len(told(office)) == len(proofs(office, "undelivered")) == 1
    assert "未能送达" in told(office)[0]
    postman.plan.clear()
    assert deliver(office, where).sent == 0
    assert retry(office) == 1
    assert deliver(office, where).sent == 1


def test_a_refusal_only_a_person_can_mend_is_told_at_once_and_mending_it_is_enough(office: Office) -> None:
    urgent(office)
    deliver(office, Post({"in_app": InApp()}, {OFFICE: Contact(OFFICE, {"webhook": "oa"})}))
    assert "没有设置渠道 webhook" in told(office)[0]
    later(office, timedelta(hours=2))
    assert deliver(office, post(Postman(), **{OFFICE: {"webhook": "oa"}})).sent == 1
    assert len(told(office)) == 1


def test_a_server_that_is_down_does_not_cost_its_time_out_for_every_letter(office: Office) -> None:
    postman = Postman(plan=[busy() for _ in range(50)])
    for number in range(10):
        urgent(office, str(number))
    deliver(office, post(postman, **{OFFICE: {"webhook": "oa"}}))
    assert 50 - len(postman.plan) == TIRED
    postman.plan.clear()
    assert deliver(office, post(postman, **{OFFICE: {"webhook": "oa"}})).sent == 10 - TIRED  # the rest were not touched


def test_a_sender_that_dies_each_time_ends_as_an_incident_too(office: Office) -> None:
    urgent(office)
    where = post(Postman(), **{OFFICE: {"webhook": "oa"}})
    for _ in range(USUAL.attempts):
        with office.database.write() as connection:
            assert outbox.claim(connection, office.clock.now(), LEASE, USUAL.attempts)
        later(office, LEASE)
    assert deliver(office, where).incidents == 1
    assert "多次未完成" in told(office)[0]


def test_a_channel_with_a_bug_does_not_stop_the_others(office: Office) -> None:
    def bug() -> None:
        raise ZeroDivisionError

    postman = Postman(plan=[bug])
    where = post(postman, **{OFFICE: {"webhook": "oa"}})
    urgent(office, "1")
    urgent(office, "2")
    with pytest.raises(ZeroDivisionError):
        deliver(office, where)
    assert deliver(office, where).sent == 1
    later(office, LEASE)
    assert deliver(office, where).sent == 1


# ── dying, dawdling, two at once ──────────────────────────────────────────────────────────────────────────────────────

SENDER = """
import os, signal, sys
from pathlib import Path
from zhuli_flow import bootstrap
from zhuli_flow.channels.registry import open_post
from zhuli_flow.channels.settings import parse
from zhuli_flow.services.delivery.deliver import deliver

home, port, point, who = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
office = bootstrap.open_office(home)
office.rehearsal = False
(home / "secret").write_text("canary")
(home / "secret").chmod(0o600)
hook = {"url": f"http://127.0.0.1:{port}/", "secret_file": "secret"}
channels = {"hosts": ["127.0.0.1"], "webhook": {"oa": hook}}
post = open_post(parse({"channels": channels, "contacts": {who: {"webhook": "oa"}}}, home), rehearsal=False)
kind = type(post.channels["webhook"])
send = kind.send

def dying(self, letter):
    if point == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    receipt = send(self, letter)
    if point == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return receipt

kind.send = dying
deliver(office, post)
"""


def sender(office: Office, sink: Sink, point: str) -> int:
    words = [sys.executable, "-c", SENDER, str(office.home), str(sink.port), point, OFFICE]
    return subprocess.run(words, check=False, timeout=60).returncode


@pytest.fixture
def sink() -> Iterator[Sink]:
    with web_server(Sink()) as found:
        yield found


@pytest.mark.parametrize(("point", "arrived"), [("before", 1), ("after", 2)])
def test_a_sender_killed_around_sending_sends_again_with_the_same_key(
    office: Office, sink: Sink, point: str, arrived: int
) -> None:
    urgent(office)
    assert sender(office, sink, point) == -signal.SIGKILL
    assert proofs(office) == []
    assert deliver(office, post()).sent == 0  # the dead one's claim still stands
    office.rehearsal = True
    upkeep.set_clock(office, office.clock.now() + LEASE)  # in the database, where the next child reads it
    office.rehearsal = False
    assert sender(office, sink, "never") == 0
    assert len(sink.keys) == arrived
    assert len(set(sink.keys)) == 1
    assert len(proofs(office)) == 1
    assert letters(office, "pending") == []


@pytest.mark.slow
def test_killed_at_any_point_every_letter_arrives_and_is_proved_once(office: Office) -> None:
    urgent(office, role="office")
    office.database.close()
    words = [sys.executable, "-m", "tests.channels.killed", str(office.home), OFFICE, SECOND]
    lives = json.loads(subprocess.run(words, check=True, capture_output=True, timeout=120, cwd=ROOT).stdout)
    keys = sorted(f"message:1/webhook/{contact}" for contact in (OFFICE, SECOND))
    assert len(lives) > 40
    assert [life["killed"] for life in lives] == [True] * (len(lives) - 1) + [False]
    for point, life in enumerate(lives, 1):
        assert sorted(set(life["arrived"])) == keys, point
        assert len(life["arrived"]) <= len(keys) + life["killed"], point  # at most the one it was killed over
        assert (life["proofs"], life["waiting"]) == (keys, 0), point
    assert any(len(life["arrived"]) > len(keys) for life in lives)


def test_a_sender_that_comes_back_after_its_claim_ran_out_does_not_count(office: Office) -> None:
    postman = Postman()
    where = post(postman, **{OFFICE: {"webhook": "oa"}})

    def overtaken() -> None:
        later(office, LEASE)
        assert deliver(office, where).sent == 1

    postman.plan = [overtaken]
    urgent(office)
    assert deliver(office, where).sent == 0
    assert len(postman.got) == 2
    assert [proof["delivery"]["attempt"] for proof in proofs(office)] == [2]


def test_two_senders_at_once_send_each_letter_once(office: Office, worked_in: Path, sink: Sink) -> None:
    for number in range(25):
        urgent(office, str(number))
    (office.home / "secret").write_text("canary")
    (office.home / "secret").chmod(0o600)
    hook = {"url": f"http://127.0.0.1:{sink.port}/", "secret_file": "secret"}
    data = {"channels": {"hosts": ["127.0.0.1"], "webhook": {"oa": hook}}, "contacts": {OFFICE: {"webhook": "oa"}}}
    where = open_post(parse(data, office.home), rehearsal=False)
    begin, sent = threading.Barrier(2), list[int]()

    def work() -> None:
        own = bootstrap.open_office(office.home)
        own.rehearsal = False
        begin.wait()
        sent.append(deliver(own, where).sent)
        own.database.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 25
    assert len(sink.keys) == len(set(sink.keys)) == len(proofs(office)) == 25
    verify.require_whole(office)


# ── secrets ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CANARY = "canary-3d9c55"


def settings(home: Path, mail: int, web: int) -> dict[str, Any]:
    (home / "secret").write_text(CANARY)
    (home / "url").write_text(f"json://127.0.0.1:{web}/{CANARY}")
    for name in ("secret", "url"):
        (home / name).chmod(0o600)
    bot = {"token_file": "secret", "url": f"http://127.0.0.1:{web}/bot"}
    email = {"host": "127.0.0.1", "port": mail, "tls": "none", "user": "me", "password_file": "secret", "timeout": 2}
    return {
        "channels": {
            "hosts": ["127.0.0.1"],
            "email": {**email, "from": "noreply@office.example"},
            "webhook": {"oa": {"url": f"http://127.0.0.1:{web}/hook", "secret_file": "secret"}},
            **{name: {"群": bot} for name in ("wecom", "dingtalk", "feishu")},
            "apprise": {"其他": {"url_file": "url"}},
        },
        "contacts": {
            OFFICE: {"email": "a@office.example", "webhook": "oa", "wecom": "群", "dingtalk": "群", "feishu": "群"}
            | {"apprise": "其他"}
        },
    }


@pytest.mark.sqlite("reads its bytes")
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise, or what it stands on
def test_no_secret_is_left_in_logs_database_or_errors(
    office: Office, sink: Sink, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("apprise")
    caplog.set_level(logging.CRITICAL, "mail.log")  # the test server's own; first, for it sets the handler's level too
    for logger in (None, "apprise", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger)
    sink.otherwise = (200, json.dumps({"errcode": 1, "errmsg": f"bad {CANARY}"}).encode())
    seen = ""
    for password in (CANARY, "another"):
        with mail_server(Mailbox(plan=[f"554 I know {CANARY}"]), password=password) as box:
            where = open_post(parse(settings(office.home, box.port, sink.port), office.home), rehearsal=False)
            urgent(office, f"for {len(password)}")
            deliver(office, where)
            deliver(office, where)
            seen += repr(where)
            for channel in where.channels.values():
                to = {"email": "a@office.example", "webhook": "oa", "apprise": "其他"}.get(channel.name, "群")
                at = office.clock.now()
                try:
                    channel.send(Letter("k", to, "s", "t", at, at))
                except DeliveryFailed as failure:
                    seen += "".join(traceback.format_exception(failure)) + repr(failure)
    assert any(CANARY in path for path, _, _ in sink.got)  # it was in use
    office.database.close()
    files = b"".join(path.read_bytes() for path in office.home.glob("zhuli.db*"))
    assert "邮件服务器拒收（554 I know ***）" in files.decode("utf-8", "ignore")
    said = capsys.readouterr()
    assert "apprise" in caplog.text
    for text in (seen, caplog.text, said.out, said.err, files.decode("utf-8", "ignore")):
        assert CANARY not in text
