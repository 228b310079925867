"""A sweep in batches, and a delivery, killed before any one statement and run again: the end is as if undisturbed.

Like the kill points of a story: the child dies by ``os._exit`` at its k-th statement. What leaves the house is put down
in a file that survives the child, so that what was sent is known even when the database did not come to know it.
"""

import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.killing import KILLED, heard, killed_at
from tests.services.staging import Stage
from zhuli_flow.channels.base import Letter, Receipt
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.registry import Post
from zhuli_flow.channels.settings import Contact
from zhuli_flow.services.deadlines import sweep as room
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.delivery.deliver import LEASE, deliver
from zhuli_flow.services.history import verify

DAY = "2019-03-02"


class Sink:
    """A receiver that writes every key it gets into a file at once."""

    name, title, leaves = "webhook", "推送", False

    def __init__(self, where: Path) -> None:
        self.where = where

    def send(self, letter: Letter) -> Receipt:
        handle = os.open(self.where, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        os.write(handle, f"{letter.key}\n".encode())
        os.close(handle)
        return Receipt(letter.key, "200")


def post(home: Path) -> Post:
    contacts = {name: Contact(name, {"webhook": name}) for name in ("甲", "领导")}
    return Post({"in_app": InApp(), "webhook": Sink(home / "arrived")}, contacts)


def arrived(home: Path) -> Counter[str]:
    where = home / "arrived"
    return Counter(where.read_text("utf-8").split()) if where.exists() else Counter()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases that are due: two to expire, one overdue in its step and as a whole."""
    home = tmp_path_factory.mktemp("due")
    stage = Stage(home)
    for state in ("valid", "intake", "valid"):
        stage.walk(stage.open(), state)
    stage.office.database.close()
    return home


def work(home: Path, *, later: bool = False) -> Stage:
    """Sweep, then deliver; ``later``: when what a dead sender had claimed is free again."""
    stage = Stage(home, fresh=False).on(DAY)
    sweep(stage.office)
    if later:
        stage.clock.set(stage.clock.now() + LEASE + timedelta(seconds=1))
    deliver(stage.office, post(home))
    return stage


def told(stage: Stage) -> tuple[object, ...]:
    """What must be the same however often the work died; the attempts, and when a letter went, may differ."""
    return (
        stage.table("SELECT key, kind, state, payload FROM outbox ORDER BY key"),
        stage.table("SELECT key, text, person, role, at FROM inbox ORDER BY key"),
        stage.table("SELECT * FROM reminder_sent ORDER BY 1, 2, 3, 4"),
        stage.table("SELECT * FROM deadline ORDER BY 1, 2"),
        stage.table("SELECT case_id, kind, event, COUNT(*) FROM entry GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"),
        stage.table("SELECT id, state, version, body FROM cases ORDER BY id"),
    )


def test_a_sweep_and_a_delivery_killed_at_every_statement_end_as_if_undisturbed(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "BATCH", 2)  # several batches, each of them killed half-way
    spoken: list[str] = []
    whole = Path(shutil.copytree(template, tmp_path / "whole"))
    with heard(spoken.append):
        stage = work(whole)
        stage.office.database.close()
    expected, keys = told(stage), set(arrived(whole))
    stage.office.database.close()
    assert (spoken.count("COMMIT") > 6, len(keys) > 1) == (True, True)
    for k, statement in enumerate(spoken, 1):
        home, where = Path(shutil.copytree(template, tmp_path / str(k))), f"killed at {k}: {statement[:60]}"
        assert killed_at(k, work, home) == KILLED, where
        again = work(home, later=True)
        assert verify.verify(again.office).ok, where
        assert told(again) == expected, where
        assert set(arrived(home)) == keys, where
        assert sum(arrived(home).values()) <= len(keys) + 1, where  # at most the one it was killed over
        again.office.database.close()
        shutil.rmtree(home)
