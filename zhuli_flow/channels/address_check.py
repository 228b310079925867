"""Where a post may go: public addresses, or a host the office has named. What was checked is what is connected to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from zhuli_flow.channels.base import DeliveryFailed

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Place:
    """A checked destination: connect to ``ip``, speak to ``host``. ``target`` is path and query."""

    secure: bool
    host: str
    ip: str
    port: int
    target: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def place_of(url: str, hosts: Sequence[str], look_up: Resolve = resolve) -> Place:
    """The place ``url`` leads to. ``hosts`` are exempt from being public, and may be spoken to without TLS.

    DeliveryFailed for another scheme, a user name in it, or any address that is not public.
    """
    parts = _parts(url)
    host, named = str(parts.hostname).rstrip("."), str(parts.hostname).rstrip(".") in hosts
    if parts.scheme == "http" and not named:
        raise _refused("不是 https 地址")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    ips = _looked_up(look_up, host, port)
    if not named and not all(_is_public(ip) for ip in ips):
        raise _refused(f"主机 {host} 指向内部地址")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme == "https", host, ips[0], port, target)


def _parts(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise _refused("地址含有空格、反斜杠或非 ASCII 字符")
    try:
        parts = urlsplit(url)
        fits = parts.port != 0
    except ValueError:
        fits = False
        parts = urlsplit("")
    if not fits or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _refused("地址应为 https://主机/路径")
    if "@" in parts.netloc:
        raise _refused("地址中不能写用户名或口令")
    return parts


def _looked_up(look_up: Resolve, host: str, port: int) -> Sequence[str]:
    try:
        found = look_up(host, port)
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise DeliveryFailed(f"查不到主机 {host} 的地址", temporary=True)
    return found


def _is_public(text: str) -> bool:
    address = _innermost(ip_address(text.partition("%")[0]))
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _innermost(address: Address) -> Address:
    """The address packed inside a v4-mapped, NAT64, 6to4 or Teredo one: that is where it would lead."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def _refused(why: str) -> DeliveryFailed:
    return DeliveryFailed(f"{why}，未发送；请核对 zhuli.toml（内部主机须列入 channels.hosts）", temporary=False)
