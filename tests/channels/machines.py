"""Machines at the other end, on loopback: servers of mail and web that take, refuse, dawdle, hang up or say nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Mailbox:
    """An aiosmtpd handler with a plan for each letter: an answer, or ``drop``; without a plan it takes everything."""

    plan: list[str] = field(default_factory=list)
    rcpt: str = ""
    got: list[bytes] = field(default_factory=list)
    delay: float = 0.0
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        time.sleep(self.delay)  # blocks this server's loop alone
        step = self.plan.pop(0) if self.plan else "250 OK queued as 4711"
        content = envelope.original_content or b""
        if step == "drop":  # it has the letter, the sender does not know
            self.got.append(content)
            server.transport.abort()
            return "250 OK"
        if step.startswith("2"):
            self.got.append(content)
        return step

    @property
    def letters(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(raw, policy=policy.default) for raw in self.got]
        return [message for message in parsed if isinstance(message, EmailMessage)]


@contextmanager
def mail_server(box: Mailbox, tls: SSLContext | None = None, password: str = "") -> Iterator[Mailbox]:
    """``box`` behind a real SMTP server; ``tls`` offers STARTTLS, ``password`` asks for it."""

    def authenticate(server: SMTP, session: Session, envelope: Envelope, how: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == password.encode(), handled=False)

    box.port = free_port()
    more: dict[str, Any] = {"server_hostname": "smtp.test"}
    if tls is not None:
        more |= {"tls_context": tls}
    if password:
        more |= {"authenticator": authenticate, "auth_require_tls": tls is not None, "auth_required": tls is not None}
        more |= {"auth_exclude_mechanism": ["LOGIN"]}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def silent_server(words: bytes = b"", every: float = 0.0) -> Iterator[int]:
    """Takes connections and never answers; with ``every`` it dribbles ``words`` for ever. Gives the port."""
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)

    def serve() -> None:
        taken: list[socket.socket] = []
        while not stop.is_set():
            try:
                taken.append(server.accept()[0])
            except TimeoutError:
                continue
            while every and not stop.wait(every):
                try:
                    taken[-1].sendall(words)
                except OSError:
                    break
        for one in taken:
            one.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        stop.set()
        thread.join()
        server.close()


@dataclass
class Sink:
    """A web server that keeps what it is sent. ``plan``: (status, body) per request; status 0 hangs up."""

    plan: list[tuple[int, bytes]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    otherwise: tuple[int, bytes] = (200, b"taken")
    port: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def keys(self) -> list[str]:
        return [headers["idempotency-key"] for _, headers, _ in self.got]

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.turn:
            self.got.append((handler.path, {key.lower(): value for key, value in handler.headers.items()}, body))
            status, said = self.plan.pop(0) if self.plan else self.otherwise
        if status == 0:
            handler.close_connection = True
            return
        handler.send_response(status)
        handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)


@contextmanager
def web_server(sink: Sink) -> Iterator[Sink]:
    """``sink`` behind a real HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sink.take(self)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
