"""When something that did not leave the house is tried again, and when a person has to look."""

from __future__ import annotations

import zlib
from datetime import timedelta

import msgspec


class Retries(msgspec.Struct, frozen=True):
    """So many ``attempts``; the wait after a failure doubles from ``first_wait`` up to ``longest_wait``.

    The office may set other values (``[channels]`` of its settings). The usual ones add up to some three hours: longer
    than the hourly limits of mail servers and group bots, shorter than a working day.
    """

    attempts: int = 8
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=1)

    def wait(self, attempt: int, key: str) -> timedelta | None:
        """How long to wait after failed attempt number ``attempt`` (from 1); None: given up.

        Up to a fifth more by ``key``, so that what failed together is not tried again together.
        """
        if attempt >= self.attempts:
            return None
        wait = min(self.first_wait * (1 << min(attempt - 1, 20)), self.longest_wait)
        return wait * (1 + zlib.crc32(key.encode()) % 1000 / 5000)


USUAL = Retries()
"""What holds where the office sets nothing."""
