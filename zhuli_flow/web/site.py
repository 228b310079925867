"""What every page has at hand: the office, the rules for browsers, who prints, and the clock brought up to date."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from zhuli_flow.clock import RehearsalClock
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.deadlines import calendar
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Web
from zhuli_flow.web.oidc import OfficeLogin
from zhuli_flow.web.printing import Printing


class Public(Protocol):
    """How the site is seen from outside."""

    @property
    def proxy_header(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Direct:
    """Seen without a proxy."""

    proxy_header: str = ""


class Brake:
    """At most ``most`` times within a minute: who knocks without end fills no disk."""

    def __init__(self, most: int = 60) -> None:
        self._times: deque[float] = deque(maxlen=most)

    def free(self) -> bool:
        """Whether once more is within the measure; counts it."""
        now, times = monotonic(), self._times
        if len(times) == times.maxlen and now - times[0] < 60:
            return False
        times.append(now)
        return True


MOST_PREVIEWS = 24
"""Papers on trial that are kept for looking at; the oldest give way."""


class Previews:
    """Papers printed on trial, for the person who asked, as long as this process lives: none is ever filed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def keep(self, person: str, pdf: bytes) -> str:
        """Keep one; returns the name by which only this person gets it."""
        name = secrets.token_urlsafe(12)
        self._kept[person, name] = pdf
        for old in list(self._kept)[:-MOST_PREVIEWS]:
            self._kept.pop(old, None)  # another request may have been quicker
        return name

    def get(self, person: str, name: str) -> bytes | None:
        """The paper; None for another person's, or one that has given way."""
        return self._kept.get((person, name))


@dataclass(slots=True)
class Site:
    """One office on the web; ``origin`` is scheme and host as visitors type it, ``key`` signs what forms carry back.

    ``bound``: only this machine is served, so that no other name of a host is answered. ``oidc``: the login of the
    office's own directory, where it has one.
    """

    office: Office
    rules: Web
    printing: Printing
    origin: str
    public: Public = field(default_factory=Direct)
    bound: bool = False
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    previews: Previews = field(default_factory=Previews)
    oidc: OfficeLogin | None = None
    strangers: Brake = field(default_factory=Brake)

    @property
    def secure(self) -> bool:
        """Whether visitors come by TLS, so that the cookie may be kept to it."""
        return self.origin.startswith("https:")

    def refresh(self) -> None:
        """Take over what another process did to the rehearsal clock, and the years imported since."""
        office = self.office
        if isinstance(office.clock, RehearsalClock) and (kept := upkeep.rehearsal_instant(office.database)):
            office.clock.set(kept)
        calendar.refresh(office)
