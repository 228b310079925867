"""Any other service, by an address of the apprise library (an optional extra), which gives no receipt."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from zhuli_flow.channels.base import DeliveryFailed, Letter, Receipt
from zhuli_flow.channels.secret import HIDDEN, Secret
from zhuli_flow.errors import InvalidInput

_TALKATIVE = ("apprise", "urllib3.connectionpool", "requests")
"""Loggers that would write an address with its token at DEBUG."""


@dataclass(slots=True)
class Elsewhere:
    """Addresses (secrets, for their tokens) by the name they are set up under; a letter's ``to`` is such a name."""

    urls: Mapping[str, Secret]
    name: str = "apprise"
    title: str = "其他渠道"
    leaves: bool = True

    def send(self, letter: Letter) -> Receipt:
        url = self.urls.get(letter.to)
        if url is None:
            raise DeliveryFailed(f'没有设置 [channels.apprise."{letter.to}"]，未发送', temporary=False)
        service = _library().Apprise()
        with _silence():
            if not service.add(url.reveal()):
                raise DeliveryFailed(f'[channels.apprise."{letter.to}"] 的地址不认识，未发送', temporary=False)
            if not service.notify(title=letter.subject, body=letter.text):
                raise DeliveryFailed(f"{letter.to} 未接受，或连不上", temporary=True)
        return Receipt(letter.key, "已交出，对方不给回执")


def check_installed() -> None:
    """Raises InvalidInput with the command to run when the library is missing."""
    _library()


def _library() -> Any:
    try:
        import apprise
    except ImportError:
        fix = "请运行 .venv/bin/pip install 'zhuli-flow[apprise]'，或删去 [channels.apprise]"
        raise InvalidInput("设置了 [channels.apprise]，但没有安装 apprise", fix=fix) from None
    return apprise


@contextmanager
def _silence() -> Iterator[None]:
    """Whatever these loggers write meanwhile, they write without its content."""

    def hide(record: logging.LogRecord) -> bool:
        record.msg, record.args, record.exc_info = HIDDEN, (), None
        return True

    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    for logger in loggers:
        logger.addFilter(hide)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(hide)
