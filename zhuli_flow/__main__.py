"""The entry of the program: ``zhuli`` and ``python -m zhuli_flow``. The one place that knows every face."""

from __future__ import annotations

import gc
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhuli_flow.services.office import Office


def main() -> None:
    """Run the command line; ends the process with the exit code."""
    gc.set_threshold(50_000)  # a short-lived process has little garbage; looking for it costs a tenth of its time
    from zhuli_flow.cli import main as command_line
    from zhuli_flow.cli.commands import run

    run.use(_tick)
    command_line.main()


def _tick(office: Office, stop: Event, every: timedelta) -> None:
    from zhuli_flow import scheduler

    scheduler.run(office, stop, every=every)


if __name__ == "__main__":
    main()
