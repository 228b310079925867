"""What `Database` asks of the program that keeps the rows: SQLite in a file, or a PostgreSQL server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from zhuli_flow.errors import ZhuliError
from zhuli_flow.store.sql.statements import Connection

Fill = Callable[[Connection], None]
"""Writes what new tables repeat of the old ones, in the transaction of the upgrade."""


class Backend(ABC):
    """One database, by way of its driver. ``shown`` names it in messages, never with a secret."""

    shown: str
    error: type[Exception]
    """What the driver raises."""
    file: Path | None = None
    """The file that holds it, where it is one."""

    @property
    def url(self) -> str:
        """Where a server has it, with any secret, for another connection; "" for a file."""
        return ""

    @abstractmethod
    def begin(self, wait_ms: int) -> Connection:
        """Begin the one write transaction on the writing connection; waits so long while anybody else writes.

        Raises what the driver raises, also when the turn did not come.
        """

    @abstractmethod
    def commit(self, connection: Connection) -> None:
        """Make what was written last: on disk before this returns."""

    @abstractmethod
    def undo(self, connection: Connection) -> None:
        """Undo what was written since ``begin``, also where the connection is gone."""

    @abstractmethod
    def look(self) -> AbstractContextManager[Connection]:
        """A reading transaction: one consistent state from its first statement on; it can't write."""

    @abstractmethod
    def close(self) -> None:
        """Give up every connection."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether there is anything to open; True where only connecting would tell."""

    @abstractmethod
    def tables(self, connection: Connection) -> set[str]:
        """The names of the tables."""

    @abstractmethod
    def create(self) -> None:
        """Make every table. InvalidInput when there are some, or none can be made; then nothing has changed."""

    @abstractmethod
    def take_over(self, source: Connection, note: Fill) -> None:
        """Make every table with every row of ``source``, and what ``note`` adds, in one transaction."""

    @abstractmethod
    def discard(self) -> None:
        """Take away what ``create`` made, content and all."""

    @abstractmethod
    def upgrade(self, fill: Fill) -> None:
        """Bring the tables to the newest form, all steps or none; then ``fill`` writes what new tables repeat."""

    @abstractmethod
    def copy_name(self, word: str) -> Path:
        """Where a copy is kept that nobody asked for: a file that is not there yet."""

    @abstractmethod
    def backup(self, target: Path) -> Path:
        """A checked copy, an SQLite file, taken while others work; never over an existing file."""

    @abstractmethod
    def restore(self, source: Path) -> Path | None:
        """Put a backup in the place of the content; returns the copy kept of what was there."""

    def wipe(self) -> None:  # noqa: B027 - a server's files are not ours
        """Rewrite the file so that nothing is left in it of what rows no longer say."""

    @abstractmethod
    def faults(self, connection: Connection) -> list[str]:
        """What is wrong with the tables, in words."""

    @abstractmethod
    def notes(self) -> tuple[str, ...]:
        """What a person should know about how it is kept; no errors."""

    @abstractmethod
    def explain(self, error: Exception) -> ZhuliError | None:
        """A driver's error in words; None when it is not about the database as a whole."""
