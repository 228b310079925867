"""A whole story killed before any write point: acts, paper and number, files, reminders and sending.

A write point is a statement to the database (BEGIN and COMMIT among them) or anything that changes a file (sync,
rename, unlink, folder). After each death the invariants of ``services.administration.invariants`` hold, everything that
was acknowledged is there, and the story told again under the same request ids ends as the undisturbed one did, to the
last row of the outbox and the last file. Short: every STRIDE-th point from a drawn one on, and some double deaths;
``scripts/test --long``: every point. The seed is in every message; ZHULI_FAULT_SEED repeats a run.
"""

import os
import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.faults.test_kill_sweep import DAY, arrived, post, told
from tests.services.notices.test_issue import Stand
from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.documents.printing.printer import PrintingChild
from zhuli_flow.services.administration.invariants import broken
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import LEASE, deliver
from zhuli_flow.services.notices import issue, proofread
from zhuli_flow.store import files

pytestmark = pytest.mark.sqlite("dies at statements to the file")

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
SEED = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 20181210))
STRIDE = 1 if LONG else 24
DOUBLE = 300 if LONG else 6
FIRST, SECOND = "WB-2018-0001", "WB-2018-0002"
ACTS = (
    (FIRST, "submit", "县", {}),
    (FIRST, "accept", "甲", {}),
    (FIRST, "agree", "甲", {"amount": "6"}),
    (FIRST, "agree", "领导", {}),
    (FIRST, "approve", "领导", {}),
    (SECOND, "submit", "县", {}),
)


def acknowledge(home: Path, what: str) -> None:
    """What a person was told is done, kept where the death of the process doesn't reach."""
    with (home / "acknowledged").open("a", encoding="utf-8") as file:
        file.write(f"{what}\n")


def tell(home: Path, *, later: bool = False) -> Stage:
    """The whole story, by somebody who repeats what he is not sure of under the same request id."""
    stage = Stage(home, fresh=False)
    stage.on("2018-10-08")
    for number in (1, 2):
        stage.open(request_id=f"open-{number}")
        acknowledge(home, f"open-{number}")
    for number, (case, event, who, given) in enumerate(ACTS):
        stage.do(case, event, who, request=f"act-{number}", **given)
        acknowledge(home, f"act-{number}")
    printed = issue.issue_ordered(stage.office, printer=cast(PrintingChild, Stand()))
    for paper in printed:
        acknowledge(home, f"paper-{paper.number}")
    sweep(stage.on(DAY).office)
    if later:  # what a dead sender had claimed is free again
        stage.clock.set(stage.clock.now() + LEASE + timedelta(seconds=1))
    deliver(stage.office, post(home))
    return stage


def end(stage: Stage) -> tuple[object, ...]:
    """What must be the same however often the story was broken off."""
    stored = list(files.stored_files(stage.office.home))
    papers = stage.table("SELECT number, state, sha256, case_id, seq FROM notice ORDER BY id")
    return (*told(stage), papers, stage.table("SELECT * FROM number_series"), stored)


def require_sound(home: Path, where: str) -> None:
    """As whoever starts the program again finds it: invariants, and what was acknowledged."""
    stage = Stage(home, fresh=False, at=DAY)
    assert list(broken(stage.office)) == [], where
    noted = home / "acknowledged"
    promised = set(noted.read_text("utf-8").split()) if noted.exists() else set[str]()
    done = {request for (request,) in stage.table("SELECT request_id FROM entry WHERE request_id IS NOT NULL")}
    done |= {f"paper-{number}" for (number,) in stage.table("SELECT number FROM notice WHERE state = 'issued'")}
    assert promised <= done, where
    stage.office.database.close()


@pytest.fixture(scope="module", autouse=True)
def _plain_papers() -> object:
    """The paper is a line of text: what is tried is where it lies, not how it looks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issue, "render", lambda kind, given: f"{kind.name} {given['number']}")
        patch.setattr(issue, "title_of", lambda html: html)
        patch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
        yield


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("story")
    Stage(home).office.database.close()
    shutil.copytree(bootstrap.bundle("notices"), home / "notices")
    return home


@pytest.fixture(scope="module")
def undisturbed(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], tuple[object, ...], set[str]]:
    """The write points of the story told in one go, its end, and the keys that arrived."""
    home, points = Path(shutil.copytree(template, tmp_path_factory.mktemp("whole") / "home")), list[str]()
    with heard(points.append, files=True):
        stage = tell(home)
    found = list(points), end(stage), set(arrived(home))
    stage.office.database.close()
    require_sound(home, "in one go")
    return found


Undisturbed = tuple[list[str], tuple[object, ...], set[str]]


def test_the_story_has_everything_that_can_be_broken_off(undisturbed: Undisturbed) -> None:
    points, _, keys = undisturbed
    assert points.count("COMMIT") > 12
    assert {"os.fsync", "os.replace"} <= set(points)
    assert len(keys) > 1


def test_killed_at_any_write_point_the_story_ends_as_if_undisturbed(
    template: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    points, expected, keys = undisturbed
    first = random.Random(SEED).randrange(STRIDE)
    for k in range(first + 1, len(points) + 1, STRIDE):
        home = Path(shutil.copytree(template, tmp_path / str(k)))
        where = f"seed {SEED}, killed at {k} of {len(points)}: {points[k - 1][:60]}"
        assert killed_at(k, tell, home, files=True) == KILLED, where
        finish(home, expected, keys, where, deaths=1)


def test_killed_twice_the_story_ends_as_if_undisturbed(
    template: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """The second death strikes while the first one is being made good."""
    points, expected, keys = undisturbed
    dice = random.Random(SEED + 1)
    for number in range(DOUBLE):
        home = Path(shutil.copytree(template, tmp_path / str(number)))
        k, j = dice.randrange(len(points)) + 1, dice.randrange(len(points)) + 1
        where = f"seed {SEED}, killed at {k}, then at {j}, of {len(points)}"
        assert killed_at(k, tell, home, files=True) == KILLED, where
        assert killed_at(j, tell, home, files=True) in (KILLED, 0), where  # less is left to do the second time
        finish(home, expected, keys, where, deaths=2)


def finish(home: Path, expected: tuple[object, ...], keys: set[str], where: str, *, deaths: int) -> None:
    """Look at what the death left, tell the story to its end, and compare."""
    require_sound(home, where)
    again = tell(home, later=True)
    assert end(again) == expected, where
    assert list(broken(again.office)) == [], where
    assert set(arrived(home)) == keys, where
    assert sum(arrived(home).values()) <= len(keys) + deaths, where  # at most the ones it was killed over
    again.office.database.close()
    shutil.rmtree(home)
