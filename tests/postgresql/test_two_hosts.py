"""Two hosts, as network namespaces: one is cut off from the server over a job, the other does it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgresql.server import LACKING, Server, serving
from tests.postgresql.test_workers import busy, furnished, left, require_all_done, until, working
from zhuli_flow.services.notices import proofread

HOSTS = ("zhuli-a", "zhuli-b")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.real_clock(reason="workers of other processes keep time by it"),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("ip") is None, reason="network namespaces need root and iproute2"
    ),
]


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def hosts() -> Iterator[list[str]]:
    """The addresses under which the server's host is seen by each of HOSTS."""
    seen = []
    try:
        for number, host in enumerate(HOSTS, 1):
            near, far = f"10.213.{number}.1", f"10.213.{number}.2"
            ip("netns", "add", host)
            ip("link", "add", host, "type", "veth", "peer", "name", "up0", "netns", host)
            ip("addr", "add", f"{near}/30", "dev", host)
            ip("link", "set", host, "up")
            ip("-n", host, "addr", "add", f"{far}/30", "dev", "up0")
            ip("-n", host, "link", "set", "up0", "up")
            seen.append(near)
        yield seen
    finally:
        for host in HOSTS:
            subprocess.run(["ip", "link", "del", host], check=False, capture_output=True)
            subprocess.run(["ip", "netns", "del", host], check=False, capture_output=True)


@pytest.fixture
def reached() -> Iterator[tuple[Server, list[str]]]:
    """A server that both hosts reach."""
    with hosts_or_skip() as seen, serving(listen_addresses=f"'{','.join(seen)}'") as server:
        if server is None:
            pytest.skip(LACKING)
        with (server.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.213.0.0/16 trust\n")
        server.ask("SELECT pg_reload_conf()")
        yield server, seen


@contextmanager
def hosts_or_skip() -> Iterator[list[str]]:
    try:
        with hosts() as seen:
            yield seen
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr!r}")


def test_a_host_that_is_cut_off_over_a_job_loses_nothing(
    reached: tuple[Server, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, seen = reached
    monkeypatch.setattr(proofread, "warnings", lambda connection, office, question, decision: ())
    name = server.fresh()
    stage = furnished(server.url(name), tmp_path / "desk")
    homes = [tmp_path / host for host in HOSTS]
    there = [f"postgresql://postgres@{address}/{name}" for address in seen]
    netns = [("ip", "netns", "exec", host) for host in HOSTS]
    with (
        working(homes[0], where=there[0], before=netns[0]),
        working(homes[1], where=there[1], before=netns[1]),
    ):
        until(lambda: busy(homes[:1]))
        ip("link", "set", HOSTS[0], "down")
        until(lambda: not left(stage), 120)
        ip("link", "set", HOSTS[0], "up")
        time.sleep(2)
    require_all_done(stage, homes, 1)
    stage.office.database.close()
