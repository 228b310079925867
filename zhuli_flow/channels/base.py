"""What every channel has in common: a letter goes in, a receipt comes out, or a failure that may be tried again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from zhuli_flow.errors import ZhuliError

MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to send to one address.

    ``key`` never changes, however often the letter is sent; ``to`` is what the channel understands as an address;
    ``written_at`` is when it was decided, ``at`` the instant of this attempt (both aware).
    """

    key: str
    to: str
    subject: str
    text: str
    written_at: datetime
    at: datetime
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side gave for it: ``reference`` names the letter there, ``answer`` is what it said (one line)."""

    reference: str
    answer: str = ""


class DeliveryFailed(ZhuliError):
    """It did not go. ``temporary``: the same letter may go later; otherwise somebody has to change something first.

    ``reason`` is Chinese and never holds a secret.
    """

    def __init__(self, reason: str, *, temporary: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.temporary = temporary


class Channel(Protocol):
    """A way out of the house. ``title`` is what people call it; ``leaves`` whether anything really goes out by it."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def leaves(self) -> bool: ...

    def send(self, letter: Letter) -> Receipt:
        """Send once, within bounded time. Raises DeliveryFailed, and nothing else, when it did not go."""
        ...


def plain(words: str | bytes) -> str:
    """What a foreign machine said, fit for a line of our own: one line, printable, at most 200 characters."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: MAX_ANSWER * 4])
    return re.sub(r"\s+", " ", seen).strip()[:MAX_ANSWER]


def one_line(text: str, what: str) -> str:
    """``text`` itself; DeliveryFailed for a line break or control character, by which a header could be added."""
    if any(not letter.isprintable() for letter in text):
        raise DeliveryFailed(f"{what}含有换行或控制字符，未发送；请改正后再发", temporary=False)
    return text
