"""Laws of a definition from validated text to the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhuli_flow.definitions.building.parsed_lines import ParsedLines
from zhuli_flow.definitions.model.law import Law
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path


def laws(shapes: Iterable[Mapping[str, schema.LawShape]], parsing: ParsedLines) -> tuple[Law, ...]:
    """The laws in the order written; the condition of an ``always`` is parsed, so that it is known to be one."""
    found = []
    for index, titled in enumerate(shapes):
        for title, shape in titled.items():
            path: Path = ("laws", index, title)
            if shape.always is not None:
                parsing.condition((*path, "always"), shape.always, "law")
            found.append(Law(title, words(shape), parsing.line(path)))
    return tuple(found)


def words(shape: schema.LawShape) -> dict[str, str]:
    """The words that were written: ``{"never": "approve", "before": "submit"}``."""
    return {name: text for name, text in shape if text is not None}
