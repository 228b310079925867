"""The security log: what is noted in it, without secrets, and looking at it."""

from __future__ import annotations

from itertools import islice

from zhuli_flow.services.office import Office
from zhuli_flow.store import directory, security_log
from zhuli_flow.store.security_log import LONGEST, SecurityEvent

EVENTS = {
    "login": "登录",
    "token": "核对身份令牌",  # nosec B105  # a title
    "administer": "办理系统管理事项",
    "origin": "拒绝别处网页发来的请求",
    "look": "运行者不写明人员查看",
}
"""What is noted, as people call it."""


UNKNOWN = "（名录中没有此人）"
"""Stands for a name that is nobody's: people type their password there."""


OPERATOR = "本机用户 "
"""Stands before the name that the operating system has for who runs the program."""


def known(office: Office, typed: str) -> str:
    """The name as typed where it is somebody's of the directory, else ``UNKNOWN``."""
    with office.database.read() as connection:
        return typed if directory.find(connection, typed, office.today) else UNKNOWN


def note(office: Office, event: str, person: str, *, address: str = "", ok: bool = True, words: str = "") -> None:
    """Note that ``person`` came in, was turned away (not ``ok``), or administered something (``words``)."""
    now = office.clock.now()
    at = now.isoformat(timespec="seconds")
    told = SecurityEvent(at, event, person[:LONGEST], address[:LONGEST], ok, words[:LONGEST])
    security_log.append(office.home, now, told)


def looked(office: Office, words: str) -> None:
    """Note that who runs a real office's machine looked as nobody of the directory; ``words``: by which command."""
    if not office.rehearsal:
        note(office, "look", f"{OPERATOR}{office.os_user}", words=words)


def latest(office: Office, limit: int, person: str = "") -> list[SecurityEvent]:
    """The newest events, of one person where he is named."""
    found = (one for one in security_log.newest(office.home) if person in ("", one.person))
    return list(islice(found, limit))
