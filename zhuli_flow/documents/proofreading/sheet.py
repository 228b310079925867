"""A paper as the linter looks at it: its values, its text, and what the office knows besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from zhuli_flow.documents.proofreading import text_patterns
from zhuli_flow.documents.templates.kind import NoticeKind

Severity = Literal["block", "warn", "info"]
RANKS: Mapping[str, int] = MappingProxyType({"state": 0, "province": 1, "city": 2, "county": 3, "base": 4})
"""Levels of organisations, highest first; one of another name is not compared."""
NUMBER = re.compile(r"(?P<series>[^\s〔〕\[\]（）()第]+)〔(?P<year>[1-9]\d{3})〕[1-9]\d*号")
"""A 发文字号 in its right form."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the office knows of an organisation: its level (a key of RANKS), and the series (代字) it numbers with."""

    level: str = ""
    internal: bool = False
    series: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """A paper in the register: its title, and who issued it, lead organ first."""

    title: str
    issuers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the office knows besides the paper itself. None: not known here, so nothing is said about it.

    ``papers`` by number; ``cosigned`` the organ's day of signing; ``principals`` names of 主要负责人; ``attached``
    titles of attachments that travel beside the paper; ``consent_on`` the day the own level's committee agreed.
    """

    papers: Mapping[str, Registered] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    cosigned: Mapping[str, date] | None = None
    principals: Collection[str] | None = None
    seals: Collection[str] | None = None
    attached: tuple[str, ...] = ()
    consent_on: date | None = None
    is_rest_day: Callable[[date], bool] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found; ``severity`` where it differs from the rule's."""

    message: str
    fix: str
    place: str
    severity: Severity | None = None


def lead_of(issuers: Sequence[str], values: Mapping[str, object]) -> str:
    """The organ that a joint paper is numbered and kept by (主办): ``issuer``, when it is one of them, else the first.

    Which comes first in rank is another fact: that is the order of ``issuers``.
    """
    named = str(values.get("issuer") or "")
    return named if named in issuers else issuers[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper as the checks look at it."""

    kind: NoticeKind
    values: Mapping[str, object]
    text: str
    known: Known

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].strip()

    @property
    def issuers(self) -> list[str]:
        return self.names("issuers") or [str(self.values.get("issuer") or self.kind.issuer)]

    @property
    def lead(self) -> str:
        """The organ whose number and whose paper it is (主办); another may come first in rank."""
        return lead_of(self.issuers, self.values)

    @property
    def addressees(self) -> list[str]:
        return self.names("addressees") or text_patterns.addressees(self.text)

    @property
    def upward(self) -> bool:
        return self.kind.direction == "up"

    @property
    def number(self) -> str:
        return str(self.values.get("number") or "")

    def names(self, key: str) -> list[str]:
        value = self.values.get(key)
        return [str(name) for name in value] if isinstance(value, list | tuple) else []

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        return date.fromisoformat(str(value)) if value else None

    def rank(self, name: str) -> int | None:
        found = self.known.organisations.get(name)
        return RANKS.get(found.level) if found else None
