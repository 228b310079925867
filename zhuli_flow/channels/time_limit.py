"""A limit on the whole of a conversation: a timeout per read does not stop a machine that dribbles."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_off(of: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """After ``seconds`` the socket that ``of`` then gives is shut down, and TimeoutError is what comes of it."""
    burnt = threading.Event()

    def cut() -> None:
        burnt.set()
        found = of()
        if found is not None:
            with suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # the plain one: TLS would want to say goodbye first

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if burnt.is_set():  # an answer that was cut may still read like one
        raise TimeoutError
