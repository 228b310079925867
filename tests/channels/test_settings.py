"""What an office writes for its channels: every fault at once and at its place, secrets only in private files."""

import pickle
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from zhuli_flow.channels import apprise_channel
from zhuli_flow.channels.registry import REGISTRY, open_post
from zhuli_flow.channels.secret import Secret, read_secret
from zhuli_flow.channels.settings import ChannelSettings, parse
from zhuli_flow.engine.retries import Retries
from zhuli_flow.errors import InvalidInput

ALL = """
[channels]
incidents_to = "supervisor"
digest_at = "09:00"
attempts = 3
first_wait = 60
longest_wait = 600
hosts = ["OA.intranet."]
[channels.console]
[channels.email]
host = "smtp.office.example"
tls = "implicit"
user = "noreply"
password_file = "secret"
from = "助力流程 <noreply@office.example>"
[channels.wecom."学会部"]
token_file = "secret"
[channels.dingtalk."学会部"]
token_file = "secret"
secret_file = "secret"
[channels.feishu."学会部"]
token_file = "secret"
[channels.webhook.oa]
url = "https://oa.intranet/hook"
secret_file = "secret"
[contacts."省科协学会学术部经办"]
email = "post@office.example"
webhook = "oa"
[contacts."学会部群"]
members = ["省科协学会学术部经办", "省科协学会学术部负责人"]
dingtalk = "学会部"
"""


def parsed(text: str, home: Path) -> ChannelSettings:
    return parse(tomllib.loads(text), home)


def faults(text: str, home: Path) -> dict[str, str]:
    with pytest.raises(InvalidInput) as told:
        parsed(text, home)
    return {problem.place.removeprefix("zhuli.toml: "): problem.code for problem in told.value.problems}


def test_everything_that_may_be_set_is_read(tmp_path: Path, secret_file: Path) -> None:
    found = parsed(ALL, tmp_path)
    assert found.email is not None
    assert (found.email.port, found.email.password_file) == (465, secret_file)
    assert (found.hosts, found.incidents_to, found.digest_at) == (("oa.intranet",), "supervisor", "09:00")
    assert found.retries == Retries(3, timedelta(minutes=1), timedelta(minutes=10))
    assert found.contacts["学会部群"].people == ("省科协学会学术部经办", "省科协学会学术部负责人")
    assert found.contacts["省科协学会学术部经办"].people == ("省科协学会学术部经办",)
    assert found.contacts["省科协学会学术部经办"].addresses == {"email": "post@office.example", "webhook": "oa"}


def test_every_registered_channel_opens_by_its_name_and_has_a_title(tmp_path: Path, secret_file: Path) -> None:
    pytest.importorskip("apprise")
    more = '[channels.apprise."其他"]\nurl_file = "secret"\n'
    post = open_post(parsed(ALL + more, tmp_path), rehearsal=False)
    assert list(post.channels) == list(REGISTRY)
    assert all(channel.name == name and channel.title for name, channel in post.channels.items())


def test_nothing_set_keeps_every_letter_in_the_house(tmp_path: Path) -> None:
    assert list(open_post(parse({}, tmp_path), rehearsal=False).channels) == ["in_app"]


def test_in_a_rehearsal_no_channel_leaves_the_house(tmp_path: Path, secret_file: Path) -> None:
    post = open_post(parsed(ALL, tmp_path), rehearsal=True)
    assert set(post.channels) > {"email", "wecom", "webhook"}
    assert not any(channel.leaves for channel in post.channels.values())
    assert post.channels["email"].title == "演练，邮件"


