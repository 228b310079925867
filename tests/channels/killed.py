"""Killed at every point: for each call into the database or the channel, a child delivers and dies just there.

``python -m tests.channels.killed HOME CONTACT…`` prints, for each point, what arrived and what the history says after
another child has finished the work. Forks, so it is a process of its own, without threads.
"""

import json
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from zhuli_flow import bootstrap
from zhuli_flow.channels.base import Letter, Receipt
from zhuli_flow.channels.in_app import InApp
from zhuli_flow.channels.registry import Post
from zhuli_flow.channels.settings import Contact
from zhuli_flow.clock import RehearsalClock
from zhuli_flow.services.delivery.deliver import LEASE, deliver
from zhuli_flow.services.history import verify
from zhuli_flow.store import audit, outbox

BEFORE, AFTER = {"execute", "executemany", "commit", "write"}, {"commit", "write"}


@dataclass
class Paper:
    """A channel that writes each key on a paper that outlives the process."""

    path: Path
    name: str = "webhook"
    title: str = "签名推送"
    leaves: bool = True

    def send(self, letter: Letter) -> Receipt:
        handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(handle, f"{letter.key}\n".encode())
        os.close(handle)
        return Receipt(letter.key)


def work(home: Path, contacts: list[str], step: timedelta, point: int) -> int:
    """Deliver, ``step`` later; killed at the ``point``-th call or return. Returns how many there were."""
    office = bootstrap.open_office(home)
    office.rehearsal = False
    assert isinstance(office.clock, RehearsalClock)
    office.clock.advance(step)
    post = Post(
        {"webhook": Paper(home / "paper"), "in_app": InApp()},
        {one: Contact(one, {"webhook": "oa"}) for one in contacts},
    )
    seen = 0

    def watch(frame: object, event: str, called: object) -> None:
        nonlocal seen
        if getattr(called, "__name__", "") in {"c_call": BEFORE, "c_return": AFTER}.get(event, ()):
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch if point else None)
    deliver(office, post)
    sys.setprofile(None)
    office.database.close()
    return seen


def child(home: Path, contacts: list[str], step: timedelta, point: int) -> int:
    """``work`` in a child; the number of points, or minus the signal that ended it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, str(work(home, contacts, step, point)).encode())
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    os.close(writing)
    told = os.read(reading, 20)
    os.close(reading)
    return int(told) if told else -os.waitstatus_to_exitcode(status)


def outcome(home: Path) -> dict[str, object]:
    office = bootstrap.open_office(home)
    with office.database.read() as connection:
        bodies = [json.loads(link.body) for link in audit.all_entries(connection)]
        waiting = len(outbox.listed(connection, "pending")) + len(outbox.listed(connection, "failed"))
    proofs = sorted(body["delivery"]["key"] for body in bodies if body["kind"] == "delivery")
    verify.require_whole(office)
    office.database.close()
    return {"arrived": (home / "paper").read_text().split(), "proofs": proofs, "waiting": waiting}


def sweep(home: Path, contacts: list[str]) -> list[dict[str, object]]:
    """One life per point, then a second process a lease later; the last life is not killed at all."""
    found, point = list[dict[str, object]](), 0
    bootstrap.open_office(home).database.close()  # what is loaded here, no child loads again
    while True:
        point += 1
        place = home.with_name(f"life{point}")
        place.mkdir()
        for name in ("zhuli.db", "zhuli.toml"):
            shutil.copy(home / name, place)
        ended = child(place, contacts, timedelta(), point)
        child(place, contacts, LEASE, 0)
        found.append({"killed": ended == signal.SIGKILL, **outcome(place)})
        shutil.rmtree(place)
        if ended != signal.SIGKILL:
            return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(sweep(Path(sys.argv[1]), sys.argv[2:])))
