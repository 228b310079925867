"""Stands between a program and its PostgreSQL server, and crashes the server at a commit."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

from tests.postgresql.server import Server

SOCKET = ".s.PGSQL.5432"
LONGEST = 1 << 16


class Between:
    """Hands on every byte. At the commit it is told to wait for, the server is stopped at once and begun anew.

    ``reached``: after it has carried the commit out, and its answer is kept back; else before the commit comes there.
    """

    def __init__(self, server: Server, reached: bool) -> None:
        self._server, self._reached = server, reached
        self._armed, self._carried_out = threading.Event(), threading.Event()
        self._folder = Path(tempfile.mkdtemp(prefix="zlbt"))
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._folder / SOCKET))

    def __enter__(self) -> Self:
        self._door.listen()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self._folder), safe='')}"

    def crash_at_commit(self) -> None:
        """From now on, once."""
        self._armed.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server.folder / SOCKET))
                threading.Thread(target=self._up, args=(near, far), daemon=True).start()
                threading.Thread(target=self._down, args=(near, far), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        """What the program says; at the commit it hears nothing any more."""
        with near, far, suppress(OSError):
            while said := near.recv(LONGEST):
                if self._armed.is_set() and b"COMMIT" in said:
                    self._crash(near, far, said)
                    return
                far.sendall(said)
            far.shutdown(socket.SHUT_RDWR)

    def _crash(self, near: socket.socket, far: socket.socket, commit: bytes) -> None:
        if self._reached:
            far.sendall(commit)
            self._carried_out.wait()
        self._server.stop()
        self._server.start()
        self._armed.clear()
        near.shutdown(socket.SHUT_RDWR)

    def _down(self, near: socket.socket, far: socket.socket) -> None:
        """What the server answers; not its answer to the commit."""
        with suppress(OSError):
            while said := far.recv(LONGEST):
                if self._armed.is_set() and b"COMMIT\0" in said:
                    self._carried_out.set()
                    return
                near.sendall(said)
            if not self._armed.is_set():
                near.shutdown(socket.SHUT_RDWR)