def test_every_fault_is_told_at_once_and_at_its_place(tmp_path: Path) -> None:
    text = """
    [channels]
    digest_at = "8点"
    attempts = 0
    hosts = "oa"
    smtp = 1
    [channels.email]
    host = "mail.example"
    port = 0
    tls = "ssl"
    user = "me"
    from = "不是地址"
    pasword_file = "x"
    [channels.wecom.a]
    secret_file = "x"
    [channels.dingtalk]
    token_file = "x"
    [contacts."甲"]
    email = "甲@example.cn"
    dingtalk = "没有"
    [contacts."乙"]
    members = []
    """
    assert faults(text, tmp_path) == {
        "channels.digest_at": "time",
        "channels.attempts": "value",
        "channels.hosts": "type",
        "channels": "unknown_key",
        "channels.email.port": "value",
        "channels.email.tls": "value",
        "channels.email.user": "pair",
        "channels.email.from": "address",
        "channels.email": "unknown_key",
        "channels.wecom.a.token_file": "missing",
        "channels.wecom.a": "unknown_key",
        "channels.dingtalk.token_file": "type",
        "contacts.甲.email": "address",
        "contacts.甲.dingtalk": "no_channel",
        "contacts.乙.email": "missing",
    }


def test_a_password_is_not_sent_over_a_line_in_the_clear(tmp_path: Path) -> None:
    text = '[channels.email]\nhost="smtp.example"\ntls="none"\nuser="u"\npassword_file="p"\nfrom="a@b.cn"\n'
    assert faults(text, tmp_path) == {"channels.email.tls": "plain"}
    assert parsed(text.replace("smtp.example", "127.0.0.1"), tmp_path).email is not None


@pytest.mark.parametrize(
    "text", ["channels = 1", "contacts = []", "[channels]\nemail = 'x'", "[contacts]\n'甲' = 'a@b.cn'"]
)
def test_a_value_in_place_of_a_table_is_a_fault_not_a_crash(tmp_path: Path, text: str) -> None:
    assert faults(text, tmp_path)


def test_a_contact_whose_channel_is_not_set_up_is_a_fault(tmp_path: Path) -> None:
    assert faults('[contacts."甲"]\nemail = "a@b.cn"\n', tmp_path) == {"contacts.甲.email": "no_channel"}


# ── secrets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_secret_shows_itself_nowhere(secret_file: Path) -> None:
    secret = read_secret(secret_file)
    assert secret.reveal() == "canary-5f1e"
    assert "canary" not in f"{secret!r} {secret} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_secret_is_hidden_in_what_others_say() -> None:
    said = Secret("can/ary").hide("a can/ary b can%2Fary c Y2FuL2FyeQ== d")
    assert said == "a *** b *** c ***== d"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644])
def test_a_secret_that_others_can_read_is_not_used(secret_file: Path, mode: int) -> None:
    secret_file.chmod(mode)
    with pytest.raises(InvalidInput, match="chmod 600") as told:
        read_secret(secret_file)
    assert "canary" not in str(told.value)


@pytest.mark.parametrize("raw", [b"", b"\n", b"a\nb", b"\xff\xfe", b"x" * 5000, b"a\x00b"])
def test_a_file_that_is_no_single_line_is_no_secret(secret_file: Path, raw: bytes) -> None:
    secret_file.write_bytes(raw)
    with pytest.raises(InvalidInput):
        read_secret(secret_file)


def test_a_link_a_folder_or_nothing_is_no_secret(tmp_path: Path, secret_file: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(secret_file)
    for path in (link, tmp_path, tmp_path / "none"):
        with pytest.raises(InvalidInput):
            read_secret(path)


def test_every_secret_that_can_not_be_used_is_told_at_once(tmp_path: Path, secret_file: Path) -> None:
    secret_file.chmod(0o644)
    with pytest.raises(InvalidInput) as told:
        open_post(parsed(ALL, tmp_path), rehearsal=False)
    assert {problem.place for problem in told.value.problems} == {
        "channels.email",
        "channels.wecom",
        "channels.dingtalk",
        "channels.feishu",
        "channels.webhook",
    }


def test_a_missing_library_is_told_with_the_command_that_brings_it(
    tmp_path: Path, secret_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(InvalidInput, match="pip install"):
        apprise_channel.check_installed()
    with pytest.raises(InvalidInput) as told:
        open_post(parsed('[channels.apprise.a]\nurl_file = "secret"\n', tmp_path), rehearsal=False)
    assert told.value.problems[0].place == "channels.apprise"
