"""The guards of tests/conftest.py do bite, by the name that says what to do."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhuli_flow.clock import SystemClock


def advice(act: Callable[[], object]) -> str:
    """The name of the guard that stopped ``act``."""
    try:
        act()
    except BaseException as stopped:  # noqa: BLE001 - the guards are BaseExceptions so that no handler hides them
        return type(stopped).__name__
    return "nothing stopped it"


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text("x"),
        lambda path: path.open("a"),
        lambda path: path.mkdir(),
        lambda path: path.unlink(),
        lambda path: os.open(path, os.O_CREAT | os.O_RDWR),
        sqlite3.connect,
    ],
    ids=["write", "append", "mkdir", "unlink", "os.open", "sqlite3"],
)
def test_writing_to_the_real_home_says_use_the_home_fixture(write):
    assert advice(lambda: write(Path.home() / "zhuli.db")) == "UseTheHomeFixture"


def test_a_child_process_finds_no_home_to_write_to():
    script = "import pathlib; pathlib.Path.home().mkdir(parents=True)"
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert child.returncode != 0
    assert "UseTheHomeFixture" in child.stderr


def test_the_home_fixture_may_be_written(home):
    home.mkdir()
    (home / "zhuli.db").write_text("x")
    assert os.environ["ZHULI_HOME"] == str(home)


@pytest.mark.parametrize(
    "reach",
    [
        lambda _: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
        lambda _: socket.getaddrinfo("example.invalid", 80),
        lambda wire: wire.connect(("192.0.2.1", 80)),
    ],
    ids=["address", "name", "connect"],
)
def test_reaching_another_machine_says_no_network_in_tests(reach):
    with socket.socket() as wire:
        assert advice(lambda: reach(wire)) == "NoNetworkInTests"


def test_loopback_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as caller:
        assert caller.getpeername() == server.getsockname()


def test_reading_the_machine_s_clock_says_use_a_rehearsal_clock():
    assert advice(SystemClock().now) == "UseARehearsalClock"


@pytest.mark.real_clock("the marker itself is on trial")
def test_a_test_marked_real_clock_may_read_it():
    assert SystemClock().now() > datetime(2024, 1, 1, tzinfo=UTC)


def test_the_rehearsal_clock_stands_still(rehearsal_clock):
    assert rehearsal_clock.now() == rehearsal_clock.now() == datetime(2018, 10, 8, 1, tzinfo=UTC)
