"""Laws of a definition from validated text to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from zhuli_flow.definitions.building.parsed_lines import ParsedLines
from zhuli_flow.definitions.model.law import (
    Always,
    EveryHas,
    EveryInTime,
    EveryLeadsTo,
    EveryOfOneRound,
    Law,
    NeverBefore,
    NeverBetween,
)
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path

Shapes = Iterable[Mapping[str, schema.LawShape]]


def laws(shapes: Shapes, parsing: ParsedLines) -> tuple[Law, ...]:
    """The laws in the order written, without those that have none of the forms (``checking.laws`` tells them)."""
    made = (_law(path, shape, parsing) for path, shape in written(shapes))
    return tuple(law for law in made if law is not None)


def written(shapes: Shapes) -> Iterator[tuple[Path, schema.LawShape]]:
    """Every law as written, with its place; the last part of the place is its title."""
    for index, titled in enumerate(shapes):
        for title, shape in titled.items():
            yield ("laws", index, title), shape


def words(shape: schema.LawShape) -> dict[str, str | tuple[str, ...]]:
    """The words that were written: ``{"never": "approve", "before": "submit"}``."""
    return {name: tuple(text) if isinstance(text, list) else text for name, text in shape if text is not None}


def _law(path: Path, shape: schema.LawShape, parsing: ParsedLines) -> Law | None:
    """None where words are missing or mixed; the condition of an ``always`` is parsed in any case, to be checked."""
    title, line = str(path[-1]), parsing.line(path)
    condition = None if shape.always is None else parsing.condition((*path, "always"), shape.always, "law")
    match words(shape):
        case {"never": str(event), "before": str(first), **rest} if not rest:
            return NeverBefore(title, event, first, line)
        case {"never": str(event), "between": (start, end), **rest} if not rest:
            return NeverBetween(title, event, start, end, line)
        case {"every": str(event), "in_time": str(deadline), **rest} if not rest:
            return EveryInTime(title, event, deadline, line)
        case {"every": str(event), "of_one_round": tuple(others), **rest} if not rest:
            return EveryOfOneRound(title, event, others, line)
        case {"every": str(event), "has": str(name), **rest} if not rest:
            return EveryHas(title, event, name, line)
        case {"every": str(event), "leads_to": str(goal), **rest} if not rest:
            return EveryLeadsTo(title, event, goal, line)
        case {"always": str(text), **rest} if not rest and condition is not None:
            return Always(title, text, condition, line)
    return None
