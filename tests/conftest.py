"""Guards for every test: the real home, the network and the machine's clock raise an error whose name is the advice."""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.postgresql.server import LACKING, Server, serving
from zhuli_flow.clock import RehearsalClock, SystemClock
from zhuli_flow.documents.fonts.roles import cache_folder

if os.environ.get("ZHULI_TEST_DATABASE") == "postgresql":
    from tests.postgresql.everywhere import (  # noqa: F401 - fixtures and a hook
        _closed_behind_each_test,
        _on_postgresql,
        pytest_collection_modifyitems,
    )

REPOSITORY = Path(__file__).resolve().parent.parent
PLACES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "sqlite3.connect"}
NOWHERE = Path("/dev/null/UseTheHomeFixture")  # cannot be made, so a child process that wants a home fails by name too


class UseTheHomeFixture(BaseException):
    """A test wrote to a person's real home. (A BaseException, here and below: no handler under test may swallow it.)"""


class NoNetworkInTests(BaseException):
    """A test reached for another machine; loopback addresses are free."""


class UseARehearsalClock(BaseException):
    """A test read the machine's clock; pass a RehearsalClock, or mark the test real_clock and say why."""


class _Guard:
    """Listens to the interpreter's audit events. pysqlite3 raises none; there the folder that can't be made refuses."""

    def __init__(self) -> None:
        self.armed = False
        homes = [NOWHERE, Path.home(), os.environ.get("ZHULI_HOME") or NOWHERE]
        self.homes = [Path(place).resolve() for place in homes if Path(place) != Path("/")]  # some containers' HOME
        free = [REPOSITORY, tempfile.gettempdir(), sys.prefix, sys.base_prefix]
        self.free = [Path(place).resolve() for place in free]

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self.armed:
            return
        if event in PLACES or (event == "open" and _writes(args[1], args[2])):
            self.refuse_home(args[0])
        elif event in {"socket.connect", "socket.sendto"}:
            self.refuse_network(args[1])
        elif event == "socket.getaddrinfo":
            self.refuse_network((args[0],))

    def refuse_home(self, place: object) -> None:
        if not isinstance(place, str | bytes | os.PathLike):
            return  # an open descriptor: whoever opened it was asked
        path = Path(os.fsdecode(place)).resolve()
        inside = any(path.is_relative_to(home) for home in self.homes)
        if inside and not any(path.is_relative_to(free) for free in self.free):
            raise UseTheHomeFixture(str(path))

    @staticmethod
    def refuse_network(address: object) -> None:
        if not isinstance(address, tuple):
            return  # a Unix socket is a file
        host = address[0].decode() if isinstance(address[0], bytes) else address[0]
        if host not in {None, "", "localhost", "::1"} and not str(host).startswith("127."):
            raise NoNetworkInTests(str(host))


def _writes(mode: object, flags: object) -> bool:
    named = isinstance(mode, str) and any(letter in mode for letter in "wax+")
    return named or bool(isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))


_GUARD = _Guard()
sys.addaudithook(_GUARD)  # cannot be taken off again, hence `armed`


@pytest.fixture(autouse=True, scope="session")
def _no_home_no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHULI_FONTS", str(cache_folder()))  # the fonts set-up made are read, as any office would
        patch.setenv("HOME", str(NOWHERE))
        patch.delenv("ZHULI_HOME", raising=False)
        patch.delenv("ZHULI_TOKEN", raising=False)
        _GUARD.armed = True
        yield
        _GUARD.armed = False


@pytest.fixture(autouse=True)
def _no_system_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: SystemClock) -> datetime:
        raise UseARehearsalClock

    if request.node.get_closest_marker("real_clock") is None:
        monkeypatch.setattr(SystemClock, "now", refuse)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own (not made yet), which child processes find as well."""
    place = tmp_path / "home"
    monkeypatch.setenv("ZHULI_HOME", str(place))
    return place


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    with serving() as found:
        if found is None:
            pytest.skip(LACKING)
        yield found


@pytest.fixture
def fresh(server: Server) -> Iterator[str]:
    """The name of an empty database of it."""
    name = server.fresh()
    yield name
    server.drop(name)


@pytest.fixture
def rehearsal_clock() -> RehearsalClock:
    """A clock standing at 2018-10-08 09:00 in Shanghai."""
    return RehearsalClock(datetime(2018, 10, 8, 1, tzinfo=UTC))
