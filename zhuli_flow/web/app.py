"""The application: its pages, its static files, and what stands before and behind them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from zhuli_flow import __version__
from zhuli_flow.web import problems
from zhuli_flow.web.api import cases as api_cases
from zhuli_flow.web.api import described
from zhuli_flow.web.api import looking as api_looking
from zhuli_flow.web.api import office as api_office
from zhuli_flow.web.api import record as api_record
from zhuli_flow.web.api import registers as api_registers
from zhuli_flow.web.guard import Guard
from zhuli_flow.web.pages import (
    acts,
    administration,
    cases,
    desk,
    directory,
    files,
    forms,
    login,
    looking,
    office,
    own,
    papers,
    returns,
    sheets,
    together,
    views,
)
from zhuli_flow.web.site import Site
from zhuli_flow.web.templating import STATIC

YEAR_S = 31_536_000
ROUTERS = (
    login.router,
    own.router,
    desk.router,
    cases.router,
    together.router,
    returns.router,
    sheets.router,
    views.router,
    acts.router,
    files.router,
    forms.router,
    papers.router,
    api_cases.router,
    api_office.router,  # before the papers and deadlines that are asked for by what follows
    api_looking.router,
    api_registers.router,
    api_record.router,
    api_looking.page,
    looking.router,
    office.router,
    administration.router,
    directory.router,
)


def create_app(site: Site) -> FastAPI:
    """The site of one office as an ASGI application."""
    app = FastAPI(
        title="助力流程",
        description="事项、公文、期限和留痕；与命令行的 --json 相同。",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = site
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    described.describe(app)
    app.add_api_route("/healthz", healthz, methods=["GET"], include_in_schema=False)
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_middleware(Guard, site=site)
    return app


def healthz(request: Request) -> Response:
    """Whether requests are answered and the database can be read: ``ok``, else an error."""
    site: Site = request.app.state.site
    with site.office.database.read():
        return PlainTextResponse("ok\n")


class _Static(StaticFiles):
    """Our own files; with their content in the address they may be kept as long as a browser likes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if b"v=" in scope.get("query_string", b""):
            answer.headers["cache-control"] = f"public, max-age={YEAR_S}, immutable"
        return answer
