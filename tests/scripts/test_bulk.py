"""The homes that ``scripts/bench scale`` is measured on: many cases, each with a history that holds."""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from zhuli_flow import bootstrap
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.services.administration import upkeep

FOLDER = Path(__file__).parents[2] / "scripts" / "bench.d"


@pytest.fixture(scope="module")
def bulk() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        return import_module("bulk")
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def home(bulk: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two districts of six zones with what they registered: the second copied from the first."""
    made = tmp_path_factory.mktemp("bulk") / "home"
    count = bulk.make(made, 120, variants=1, printing=0, workers=1, story="registers.scenario")
    assert count == 228
    return made


def test_a_copied_home_passes_every_check(home: Path) -> None:
    office = bootstrap.open_office(home)
    try:
        assert upkeep.faults(office) == []
    finally:
        office.database.close()


def test_a_district_names_nothing_of_another(bulk: ModuleType, home: Path) -> None:
    connection = bulk.connect(home)
    districts: dict[bool, set[str]] = {True: set(), False: set()}
    for case_id, applicant in connection.execute("SELECT id, applicant_id FROM cases"):
        districts[applicant.endswith("0001")].add(case_id)
    bodies = connection.execute("SELECT case_id, body FROM entry WHERE case_id <> 'office'").fetchall()
    connection.close()
    assert bodies
    zones = {one for one in districts[True] if one.startswith("SFQ")}
    assert zones
    for case_id, body in bodies:
        told = bytes(body).decode()
        if case_id in zones:
            assert not any(other in told for other in districts[False] if other.startswith("SFQ")), case_id
        assert canonical(json.loads(body)) == bytes(body), "copied bytes are the canonical ones"


def test_every_table_about_cases_is_copied(bulk: ModuleType, home: Path) -> None:
    connection = bulk.connect(home)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    about = [
        name
        for name in tables
        if any(column[1] == "case_id" for column in connection.execute(f"PRAGMA table_info({name})"))
    ]
    counts = {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in about}
    alone = connection.execute("SELECT COUNT(*) FROM entry WHERE case_id = 'office'").fetchone()[0]
    connection.close()
    counts["entry"] -= alone
    assert {"entry", "deadline", "inbox", "notice"} <= {name for name, number in counts.items() if number}
    assert all(number % 2 == 0 for number in counts.values()), counts
