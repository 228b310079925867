"""What verifying the record of one home takes, in seconds of this process's processor time.

usage: durable_child.py HOME
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import process_time

from zhuli_flow import bootstrap
from zhuli_flow.services.history import since_last
from zhuli_flow.services.office import Office
from zhuli_flow.store import audit

BATCH = 10_000


def bare(office: Office) -> tuple[int, int, float]:
    """How many entries and bytes, and the seconds for a SHA-256 over each; fetching them is not timed."""
    count, size, seconds, batch = 0, 0, 0.0, list[bytes]()
    with office.database.read() as connection:
        for row in audit.in_order(connection):
            batch.append(row[-1])
            count, size = count + 1, size + len(row[-1])
            if len(batch) == BATCH:
                seconds, batch = seconds + _hashed(batch), []
    return count, size, seconds + _hashed(batch)


def _hashed(bodies: list[bytes]) -> float:
    return timed(lambda: [sha256(body).digest() for body in bodies])


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = process_time()
    work()
    return process_time() - start


def run(home: Path) -> None:
    """Print the figures as JSON."""
    office = bootstrap.open_office(home, os_user="bench")
    since_last.place(office).unlink(missing_ok=True)
    count, size, seconds = bare(office)
    first = timed(lambda: since_last.verify_since(office))
    again = timed(lambda: since_last.verify_since(office))
    print(json.dumps({"entries": count, "bytes": size, "bare": seconds, "first": first, "since": again}))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
