"""A checked model as JSON and back: what lets a command start without reading YAML or checking anything again.

Every JSON list starts with what it stands for: a class followed by its fields in order, ``()`` a tuple, ``{}`` a set,
or a date, a decimal, a period. Objects stand for mappings; texts, numbers, yes, no and nothing for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from zhuli_flow.calendar import Period, parse_period
from zhuli_flow.definitions.model import (
    compound,
    expressions,
    form_lines,
    known_answers,
    law,
    quota,
    region,
    register,
    workflow,
)

_ROOMS = {
    "compound": compound,
    "guards": expressions,
    "known": known_answers,
    "law": law,
    "lines": form_lines,
    "model": workflow,
    "region": region,
    "register": register,
}
"""By which word a class is known in stored copies. It stays as it is when a module gets another name."""

_CLASSES: dict[str, type[Any]] = {
    f"{word}.{name}": found
    for word, module in _ROOMS.items()
    for name, found in vars(module).items()
    if is_dataclass(found) and isinstance(found, type) and found.__module__ == module.__name__
}
_CLASSES["model.Quota"] = quota.Quota  # as it was called when it was first stored
_CLASSES["total.Total"] = register.Total  # where it stood when it was first stored
_TAGS = {found: tag for tag, found in _CLASSES.items()}
_LEAVES: Mapping[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "decimal": Decimal,
    "period": parse_period,
}


def dump(node: object) -> Any:
    """The JSON-safe form of a model or of any part of it. TypeError for what a model can't hold."""
    match node:
        case None | bool() | str() | int() | float():
            return node
        case tuple():
            return ["()", *map(dump, node)]
        case frozenset():
            return ["{}", *sorted(map(dump, node))]
        case Mapping():
            return {key: dump(value) for key, value in node.items()}
        case date():
            return ["date", node.isoformat()]
        case Decimal():
            return ["decimal", str(node)]
        case Period():
            return ["period", str(node)]
    if type(node) not in _TAGS:
        raise TypeError(f"not part of a model: {type(node).__name__}")
    return [_TAGS[type(node)], *(dump(getattr(node, field.name)) for field in fields(node))]  # type: ignore[arg-type]


def load(value: Any) -> Any:
    """What ``dump`` was given. KeyError, TypeError or ValueError for JSON that it never wrote."""
    if isinstance(value, dict):
        return {key: load(one) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    tag, *rest = value
    if tag == "()":
        return tuple(map(load, rest))
    if tag == "{}":
        return frozenset(map(load, rest))
    if tag in _LEAVES:
        return _LEAVES[tag](*rest)
    return _CLASSES[tag](*map(load, rest))
