"""Each rule of pyproject.toml is shown to bite: a breach planted in a copy of the house is caught by name."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {contract["id"]: contract for contract in CONFIG["tool"]["importlinter"]["contracts"]}

LAZY = "def f():\n    import {}\n"
TYPE_ONLY = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import {}\n"

# (contract, a module to plant, its text, what the report must name)
IMPORTS = [
    ("floors", "engine", "import zhuli_flow.services", "zhuli_flow.engine.planted -> zhuli_flow.services"),
    (
        "floors",
        "calendar",
        LAZY.format("zhuli_flow.definitions"),
        "zhuli_flow.calendar.planted -> zhuli_flow.definitions",
    ),
    ("floors", "store", TYPE_ONLY.format("zhuli_flow.documents"), "zhuli_flow.store.planted -> zhuli_flow.documents"),
    ("floors", "documents", "import zhuli_flow.channels", "zhuli_flow.documents.planted -> zhuli_flow.channels"),
    ("floors", "services", "import zhuli_flow.bootstrap", "zhuli_flow.services.planted -> zhuli_flow.bootstrap"),
    ("floors", "cli", "import zhuli_flow.web", "zhuli_flow.cli.planted -> zhuli_flow.web"),
    ("floors", "utils", "", "- zhuli_flow.utils"),
    (
        "services",
        "services/history",
        "import zhuli_flow.services.notices",
        "zhuli_flow.services.history.planted -> zhuli_flow.services.notices",
    ),
    ("services", "services/errands", "", "- zhuli_flow.services.errands"),
    ("modelcheck", "modelcheck/errands", "", "- zhuli_flow.modelcheck.errands"),
    (
        "engine",
        "engine/expressions",
        LAZY.format("zhuli_flow.engine.authority.rights"),
        "zhuli_flow.engine.expressions.planted -> zhuli_flow.engine.authority",
    ),
    (
        "engine",
        "engine/deadlines",
        TYPE_ONLY.format("zhuli_flow.engine.decide"),
        "zhuli_flow.engine.deadlines.planted -> zhuli_flow.engine.decide",
    ),
    (
        "definitions",
        "definitions/model",
        "import zhuli_flow.definitions.reading",
        "zhuli_flow.definitions.model.planted -> zhuli_flow.definitions.reading",
    ),
    (
        "faces",
        "cli/commands",
        LAZY.format("zhuli_flow.cli.main"),
        "cli.commands.planted -> zhuli_flow.cli.main",
    ),
    (
        "circles",
        "cli/framework",
        "import zhuli_flow.cli.commands",
        "No package of the house, and no module of a package, depends on itself",
    ),
    ("rows", "services", "import sqlmodel", "zhuli_flow.services.planted -> sqlmodel"),
    ("rows", "cli", LAZY.format("sqlalchemy.orm"), "zhuli_flow.cli.planted -> sqlalchemy"),
    ("rows", "engine", TYPE_ONLY.format("alembic"), "zhuli_flow.engine.planted -> alembic"),
    ("rows", "services", "import sqlite3", "zhuli_flow.services.planted -> sqlite3"),
    ("oidc", "services", LAZY.format("authlib.jose"), "zhuli_flow.services.planted -> authlib"),
    ("machine", "engine", "import transitions", "zhuli_flow.engine.planted -> transitions"),
    ("machine", "services", LAZY.format("transitions.core"), "zhuli_flow.services.planted -> transitions"),
    ("paper", "services", "import weasyprint", "zhuli_flow.services.planted -> weasyprint"),
    ("paper", "channels", LAZY.format("jinja2"), "zhuli_flow.channels.planted -> jinja2"),
    ("codes", "services", "import segno", "zhuli_flow.services.planted -> segno"),
    ("codes", "documents", LAZY.format("zxingcpp"), "zhuli_flow.documents.planted -> zxingcpp"),
    ("words_file", "services", "import docx", "zhuli_flow.services.planted -> docx"),
    ("table", "services", "import openpyxl", "zhuli_flow.services.planted -> openpyxl"),
    ("table", "documents", LAZY.format("defusedxml.ElementTree"), "zhuli_flow.documents.planted -> defusedxml"),
    ("floors", "workbooks", "import zhuli_flow.store", "zhuli_flow.workbooks.planted -> zhuli_flow.store"),
    ("tick", "services", "import apscheduler.triggers.base", "zhuli_flow.services.planted -> apscheduler"),
    ("jobs", "services", LAZY.format("procrastinate"), "zhuli_flow.services.planted -> procrastinate"),
    ("words", "services", "import click", "zhuli_flow.services.planted -> click"),
    ("words", "web", LAZY.format("rich_click"), "zhuli_flow.web.planted -> rich_click"),
    ("browser", "services", "import fastapi", "zhuli_flow.services.planted -> fastapi"),
    ("browser", "cli", LAZY.format("uvicorn"), "zhuli_flow.cli.planted -> uvicorn"),
    ("pages", "web/pages", "import zhuli_flow.web.app", "zhuli_flow.web.pages.planted -> zhuli_flow.web.app"),
    ("passwords", "web", "import argon2", "zhuli_flow.web.planted -> argon2"),
    ("seal", "services", LAZY.format("cryptography"), "zhuli_flow.services.planted -> cryptography"),
    ("pure", "engine", LAZY.format("os.path"), "zhuli_flow.engine.planted -> os"),
    ("pure", "engine", "from pathlib import Path", "zhuli_flow.engine.planted -> pathlib"),
    ("pure", "engine", "import random", "zhuli_flow.engine.planted -> random"),
]
ALLOWED = [
    ("rows", "store", "import sqlmodel, sqlalchemy, alembic, sqlite3"),
    ("paper", "documents", "import weasyprint, jinja2"),
    ("paper", "web", "import jinja2"),
    ("table", "workbooks", "import openpyxl, defusedxml"),
    ("words", "cli", "import click, rich_click"),
    ("browser", "web", "import fastapi, starlette, uvicorn"),
    ("floors", "services", "import zhuli_flow.store, zhuli_flow.engine, zhuli_flow.clock"),
]

# (rule, a module to plant, its text, what the report must say)
LINES = [
    ("TID251", "services", "from datetime import datetime as d\n\nprint(d.now())", "datetime.datetime.now"),
    ("TID251", "engine", "import datetime\n\nx = datetime.datetime.utcnow()", "datetime.datetime.utcnow"),
    ("TID251", "calendar", "from datetime import date\n\nx = date.today()", "datetime.date.today"),
    ("TID251", "store", "import time\n\nx = time.time()", "time.time"),
    ("TID251", "store", "from sqlalchemy import func\n\nx = func.now()", "sqlalchemy.func.now"),
    ("TID251", "definitions", "import yaml", "ruamel.yaml"),
    ("TID252", "services", "from . import advance", "absolute imports"),
    ("DTZ001", "services", "from datetime import datetime\n\nx = datetime(2018, 10, 8)", "tzinfo"),
    ("DTZ005", "services", "from datetime import datetime\n\nx = datetime.now()", "tz"),
    ("T201", "services", 'print("x")', "print"),
    ("BLE001", "services", "try:\n    x = 1\nexcept Exception:\n    x = 2", "Exception"),
    ("E722", "services", "try:\n    x = 1\nexcept:\n    x = 2", "except"),
    ("S608", "store", 'def f(name: str) -> str:\n    return f"SELECT a FROM t WHERE n = {name}"', "SQL"),
    ("S307", "definitions", 'x = eval("1")', "eval"),
    ("ARG001", "services", "def f(x: int, y: int) -> int:\n    return x", "`y`"),
    ("D100", "services", "x = 1", "public module"),
    ("D101", "services", '"""A."""\n\n\nclass Bare:\n    x = 1', "public class"),
    ("D103", "services", '"""A."""\n\n\ndef bare() -> None:\n    pass', "public function"),
    ("PGH003", "services", "x: int = 1  # type: " + "ignore", "type"),
    ("PGH004", "services", "x = 1  # no" + "qa", "noqa"),
    (
        "C901",
        "engine",
        "def f(x):\n" + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(12)),
        "complex",
    ),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package, every room of the plan made if it is not there yet."""
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    away = shutil.ignore_patterns("__pycache__", "samples", "data", "bundle")
    shutil.copytree(REPOSITORY / "zhuli_flow", tmp_path / "zhuli_flow", ignore=away)
    for room in ["bootstrap", "web", "cli", "services", "store", "documents", "channels", "engine", "definitions"]:
        if not (tmp_path / f"zhuli_flow/{room}.py").exists():
            plant(tmp_path, room, None)
    return tmp_path


