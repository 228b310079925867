"""The security log (安全日志): who came in, who was turned away, who administered what; files apart from the database.

One file a month, one JSON object a line, added to and never written over; nothing here deletes one. It is no part of
the history: it tells of attempts, which prove nothing about a case, and may be handed to those who watch networks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from zhuli_flow.clock import local_date

FOLDER = "security"
LONGEST = 200
"""Characters kept of what somebody typed."""


class SecurityEvent(msgspec.Struct, frozen=True):
    """What happened at an instant (UTC, ISO 8601): ``event`` by or to ``person``, from ``address``; ``ok``: allowed."""

    at: str
    event: str
    person: str
    address: str = ""
    ok: bool = True
    note: str = ""


def append(home: Path, at: datetime, event: SecurityEvent) -> None:
    """Add one line to the file of the month; it is on the disk when this returns."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    add_line(folder / f"{local_date(at):%Y-%m}.jsonl", msgspec.json.encode(event))


def add_line(path: Path, line: bytes) -> None:
    """Add a line to a private file, made when it is not there; it is on the disk when this returns.

    Behind a line that was cut short a new one begins, so that what comes after a crash is not lost with it.
    """
    handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, (b"\n" if torn else b"") + line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def newest(home: Path) -> Iterator[SecurityEvent]:
    """Every event, the newest first, a month at a time; a line that is cut short is passed over."""
    folder = home / FOLDER
    for path in sorted(folder.glob("????-??.jsonl"), reverse=True) if folder.is_dir() else []:
        for line in reversed(path.read_bytes().splitlines()):
            try:
                yield msgspec.json.decode(line, type=SecurityEvent)
            except (msgspec.DecodeError, msgspec.ValidationError):
                continue
