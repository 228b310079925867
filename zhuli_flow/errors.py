"""The error tree. Refusals of the rules are values (``engine.case.Refusal``); these a face turns into an exit code.

::

    ZhuliError            1  unexpected; every other class narrows it
    ├── UsageError        2  the words of the command are off
    ├── RulesRefused      3  refused by the rules; carries every Refusal
    ├── NoRight           4  this person may not do this
    ├── NotFound          5  no such case, person, workflow, file
    ├── InvalidInput      6  a file, a definition or a value; carries every Problem; nothing was changed
    └── IntegrityBroken   7  the record does not verify

Every error says what happened, at which item, and what to do now, in Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place: ``place`` is ``file:line``, a field or an item; ``fix`` is what would be right."""

    place: str
    code: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        tail = f"；{self.fix}" if self.fix else ""
        return f"{self.place}: {self.code}: {self.message}{tail}"


class ZhuliError(Exception):
    """Base of every expected failure: ``message`` (what, where) and ``fix`` (what to do now), both in Chinese."""

    exit_code = 1
    code = "error"

    def __init__(self, message: str, *, fix: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message}\n{self.fix}" if self.fix else self.message


class UsageError(ZhuliError):
    """The command cannot be understood as typed."""

    exit_code = 2
    code = "usage"


class Unmet(Protocol):
    """A condition that is not met, as a face tells it (``engine.model.decision.Refusal``)."""

    @property
    def because(self) -> str: ...
    @property
    def fix(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def who(self) -> tuple[str, ...]: ...


class RulesRefused(ZhuliError):
    """The rules do not allow it now; ``refusals`` lists every unmet condition."""

    exit_code = 3
    code = "refused"

    def __init__(self, message: str, refusals: Sequence[Unmet] = (), *, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.refusals = tuple(refusals)


class NoRight(RulesRefused):
    """The person has no right to do this, whatever the state of the case."""

    exit_code = 4
    code = "no_right"


class NotFound(ZhuliError):
    """The named thing does not exist (or is not visible to this person, which reads the same)."""

    exit_code = 5
    code = "not_found"


class InvalidInput(ZhuliError):
    """A file, definition or value is not acceptable; ``problems`` lists all of them; nothing was changed."""

    exit_code = 6
    code = "invalid"

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.problems = tuple(problems)


class IntegrityBroken(ZhuliError):
    """A record does not verify: the chain, a file's digest, or the database itself."""

    exit_code = 7
    code = "integrity"
