"""Wall time of whole processes: what a person waits for between Enter and the answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Process:
    """One command from start to end; its output is read and thrown away. Fails when the command does."""

    work = 1

    def __init__(self, *command: str) -> None:
        self.command = command

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())


def contestants(home: Path, person: str) -> dict[str, Process]:
    """The commands compared, by the name they have in the report."""
    zhuli = str(Path(sys.executable).with_name("zhuli"))
    return {
        "python -c 'import click'": Process(sys.executable, "-c", "import click"),
        "zhuli --help": Process(zhuli, "--help"),
        "zhuli case list": Process(zhuli, "--home", str(home), "--json", "case", "list"),
        "zhuli todo": Process(zhuli, "--home", str(home), "--json", "todo", "--as", person),
    }


def rehearsal_home(home: Path) -> None:
    """A home whose commands need no token."""
    zhuli = str(Path(sys.executable).with_name("zhuli"))
    command = (zhuli, "--home", str(home), "init", "--rehearsal", "--sample")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("ZHULI_", "PYTHON"))}
