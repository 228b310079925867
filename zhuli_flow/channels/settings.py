"""What an office sets for its channels and contacts in ``zhuli.toml``; strict, and without a single secret in it.

::

    [channels]            incidents_to (role), digest_at ("08:30"), hosts (of the intranet, allowed by name),
                          checkpoints_to (contacts outside who keep the checkpoint of the day),
                          attempts, first_wait and longest_wait (seconds)
    [channels.console]    no keys: letters are shown on the error output
    [channels.email]      host, port, tls (implicit, starttls, none), user, password_file, from, timeout
    [channels.webhook.N]  url, secret_file
    [channels.wecom.N]    token_file, url          [channels.feishu.N] and [channels.dingtalk.N]: secret_file as well
    [channels.apprise.N]  url_file
    [contacts."WHO"]      email = "address", CHANNEL = "N"; for a group: members = [people]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

from zhuli_flow.channels.settings_reader import Table
from zhuli_flow.engine.retries import USUAL, Retries
from zhuli_flow.errors import InvalidInput, Problem

BOTS = ("wecom", "dingtalk", "feishu")
NAMED = (*BOTS, "webhook", "apprise")
"""Channels whose address is the name of something set up here; only an e-mail address is written out."""

_ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """One SMTP server. ``timeout`` is in seconds, for each step; the password stays in its file."""

    host: str
    port: int
    tls: str
    user: str
    password_file: Path | None
    sender: str
    timeout: int


@dataclass(frozen=True, slots=True)
class BotSettings:
    """One group bot: where its token lies, where its signing secret lies, and another address than the public one."""

    token_file: Path
    secret_file: Path | None
    url: str


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One address that takes signed posts, and where the shared secret lies."""

    url: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person of the directory, or a group of them: ``addresses`` by channel name."""

    name: str
    addresses: Mapping[str, str]
    members: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Whose messages go here."""
        return self.members or (self.name,)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Everything set about sending; without any of it letters stay inside the house."""

    incidents_to: str = "office"
    digest_at: str = "08:30"
    checkpoints_to: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    retries: Retries = USUAL
    console: bool = False
    email: EmailSettings | None = None
    bots: Mapping[str, Mapping[str, BotSettings]] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookSettings] = field(default_factory=dict)
    apprise: Mapping[str, Path] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)


def parse(data: Mapping[str, object], home: Path) -> ChannelSettings:
    """The settings in the tables ``channels`` and ``contacts`` of ``data``; files are counted from ``home``.

    Raises InvalidInput with every problem.
    """
    problems: list[Problem] = []
    channels = _part(data, "channels", problems, home)
    contacts = _part(data, "contacts", problems, home)
    found = _channels(channels)
    known = {name: set(bots) for name, bots in found.bots.items()}
    known |= {"webhook": set(found.webhooks), "apprise": set(found.apprise)}
    listed = [_contact(table, known, email=found.email is not None) for table in contacts.tables()]
    names = {contact.name for contact in listed}
    for name in found.checkpoints_to:
        if name not in names:
            channels.fault("checkpoints_to", "unknown_name", f"没有联系人“{name}”", f'写一节 [contacts."{name}"]')
    if problems:
        message = f"{home / 'zhuli.toml'} 的渠道或联系人有 {len(problems)} 处问题，未作任何改动"
        raise InvalidInput(message, problems, fix="请按所列位置改正")
    return replace(found, contacts={contact.name: contact for contact in listed})


def _part(data: Mapping[str, object], key: str, problems: list[Problem], home: Path) -> Table:
    value = data.get(key, {})
    if not isinstance(value, dict):
        problems.append(Problem(f"zhuli.toml: {key}", "type", "应为一节", f"写成 [{key}]，其下每行一项"))
    return Table(key, value if isinstance(value, dict) else {}, problems, home)


def _channels(table: Table) -> ChannelSettings:
    email, console = table.table("email"), table.table("console")
    if console:
        console.done()
    found = ChannelSettings(
        incidents_to=table.text("incidents_to", "office"),
        digest_at=_time(table, "digest_at"),
        checkpoints_to=table.names("checkpoints_to"),
        hosts=tuple(host.lower().rstrip(".") for host in table.names("hosts")),
        retries=_retries(table),
        console=console is not None,
        email=_email(email) if email else None,
        bots={name: {one.name: _bot(one, signed=name != "wecom") for one in _inside(table, name)} for name in BOTS},
        webhooks={one.name: _webhook(one) for one in _inside(table, "webhook")},
        apprise={one.name: _apprise(one) for one in _inside(table, "apprise")},
    )
    table.done()
    return found


def _retries(table: Table) -> Retries:
    first = table.number("first_wait", int(USUAL.first_wait.total_seconds()), 86_400)
    longest = table.number("longest_wait", max(first, int(USUAL.longest_wait.total_seconds())), 86_400)
    attempts = table.number("attempts", USUAL.attempts, 50)
    return Retries(attempts, timedelta(seconds=first), timedelta(seconds=longest))


def _inside(table: Table, key: str) -> list[Table]:
    found = table.table(key)
    return found.tables() if found else []


def _email(table: Table) -> EmailSettings:
    tls = table.choice("tls", "starttls", ("implicit", "starttls", "none"))
    user, password = table.text("user", ""), table.file("password_file", needed=False)
    host = table.text("host")
    if bool(user) != bool(password):
        table.fault("user", "pair", "user 和 password_file 须同时写或同时不写", "补上另一项")
    if user and tls == "none" and host not in _LOOPBACK:
        table.fault("tls", "plain", "不加密的连接上不能使用口令", 'tls 改为 "starttls" 或 "implicit"')
    sender = table.text("from")
    if sender and not (len(sender) <= _LONGEST_SENDER and is_address(parseaddr(sender)[1])):
        table.fault("from", "address", f"{sender!r} 不是邮件地址", '写成 "单位名称 <name@example.cn>"')
    port = table.number("port", 465 if tls == "implicit" else 587, 65535)
    found = EmailSettings(host, port, tls, user, password, sender, table.number("timeout", 20, 60))
    table.done()
    return found


_LONGEST_SENDER = 300
"""Letters; an address has at most 254 (RFC 5321), and what is much longer may be made to exhaust whoever parses it."""


def _bot(table: Table, *, signed: bool) -> BotSettings:
    token = table.file("token_file")
    secret = table.file("secret_file", needed=False) if signed else None
    found = BotSettings(token or table.home, secret, table.text("url", ""))
    table.done()
    return found


def _webhook(table: Table) -> WebhookSettings:
    found = WebhookSettings(table.text("url"), table.file("secret_file") or table.home)
    table.done()
    return found


def _apprise(table: Table) -> Path:
    found = table.file("url_file") or table.home
    table.done()
    return found


def _time(table: Table, key: str) -> str:
    value = table.text(key, "08:30")
    if not _TIME.fullmatch(value):
        table.fault(key, "time", f"{value!r} 不是时刻", f'写成 {key} = "08:30"')
    return value


def _contact(table: Table, known: Mapping[str, set[str]], *, email: bool) -> Contact:
    members = table.names("members")
    addresses = {name: table.text(name) for name in ("email", *NAMED) if name in table.data}
    if written := addresses.get("email", ""):
        if not is_address(written):
            table.fault("email", "address", f"{written!r} 不是邮件地址", "写成 name@example.cn，只用半角字符")
        if not email:
            table.fault("email", "no_channel", "还没有设置邮件渠道", "请写 [channels.email]")
    for name in NAMED:
        if (target := addresses.get(name)) and target not in known[name]:
            table.fault(name, "no_channel", f"没有设置 {target}", f'请写 [channels.{name}."{target}"]')
    table.ask("email", *NAMED)
    table.done()
    if not addresses:
        table.fault("email", "missing", "没有写任何联系方式", f"可写：{'、'.join(('email', *NAMED))}")
    return Contact(table.name, addresses, members)


def is_address(text: str) -> bool:
    """Whether it is an e-mail address this program sends to: ASCII, nothing quoted, one ``@``."""
    return _ADDRESS.fullmatch(text) is not None
