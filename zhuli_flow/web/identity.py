"""Who is at the browser: the cookie holds the secret of a session and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import NoRight
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.administration import sessions
from zhuli_flow.services.cases import own_sheets
from zhuli_flow.services.office import Office
from zhuli_flow.services.reading import seen_by
from zhuli_flow.web import templating
from zhuli_flow.web.guard import visitor_address
from zhuli_flow.web.problems import NotLoggedIn
from zhuli_flow.web.site import Site


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person who is known: who it is, by which session, and the page to answer with.

    ``author``: at an address that also shows what he reads only as an author of sheets; ``alone``: there is nothing
    else for him.
    """

    request: Request
    actor: Actor
    session: int
    author: bool = False
    alone: bool = False

    @property
    def site(self) -> Site:
        site: Site = self.request.app.state.site
        return site

    @property
    def office(self) -> Office:
        """The office as this person sees it."""
        return seen_by(self.site.office, self.actor, besides_sheets=not self.author)

    @property
    def person(self) -> str:
        return self.actor.person

    def reads_whole(self, case_id: str) -> bool:
        """Whether he reads a case otherwise than as an author of its sheets. Raises NotFound."""
        with self.office.database.read() as connection:
            found = reading.stored(connection, self.office, case_id)
            return reading.sees(connection, seen_by(self.office, self.actor, besides_sheets=True), found)

    @property
    def address(self) -> str:
        """The address the request came from."""
        return visitor_address(self.site, self.request.scope)

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A page for this person."""
        return templating.page(self.request, template, values, status=status)


def site_of(request: Request) -> Site:
    """The site, its clock and calendar brought up to date."""
    site: Site = request.app.state.site
    site.refresh()
    return site


def visit(request: Request) -> Visit:
    """Who asks. Raises NotLoggedIn, and NoRight for who fills in sheets and reads nothing else."""
    found = author_visit(request)
    if found.alone:
        raise NoRight("这一页不对评审专家开放", fix="您的评分表和事项的公文、材料在“我的评分表”")
    return replace(found, author=False)


def author_visit(request: Request) -> Visit:
    """Who asks, at an address that authors of sheets use as well. Raises NotLoggedIn."""
    site = site_of(request)
    secret = request.cookies.get(cookie_name(site))
    idle = timedelta(minutes=site.rules.idle_minutes)
    found = sessions.current(site.office, secret, idle) if secret else None
    if found is None:
        raise NotLoggedIn
    request.state.person = found.person
    with site.office.database.read() as connection:
        actor = lookup.actor(connection, site.office, found.person)
    request.state.sheets_alone = alone = own_sheets.alone(site.office, actor)
    return Visit(request, actor, found.id, author=True, alone=alone)


Visitor = Annotated[Visit, Depends(visit)]
AlsoAuthor = Annotated[Visit, Depends(author_visit)]
"""A visitor who may be one that fills in sheets and reads nothing else."""
AnySite = Annotated[Site, Depends(site_of)]


def cookie_name(site: Site) -> str:
    """By TLS a name that a browser takes from this very host alone."""
    return "__Host-zhuli" if site.secure else "zhuli"


def let_in(request: Request, site: Site, person: str, target: str) -> Response:
    """Begin a session for a person who has proved to be one, and go on to ``target``. Raises NotFound."""
    lasts = timedelta(hours=site.rules.session_hours)
    browser = request.headers.get("user-agent", "")
    secret = sessions.begin(site.office, person, lasts, address=visitor_address(site, request.scope), browser=browser)
    answer = RedirectResponse(local(target), status_code=303)
    set_cookie(answer, site, secret)
    return answer


def set_cookie(answer: Response, site: Site, secret: str) -> None:
    """Put the secret where scripts and other sites can't reach it; an empty one is taken away."""
    lasts = site.rules.session_hours * 3600 if secret else 0
    answer.set_cookie(
        cookie_name(site), secret, max_age=lasts, path="/", secure=site.secure, httponly=True, samesite="lax"
    )


def local(target: str) -> str:
    """An address of this site; anything else becomes the first page."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain else "/"


def back(target: str, told: Mapping[str, str] | None = None) -> Response:
    """After a form: on to a page, so that going back or reloading repeats nothing."""
    query = "&".join(f"{name}={value}" for name, value in (told or {}).items())
    return RedirectResponse(f"{target}?{query}" if query else target, status_code=303)
