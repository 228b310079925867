"""The server around the pages: one socket, TLS where wanted, a clean stop; uvicorn does the work."""

from __future__ import annotations

import logging
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from zhuli_flow import settings
from zhuli_flow.errors import InvalidInput, UsageError
from zhuli_flow.services.office import Office
from zhuli_flow.web.app import create_app
from zhuli_flow.web.oidc import OfficeLogin
from zhuli_flow.web.printing import Printing
from zhuli_flow.web.site import Site

STOP_WITHIN_S = 15
"""How long requests under way may take once a stop was asked for."""
IDLE_S = 15


@dataclass(frozen=True, slots=True)
class Listening:
    """Where pages are served: ``port`` 0 takes a free one; ``origin`` is how visitors see it, where that differs.

    ``proxy_header`` is the one header of a proxy that is believed: it names the visitor's address.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    origin: str = ""
    proxy_header: str = ""


def serve(office: Office, listening: Listening, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``ready`` hears the address when requests are taken.

    Raises UsageError when nobody can listen there, InvalidInput for a certificate or an ``[oidc]`` that can't be used.
    """
    _require_certificate(listening)
    _log_to_stderr()
    chosen = settings.load(office.home)
    with _listen(listening) as where, Printing(office) as printing:
        address = listening.origin or _address(listening, where)
        site = Site(office, chosen.web, printing, origin=address, public=listening, bound=_loopback(listening))
        if chosen.oidc and not office.rehearsal:
            site.oidc = OfficeLogin(chosen.oidc, office.home, address)
        _Server(_config(site, listening), lambda: ready(address)).run(sockets=[where])


def _log_to_stderr() -> None:
    """Who asked for which page, and what went wrong; of other libraries only the warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name, level in (("zhuli_flow", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)


class _Server(uvicorn.Server):
    """Tells when it has begun; a signal to stop is its end and not the process's, which has duties to finish."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._begun()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and Ctrl-C; uvicorn would raise the signal again afterwards."""
        kept = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)


def _config(site: Site, listening: Listening) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(site),
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="off",
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ssl_certfile=listening.certificate,
        ssl_keyfile=listening.key,
    )


def _listen(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        return socket.create_server((listening.host, listening.port), family=family, backlog=128)
    except OSError as error:
        where = f"{listening.host}:{listening.port}"
        fix = "请换一个 --port，或核对 --host；看是否已有同样的程序在运行"
        raise UsageError(f"不能在 {where} 上服务（{error.strerror or error}）", fix=fix) from error


def _require_certificate(listening: Listening) -> None:
    if listening.certificate is None or listening.key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(listening.certificate, listening.key)
    except (OSError, ssl.SSLError) as error:
        why = getattr(error, "strerror", None) or "格式不对，或两者不相配"
        fix = "请核对 --tls-cert 和 --tls-key 两个 PEM 文件"
        raise InvalidInput(f"证书或私钥不能使用（{why}）", fix=fix) from error


def _address(listening: Listening, where: socket.socket) -> str:
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    scheme = "https" if listening.certificate else "http"
    return f"{scheme}://{host}:{where.getsockname()[1]}"


def _loopback(listening: Listening) -> bool:
    return listening.host in {"127.0.0.1", "::1", "localhost"} and not listening.origin