def plant(house: Path, room: str, text: str | None) -> None:
    folder = house / "zhuli_flow" / room
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "__init__.py").touch()
    if text is not None:
        (folder / "planted.py").write_text(text + "\n", "utf-8")


def run(house: Path, tool: str, *words: str) -> str:
    """What the tool says about the copy, in one line with single spaces, so that no wrapping hides a phrase."""
    command = [str(Path(sys.executable).with_name(tool)), *words]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    return " ".join((done.stdout + done.stderr).split())


def lint_imports(house: Path, contract: str) -> str:
    return run(house, "lint-imports", "--no-cache", "--no-logo", "--contract", contract)


def ruff(house: Path, room: str) -> str:
    return run(house, "ruff", "check", "--no-cache", "--output-format=concise", f"zhuli_flow/{room}/planted.py")


@pytest.mark.parametrize(("contract", "room", "text", "named"), IMPORTS)
def test_an_import_against_the_plan_is_caught(house, contract, room, text, named):
    plant(house, room, text)
    report = lint_imports(house, contract)
    assert f"{CONTRACTS[contract]['name']} BROKEN" in report
    assert named in report


@pytest.mark.parametrize(("contract", "room", "text"), ALLOWED)
def test_an_import_by_the_plan_is_let_through(house, contract, room, text):
    plant(house, room, text)
    assert f"{room}.planted ->" not in lint_imports(house, contract)


