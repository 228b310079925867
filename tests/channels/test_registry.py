"""What every registered channel promises: a receipt or a DeliveryFailed, in bounded time, and no secret told."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from tests.channels.machines import Mailbox, Sink, free_port, silent_server
from zhuli_flow.channels import bots, https
from zhuli_flow.channels.base import Channel, DeliveryFailed, Letter
from zhuli_flow.channels.registry import REGISTRY, open_post
from zhuli_flow.channels.settings import parse

LEAVING = ["email", "wecom", "dingtalk", "feishu", "webhook", "apprise"]
ANSWERS = {"feishu": b'{"code":0}', "wecom": b'{"errcode":0}', "dingtalk": b'{"errcode":0}'}
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # for apprise


@pytest.fixture
def opened(secret_file: Path):
    """Every channel, at the ports given for mail and web."""
    pytest.importorskip("apprise")

    def make(mail: int, web: int) -> dict[str, Channel]:
        home = secret_file.parent
        (home / "url").write_text(f"json://127.0.0.1:{web}/canary-5f1e?cto=1&rto=1")
        (home / "url").chmod(0o600)
        bot = {"token_file": "secret", "url": f"http://127.0.0.1:{web}/bot"}
        data = {
            "hosts": ["127.0.0.1"],
            "console": {},
            "email": {"host": "127.0.0.1", "port": mail, "tls": "none", "from": "noreply@office.example", "timeout": 1},
            **{name: {"群": bot} for name in bots.DIALECTS},
            "webhook": {"群": {"url": f"http://127.0.0.1:{web}/hook", "secret_file": "secret"}},
            "apprise": {"群": {"url_file": "url"}},
        }
        channels = dict(open_post(parse({"channels": data}, home), rehearsal=False).channels)
        for name in (*bots.DIALECTS, "webhook"):
            channels[name].limits = https.Limits(0.5, 1.0)  # type: ignore[attr-defined]
        assert list(channels) == list(REGISTRY)
        return channels

    return make


def to(name: str, letter: Letter) -> Letter:
    return letter if name == "email" else replace(letter, to="群")


def test_the_channels_that_leave_the_house_are_known_as_such(opened) -> None:
    assert [name for name, channel in opened(1, 1).items() if channel.leaves] == LEAVING


@pytest.mark.parametrize("name", REGISTRY)
def test_a_letter_that_goes_gives_a_receipt_that_names_it(
    opened, box: Mailbox, sink: Sink, written: Letter, name: str
) -> None:
    sink.otherwise = (200, ANSWERS.get(name, b"ok"))
    receipt = opened(box.port, sink.port)[name].send(to(name, written))
    assert receipt.reference
    assert receipt.answer.isprintable()
    assert len(box.got) + len(sink.got) == (name in LEAVING)


@pytest.mark.parametrize("name", LEAVING)
def test_a_closed_door_is_a_temporary_failure(opened, written: Letter, name: str) -> None:
    port = free_port()
    with pytest.raises(DeliveryFailed) as told:
        opened(port, port)[name].send(to(name, written))
    assert told.value.temporary
    assert "canary" not in str(told.value)


@pytest.mark.parametrize("name", LEAVING)
def test_silence_is_a_temporary_failure_in_bounded_time(opened, written: Letter, name: str) -> None:
    with silent_server() as port:
        begun = monotonic()
        with pytest.raises(DeliveryFailed) as told:
            opened(port, port)[name].send(to(name, written))
        assert monotonic() - begun < 4
    assert told.value.temporary


@pytest.mark.parametrize("name", LEAVING)
def test_an_address_nobody_set_up_is_for_a_person(opened, written: Letter, name: str) -> None:
    with pytest.raises(DeliveryFailed) as told:
        opened(1, 1)[name].send(replace(written, to="没有\r\n此群"))
    assert not told.value.temporary
