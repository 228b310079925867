"""A home furnished once and copied for each story; what the stories did is gathered for the coverage test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.staging import Stage, set_parameters
from zhuli_flow import bootstrap
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.settings import Settings


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rehearsal home with the sample directory and this program's definitions, standing at 2018-10-08."""
    home = tmp_path_factory.mktemp("template") / "home"
    chosen = Settings(rehearsal=True, number_first={"辽科协函": 901})
    bootstrap.make_home(home, chosen, start=parse_instant("2018-10-08"), sampled=True, os_user="经办机")
    return home


@pytest.fixture(scope="session")
def told() -> list[dict[str, Any]]:
    """The bodies of all entries that the stories of this session left behind."""
    return []


@pytest.fixture
def stage(template: Path, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Opens an office in a copy of the template; parameters given by name stand in a definition of its own."""
    opened: list[Office] = []

    def make(**parameters: str) -> Stage:
        home = tmp_path / f"home{len(opened)}"
        shutil.copytree(template, home)
        office = bootstrap.open_office(home, os_user="经办机")
        opened.append(office)
        if parameters:
            set_parameters(home / "workflows", parameters)
            workflows.register(office)
        assert isinstance(office.clock, RehearsalClock)
        return Stage(office, Player(office, office.clock))

    yield make
    for office in opened:
        office.database.close()
