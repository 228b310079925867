"""The only reader of "now". Instants are aware UTC, dates Asia/Shanghai; everyone else takes time as an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever tells the time: ``now()`` is an aware UTC instant."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class RehearsalClock:
    """A clock that stands still until it is set or advanced; rehearsal homes and tests run on it."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        self.instant += step


def local_date(instant: datetime) -> date:
    """The Asia/Shanghai calendar date of an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def to_the_second(instant: datetime) -> str:
    """An aware UTC instant as history keeps it: ``2018-10-08T01:00:00+00:00``."""
    return instant.isoformat(timespec="seconds")


def local_minute(instant: datetime) -> str:
    """An aware instant as people read it here: ``2018-10-08 17:30``, Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def start_of_day(day: date) -> datetime:
    """00:00 Asia/Shanghai of ``day`` as a UTC instant."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """``2018-10-08`` (09:00 that morning) or ISO date and time (Asia/Shanghai when no zone is given) → UTC instant.

    Raises ValueError when the text is neither.
    """
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time(9), SHANGHAI).astimezone(UTC)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


class JumpWatch:
    """Notices when the wall clock was moved, by how far it and the monotonic clock went since the last look."""

    def __init__(self) -> None:
        self._last = self._read()

    @staticmethod
    def _read() -> tuple[float, float]:
        return datetime.now(UTC).timestamp(), monotonic()

    def jump(self) -> float:
        """Seconds the wall clock was moved since the last call: forward positive, back negative, else about 0."""
        wall, steady = self._read()
        (old_wall, old_steady), self._last = self._last, (wall, steady)
        return (wall - old_wall) - (steady - old_steady)
