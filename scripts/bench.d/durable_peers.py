"""Peers that keep their own database: DBOS and viewflow on the eight states, each on SQLite in WAL with FULL sync.

Each runs in a process of its own, since both change how a process logs and takes connections: it answers the words
``prepare`` and ``run`` on its standard input when that is done.

usage: durable_peers.py dbos | viewflow FOLDER NUMBER
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from office import EVENTS

THIS = Path(__file__)


class Child:
    """A contestant that is one of these peers in a process of its own; ``number`` cases a round."""

    def __init__(self, name: str, folder: Path, number: int) -> None:
        self.work = number * len(EVENTS)
        command = (sys.executable, str(THIS), name, str(folder), str(number))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def prepare(self) -> None:
        self._ask("prepare")

    def run(self) -> None:
        self._ask("run")

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def _ask(self, what: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer == what, answer


class Dbos:
    """DBOS: a workflow that calls a step for each event, each written down before the next; begun by its first step."""

    def __init__(self, folder: Path, number: int) -> None:
        from dbos import DBOS, DBOSConfig

        path = folder / "dbos.db"
        _in_wal(path)
        DBOS(
            config=DBOSConfig(
                name="bench", system_database_url=f"sqlite:///{path}", run_admin_server=False, log_level="ERROR"
            )
        )
        self.number = number

        @DBOS.step()
        def act(state: str, event: str) -> str:
            return event

        @DBOS.workflow()
        def case() -> str:
            state = "drafted"
            for event in EVENTS:
                state = act(state, event)
            return state

        self.case = case
        DBOS.launch()

    def prepare(self) -> None:
        """Nothing: a workflow can't be begun without going on, so its beginning is in the round."""

    def run(self) -> None:
        for _ in range(self.number):
            assert self.case() == EVENTS[-1]


class Viewflow:
    """viewflow: a process with a task for each event, read anew for every call as a request would."""

    def __init__(self, folder: Path, number: int) -> None:
        import django
        from django.conf import settings
        from django.core.management import call_command

        wanted = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        name = str(folder / "viewflow.db")
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {"init_command": wanted}}
        apps = ["django.contrib.contenttypes", "django.contrib.auth", "viewflow", "viewflow.workflow", "viewflow_peer"]
        key = "django.db.models.BigAutoField"
        settings.configure(DATABASES={"default": database}, INSTALLED_APPS=apps, USE_TZ=True, DEFAULT_AUTO_FIELD=key)
        django.setup()
        call_command("migrate", verbosity=0)
        from viewflow_peer.flows import Eight

        self.flow: Any = Eight
        self.number, self.keys = number, list[int]()

    def prepare(self) -> None:
        self.keys = [self.flow.start.run().pk for _ in range(self.number)]

    def run(self) -> None:
        for key in self.keys:
            for event in EVENTS:
                task = self.flow.task_class.objects.get(process_id=key, status="NEW")
                getattr(self.flow, event).run(task)


def _in_wal(path: Path) -> None:
    """WAL is kept by the file itself; what SQLite does in it without being asked is synchronous=FULL."""
    made = sqlite3.connect(path)
    made.execute("PRAGMA journal_mode=WAL")
    made.close()


def serve(name: str, folder: Path, number: int) -> None:
    """Answer until the input ends."""
    peer = {"dbos": Dbos, "viewflow": Viewflow}[name](folder, number)
    for line in sys.stdin:
        what = line.strip()
        {"prepare": peer.prepare, "run": peer.run}[what]()
        print(what, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
