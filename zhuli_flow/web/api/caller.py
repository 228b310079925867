"""Who asks by a program: a bearer token names the person and what it is good for; no cookie counts here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import NoRight, UsageError
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import tokens
from zhuli_flow.services.office import Office
from zhuli_flow.services.reading import seen_by
from zhuli_flow.support.plain_text import visible
from zhuli_flow.support.suggest import did_you_mean
from zhuli_flow.web.guard import note_stranger
from zhuli_flow.web.identity import AnySite
from zhuli_flow.web.problems import NotLoggedIn
from zhuli_flow.web.site import Site

READ, WRITE = "read", "write"
_bearer = HTTPBearer(auto_error=False, description="在“我的登录”页取得的接口令牌：read 只看，write 查看和办理")


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that acts for a person."""

    site: Site
    actor: Actor
    scope: str

    @property
    def office(self) -> Office:
        """The office as this person sees it."""
        return seen_by(self.site.office, self.actor)

    @property
    def person(self) -> str:
        return self.actor.person


def caller(
    request: Request, site: AnySite, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Whose token this is, who asks for nothing that this address does not know. Raises NotLoggedIn, UsageError."""
    found = tokens.scope_of(site.office, given.credentials) if given else None
    if found is None or found[1] not in (READ, WRITE):
        if given:
            note_stranger(site, request.scope, "token", "接口令牌")
        raise NotLoggedIn
    request.state.person = found[0]
    _require_known(request)
    with site.office.database.read() as connection:
        return Caller(site, lookup.actor(connection, site.office, found[0]), found[1])


def _require_known(request: Request) -> None:
    """Raises UsageError for a parameter that the address does not have: a filter misspelt would filter nothing."""
    if not request.query_params:
        return
    told = request.app.openapi()["paths"][request.scope["route"].path_format][request.method.lower()]
    known = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
    strange = next((name for name in request.query_params if name not in known), None)
    if strange is not None:
        near = did_you_mean(strange, known) if known else "这个地址没有参数"
        raise UsageError(f"没有参数“{visible(strange[:40])}”", fix=near)


def writer(called: Annotated[Caller, Depends(caller)]) -> Caller:
    """The same, where the token is good for acting. Raises NoRight."""
    if called.scope != WRITE:
        raise NoRight("这个令牌只能查看，不能办理", fix="请取一个可以办理的令牌")
    return called


def seen_version(
    if_match: Annotated[
        str | None,
        Header(description='看到的版本，如 "3"；已变动则 412', json_schema_extra={"pattern": '^"[0-9]{1,9}"$'}),
    ] = None,
) -> int | None:
    """The version of ``If-Match``; None without one. Raises UsageError for anything but one version."""
    if if_match is None:
        return None
    text = if_match.strip().strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(f'If-Match 应是一个版本，如 "3"，给的是 {if_match[:40]}', fix="版本见 ETag")
    return int(text)


Reading = Annotated[Caller, Depends(caller)]
Writing = Annotated[Caller, Depends(writer)]
Version = Annotated[int | None, Depends(seen_version)]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", max_length=200, description="同一请求重发只办一次，答复相同"),
]


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A result as JSON; typed views are written as their fields in order."""
    return Response(msgspec.json.encode(value, enc_hook=_plain), status, headers, media_type="application/json")


def _plain(value: object) -> object:
    told = getattr(value, "json", None)
    if callable(told):
        return told()
    raise TypeError(f"not JSON: {type(value).__name__}")
