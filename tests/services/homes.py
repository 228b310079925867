"""Rehearsal homes for tests: each kind is made once a session and copied; checking definitions takes a second."""

import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from zhuli_flow import bootstrap
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Settings

START = datetime(2018, 10, 8, 1, tzinfo=UTC)


def home_at(home: Path, *, sampled: bool = False, start: datetime = START) -> Path:
    """A rehearsal home in ``home`` whose clock stands at ``start``; with the sample directory when ``sampled``."""
    return Path(shutil.copytree(_made(sampled, start), home))


def office_at(home: Path, *, sampled: bool = False, start: datetime = START) -> Office:
    """The same, opened."""
    return bootstrap.open_office(home_at(home, sampled=sampled, start=start))


@cache
def _made(sampled: bool, start: datetime) -> Path:
    keeper = tempfile.TemporaryDirectory(prefix="zhuli-tests-")
    _KEPT.append(keeper)
    home = Path(keeper.name) / "home"
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=sampled, os_user="tester")
    return home


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
