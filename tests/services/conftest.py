"""An office at work with one case, opened from a home furnished once; nothing it sends leaves loopback."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.clock import parse_instant
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.office import Office
from zhuli_flow.settings import Settings

CITY = "沈阳市科协经办"


@pytest.fixture(scope="session")
def worked_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample directory and one open case, made once; tests take copies."""
    home = tmp_path_factory.mktemp("worked_in") / "home"
    chosen = Settings(rehearsal=True)
    bootstrap.make_home(home, chosen, start=parse_instant("2018-10-08"), sampled=True, os_user="tester")
    office = bootstrap.open_office(home)
    open_case(office, "zone_creation", "法库县", CITY, {"leading_industries": "陶瓷"})
    office.database.close()
    return home


@pytest.fixture
def office(worked_in: Path, tmp_path: Path) -> Iterator[Office]:
    """The office, its clock standing at 2018-10-08 09:00 in Shanghai; not taken for a rehearsal, so that letters go."""
    found = bootstrap.open_office(Path(shutil.copytree(worked_in, tmp_path / "home")))
    found.rehearsal = False
    yield found
    found.database.close()


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    """A bare office with a small definition of its own (``staging``), at 2018-10-08."""
    made = Stage(home)
    yield made
    made.office.database.close()
