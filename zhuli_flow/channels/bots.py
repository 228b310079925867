"""Group bots of 企业微信, 钉钉 and 飞书. They answer 200 to what they refuse; only the code in the answer counts."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from zhuli_flow.channels import address_check, https
from zhuli_flow.channels.base import DeliveryFailed, Letter, Receipt, plain
from zhuli_flow.channels.secret import Secret

PER_MINUTE = 18
"""钉钉 shuts out for ten minutes who sends more than 20 a minute; the others ask for about the same."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot in one group: ``url`` without its token."""

    url: str
    token: Secret
    secret: Secret | None = None

    def hide(self, words: str) -> str:
        """``words`` with neither token nor signing secret in them."""
        return self.token.hide(self.secret.hide(words) if self.secret else words)


Payload = dict[str, object]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one service wants it: ``form`` makes query and JSON body; the answer's ``code`` key is 0 when it was taken.

    ``busy`` are the codes that ask for patience, ``most`` the bytes of text it takes.
    """

    title: str
    url: str
    form: Callable[[Bot, str, datetime], tuple[str, Payload]]
    code: str
    busy: frozenset[int]
    most: int


@dataclass(slots=True)
class Bots:
    """The bots of one service, by the name they are set up under; a letter's ``to`` is such a name."""

    name: str
    dialect: Dialect
    bots: Mapping[str, Bot]
    hosts: Sequence[str] = ()
    look_up: address_check.Resolve = address_check.resolve
    limits: https.Limits = field(default_factory=https.Limits)
    leaves: bool = True
    _sent: dict[str, deque[datetime]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.dialect.title

    def send(self, letter: Letter) -> Receipt:
        bot = self.bots.get(letter.to)
        if bot is None:
            raise DeliveryFailed(f'没有设置 [channels.{self.name}."{letter.to}"]，未发送', temporary=False)
        self._pace(letter)
        text = _cut(f"{letter.subject}\n{letter.text}", self.dialect.most)
        query, payload = self.dialect.form(bot, text, letter.at)
        url = f"{bot.url}{query}"
        place = address_check.place_of(url, self.hosts, self.look_up)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        _, said = https.post(place, json.dumps(payload, ensure_ascii=False).encode(), headers, self.limits)
        return Receipt(letter.key, self._answer(bot, said))

    def _pace(self, letter: Letter) -> None:
        sent = self._sent.setdefault(letter.to, deque())
        while sent and not timedelta() <= letter.at - sent[0] < MINUTE:  # a clock set back must not lock the bot
            sent.popleft()
        if len(sent) >= PER_MINUTE:
            raise DeliveryFailed(f"{self.title}每分钟只收 {PER_MINUTE} 条，稍后再发", temporary=True)
        sent.append(letter.at)

    def _answer(self, bot: Bot, said: bytes) -> str:
        try:
            told = json.loads(said)
            code = int(told[self.dialect.code])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise DeliveryFailed(f"{self.title}的应答看不懂，不能认定已送达", temporary=True) from None
        words = bot.hide(plain(str(told.get("errmsg") or told.get("msg") or "")))
        if code != 0:
            raise DeliveryFailed(f"{self.title}拒收（{code} {words}）", temporary=code in self.dialect.busy)
        return f"{code} {words}".strip()


def _wecom(bot: Bot, text: str, at: datetime) -> tuple[str, Payload]:
    return f"?key={_quoted(bot.token)}", {"msgtype": "text", "text": {"content": text}}


def _dingtalk(bot: Bot, text: str, at: datetime) -> tuple[str, Payload]:
    query = f"?access_token={_quoted(bot.token)}"
    if bot.secret is not None:
        stamp, secret = str(int(at.timestamp() * 1000)), bot.secret.reveal()
        sign = b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)).decode()
        query += f"&timestamp={stamp}&sign={quote(sign, safe='')}"
    return query, {"msgtype": "text", "text": {"content": text}}


def _feishu(bot: Bot, text: str, at: datetime) -> tuple[str, Payload]:
    payload: Payload = {"msg_type": "text", "content": {"text": text}}
    if bot.secret is not None:
        stamp = str(int(at.timestamp()))
        signed = hmac.digest(f"{stamp}\n{bot.secret.reveal()}".encode(), b"", hashlib.sha256)
        payload |= {"timestamp": stamp, "sign": b64encode(signed).decode()}
    return f"/{_quoted(bot.token)}", payload


def _quoted(token: Secret) -> str:
    return quote(token.reveal(), safe="")


def _cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` bytes of UTF-8, saying so when something is left out."""
    raw = text.encode()
    more = "……（余下请在系统内查看）"
    return text if len(raw) <= most else raw[: most - len(more.encode())].decode("utf-8", "ignore") + more


DIALECTS: Mapping[str, Dialect] = {
    "wecom": Dialect(
        "企业微信", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", _wecom, "errcode", frozenset({-1, 45009}), 2048
    ),
    "dingtalk": Dialect(
        "钉钉", "https://oapi.dingtalk.com/robot/send", _dingtalk, "errcode", frozenset({-1, 130101, 410100}), 16_000
    ),
    "feishu": Dialect(
        "飞书", "https://open.feishu.cn/open-apis/bot/v2/hook", _feishu, "code", frozenset({11232}), 16_000
    ),
}
"""One line a service: title, public address, form, the answer's code, the codes that mean later, bytes of text."""
