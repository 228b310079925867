"""Mutants of correct definitions: what changes WOFLAN's verdict on the net is found; the share of all is as told."""

import os
import warnings
from pathlib import Path

import pytest

from tests.modelcheck import mutants

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
STEP = 1 if LONG else 60
LEAST = 0.35
"""The share found; docs/modelcheck.md tells it by kind. Many mutants are other workflows, and no worse ones."""


def test_there_are_two_thousand() -> None:
    assert sum(map(mutants.how_many, mutants.SOURCES)) >= 2_000


def test_the_share_found_does_not_fall() -> None:
    told = mutants.tally(mutants.every(STEP), oracle=False)
    assert told.found.total() / told.seen.total() >= LEAST


def test_a_mutant_is_another_definition_and_the_same_each_time() -> None:
    source = mutants.HERE / "correct" / "straight_line.yaml"
    first, again = (list(mutants.mutants(source)) for _ in range(2))
    assert first == again
    assert len({one.text for one in first}) >= len(first) - 2
    assert mutants.how_many(source) == len(first)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_what_changes_the_verdict_of_woflan_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # it keeps settings of pictures there
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("pm4py", reason="an oracle under AGPL, in no extra")
    told = mutants.tally(mutants.every(1 if LONG else 25), oracle=True)
    assert told.unsound > 0
    assert told.missed == []
