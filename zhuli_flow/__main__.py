"""The entry of the program: ``zhuli`` and ``python -m zhuli_flow``. The one place that knows every face."""

from __future__ import annotations

import gc
import sys
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

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
    if "worker" in sys.argv:
        from zhuli_flow.cli.commands import worker

        worker.use(_work)
    command_line.main()


def _work(office: Office, stop: Event, seats: int) -> None:
    from zhuli_flow import workers

    workers.run(office, stop, seats=seats)


def _tick(office: Office, stop: Event, every: timedelta) -> None:
    """Alone in a home; with others, as one of its workers, where the office's rows are on a server."""
    if office.shares_duties:
        _work(office, stop, seats=4)
        return
    from zhuli_flow import scheduler

    scheduler.run(office, stop, every=every)


def _serve(office: Office, wanted: Wanted) -> None:
    """Pages and the duties of a running office in one process; the duties alone know the other runners of a home."""
    from contextlib import nullcontext

    from zhuli_flow.web import serving

    listening = serving.Listening(
        host=wanted.host,
        port=wanted.port,
        certificate=wanted.certificate,
        key=wanted.key,
        origin=wanted.origin,
        proxy_header=wanted.proxy_header,
    )
    with _alongside(office) if wanted.ticking else nullcontext():
        serving.serve(office, listening, wanted.ready)


def _alongside(office: Office) -> AbstractContextManager[None]:
    if office.shares_duties:
        from zhuli_flow import workers

        return workers.alongside(office)
    from zhuli_flow import scheduler

    return scheduler.alongside(office)


if __name__ == "__main__":
    main()
