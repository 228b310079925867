"""A real browser for tests: Debian's Chromium on a site that listens on a socket of this machine."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from zhuli_flow.web.app import create_app
from zhuli_flow.web.site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MARKS = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The site on a socket of this machine."""
    where = socket.create_server(("127.0.0.1", 0))
    site.origin = f"http://127.0.0.1:{where.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(create_app(site), log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [where]})
    thread.start()
    yield site.origin
    server.should_exit = True
    thread.join()
    where.close()


@pytest.fixture
def chromium(tmp_path: Path):  # type: ignore[no-untyped-def]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        settled = {**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"}  # else it can't read a file named in Chinese
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env=settled)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, address: str):  # type: ignore[no-untyped-def]
    """A page in which a person has come in; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def come(person: str, *, width: int = 1280, scripts: bool = True, audited: bool = False):  # type: ignore[no-untyped-def]
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", java_script_enabled=scripts, bypass_csp=audited
        )
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url))
        page.goto(f"{address}/login?find={person}")
        with page.expect_event("domcontentloaded"):
            page.get_by_role("button", name=person, exact=True).click()
        page.base = address
        return page

    yield come
    assert [one for one in complaints if "status of 4" not in one] == []
