"""A word of the language is there for whoever writes a workflow: each of these is used by at least two of ours.

Counted is what a definition says once it is read, its keys by their shapes and its terms by their trees: a word in a
comment or a title counts for nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from zhuli_flow.definitions.check import parse
from zhuli_flow.definitions.model import expressions
from zhuli_flow.documents.templates.catalog import load_kinds
from zhuli_flow.services.administration.workflows import parts_beside

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    *("register.where", "register.linked_by", "register.order", "column: {key: column}", "this.FIELD", "this.case"),
    *("this.applicant", "count of R", "count of R.x", "sum of R", "first of R", "rows of", "total of", "lines of", "*"),
    *("register.total", "total.by", "total.blocks", "total.distinct", "total.head", "total.same", "total.kept_in"),
    *("agg: sum", "agg: repeats", "agg: union", "agg: tally", "field.counts", "field.known", "field.kinds"),
    *("field.may_be", "field.only", "within", "distinct"),
    *("line.group", "line.heading", "line.label", "form.change", "change.from", "change.at_most"),
    *("open.for", "advance.case", "advance.each", "advance.if", "issue.if"),
    *("deadline.every", "deadline.closes", "deadline.urgent", "remind: 1d..9d", "start of", "closing of"),
    *("guard.warn: explained",),
)
"""What came with the registers, forms, linked cases and returns, as docs/language.md writes it."""


def said(shape: object) -> Iterator[str]:
    """Every key of a definition with that of its section, and the values that are words themselves."""
    if isinstance(shape, BaseModel):
        section = type(shape).__name__.removesuffix("Shape").lower()
        for name in shape.model_fields_set:
            key, value = type(shape).model_fields[name].alias or name, getattr(shape, name)
            yield f"{section}.{key}"
            yield from values(section, key, value)
            yield from said(value)
    for part in shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ():
        yield from said(part)


def values(section: str, key: str, value: object) -> Iterator[str]:
    """Words that stand after a key and not as one."""
    if key == "agg":
        yield f"agg: {value}"
    if key == "warn":
        yield f"{section}.warn: {value}"
    if key == "remind" and isinstance(value, list) and any(".." in str(one) for one in value):
        yield "remind: 1d..9d"
    if section == "register" and key == "columns" and any(isinstance(one, dict) for one in value):
        yield "column: {key: column}"


def meant(model: object, registers: frozenset[str]) -> Iterator[str]:
    """Every word in a condition or term anywhere in a workflow."""
    if isinstance(model, expressions.Aggregate):
        of = "" if model.source not in registers or model.kind in expressions.TABLES else " R"
        yield f"{model.kind} of{of}{'.x' if of and model.kind == 'count' and model.column else ''}"
    if isinstance(model, expressions.Sum | expressions.Ask):
        yield model.sign if isinstance(model, expressions.Sum) else model.kind
    if isinstance(model, expressions.Within | expressions.Distinct):
        yield type(model).__name__.lower()
    if isinstance(model, expressions.Name) and model.text.startswith("this."):
        own = model.text.split(".")[1]
        yield f"this.{own}" if own in {"case", "applicant"} else "this.FIELD"
    yield from (word for part in parts(model) for word in meant(part, registers))


def parts(model: object) -> Iterator[object]:
    if is_dataclass(model):
        yield from (getattr(model, field.name) for field in fields(model))
    elif isinstance(model, Mapping):
        yield from model.values()
    elif isinstance(model, tuple | list):
        yield from model


def words_of(path: Path, kinds: dict[str, dict[str, bool]]) -> frozenset[str]:
    """What one file of workflows/ says."""
    found = parse(path.read_bytes(), path.name, kinds, parts_beside(ROOT / "workflows" / path.name))
    workflow = found.workflow
    assert workflow is not None, path.name
    told = said(found.shape)
    return frozenset(told) | frozenset(meant(workflow, frozenset(workflow.registers)))


def too_few(book: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """The words used by fewer than two workflows, with those that do."""
    users = {word: [name for name, used in book.items() if word in used] for word in WORDS}
    return {word: names for word, names in users.items() if len(names) < 2}


@pytest.fixture(scope="module")
def book() -> dict[str, frozenset[str]]:
    kinds = {
        name: {variable.name: variable.required for variable in kind.variables.values()}
        for name, kind in load_kinds([ROOT / "notices"]).items()
    }
    return {path.stem: words_of(path, kinds) for path in sorted((ROOT / "workflows").glob("*.yaml"))}


def test_every_word_is_used_by_at_least_two_workflows(book: dict[str, frozenset[str]]) -> None:
    assert too_few(book) == {}


def test_a_word_that_only_one_workflow_uses_is_found(book: dict[str, frozenset[str]]) -> None:
    users = [name for name, used in book.items() if "total.kept_in" in used]
    left = {name: used for name, used in book.items() if name not in users[1:]}
    assert too_few(left)["total.kept_in"] == users[:1]


def test_a_word_in_a_title_counts_for_nothing(tmp_path: Path) -> None:
    text = (ROOT / "workflows" / "archiving.yaml").read_text("utf-8")
    path = tmp_path / "titled.yaml"
    path.write_text(text.replace("\ntitle: ", "\ntitle: total of lines of this.case ", 1), "utf-8")
    kinds = {
        name: {variable.name: variable.required for variable in kind.variables.values()}
        for name, kind in load_kinds([ROOT / "notices"]).items()
    }
    assert words_of(path, kinds) == words_of(ROOT / "workflows" / "archiving.yaml", kinds)
