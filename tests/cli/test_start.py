"""What a command loads before it can answer: a work list is asked for dozens of times a day."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from tests.cli.lines import CITY
from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.main import root

HEAVY = {
    *("sqlalchemy", "sqlmodel", "pydantic", "alembic", "jinja2", "ruamel", "weasyprint", "openpyxl", "pikepdf"),
    *("apscheduler", "icalendar", "fontTools", "PIL", "asyncio", "email", "http", "ssl", "socket", "difflib"),
    *("sqlite3", "defusedxml", "xml", "concurrent", "multiprocessing", "subprocess"),
}
LISTS = {"zhuli_flow", "click", "rich", "rich_click", "msgspec", "pysqlite3", "transitions", "six", "typing_extensions"}
"""All of other makers that lists may load; whoever adds one says here that every list waits for it."""
REPOSITORY = Path(__file__).parents[2]
LOADED = """
import sys
before = set(sys.modules)
from zhuli_flow.cli.main import root
try:
    root.main(sys.argv[1:])
except SystemExit as left:
    assert not left.code, left.code
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""
COMMANDS = """
import sys
from zhuli_flow.cli.main import root
try:
    root.main(["--help"])
except SystemExit:
    print(*[name for name in sys.modules if name.startswith("zhuli_flow.cli.commands.")])
"""


def loaded(*line: str) -> set[str]:
    """The top-level packages that a command line loads in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *line], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "line",
    [["case", "list"], ["todo", "--as", CITY], ["deadline", "list"], ["register", "list", "zone_creation"]],
    ids=" ".join,
)
def test_a_list_of_cases_loads_nothing_that_it_does_not_need(line: list[str], opened: str, office_home: Path) -> None:
    found = loaded("--home", str(office_home), *line)
    assert not HEAVY & found
    assert {name for name in found if name not in sys.stdlib_module_names and not name.startswith("_")} <= LISTS


def test_help_loads_no_more_than_what_draws_it() -> None:
    found = loaded("--help")
    assert not HEAVY & found
    others = {name for name in found if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert others == {"zhuli_flow", "click", "rich", "rich_click"}


def test_help_imports_none_of_the_commands_that_it_names() -> None:
    done = subprocess.run([sys.executable, "-c", COMMANDS], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    *drawn, modules = done.stdout.splitlines()
    assert modules == ""
    assert any("overview" in line for line in drawn)


def groups(group: Group, context: click.Context) -> Iterator[Group]:
    """The group and every group below it."""
    yield group
    for name in group.list_commands(context):
        if isinstance(found := group.get_command(context, name), Group):
            yield from groups(found, context)


def test_what_a_group_says_of_a_command_is_how_the_help_of_that_begins() -> None:
    context = click.Context(root)
    named = 0
    for group in groups(root, context):
        for name, later in group.lazy.items():
            command = group.get_command(context, name)
            assert command is not None
            assert (command.help or "").partition("\n\n")[0] == later.summary, name
            named += 1
    assert named > 25
