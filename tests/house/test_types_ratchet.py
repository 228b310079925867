"""How much of the package is untyped: casts and dicts of JSON are counted, and may only become fewer."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMITS = tomllib.loads((ROOT / "tests" / "house" / "ratchet_types.toml").read_text("utf-8"))
STORE = ROOT / "zhuli_flow" / "store"


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "zhuli_flow").rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def casts(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Call) and ast.unparse(node.func).endswith("cast") for node in ast.walk(tree))


def of_json(tree: ast.AST, value: str) -> int:
    """Types written ``…[str, VALUE]``: a mapping whose values nobody knows."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    return sum(ast.unparse(node.slice) == f"(str, {value})" for node in nodes)


def by_name(tree: ast.AST) -> int:
    """How often values by name are named as a type: no noun, where only a definition knows which there are."""
    return sum(isinstance(node, ast.Name) and node.id == "Values" for node in ast.walk(tree))


def counted(trees: list[tuple[Path, ast.Module]]) -> dict[str, int]:
    outside = [tree for path, tree in trees if STORE not in path.parents]
    return {
        "casts": sum(casts(tree) for _, tree in trees),
        "json_dicts_outside_store": sum(of_json(tree, "Json") for tree in outside),
        "any_dicts_outside_store": sum(of_json(tree, "Any") for tree in outside),
        "values_outside_store": sum(by_name(tree) for tree in outside),
    }


COUNTED = counted(list(trees()))


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_what_is_untyped_does_not_become_more(kind: str) -> None:
    assert COUNTED[kind] <= LIMITS[kind], "give it a type; who has made them fewer lowers the limit"


def test_a_cast_and_a_dict_of_json_more_are_counted() -> None:
    more = "x = cast(int, typing.cast(str, y))\ndef f(a: Mapping[str, Json], b: Values) -> dict[str, Any]: ..."
    assert counted([(ROOT / "zhuli_flow" / "x.py", ast.parse(more))]) == {
        "casts": 2,
        "json_dicts_outside_store": 1,
        "any_dicts_outside_store": 1,
        "values_outside_store": 1,
    }
