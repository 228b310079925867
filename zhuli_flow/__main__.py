"""The entry of the program: ``zhuli`` and ``python -m zhuli_flow``. The one place that knows every face."""

from __future__ import annotations

import gc
import sys
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhuli_flow.cli.commands.serve import Wanted
    from zhuli_flow.services.office import Office


def main() -> None:
    """Run the command line; ends the process with the exit code."""
    gc.set_threshold(50_000)  # a short-lived process has little garbage; looking for it costs a tenth of its time
    from zhuli_flow.cli import main as command_line

    if "run" in sys.argv:  # the two that stay are told who works for them; no other command waits for their import
        from zhuli_flow.cli.commands import run

        run.use(_tick)
    if "serve" in sys.argv:
        from zhuli_flow.cli.commands import serve

        serve.use(_serve)
    command_line.main()


def _tick(office: Office, stop: Event, every: timedelta) -> None:
    from zhuli_flow import scheduler

    scheduler.run(office, stop, every=every)


def _serve(office: Office, wanted: Wanted) -> None:
    """Pages and the duties of a running office in one process; the duties alone know the other runners of a home."""
    from contextlib import nullcontext

    from zhuli_flow import scheduler
    from zhuli_flow.web import serving

    listening = serving.Listening(
        host=wanted.host,
        port=wanted.port,
        certificate=wanted.certificate,
        key=wanted.key,
        origin=wanted.origin,
        proxy_header=wanted.proxy_header,
    )
    with scheduler.alongside(office) if wanted.ticking else nullcontext():
        serving.serve(office, listening, wanted.ready)


if __name__ == "__main__":
    main()
