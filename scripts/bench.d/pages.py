"""Pages of a home beside a bare FastAPI and Jinja2 page with as many rows, both served by uvicorn in this run.

usage: .venv/bin/python scripts/bench.d/pages.py HOME [PERSON]        HOME is a rehearsal's, e.g. the demo's
"""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import quote, urlencode, urlsplit

ROUNDS, USERS, EACH = 40, 20, 5
PAGES = ("/", "/cases", "/deadlines", "/registers/zone_creation", "/papers")
BARE = """
import sys, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment
app = FastAPI()
made = Environment(autoescape=True).from_string(
    "<table>{% for row in rows %}<tr>{% for one in row %}<td>{{ one }}</td>{% endfor %}</tr>{% endfor %}</table>")
@app.get("/")
def page():
    return HTMLResponse(made.render(rows=[["沈阳市科学技术协会"] * 6] * 50))
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


def get(address: str, path: str, cookie: str) -> float:
    """Seconds of one request on a connection of its own."""
    begun = perf_counter()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", quote(path, safe="/?=&"), headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    connection.close()
    return perf_counter() - begun


def measure(address: str, path: str, cookie: str) -> tuple[float, float, float]:
    """Median of one user, median and 95th part of a hundred of twenty users at once, in milliseconds."""
    get(address, path, cookie)
    alone = [get(address, path, cookie) for _ in range(ROUNDS)]
    with ThreadPoolExecutor(USERS) as pool:
        crowd = list(pool.map(lambda _: get(address, path, cookie), range(USERS * EACH)))
    return median(alone) * 1000, median(crowd) * 1000, quantiles(crowd, n=20)[18] * 1000


def come_in(address: str, person: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    headers = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", urlencode({"person": person}), headers)
    return connection.getresponse().headers["set-cookie"].partition(";")[0]


def main(home: str, person: str) -> None:
    port = "18991"
    bare = subprocess.Popen([sys.executable, "-c", BARE, port])
    server = subprocess.Popen(
        [sys.executable, "-m", "zhuli_flow", "--home", home, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        address = next(found[0] for line in server.stderr if (found := re.findall(r"http://[\d.:]+", line)))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        cookie = come_in(address, person)
        base = measure(f"http://127.0.0.1:{port}", "/", "")
        print(f"{'page':28} {'alone':>8} {'20 users':>9} {'p95':>8}   ratios to the bare page")
        print(f"{'bare, 50 rows':28} {base[0]:6.1f}ms {base[1]:7.1f}ms {base[2]:6.1f}ms")
        for path in PAGES:
            found = measure(address, path, cookie)
            ratios = "  ".join(f"{one / other:5.1f} x" for one, other in zip(found, base, strict=True))
            print(f"{path:28} {found[0]:6.1f}ms {found[1]:7.1f}ms {found[2]:6.1f}ms   {ratios}")
    finally:
        for process in (server, bare):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "省科协学会学术部经办")
