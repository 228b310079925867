"""The office's days by seed: none goes wrong, and each planted bug makes one of a few go wrong.

Short: SEEDS days. ``python -m tests.faults.test_simulation COUNT [SEED]``: as many as one likes.
ZHULI_LONG_TESTS: 500 days from a fresh seed on. The seed of a day that went wrong is in the message.
"""

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import pytest

from tests.faults.planted import PLANTED
from tests.faults.simulation import Day, letters, person, printer, sender, sweeper
from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.notices import issue, proofread
from zhuli_flow.services.office import Office
from zhuli_flow.store import outbox
from zhuli_flow.store.sql import backup

pytestmark = pytest.mark.sqlite("copies the file of a home for each day")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
FIRST = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 1))
SEEDS = 500 if LONG else 20
STEPS = 180
WITHIN = 100
"""So many days at most until a planted bug has shown."""


def opened(office: Office, request: str) -> None:
    given = {"subject": "请示", "until": "2019-03-01", "experts": "专家"}
    open_case(office, "desk", "甲县政府", "县", given, request_id=request)


def act(case: str, event: str, who: str, **values: Any) -> Callable[[Office, str], None]:
    def done(office: Office, request: str) -> None:
        advance(office, case, who, Command(event, values, {}, "同意", request))

    return done


CLERK = (
    ("clerk-1", opened),
    ("clerk-2", act("WB-2018-0003", "agree", "甲", amount="6")),
    ("clerk-3", act("WB-2018-0004", "submit", "县")),
    ("clerk-4", act("WB-2018-0005", "submit", "县")),
)
CHIEF = (
    ("chief-1", act("WB-2018-0003", "agree", "领导")),
    ("chief-2", act("WB-2018-0002", "approve", "领导")),
    ("chief-3", act("WB-2018-0003", "approve", "领导")),
    ("chief-4", opened),
)
COLLEAGUE = (
    ("colleague-1", act("WB-2018-0002", "approve", "领导")),
    ("colleague-2", act("WB-2018-0004", "accept", "甲")),
)
WORKERS = {
    "sweep": sweeper,
    "sweep too": sweeper,
    "send": sender,
    "send too": sender,
    "send as well": sender,
    "send again": sender,
    "print": printer,
    "print too": printer,
    "digest": letters,
    "clerk": person(CLERK),
    "chief": person(CHIEF),
    "colleague": person(COLLEAGUE),
}


@contextmanager
def plain_papers() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issue, "render", lambda kind, given: f"{kind.name} {given['number']}")
        patch.setattr(issue, "title_of", lambda html: html)
        patch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
        patch.setattr(backup, "_wanted", cache(backup._wanted))  # the tables of the newest form, the same each day
        yield patch


def template(home: Path) -> Path:
    """Cases that are due, one to be approved with a paper, one to be signed off, one draft."""
    stage = Stage(home)
    shutil.copytree(bootstrap.bundle("notices"), home / "notices")
    for state in ("valid", "ruling", "review", "draft"):
        stage.walk(stage.open(), state)
    stage.office.database.close()
    return home


def a_day(home: Path, seed: int, folder: Path) -> None:
    """One day in a copy of ``home``. Raises Wrong, or what a worker ended in."""
    place = folder / str(seed)
    place.mkdir()
    shutil.copy(home / "zhuli.db", place)
    (place / "notices").symlink_to(home / "notices")
    start = Stage(place, fresh=False, at=random.Random(seed).choice(STARTS)).clock.now()
    day = Day(place, seed, WORKERS, start)
    with pytest.MonkeyPatch.context() as patch:
        claim = outbox.claim

        def noted(connection: Any, now: datetime, *given: Any) -> list[outbox.Letter]:
            found = claim(connection, now, *given)
            if found and (me := day.me()):
                me.sending = found[0].key
                day.claims[found[0].key] = now
            return found

        patch.setattr(outbox, "claim", noted)
        try:
            day.run(STEPS)
        finally:
            day.bury()
            shutil.rmtree(place)


STARTS = ("2018-10-08", "2018-12-28", "2019-02-01", "2019-02-26", "2019-03-02", "2019-04-30")
"""A working day, before the new year, before and within days that were moved (调休), before and after what is due."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with plain_papers():
        yield template(tmp_path_factory.mktemp("simulated") / "home")


def test_no_day_goes_wrong(home: Path, tmp_path: Path) -> None:
    with plain_papers():
        for seed in range(FIRST, FIRST + SEEDS):
            try:
                a_day(home, seed, tmp_path)
            except BaseException as error:
                raise AssertionError(f"seed {seed}") from error


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_makes_a_day_go_wrong(home: Path, tmp_path: Path, name: str) -> None:
    with plain_papers() as patch:
        PLANTED[name](patch)
        for seed in range(1, WITHIN + 1):
            try:
                a_day(home, seed, tmp_path)
            except Exception:  # noqa: BLE001 - whatever it is by which it shows
                return
    raise AssertionError(f"{name}: not found in {WITHIN} days")


def main(words: list[str]) -> int:
    """``COUNT [SEED]``; 1 when a day went wrong."""
    count, first = int(words[0]), int(words[1]) if len(words) > 1 else 1
    begun, wrong = perf_counter(), 0
    with TemporaryDirectory() as folder, plain_papers():
        home = template(Path(folder) / "home")
        for seed in range(first, first + count):
            try:
                a_day(home, seed, Path(folder))
            except Exception as error:  # noqa: BLE001 - told, and the next day tried
                wrong += 1
                sys.stdout.write(f"seed {seed}: {type(error).__name__}: {str(error)[:600]}\n")
        sys.stdout.write(f"{count} days from seed {first} on, {wrong} wrong, {perf_counter() - begun:.0f} s\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
