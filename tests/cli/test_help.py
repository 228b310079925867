"""The command line speaks Chinese throughout, and asking for help costs nothing."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.lines import Zhuli
from zhuli_flow.cli.main import root

ENGLISH = re.compile(
    r"\b(usage|options?|arguments?|commands?|errors?|missing|no such|try|show this|default|required|invalid|aborted|"
    r"aliases|text|integer|boolean|choice|path|filename|unexpected|did you mean|got|requires|not a valid|range)\b",
    re.IGNORECASE,
)
REPOSITORY = Path(__file__).parents[2]
HEAVY = {"sqlalchemy", "sqlmodel", "weasyprint", "pydantic", "ruamel", "alembic", "jinja2", "transitions"}


def walk(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from walk(command, (*names, name))


ALL = list(walk(root))
LEAVES = [(names, command) for names, command in ALL if not isinstance(command, click.Group)]


def spoken(text: str) -> str:
    """Without what is typed: options, commands in examples, names in capitals."""
    lines = [line for line in text.splitlines() if "zhuli" not in line]
    return re.sub(
        r"│ \w+ |--?[\w-]+(=\S+)?|[A-Z_]{4,}|\w+[=.@]\S+|JSON Schema|none\|next|bash\|zsh\|fish", "", "\n".join(lines)
    )


@pytest.mark.parametrize("names", [(), *(names for names, _ in ALL)], ids=" ".join)
def test_help_is_chinese_to_the_last_word(zhuli: Zhuli, names: tuple[str, ...]) -> None:
    answer = zhuli(*names, "--help")
    assert answer.code == 0
    assert "用法：" in answer.out
    assert not ENGLISH.findall(spoken(answer.out)), answer.out


@pytest.mark.parametrize(("names", "command"), LEAVES, ids=[" ".join(names) for names, _ in LEAVES])
def test_every_command_has_two_examples_that_parse(names: tuple[str, ...], command: click.Command) -> None:
    lines = [line.strip() for line in command.examples.strip().splitlines()]  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert any(f"zhuli {' '.join(names)}" in line for line in lines)
    for line in lines:
        words = shlex.split(line.partition(">")[0])
        words = words[words.index("zhuli") + 1 :]
        context = root.make_context("zhuli", [*words], resilient_parsing=False)
        parse(context, root)


def parse(context: click.Context, group: click.Group) -> None:
    """Resolve the words down to a command and let it read its own; nothing is run."""
    name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
    assert name is not None
    assert command is not None
    inner = command.make_context(name, rest, parent=context)
    if isinstance(command, click.Group):
        parse(inner, command)


def test_help_of_a_command_without_arguments_is_offered_not_refused_in_english(zhuli: Zhuli) -> None:
    answer = zhuli("case")
    assert answer.code == 2
    assert "advance" in answer.out + answer.err


def test_asking_for_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom zhuli_flow.cli.main import root\n"
        "try:\n    root.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    loaded = set(re.findall(r"'(\w+)'", done.stdout.splitlines()[-1]))
    assert "rich_click" in loaded
    assert not HEAVY & loaded


def test_the_version_is_told_in_one_line(zhuli: Zhuli) -> None:
    from zhuli_flow import __version__

    answer = zhuli("--version")
    assert (answer.code, answer.out) == (0, f"助力流程 {__version__}\n")


def test_without_a_locale_the_words_are_utf_8() -> None:
    environment = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    line = [sys.executable, "-m", "zhuli_flow", "--version"]
    done = subprocess.run(line, capture_output=True, check=True, env=environment, cwd=REPOSITORY)
    assert done.stdout.decode().startswith("助力流程 ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_and_nothing_else(zhuli: Zhuli, shell: str) -> None:
    answer = zhuli("completion", shell)
    assert answer.code == 0
    assert "_ZHULI_COMPLETE" in answer.out
    assert "下一步" not in answer.out
