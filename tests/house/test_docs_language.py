"""docs/language.md: its examples are accepted and show every word; its problems are the ones the program tells."""

import ast
import re
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from zhuli_flow.definitions import check
from zhuli_flow.definitions.check import Parse
from zhuli_flow.definitions.checking.names import WHAT
from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.compose import Parts, compose
from zhuli_flow.definitions.reading.yaml_reader import Document, scan
from zhuli_flow.documents.templates.catalog import load_kinds

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "language.md"
TEXT = PAGE.read_text("utf-8")
ROOM = ROOT / "zhuli_flow" / "definitions"
KINDS = {
    name: {variable.name: variable.required for variable in kind.variables.values()}
    for name, kind in load_kinds([ROOT / "notices"]).items()
}


def examples() -> list[tuple[int, str]]:
    """(line, text) of every fenced yaml block, in the order of the page."""
    return [
        (TEXT[: found.start()].count("\n") + 2, found[1])
        for found in re.finditer(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    ]


def parts() -> Parts:
    """The shared parts that the page shows, as files of their own."""
    blocks = re.findall(r"```yaml shared\n(.*?)```", TEXT, re.DOTALL)
    return {scan(text.encode(), "part").data["shared"]: ("part.yaml", text.encode()) for text in blocks}


def merged(base: Any, more: Any) -> Any:
    """``more`` over ``base``: mappings key by key, everything else replaced."""
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return deepcopy(more)
    return {
        key: merged(base.get(key), more[key]) if key in more else base[key] for key in [*base, *(more.keys() - base)]
    }


PARTS = parts()


def checked(data: object) -> Parse:
    """The data checked as a definition; its YAML was read before, block by block, and is not read again."""
    with patch.object(check, "scan", lambda _, file: Document(data, file, {})):
        return check.parse(b"", "station.yaml", KINDS, PARTS)


def sums() -> list[tuple[int, Any]]:
    """(line, everything up to and with the example that begins there)."""
    so_far: Any = {}
    found = []
    for line, text in examples():
        document = scan(text.encode(), "language.md")
        assert not document.problems, f"docs/language.md:{line}: {document.problems}"
        so_far = merged(so_far, document.data)
        found.append((line, so_far))
    return found


SUMS = sums()
SHAPES = {
    name: each
    for name, each in vars(schema).items()
    if isinstance(each, type) and issubclass(each, schema.Shape) and each is not schema.Shape
}


@pytest.mark.parametrize(("line", "whole"), SUMS, ids=[f"line {line}" for line, _ in SUMS])
def test_the_examples_up_to_here_make_a_correct_definition(line: int, whole: Any) -> None:
    assert list(map(str, checked(whole).problems)) == []


def pairs_used(value: object) -> set[tuple[str, str]]:
    if isinstance(value, BaseModel):
        own = {(type(value).__name__, type(value).model_fields[name].alias or name) for name in value.model_fields_set}
        return own.union(*(pairs_used(getattr(value, name)) for name in value.model_fields_set))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(pairs_used, parts))


def test_every_key_of_the_language_stands_in_an_example() -> None:
    at_length = (compose(Document(whole, "page", {}), b"", PARTS).document.data for _, whole in SUMS)
    used = set().union(*(pairs_used(schema.WorkflowShape.model_validate(whole)) for whole in at_length))
    every = {(name, field.alias or key) for name, shape in SHAPES.items() for key, field in shape.model_fields.items()}
    assert every - used == set()


def test_every_key_of_the_language_is_told_of() -> None:
    told = set(re.findall(r"`([a-z_]+)`", TEXT))
    every = {field.alias or key for shape in SHAPES.values() for key, field in shape.model_fields.items()}
    assert every - told == set()


def trees(model: object) -> list[object]:
    """Every node of every condition and term anywhere in a workflow."""
    if type(model).__module__ == expressions.__name__:
        return list(expressions.walk(model))
    if isinstance(model, dict):
        return [node for part in model.values() for node in trees(part)]
    if isinstance(model, tuple | list):
        return [node for part in model for node in trees(part)]
    if not hasattr(model, "__dataclass_fields__"):
        return []
    return [node for field in fields(model) for node in trees(getattr(model, field.name))]  # type: ignore[arg-type]


def test_every_predicate_and_term_stands_in_an_example() -> None:
    nodes = [node for _, whole in SUMS for node in trees(checked(whole).workflow)]
    classes = {type(node) for node in nodes}
    own = {
        each
        for each in vars(expressions).values()
        if getattr(each, "__module__", "") == expressions.__name__ and hasattr(each, "__dataclass_fields__")
    }
    assert own - classes == set()
    assert {node.op for node in nodes if isinstance(node, expressions.Compare)} == expressions.COMPARE
    assert {node.kind for node in nodes if isinstance(node, expressions.Aggregate)} == set(expressions.AGGREGATES)
    assert {node.kind for node in nodes if isinstance(node, expressions.Ask)} == expressions.ASKS | {
        "has_role",
        "room",
        "not_applicable",
        "within",
    }
    assert {node.sign for node in nodes if isinstance(node, expressions.Sum)} == {"+", "-", "*"}


def test_every_word_of_conditions_is_told_of() -> None:
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", TEXT))))
    assert expressions.RESERVED - told == set()


# ── problems ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ROW = re.compile(r"^\| `([a-z_0-9]+)` \| (?:`` ?(.+?) ?``|—) \| (.+) \|$", re.MULTILINE)
PROBLEMS = ROW.findall(TEXT.partition("## Problem codes")[2])


def constants(node: ast.expr) -> set[str]:
    """The texts an argument may be: a constant, either side of a choice, or one of the names a section gives."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return {f"unknown_{section.removesuffix('s')}" for section in WHAT}
    return set()


def codes_of(tree: ast.AST) -> set[str]:
    """Every problem code that a module may give, by the place of the code in the calls that note problems."""
    places = {"add": 1, "note": 1, "_note": 0, "unknown": 4, "Problem": 1}
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in places and len(call.args) > places[name]:
            found |= constants(call.args[places[name]])
    return {code for code in found if re.fullmatch(r"[a-z][a-z_0-9]+", code)}


def test_the_table_of_problems_is_the_list_of_problems() -> None:
    codes = set().union(*(codes_of(ast.parse(path.read_text("utf-8"))) for path in ROOM.rglob("*.py")))
    assert len(codes) > 50
    assert {code for code, _, _ in PROBLEMS} == codes


@pytest.mark.parametrize(("code", "written", "message"), PROBLEMS, ids=[code for code, _, _ in PROBLEMS])
def test_the_example_of_a_problem_gives_its_message(code: str, written: str, message: str) -> None:
    if not written:
        return  # described in words: too large, another version in use …
    document = scan(written.replace("␤", "\n").encode(), "f.yaml")
    found = list(document.problems)
    if not found:
        found = checked(merged(SUMS[-1][1], document.data)).problems
    assert (code, message) in [(one.code, one.message.replace("|", "/")) for one in found]
