"""The pages say what the program has: commands, settings, codes, words; their links lead somewhere."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest

from zhuli_flow import settings
from zhuli_flow.channels import settings as channels
from zhuli_flow.cli.main import root
from zhuli_flow.engine import operations
from zhuli_flow.engine.model import decision
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT, RefusalCode

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhuli_flow"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOR_USERS = ("README.md", "README.zh-CN.md", "docs/manual.zh-CN.md")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
SOURCES = {path: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {path: ast.parse(text) for path, text in SOURCES.items()}


def section(text: str, heading: str) -> str:
    """The part of a page under a heading, up to the next of the same rank."""
    return text.partition(f"## {heading}")[2].partition("\n## ")[0]


def coded(text: str) -> set[str]:
    """The words of the first column of a table, those in back ticks."""
    rows = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def commands(group: click.Group, path: str = "") -> Iterator[str]:
    """Every command by its full name, without ``zhuli``."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        full = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full


COMMANDS = sorted(commands(root))


@pytest.mark.parametrize("page", FOR_USERS)
def test_every_command_stands_in_the_users_pages(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert len(COMMANDS) > 20
    assert [name for name in COMMANDS if not re.search(rf"(zhuli( --home \S+)?|`) ?{name}\b", text)] == []


def own_options() -> Iterator[tuple[str, str]]:
    """(command, option) for every option but those that every command has."""
    for name in COMMANDS:
        command: click.Command = root
        for word in name.split():
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None, name
            command = found
        options = {flag for each in command.params if isinstance(each, click.Option) for flag in each.opts}
        yield from ((name, flag) for flag in sorted(options - EVERYWHERE) if flag.startswith("--"))


EVERYWHERE = {"--home", "--json", "--quiet", "--verbose", "--no-color", "--help"}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_every_option_stands_in_the_row_of_its_command(page: str) -> None:
    lines = (ROOT / page).read_text("utf-8").splitlines()
    rows = {name: " ".join(line for line in lines if re.match(rf"\| `{name}[ `]", line)) for name in COMMANDS}
    assert len(list(own_options())) > 30
    assert [f"{name} {option}" for name, option in own_options() if not re.search(rf"{option}\b", rows[name])] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_no_command_stands_there_that_is_none(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    known = {*COMMANDS, *(name.split()[0] for name in COMMANDS)}
    table = coded(section(text, "Commands") + section(text, "命令"))
    named = {" ".join(re.findall(r"^[a-z]+(?: [a-z]+)?", word)) for word in table if re.match(r"[a-z]", word)}
    assert named - known == set()


@pytest.mark.parametrize(("page", "heading"), [("README.md", "Limits"), ("README.zh-CN.md", "限制")])
def test_what_is_called_missing_is_missing(page: str, heading: str) -> None:
    limits = section((ROOT / page).read_text("utf-8"), heading)
    assert len(limits) > 500, "the section is there to be read"
    told = set(re.findall(r"`([a-z ]+)`", limits))
    assert told & {*COMMANDS, *(name.split()[0] for name in COMMANDS)} == set()


# ── settings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def environment_names() -> set[str]:
    """Names of environment variables that the program reads: by ``.get``, or as an option's ``envvar``."""
    found: set[str] = set()
    for tree in TREES.values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            asked = isinstance(call.func, ast.Attribute) and ast.unparse(call.func).endswith("environment.get")
            values = [*(call.args[:1] if asked else []), *(key.value for key in call.keywords if key.arg == "envvar")]
            found |= {str(value.value) for value in values if isinstance(value, ast.Constant)}
    return found


def test_every_setting_stands_in_the_glossary_and_in_both_readmes() -> None:
    keys = {f"{part}.{key}" for part, names in settings._KEYS.items() for key in names} | environment_names()
    assert {"ZHULI_HOME", "ZHULI_TOKEN", "office.rehearsal"} <= keys
    assert keys - coded(section(GLOSSARY, "Settings")) == set()
    for page in ("README.md", "README.zh-CN.md"):
        text = (ROOT / page).read_text("utf-8")
        assert [key for key in sorted(keys) if f"`{key}`" not in text] == [], page


def keys_of_channels() -> set[str]:
    """Every key that the readers of ``[channels]`` and ``[contacts]`` ask for, by the calls that read one."""
    tree = TREES[PACKAGE / "channels" / "settings.py"]
    asked = {"text", "number", "choice", "file", "names", "table", "_time", "_inside"}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = {
        word
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in asked
        for argument in call.args[:2]
        for word in words_of(argument)
    }
    return {word for word in found if re.fullmatch(r"[a-z_]+", word)} | set(channels.NAMED)


def test_every_key_of_channels_stands_in_the_glossary() -> None:
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", section(GLOSSARY, "Settings")))))
    keys = keys_of_channels()
    assert {"host", "password_file", "digest_at", "members", "token_file", "wecom"} <= keys
    assert keys - told == set()


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_settings_shown_are_accepted(page: str, tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    (tmp_path / "zhuli.toml").write_text(shown, "utf-8")
    found = channels.parse(settings.load(tmp_path).post, tmp_path)
    assert found.email is not None
    assert len(found.contacts) == 2


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def words_of(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return words_of(node.body) | words_of(node.orelse)
    return set()


def calls() -> Iterator[tuple[Path, str, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path, name, node


def refusal_codes() -> set[str]:
    """Where refusals are made: ``Refusal(code, …)``, ``act.refuse(code, …)``, and what ``_code`` may answer."""
    found = {"guard", "quota_full"}
    for path, name, call in calls():
        if call.args and (name == "Refusal" or (name == "refuse" and "engine" in path.parts)):
            found |= words_of(call.args[0])
        if call.args and name == "_refused" and path.name == "upkeep.py":
            found |= words_of(call.args[0])
    return found


def test_every_refusal_code_stands_in_the_glossary_and_no_other() -> None:
    codes = refusal_codes()
    assert len(codes) > 30
    assert coded(section(GLOSSARY, "Refusal codes")) == codes == set(get_args(RefusalCode))


def test_the_codes_about_the_person_are_marked() -> None:
    rows = [line for line in section(GLOSSARY, "Refusal codes").splitlines() if "④" in line and line.startswith("| ")]
    assert {re.findall(r"`(\w+)`", row)[0] for row in rows} == NO_RIGHT | {"token"}


def error_codes() -> set[str]:
    """Every ``code`` an error may carry: of its class, given, or set."""
    found: set[str] = set()
    for path, name, call in calls():
        if call.args and (name == "unusable" or (name == "_invalid" and path.name == "upkeep.py")):
            found |= words_of(call.args[0])
        if name in {"NotFound", "InvalidInput", "ZhuliError", "IntegrityBroken", "UsageError"}:
            found |= {word for key in call.keywords if key.arg == "code" for word in words_of(key.value)}
    for tree in TREES.values():
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
            if any(getattr(target, "attr", getattr(target, "id", "")) == "code" for target in node.targets):
                found |= words_of(node.value)
    return found


def test_every_error_code_stands_in_the_glossary() -> None:
    assert error_codes() - coded(section(GLOSSARY, "Error codes")) == set()


def problem_codes() -> set[str]:
    """Codes of problems with other input than definitions and stories: where one is made, or noted by its reader."""
    places = {"Problem": 1, "fault": 1}
    found: set[str] = set()
    for path, name, call in calls():
        if {"definitions", "documents"} & set(path.parts) or path.stem == "scenario":
            continue
        if name in places and len(call.args) > places[name]:
            found |= words_of(call.args[places[name]])
        if name == "note" and path.stem == "yeardata":
            found |= {f"calendar.{word}" for word in words_of(call.args[1])}
    return found


def test_every_problem_code_of_other_input_stands_in_the_glossary() -> None:
    codes = problem_codes()
    assert len(codes) > 30
    language = (ROOT / "docs" / "language.md").read_text("utf-8")
    told = coded(section(GLOSSARY, "Problem codes")) | coded(section(language, "Problem codes"))
    assert codes - told == set()


def test_every_kind_of_entry_stands_in_the_glossary_and_no_other() -> None:
    kinds = set(decision.Kind.__args__)  # type: ignore[attr-defined]
    for _, name, call in calls():
        if name == "of_system":
            kinds |= words_of(call.args[2])
        if name == "write_office":
            kinds |= {word for key in call.keywords if key.arg == "kind" for word in words_of(key.value)}
    assert coded(section(GLOSSARY, "Kinds of entry")) == kinds


def test_every_event_of_the_offices_chain_stands_in_the_glossary() -> None:
    found = {word for _, name, call in calls() if name == "write_office" for word in words_of(call.args[2])}
    told = set(re.findall(r"`(\w+)`", section(GLOSSARY, "Kinds of entry")))
    assert len(found) > 4
    assert found - told == set()


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_word_of_the_vocabulary_is_used_in_the_code() -> None:
    used = {
        part.lower() for text in SOURCES.values() for word in re.findall(r"[A-Za-z_]+", text) for part in split(word)
    }
    told = coded(section(GLOSSARY, "Vocabulary"))
    assert len(told) > 60
    assert told - used == set()


def split(word: str) -> list[str]:
    """``SignOff`` and ``sign_off`` as they stand, and in their parts."""
    return [word, *re.findall(r"[A-Z]?[a-z]+", word)]


def test_every_operation_stands_in_the_glossary() -> None:
    told = coded(section(GLOSSARY, "Vocabulary"))
    assert set(operations._PERFORM) - told == set()


def row(path: Path) -> str:
    """The line of a module in docs/architecture.md: its name and what its docstring says first."""
    told = (
        (ast.get_docstring(TREES[path]) or "")
        .split("\n\n")[0]
        .replace("\n", " ")
        .replace("``", "`")
        .replace("|", "\\|")
    )
    return f"| `{path.relative_to(PACKAGE)}` | {told} |"


def test_the_architecture_names_every_module() -> None:
    told = section((ROOT / "docs" / "architecture.md").read_text("utf-8"), "Rooms")
    modules = [path for path in SOURCES if path.name != "__init__.py" and "migrations" not in path.parts]
    names = {str(path.relative_to(PACKAGE)) for path in modules}
    assert {name for name in coded(told) if name.endswith(".py")} - names == set(), "these are gone"
    assert [row(path) for path in modules if f"| `{path.relative_to(PACKAGE)}` |" not in told] == [], "add these rows"


def test_the_walk_through_names_what_there_is() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    walk = re.sub(r"```.*?```", "", section(text, "One `advance`, followed through"), flags=re.DOTALL)
    told = {word for found in re.findall(r"`([^`\n]+)`", walk) for word in re.findall(r"[A-Za-z_]{4,}", found)}
    used = {word for text in SOURCES.values() for word in re.findall(r"[A-Za-z_]+", text)}
    used |= {part for path in SOURCES for part in (*path.parts, path.stem)}
    assert len(told) > 40
    assert sorted(told - used) == []


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"]}
    told = (ROOT / "docs" / "decisions" / "dependencies.md").read_text("utf-8")
    assert {name for name in needed if f"\n| {name} | " not in told} == set()


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")


def anchor(heading: str) -> str:
    """The anchor that a heading gets on the usual forges."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    broken = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, part = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (
            part
            and part
            not in {anchor(found) for found in re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)}
        ):
            broken.append(link)
    assert broken == []


def test_the_two_readmes_have_the_same_parts() -> None:
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    for mark in (r"^## ", r"^### ", r"^```(?:sh|bash)", r"^\| `"):
        assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, chinese, re.MULTILINE)), mark
