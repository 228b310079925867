"""Signed posts: what arrives can be checked and repeated, and nothing leads into the house."""

import hashlib
import hmac
import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from tests.channels.machines import Sink, free_port, silent_server
from zhuli_flow.channels import address_check
from zhuli_flow.channels.base import DeliveryFailed, Letter
from zhuli_flow.channels.https import Limits
from zhuli_flow.channels.secret import Secret
from zhuli_flow.channels.webhook import Endpoint, Webhook

SECRET = "canary-77ab"
QUICK = Limits(0.5, 1.0)


def webhook(url: str, hosts: Sequence[str] = ("127.0.0.1",), **more: object) -> Webhook:
    return Webhook({"oa": Endpoint(url, Secret(SECRET))}, hosts, limits=QUICK, **more)  # type: ignore[arg-type]


def at(sink: Sink) -> Webhook:
    return webhook(f"http://127.0.0.1:{sink.port}/hook?office=1")


def refusal(channel: Webhook, letter: Letter) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as told:
        channel.send(letter)
    assert SECRET not in str(told.value)
    return told.value


@pytest.fixture
def written(written: Letter) -> Letter:
    return replace(written, to="oa")


def test_a_listener_can_check_who_wrote_it_and_when(sink: Sink, written: Letter) -> None:
    at(sink).send(written)
    ((path, headers, body),) = sink.got
    signed = f"{headers['x-zhuli-timestamp']}.{headers['idempotency-key']}.".encode() + body
    assert headers["x-zhuli-signature"] == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert int(headers["x-zhuli-timestamp"]) == int(written.at.timestamp())
    assert json.loads(body)["text"] == written.text
    assert path == "/hook?office=1"


def test_a_repetition_bears_the_same_key_and_body_and_a_new_time(sink: Sink, written: Letter) -> None:
    channel = at(sink)
    channel.send(written)
    channel.send(replace(written, at=written.at + timedelta(minutes=5)))
    (_, first, body), (_, second, again) = sink.got
    assert first["idempotency-key"] == second["idempotency-key"]
    assert body == again
    assert first["x-zhuli-signature"] != second["x-zhuli-signature"]


@pytest.mark.parametrize(
    ("status", "temporary"),
    [
        (301, False),
        (307, False),
        (400, False),
        (404, False),
        (410, False),
        (408, True),
        (429, True),
        (500, True),
        (503, True),
    ],
)
def test_a_refusal_says_whether_to_try_again(sink: Sink, written: Letter, status: int, temporary: bool) -> None:
    sink.plan = [(status, b"")]
    told = refusal(at(sink), written)
    assert told.temporary is temporary
    assert str(status) in told.reason
    assert len(sink.got) == 1  # a redirect is not followed


def test_a_listener_that_hangs_up_is_tried_again(sink: Sink, written: Letter) -> None:
    sink.plan = [(0, b"")]
    assert refusal(at(sink), written).temporary


def test_a_closed_port_is_tried_again(written: Letter) -> None:
    assert refusal(webhook(f"http://127.0.0.1:{free_port()}/"), written).temporary


def test_a_listener_that_never_answers_costs_no_more_than_the_timeout(written: Letter) -> None:
    with silent_server() as port:
        begun = monotonic()
        assert refusal(webhook(f"http://127.0.0.1:{port}/"), written).temporary
    assert monotonic() - begun < 2


def test_a_listener_that_dribbles_is_cut_off(written: Letter) -> None:
    with silent_server(b"HTTP/1.1 200 OK\r\nX: ", 0.05) as port:
        begun = monotonic()
        assert refusal(webhook(f"http://127.0.0.1:{port}/"), written).temporary
    assert monotonic() - begun < 3


def test_only_the_beginning_of_an_answer_is_read_and_no_control_characters(sink: Sink, written: Letter) -> None:
    sink.plan = [(200, b"\x1b[2J\r\nok " + b"a" * 1_000_000)]
    answer = at(sink).send(written).answer
    assert answer.isprintable()
    assert len(answer) < 250


def test_a_secret_that_a_listener_repeats_is_not_kept(sink: Sink, written: Letter) -> None:
    sink.plan = [(200, f"you said {SECRET}".encode())]
    assert SECRET not in at(sink).send(written).answer


def test_a_body_too_large_is_not_sent(sink: Sink, written: Letter) -> None:
    assert not refusal(at(sink), replace(written, text="长" * 30_000)).temporary
    assert sink.got == []


# ── where it may go ───────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = {"localhost": ["127.0.0.1"], "rebound.example": ["93.184.216.34", "10.0.0.1"], "intranet": ["192.168.1.5"]}


def look_up(host: str, port: int) -> list[str]:
    """What a system's resolver makes of a host, numbers in every old spelling included."""
    if host in NAMES:
        return NAMES[host]
    if ":" in host:
        return [host]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return ["93.184.216.34"]


INTO_THE_HOUSE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://rebound.example/",
    "https://intranet/",
]
NO_ADDRESS = [
    "http://example.cn/",
    "ftp://example.cn/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "https://",
    "//example.cn/",
    "example.cn",
    "https://user:pass@example.cn/",
    "https://example.cn@127.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://example.cn\\@127.0.0.1/",
    "https://example.cn/\r\nHost: a",
    "https://example.cn/a b",
    "https://example.cn:0/",
    "https://example.cn:99999/",
    "https://[::1/",
]


@pytest.mark.parametrize("url", INTO_THE_HOUSE + NO_ADDRESS)
def test_no_address_leads_into_the_house(url: str) -> None:
    with pytest.raises(DeliveryFailed) as told:
        address_check.place_of(url, (), look_up)
    assert not told.value.temporary


def test_a_public_host_is_connected_to_by_the_very_address_that_was_checked() -> None:
    place = address_check.place_of("https://oa.example.cn:8443/hook?a=1#part", (), look_up)
    assert place == address_check.Place(True, "oa.example.cn", "93.184.216.34", 8443, "/hook?a=1")


def test_the_name_is_only_spoken_and_never_looked_up_again(sink: Sink, written: Letter) -> None:
    url = f"http://oa.intranet:{sink.port}/hook"
    webhook(url, ("oa.intranet",), look_up=lambda host, port: ["127.0.0.1"]).send(written)
    assert sink.got[0][1]["host"] == f"oa.intranet:{sink.port}"


def test_a_host_the_office_names_may_be_inside() -> None:
    assert address_check.place_of("http://intranet/hook", ("intranet",), look_up).ip == "192.168.1.5"


def test_a_host_without_an_address_is_tried_again() -> None:
    with pytest.raises(DeliveryFailed) as told:
        address_check.place_of("https://gone.example/", (), lambda host, port: [])
    assert told.value.temporary


def test_an_endpoint_nobody_set_up_is_for_a_person(sink: Sink, written: Letter) -> None:
    assert not refusal(at(sink), replace(written, to="other")).temporary
