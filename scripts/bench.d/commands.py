"""Wall time of whole processes: what a person waits for between Enter and the answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from instructions import environment

CLICK = "python -c 'import click'"


MAIN = "import sys; from zhuli_flow.__main__ import main; sys.argv[0] = 'zhuli'; main()"
"""What the installed ``zhuli`` does, for a program that is not installed."""


class Process:
    """One command from start to end; its output is read and thrown away. Fails when the command does."""

    work = 1

    def __init__(self, *command: str, tree: Path | None = None) -> None:
        self.command, self.environment = command, environment(tree)

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        subprocess.run(
            self.command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment
        )


def zhuli(tree: Path, *words: str) -> Process:
    """A command of the program that lies in ``tree``."""
    return Process(sys.executable, "-c", MAIN, *words, tree=tree)


def contestants(home: Path, person: str, tree: Path) -> dict[str, Process]:
    """The commands compared, by the name they have in the report."""
    at = ("--home", str(home), "--json")
    return {
        CLICK: Process(sys.executable, "-c", "import click"),
        "zhuli --help": zhuli(tree, "--help"),
        "zhuli case list": zhuli(tree, *at, "case", "list"),
        "zhuli todo": zhuli(tree, *at, "todo", "--as", person),
    }


def rehearsal_home(home: Path, tree: Path) -> None:
    """A home whose commands need no token."""
    zhuli(tree, "--home", str(home), "init", "--rehearsal", "--sample").run()
