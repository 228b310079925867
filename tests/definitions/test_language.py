"""The words the language accepts are those of the JSON Schema; each is read, and shown in one example."""

import ast
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import zhuli_flow.definitions
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.validate import allowed_keys
from zhuli_flow.definitions.reading.yaml_reader import read

HERE = Path(__file__).parent
ROOM = Path(next(iter(zhuli_flow.definitions.__path__)))
SHAPES = {
    name: each
    for name, each in vars(schema).items()
    if isinstance(each, type) and issubclass(each, schema.Shape) and each is not schema.Shape
}


def keys_of(shape: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def pairs_used(value: object) -> set[tuple[str, str]]:
    """(shape, key) pairs of everything an author wrote."""
    if isinstance(value, BaseModel):
        own = {(type(value).__name__, type(value).model_fields[name].alias or name) for name in value.model_fields_set}
        return own.union(*(pairs_used(getattr(value, name)) for name in value.model_fields_set))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(pairs_used, parts))


def test_the_schemas_keys_are_the_accepted_keys() -> None:
    found: dict[str, Any] = schema.json_schema()
    objects = {**found["$defs"], "WorkflowShape": found}
    head = objects.pop("EventHead")  # ``act``: an event's own keys in one line, written out before a shape is made
    assert set(head["properties"]) == keys_of(SHAPES["EventShape"])
    assert objects["EventShape"]["properties"].pop("act")["$ref"].endswith("/EventHead")
    compound = objects.pop("CompoundState")  # states inside states, too
    assert set(compound["properties"]) == keys_of(SHAPES["StateShape"]) - {"deadline"} | {"states"}
    assert set(objects) == set(SHAPES)
    for name, described in objects.items():
        assert set(described["properties"]) == keys_of(SHAPES[name])
        assert described["additionalProperties"] is False
        assert all("description" in each for each in described["properties"].values()), name


def test_one_example_uses_every_word() -> None:
    document = read((HERE / "maximal.yaml").read_bytes(), "maximal.yaml")
    used = pairs_used(schema.WorkflowShape.model_validate(document.data))
    assert used == {(name, key) for name, shape in SHAPES.items() for key in keys_of(shape)}


def test_every_word_is_read_when_the_model_is_built() -> None:
    modules = (
        "building/build",
        "building/effects",
        "building/guards",
        "building/regions",
        "checking/laws",
        "reading/compose",
    )
    trees = [ast.parse((ROOM / f"{name}.py").read_text("utf-8")) for name in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    read_names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    read_names |= {str(node.value) for node in nodes if isinstance(node, ast.Constant)}  # operations are read by name
    laws = set(schema.LawShape.model_fields)  # read as a whole: a law is its words
    written = {name for shape in SHAPES.values() for name in shape.model_fields} - laws
    assert written - read_names == set()


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ((), "WorkflowShape"),
        (("events", "x"), "EventShape"),
        (("events", "x", "when", 0), "GuardShape"),
        (("events", "x", "issue"), "IssueShape"),
        (("events", "x", "issue", 2), "IssueShape"),
        (("states", "x", "deadline", "overdue"), "OverdueShape"),
        (("fields", "x", "columns", "y"), "ColumnShape"),
        (("laws", 0, "标题"), "LawShape"),
        (("operations", "return"), "ReturnShape"),
    ],
)
def test_the_allowed_keys_of_a_place_are_known(path: tuple[str | int, ...], shape: str) -> None:
    assert set(allowed_keys(path)) == keys_of(SHAPES[shape])


def test_where_names_are_free_no_keys_are_prescribed() -> None:
    assert allowed_keys(("parameters",)) == []
    assert allowed_keys(("events", "x", "set")) == []
