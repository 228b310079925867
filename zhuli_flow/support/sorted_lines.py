"""Lines in order, however many: sorted a part at a time, kept in temporary files, merged as they are read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from pathlib import Path
from types import TracebackType
from typing import IO, Self

PART = 50_000
"""So many lines are held in memory at most."""


class SortedLines:
    """Lines of bytes by their key; those with one key in the order in which they came.

    A key and a line must not hold a tab or the end of a line. To be used as a context, which takes its files away.
    """

    def __init__(self, aside: Path, part: int = PART) -> None:
        self._aside, self._part = aside, part
        self._held: list[tuple[bytes, bytes]] = []
        self._files: list[IO[bytes]] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def add(self, key: bytes, line: bytes) -> None:
        """One more line."""
        self._held.append((key, line))
        if len(self._held) == self._part:
            self._put_aside()

    def _put_aside(self) -> None:
        self._held.sort(key=_first)
        file = self._open.enter_context(tempfile.TemporaryFile(dir=self._aside))  # noqa: SIM115 - closed by the stack
        file.writelines(b"%b\t%b\n" % one for one in self._held)
        self._files.append(file)
        self._held = []

    def __iter__(self) -> Iterator[bytes]:
        """Every line, in order."""
        self._held.sort(key=_first)
        parts = [*map(_read, self._files), iter(self._held)]
        return (line for _, line in merge(*parts, key=_first))


def _first(one: tuple[bytes, bytes]) -> bytes:
    return one[0]


def _read(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    file.seek(0)
    for line in file:
        key, _, rest = line[:-1].partition(b"\t")
        yield key, rest
