"""Before any page: whose page sent this, to which host, how large; and with every answer what a browser may do with it.

A page of another site can make a browser send a form here with the visitor's cookie. Browsers say where a request comes
from: ``Sec-Fetch-Site`` (to https and this machine only), else ``Origin``. Without either nothing is changed.
"""

from __future__ import annotations

import logging
from time import perf_counter
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhuli_flow.services.administration import security
from zhuli_flow.support.plain_text import visible
from zhuli_flow.web.problems import API, unexpected
from zhuli_flow.web.problems import page as problem_page
from zhuli_flow.web.site import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
HERE = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})
MEBIBYTE = 1 << 20

log = logging.getLogger("zhuli_flow.web.access")


class Guard:
    """The outermost layer of the site."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, answered = perf_counter(), [0]

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered[0] = message["status"]
                _mark(MutableHeaders(scope=message), secure=self.site.secure)
            await send(message)

        why = refusal(self.site, scope)
        if why is None:
            await self._pass_on(scope, receive, out, answered)
        else:
            if why[0] == 403:
                note_stranger(self.site, scope, "origin", scope["method"])
            await problem_page(Request(scope), *why)(scope, receive, out)
        _note(self.site, scope, answered[0], perf_counter() - begun)

    async def _pass_on(self, scope: Scope, receive: Receive, out: Send, answered: list[int]) -> None:
        """Whatever goes wrong inside is told in words here: outside of this layer no header would stand."""
        try:
            await self.app(scope, _limited(receive, self.site.rules.upload_mb * MEBIBYTE), out)
        except Exception as error:  # noqa: BLE001 - the last resort of a server that goes on
            answer = unexpected(Request(scope), error)
            if not answered[0]:
                await answer(scope, receive, out)


def refusal(site: Site, scope: Scope) -> tuple[int, str, str] | None:
    """Why a request is not even looked at, as status, reason and way out; None when it may go on."""
    headers = Headers(scope=scope)
    host = _host(headers.get("host", ""))
    if site.bound and host not in HERE:
        return 400, f"这里没有“{visible(host[:60])}”这个网址", f"请用 {site.origin} 打开"
    if int(headers.get("content-length", "0") or 0) > site.rules.upload_mb * MEBIBYTE:
        return 413, f"一次提交最多 {site.rules.upload_mb} MB", "请压缩、拆分后分次提交"
    if scope["method"] in SAFE or (scope["path"].startswith(API) and "authorization" in headers):
        return None
    if not _same_origin(site, headers):
        return 403, "这个请求不是从本系统的页面发出的，没有办理", "请回到本系统的页面重新提交"
    return None


def _same_origin(site: Site, headers: Headers) -> bool:
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = headers.get("origin", "")
    if site.origin and origin == site.origin:
        return True
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _limited(receive: Receive, most: int) -> Receive:
    """A body without a length is counted as it comes; one that is too large ends."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= most else {"type": "http.disconnect"}

    return take


def _mark(headers: MutableHeaders, *, secure: bool) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if secure:
        headers.setdefault("strict-transport-security", "max-age=31536000")


def visitor_address(site: Site, scope: Scope) -> str:
    """The address a request came from: the proxy's word where one proxy is believed, else the connection's."""
    named = site.public.proxy_header
    told = Headers(scope=scope).get(named, "") if named else ""
    client = scope.get("client")
    return visible(told.split(",")[-1].strip()[:64]) or (client[0] if client else "")


def note_stranger(site: Site, scope: Scope, event: str, words: str) -> None:
    """A line of the security log about nobody who is known; what address was asked may be a secret and is left out."""
    if site.strangers.free():
        security.note(site.office, event, "", address=visitor_address(site, scope), ok=False, words=words)


def _note(site: Site, scope: Scope, status: int, took: float) -> None:
    """One line: the way as it is declared, so that no secret in an address, no question and no name is written."""
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", None) or "-"
    log.info("%s %s %s %d %.0f ms", visitor_address(site, scope), scope["method"], path, status, took * 1000)
