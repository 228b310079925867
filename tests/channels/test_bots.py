"""Group bots: the answer's code decides, not the 200 it comes with; no group gets more than it takes."""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.channels.machines import Sink
from zhuli_flow.channels.base import DeliveryFailed, Letter
from zhuli_flow.channels.bots import DIALECTS, PER_MINUTE, Bot, Bots
from zhuli_flow.channels.secret import Secret

OK = {
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "dingtalk": b'{"errcode":0,"errmsg":"ok"}',
    "feishu": b'{"code":0,"msg":"success"}',
}
NO = {
    "wecom": (b'{"errcode":93000,"errmsg":"invalid webhook url canary-t"}', b'{"errcode":45009,"errmsg":"busy"}'),
    "dingtalk": (b'{"errcode":310000,"errmsg":"keywords not in content"}', b'{"errcode":130101,"errmsg":"busy"}'),
    "feishu": (b'{"code":19021,"msg":"sign match fail canary-s"}', b'{"code":11232,"msg":"busy"}'),
}
SERVICES = sorted(DIALECTS)


def bots(name: str, sink: Sink, secret: bool = True) -> Bots:
    bot = Bot(f"http://127.0.0.1:{sink.port}/send", Secret("canary-t"), Secret("canary-s") if secret else None)
    return Bots(name, DIALECTS[name], {"群": bot}, ["127.0.0.1"])


@pytest.fixture
def written(written: Letter) -> Letter:
    return replace(written, to="群")


def refusal(channel: Bots, letter: Letter) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as told:
        channel.send(letter)
    assert "canary" not in str(told.value)
    return told.value


def text_of(name: str, body: bytes) -> str:
    told = json.loads(body)
    return str(told["content"]["text"] if name == "feishu" else told["text"]["content"])


@pytest.mark.parametrize("name", SERVICES)
def test_the_message_arrives_in_the_services_own_form(sink: Sink, written: Letter, name: str) -> None:
    sink.otherwise = (200, OK[name])
    assert bots(name, sink).send(written).answer in {"0 ok", "0 success"}
    ((path, _, body),) = sink.got
    assert text_of(name, body) == f"{written.subject}\n{written.text}"
    assert "canary-t" in path


@pytest.mark.parametrize("name", SERVICES)
def test_a_refusal_that_comes_with_200_is_a_refusal(sink: Sink, written: Letter, name: str) -> None:
    for_a_person, later = NO[name]
    sink.plan = [(200, for_a_person), (200, later)]
    channel = bots(name, sink)
    assert not refusal(channel, written).temporary
    assert refusal(channel, written).temporary


@pytest.mark.parametrize("said", [b"", b"<html>", b"[]", b"{}", b'{"errcode":"?"}', b'{"errcode":null}', b"[" * 60_000])
def test_an_answer_nobody_understands_is_no_receipt(sink: Sink, written: Letter, said: bytes) -> None:
    sink.plan = [(200, said)]
    assert refusal(bots("wecom", sink), written).temporary


def test_dingtalk_is_signed_over_the_time_of_this_attempt(sink: Sink, written: Letter) -> None:
    sink.otherwise = (200, OK["dingtalk"])
    bots("dingtalk", sink).send(written)
    query = parse_qs(urlsplit(sink.got[0][0]).query)
    stamp = str(int(written.at.timestamp() * 1000))
    signed = hmac.new(b"canary-s", f"{stamp}\ncanary-s".encode(), hashlib.sha256).digest()
    assert query == {"access_token": ["canary-t"], "timestamp": [stamp], "sign": [b64encode(signed).decode()]}


def test_feishu_is_signed_in_the_body(sink: Sink, written: Letter) -> None:
    sink.otherwise = (200, OK["feishu"])
    bots("feishu", sink).send(written)
    path, _, body = sink.got[0]
    stamp = str(int(written.at.timestamp()))
    signed = hmac.new(f"{stamp}\ncanary-s".encode(), b"", hashlib.sha256).digest()
    assert path == "/send/canary-t"
    assert json.loads(body)["sign"] == b64encode(signed).decode()
    assert json.loads(body)["timestamp"] == stamp


def test_a_long_text_is_cut_between_characters_and_says_so(sink: Sink, written: Letter) -> None:
    sink.otherwise = (200, OK["wecom"])
    bots("wecom", sink).send(replace(written, text="长" * 3000))
    text = text_of("wecom", sink.got[0][2])
    assert len(text.encode()) <= 2048
    assert text.endswith("长……（余下请在系统内查看）")


def test_a_group_gets_no_more_in_a_minute_than_the_service_bears(sink: Sink, written: Letter) -> None:
    sink.otherwise = (200, OK["dingtalk"])
    channel = bots("dingtalk", sink)
    for second in range(PER_MINUTE):
        channel.send(replace(written, at=written.at + timedelta(seconds=second)))
    assert refusal(channel, replace(written, at=written.at + timedelta(seconds=30))).temporary
    channel.send(replace(written, at=written.at + timedelta(seconds=60)))
    assert len(sink.got) == PER_MINUTE + 1


def test_a_clock_set_back_does_not_lock_a_bot(sink: Sink, written: Letter) -> None:
    sink.otherwise = (200, OK["dingtalk"])
    channel = bots("dingtalk", sink)
    for _ in range(PER_MINUTE):
        channel.send(written)
    channel.send(replace(written, at=written.at - timedelta(days=1)))
    assert len(sink.got) == PER_MINUTE + 1
