"""What is one's own: password, sessions; how to work with the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from zhuli_flow.errors import InvalidInput, NoRight
from zhuli_flow.services.administration import accounts, sessions, tokens
from zhuli_flow.services.cases import saved_views
from zhuli_flow.services.deadlines import ics_feed
from zhuli_flow.web.identity import AlsoAuthor, AnySite, Visit, let_in
from zhuli_flow.web.posting import Number, Words
from zhuli_flow.web.problems import status_of

router = APIRouter(include_in_schema=False)
Text = Words


@router.get("/own")
def own(visitor: AlsoAuthor) -> Response:
    """Oneself: roles held, sessions that go on, password."""
    return _page(visitor, "")


@router.post("/own/sessions/{number}/end")
def end(visitor: AlsoAuthor, number: Number) -> Response:
    """End one of one's sessions."""
    sessions.end(visitor.office, visitor.person, number)
    return RedirectResponse("/own", status_code=303)


@router.post("/own/tokens")
def token(visitor: AlsoAuthor, scope: Text, days: Annotated[int, Form(ge=1, le=366)], label: Text = "") -> Response:
    """A new token for a program, shown once."""
    if scope not in ("read", "write"):
        raise InvalidInput(f"没有“{scope}”这种令牌", fix="请选只看，或查看和办理")
    made = tokens.issue(visitor.office, visitor.person, scope, timedelta(days=days), label[:60])
    return _page(visitor, "", made=made)


@router.post("/own/tokens/{number}/end")
def end_token(visitor: AlsoAuthor, number: Number) -> Response:
    """End one of one's tokens or feeds."""
    tokens.end(visitor.office, visitor.person, number)
    return RedirectResponse("/own", status_code=303)


@router.post("/own/password")
def change(visitor: AlsoAuthor, old: Text, password: Text, again: Text) -> Response:
    """Change the password; every other session ends, this browser goes on with a new one."""
    rules = visitor.site.rules
    try:
        if password != again:
            raise InvalidInput("两次输入的新密码不一样", fix="两次输入的新密码不一样，请重新输入")
        accounts.change(visitor.office, visitor.person, old, password, rules.password_length, visitor.address)
    except InvalidInput as wrong:
        return _page(visitor, wrong.fix, 422)
    except NoRight as refused:
        return _page(visitor, f"{refused.message}：{refused.fix}", status_of(refused))
    return let_in(visitor.request, visitor.site, visitor.person, "/own")


@router.post("/own/calendar")
def calendar(visitor: AlsoAuthor) -> Response:
    """A new secret address of one's deadlines for a calendar program; an earlier one ends."""
    secret = tokens.issue_feed(visitor.office, visitor.person)
    return _page(visitor, "", feed=f"{visitor.site.origin}/feeds/{secret}.ics")


@router.get("/feeds/{secret}.ics")
def feed(site: AnySite, secret: str) -> Response:
    """The deadlines of whoever's address this is; no cookie is asked, the address is the secret."""
    person = tokens.owner(site.office, secret, "calendar")
    return Response(ics_feed.feed(site.office, person), media_type="text/calendar; charset=utf-8")


@router.get("/help")
def guide(visitor: AlsoAuthor) -> Response:
    """Keys and words."""
    return visitor.page("help.html")


def _page(visitor: Visit, problem: str, status: int = 200, *, feed: str = "", made: str = "") -> Response:
    return visitor.page(
        "own.html",
        status=status,
        actor=visitor.actor,
        sessions=sessions.listed(visitor.office, visitor.person),
        this=visitor.session,
        shortest=visitor.site.rules.password_length,
        problem=problem,
        feed=feed,
        made=made,
        tokens=tokens.listed(visitor.office, visitor.person),
        views=saved_views.listed(visitor.office, visitor.person),
    )
