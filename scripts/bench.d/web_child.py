"""A server of its own process: the bare page that ours are compared with, or a home whose statements are counted.

usage: web_child.py bare PORT        web_child.py counted PORT HOME
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn

CELLS = 6
TEMPLATE = "<table>{% for row in rows %}<tr>{% for one in row %}<td>{{ one }}</td>{% endfor %}</tr>{% endfor %}</table>"


def bare() -> Any:
    """FastAPI and Jinja2 alone: a table of as many rows as the address asks for."""
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse
    from jinja2 import Environment

    app, made = FastAPI(), Environment(autoescape=True).from_string(TEMPLATE)

    def page(rows: int = 50) -> HTMLResponse:
        return HTMLResponse(made.render(rows=[["沈阳市科学技术协会"] * CELLS] * rows))

    app.add_api_route("/", page)
    return app


class Counted:
    """Our site, each answer with a header that says how many statements it took; for one visitor at a time."""

    def __init__(self, home: Path) -> None:
        from zhuli_flow import bootstrap
        from zhuli_flow.settings import Web
        from zhuli_flow.store.sql import sqlite
        from zhuli_flow.web.app import create_app
        from zhuli_flow.web.printing import Printing
        from zhuli_flow.web.site import Site

        self.statements: list[str] = []
        connect = sqlite.connect

        def watched(*given: Any) -> Any:
            driver = connect(*given)
            driver.set_trace_callback(self.statements.append)
            return driver

        sqlite.connect = watched  # type: ignore[assignment]
        office = bootstrap.open_office(home, os_user="bench")
        self.app = create_app(Site(office, Web(), Printing(office), origin=""))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.statements.clear()

        async def out(message: Any) -> None:
            if message["type"] == "http.response.start":
                asked = [one for one in self.statements if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
                message["headers"] = [*message["headers"], (b"x-statements", str(len(asked)).encode())]
            await send(message)

        await self.app(scope, receive, out)


def main(kind: str, port: str, home: str = "") -> None:
    """Serve until the process is ended."""
    app = bare() if kind == "bare" else Counted(Path(home))
    uvicorn.run(app, port=int(port), log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