def test_a_breach_of_every_contract_is_planted():
    assert {contract for contract, *_ in IMPORTS} == set(CONTRACTS)


def test_the_plan_lists_every_room_from_the_faces_down_to_the_ground():
    layers = [layer.replace("(", "").replace(")", "") for layer in CONTRACTS["floors"]["layers"]]
    assert layers == [
        "__main__",
        "cli | web | scheduler | workers",
        "bootstrap",
        "settings",
        "services",
        "store | documents | channels | workbooks | signing | modelcheck | drawing | interchange",
        "engine",
        "definitions",
        "calendar",
        "support",
        "clock | errors | vocabulary",
    ]
    assert CONTRACTS["floors"]["exhaustive"]


@pytest.mark.parametrize(("rule", "room", "text", "named"), LINES, ids=[f"{r}-{n}" for r, _, _, n in LINES])
def test_a_line_against_the_rules_is_caught(house, rule, room, text, named):
    plant(house, room, text)
    lines = ruff(house, room).split(f"zhuli_flow/{room}/planted.py:")
    assert any(f" {rule} " in line and named in line for line in lines)


def test_only_the_clock_reads_now_and_only_the_faces_print(house):
    plant(house, "cli", '"""A."""\n\nprint("x")')
    assert "T201" not in ruff(house, "cli")
    assert "TID251" not in run(house, "ruff", "check", "--no-cache", "zhuli_flow/clock.py")


def test_every_exemption_gives_its_reason():
    lines = (REPOSITORY / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("ignore = [")
    ignored = lines[start + 1 : lines.index("]", start)]
    assert ignored
    assert all(" # " in line for line in ignored)
