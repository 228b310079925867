"""The channels there are. A new one is a file and a line in ``REGISTRY``; the contract test finds it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from zhuli_flow.channels import apprise_channel, bots
from zhuli_flow.channels.base import Channel
from zhuli_flow.channels.console import Console
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.mail import Email
from zhuli_flow.channels.secret import read_secret
from zhuli_flow.channels.settings import ChannelSettings, Contact
from zhuli_flow.channels.webhook import Endpoint, Webhook
from zhuli_flow.engine.retries import USUAL, Retries
from zhuli_flow.errors import InvalidInput, Problem

Maker = Callable[[ChannelSettings], Channel | None]


def _email(settings: ChannelSettings) -> Channel | None:
    chosen = settings.email
    if chosen is None:
        return None
    return Email(chosen, read_secret(chosen.password_file) if chosen.password_file else None)


def _bots(name: str) -> Maker:
    dialect = bots.DIALECTS[name]

    def make(settings: ChannelSettings) -> Channel | None:
        found = {
            one: bots.Bot(
                chosen.url or dialect.url,
                read_secret(chosen.token_file),
                read_secret(chosen.secret_file) if chosen.secret_file else None,
            )
            for one, chosen in settings.bots.get(name, {}).items()
        }
        return bots.Bots(name, dialect, found, settings.hosts) if found else None

    return make


def _webhook(settings: ChannelSettings) -> Channel | None:
    found = {name: Endpoint(one.url, read_secret(one.secret_file)) for name, one in settings.webhooks.items()}
    return Webhook(found, settings.hosts) if found else None


def _apprise(settings: ChannelSettings) -> Channel | None:
    if not settings.apprise:
        return None
    apprise_channel.check_installed()
    return apprise_channel.Elsewhere({name: read_secret(path) for name, path in settings.apprise.items()})


REGISTRY: Mapping[str, Maker] = {
    "in_app": lambda _: InApp(),
    "console": lambda settings: Console() if settings.console else None,
    "email": _email,
    "wecom": _bots("wecom"),
    "dingtalk": _bots("dingtalk"),
    "feishu": _bots("feishu"),
    "webhook": _webhook,
    "apprise": _apprise,
}


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs to know: the open channels by name, who is reached how, who hears of what did not go.

    ``retries``: how often and when a letter that did not go is tried again. ``checkpoints_to``: contacts outside who
    keep the checkpoint of the day.
    """

    channels: Mapping[str, Channel] = field(default_factory=lambda: {"in_app": InApp()})
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    incidents_to: str = "office"
    digest_at: str = "08:30"
    retries: Retries = USUAL
    checkpoints_to: tuple[str, ...] = ()


def open_post(settings: ChannelSettings, *, rehearsal: bool) -> Post:
    """The channels that are set up, their secrets read; in a rehearsal nothing leaves, each is shown on the console.

    Raises InvalidInput with every secret that can't be used, or for a missing library.
    """
    channels: dict[str, Channel] = {}
    problems = []
    for name, make in REGISTRY.items():
        try:
            channel = make(settings)
        except InvalidInput as error:
            problems.append(Problem(f"channels.{name}", "unusable", error.message, error.fix))
            continue
        if channel is not None:
            leaves = rehearsal and channel.leaves
            channels[name] = Console(channel.name, f"演练，{channel.title}") if leaves else channel
    if problems:
        raise InvalidInput(f"有 {len(problems)} 个渠道不能使用", problems, fix="请按所列位置改正，再运行 zhuli doctor")
    return Post(
        channels=channels,
        contacts=settings.contacts,
        incidents_to=settings.incidents_to,
        digest_at=settings.digest_at,
        retries=settings.retries,
        checkpoints_to=settings.checkpoints_to,
    )
