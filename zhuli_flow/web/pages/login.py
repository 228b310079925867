"""Coming in and going out: by name and password, by a link that serves once; freely in a rehearsal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zhuli_flow.errors import InvalidInput, NoRight, NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import accounts, sessions
from zhuli_flow.store import directory
from zhuli_flow.web import templating
from zhuli_flow.web.guard import note_stranger, visitor_address
from zhuli_flow.web.identity import AlsoAuthor, AnySite, let_in, local, set_cookie
from zhuli_flow.web.oidc import WITHIN_S, OfficeLogin, Told
from zhuli_flow.web.problems import status_of
from zhuli_flow.web.site import Site

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.get("/login", name="login")
def ask(request: Request, site: AnySite, to: str = "/", find: str = "", left: str = "") -> Response:
    """Who are you?"""
    if site.office.rehearsal:
        return _choice(request, site, to, find)
    return _form(request, site, local(to), farewell=site.oidc.farewell() if left and site.oidc else "")


@router.post("/login")
def answer(request: Request, site: AnySite, person: Text, to: Text = "/", password: Text = "") -> Response:  # nosec B107  # none
    """Let in who proves to be that person; in a rehearsal whoever is in the directory."""
    if site.office.rehearsal:
        return let_in(request, site, person, to)
    try:
        accounts.prove(site.office, person.strip(), password, visitor_address(site, request.scope))
    except NoRight as refused:
        return _form(request, site, local(to), person, refused)
    return let_in(request, site, person.strip(), to)


@router.get("/login/office")
def leave_for_office(request: Request, site: AnySite, to: str = "/") -> Response:
    """Go to the login of the office's own directory; a cookie ties the way back to this browser."""
    try:
        address, browser = _oidc(site).begin(local(to), visitor_address(site, request.scope))
    except NoRight as refused:
        return _form(request, site, local(to), "", refused)
    gone = RedirectResponse(address, status_code=303)
    _set_way_back(gone, site, browser)
    return gone


@router.get("/login/office/back")
def back_from_office(request: Request, site: AnySite, state: str = "", code: str = "") -> Response:
    """Let in whom the office's own directory names, when he is in ours."""
    try:
        told = _told(request, site, state, code)
        person = accounts.recognised(site.office, told.name, visitor_address(site, request.scope))
    except NoRight as refused:
        answer = _form(request, site, "/", "", refused)
    else:
        answer = let_in(request, site, person, told.to)
    _set_way_back(answer, site, "")
    return answer


def _told(request: Request, site: Site, state: str, code: str) -> Told:
    """Whom the provider names. Raises NoRight; noted as a login that failed."""
    browser = request.cookies.get(_way_back(site), "")
    try:
        return _oidc(site).finish(state, code, browser, site.office.clock.now().timestamp())
    except NoRight as refused:
        note_stranger(site, request.scope, "login", refused.message)
        raise


@router.post("/logout")
def leave(visitor: AlsoAuthor) -> Response:
    """End this session."""
    sessions.end(visitor.office, visitor.person, visitor.session)
    gone = RedirectResponse("/login?left=1" if visitor.site.oidc else "/login", status_code=303)
    set_cookie(gone, visitor.site, "")
    return gone


@router.get("/invite/{secret}")
def invited(request: Request, site: AnySite, secret: str) -> Response:
    """Show whose password is to be set."""
    person = accounts.invited(site.office, secret)
    return _invitation(request, site, person, "")


@router.post("/invite/{secret}")
def accept(request: Request, site: AnySite, secret: str, password: Text, again: Text) -> Response:
    """Set the password and come in."""
    person = accounts.invited(site.office, secret)
    try:
        if password != again:
            raise InvalidInput("两次输入的密码不一样", fix="请重新输入两次")
        accounts.accept(site.office, secret, password, site.rules.password_length)
    except InvalidInput as wrong:
        return _invitation(request, site, person, wrong.fix)
    return let_in(request, site, person, "/")


def _form(
    request: Request, site: Site, to: str, name: str = "", refused: NoRight | None = None, farewell: str = ""
) -> Response:
    told = {
        "to": to,
        "name": name,
        "problem": f"{refused.message}。{refused.fix}" if refused else "",
        "office": site.oidc.settings.title if site.oidc else "",
        "farewell": farewell,
    }
    return templating.page(request, "login.html", told, status=status_of(refused) if refused else 200)


def _oidc(site: Site) -> OfficeLogin:
    if site.oidc is None:
        raise NotFound("没有设置单位身份认证", fix="请用密码登录")
    return site.oidc


def _way_back(site: Site) -> str:
    return "__Secure-zhuli-office" if site.secure else "zhuli-office"


def _set_way_back(answer: Response, site: Site, browser: str) -> None:
    """Kept to the two addresses of this login; an empty one is taken away."""
    lasts = WITHIN_S if browser else 0
    answer.set_cookie(
        _way_back(site), browser, max_age=lasts, path="/login/office", secure=site.secure, httponly=True, samesite="lax"
    )


def _invitation(request: Request, site: Site, person: str, problem: str) -> Response:
    told = {"who": person, "problem": problem, "shortest": site.rules.password_length}
    return templating.page(request, "invite.html", told, status=422 if problem else 200)


def _choice(request: Request, site: Site, to: str, find: str) -> Response:
    """Everybody there is, by organisation; found by a word."""
    office = site.office
    with office.database.read() as connection:
        everybody = directory.everybody(connection, office.today)
        titles = {
            name: role.title for one in lookup.every_latest(connection, office) for name, role in one.roles.items()
        }
    people = [
        {
            "id": one.person,
            "organisation": one.organisation.name,
            "roles": [titles.get(name, name) for name in sorted(one.roles)],
        }
        for one in everybody
        if find.strip() in f"{one.person} {one.organisation.name}"
    ]
    return templating.page(request, "choose.html", {"to": local(to), "find": find, "people": people})
