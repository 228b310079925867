"""One POST to a checked address: no redirects, no proxies, bounded in time and in bytes. Errors never quote the URL."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from zhuli_flow.channels.address_check import Place
from zhuli_flow.channels.base import DeliveryFailed
from zhuli_flow.channels.time_limit import cut_off

MAX_SENT = 64 * 1024
MAX_ANSWER = 64 * 1024
STEP_S = 10.0
TOTAL_S = 30.0
_TRY_AGAIN = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one step (connect, read) and for the whole conversation."""

    step: float = STEP_S
    total: float = TOTAL_S


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked; the name is only spoken (Host, SNI, certificate)."""

    def __init__(self, place: Place, limits: Limits) -> None:
        super().__init__(place.host, place.port, timeout=limits.step)
        self._place, self._limits = place, limits
        self.raw: socket.socket | None = None

    def connect(self) -> None:
        self.raw = self.sock = socket.create_connection((self._place.ip, self._place.port), self._limits.step)
        if self._place.secure:
            context = ssl.create_default_context()
            self.raw = self.sock = context.wrap_socket(self.sock, server_hostname=self._place.host)


def post(place: Place, body: bytes, headers: Mapping[str, str], limits: Limits | None = None) -> tuple[int, bytes]:
    """Status and body (at most 64 kB of it) of the answer to ``body``. DeliveryFailed unless the status is 2xx."""
    if len(body) > MAX_SENT:
        raise DeliveryFailed(f"内容超过 {MAX_SENT // 1024} kB，未发送", temporary=False)
    limits = limits or Limits()
    connection = _Pinned(place, limits)
    try:
        with cut_off(lambda: connection.raw, limits.total):
            connection.request("POST", place.target, body, dict(headers))
            answer = connection.getresponse()
            said = answer.read(MAX_ANSWER)
    except ssl.SSLCertVerificationError:
        raise DeliveryFailed(f"{place.host} 的证书不能核实，未发送", temporary=False) from None
    except (OSError, http.client.HTTPException) as error:
        why = "没有在限定时间内应答" if isinstance(error, TimeoutError) else "连接中断或应答不完整"
        raise DeliveryFailed(f"{place.host} {why}（{type(error).__name__}）", temporary=True) from None
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise _refused(place, answer.status)
    return answer.status, said


def _refused(place: Place, status: int) -> DeliveryFailed:
    if 300 <= status < 400:
        return DeliveryFailed(f"{place.host} 要求转到别处（{status}），不跟随", temporary=False)
    return DeliveryFailed(f"{place.host} 拒收（{status}）", temporary=status >= 500 or status in _TRY_AGAIN)
