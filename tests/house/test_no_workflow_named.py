"""The language grows, Python doesn't: no module knows a workflow, so that a new one needs no code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhuli_flow"
WORKFLOWS = {path.stem for path in (ROOT / "workflows").glob("*.yaml")}
SHOWN = {"examples", "help"}
"""Keywords of a command under which a person reads an example; nothing decides by them."""


def names_of(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Every word that code could go by, and whether it is a text; docstrings and examples are not."""
    quiet = {id(part) for node in ast.walk(tree) for part in _read_by_people(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            yield node.value, True
        elif isinstance(node, ast.Name):
            yield node.id, False
        elif isinstance(node, ast.Attribute):
            yield node.attr, False
        elif isinstance(node, ast.alias | ast.FunctionDef | ast.ClassDef):
            yield node.name, False


def _read_by_people(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.keyword) and node.arg in SHOWN:
        yield from ast.walk(node.value)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value


def workflows_in(source: str) -> set[str]:
    words = set(names_of(ast.parse(source)))
    return {name for name in WORKFLOWS for word, is_text in words if _names(word, name, is_text=is_text)}


def _names(word: str, name: str, *, is_text: bool) -> bool:
    """A name of one plain word is a word of the language too, and only meant where it is a text by itself."""
    if "_" not in name:
        return is_text and word == name
    return re.search(rf"(?<![a-z]){name}(?![a-z])", word) is not None


def test_every_definition_is_named_after_its_file() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in (ROOT / "workflows").glob("*.yaml")}
    assert len(texts) > 5
    assert [name for name, text in texts.items() if f"\nworkflow: {name}\n" not in f"\n{text}"] == []


def test_no_module_names_a_workflow() -> None:
    found = {str(path.relative_to(ROOT)): workflows_in(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
    assert {place: names for place, names in found.items() if names} == {}


def test_a_module_that_names_one_would_be_found() -> None:
    name = min(one for one in WORKFLOWS if "_" in one)
    for breach in (f'if case.workflow == "{name}": pass', f"def when_{name}_ends(): ...", f'x = f"{{y}}.{name}"'):
        assert workflows_in(breach) == {name}
    assert workflows_in(f'"""Like {name}."""\nf(examples="zhuli workflow show {name}")') == set()
