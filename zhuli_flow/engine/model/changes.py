"""What an act changed: comparing two cases, replaying changes, and undoing them. The history is made of these changes.

A change is ``(section, key, old, new)``; section ``case`` key ``state`` stands for the state itself. None means absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import msgspec

from zhuli_flow.engine.model.case import Body, Case, Json, LatestPaper, Nothing, Part, Section, Visit
from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.engine.model.evidence import Evidence, Stale
from zhuli_flow.engine.model.json_values import Attachment, as_json
from zhuli_flow.engine.model.signing import Assignment, Signature, SignOffUnderWay

Change = tuple[str, str, Part, Part]

_TYPED: Mapping[str, Any] = {
    "materials": tuple[Attachment, ...],
    "notices": LatestPaper,
    "signoffs": SignOffUnderWay,
    "signed": tuple[Signature, ...],
    "assignments": Assignment,
    "deadlines": Deadline,
    "path": Visit,
    "region_path": Visit,
    "evidence": Evidence,
    "stale": Stale,
}
"""The sections whose values are more than JSON."""


def changes(before: Case, after: Case) -> tuple[Change, ...]:
    """Every difference between two cases, ordered by section and key."""
    found: list[Change] = []
    if before.state != after.state:
        found.append(("case", "state", before.state, after.state))
    earlier, later = before.sections, after.sections
    touched = [section for section, values in later.items() if earlier.get(section) is not values]
    for section in sorted([*touched, *(earlier.keys() - later.keys())]):
        old, new = earlier.get(section, Nothing), later.get(section, Nothing)
        for key in sorted(_differing(old, new)):
            found.append((section, key, old.get(key), new.get(key)))  # noqa: PERF401 - a list for each section costs more
    return tuple(found)


def _differing(old: Mapping[str, Part], new: Mapping[str, Part]) -> list[str]:
    """The keys under which two sections differ; most sections of an act have one value more, or another."""
    if len(new) == len(old) + 1:
        key = [*new][-1]
        if new == {**old, key: new[key]}:
            return [key]
    return [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]


def json(steps: Iterable[Change]) -> list[Json]:
    """Changes as an entry keeps them."""
    told: list[Json] = []
    for section, key, old, new in steps:
        turn = _TURNED.get(section)
        told.append([section, key, old, new] if turn is None else [section, key, turn(old), turn(new)])  # type: ignore[list-item]
    return told


_TURNED: Mapping[str, Callable[[object], Json]] = {
    **dict.fromkeys(_TYPED, as_json),
    **dict.fromkeys(
        ("path", "region_path", "evidence", "notices"), msgspec.to_builtins
    ),  # the same without tuples, for less
}
"""How the values of a section become JSON, where they are more than that."""


def from_json(told: Iterable[Any]) -> tuple[Change, ...]:
    """The changes that an entry keeps. Raises msgspec's ValidationError, a ValueError, for what is none."""
    return tuple((section, key, _typed(section, old), _typed(section, new)) for section, key, old, new in told)


def _typed(section: str, value: Json) -> Part:
    if value is None or section not in _TYPED:
        return value
    part: Part = msgspec.convert(value, _TYPED[section])
    return part


def apply(case: Case, steps: Iterable[Change]) -> Case:
    """The case after the changes: replaying a history from its first entry gives the stored case."""
    touched: dict[str, dict[str, Part]] = {}
    state = case.state
    for section, key, _, new in steps:
        if section == "case":
            state = str(new)
            continue
        values = touched.setdefault(section, dict(case.section(section)))
        if new is None:
            values.pop(key, None)
        else:
            values[key] = new
    body = {section: values for section, values in {**case.body, **touched}.items() if values}
    return case.having(state=state, body=cast(Body, body))


def undo(case: Case, steps: Iterable[Change]) -> Case:
    """The case as it was before the changes."""
    return apply(case, [(section, key, new, old) for section, key, old, new in steps])


def put(case: Case, section: Section, key: str, value: Part) -> Case:
    """The case with one value set (None removes it)."""
    present = case.sections.get(section, Nothing)
    if value is not None:
        return case.having(body=cast(Body, {**case.body, section: {**present, key: value}}))
    if key not in present:
        return case
    left = {name: kept for name, kept in present.items() if name != key}
    return with_section(case, section, left)


def with_section(case: Case, section: Section, values: Mapping[str, Part]) -> Case:
    """The case with a section as given; an empty one is left out."""
    return case.having(body=cast(Body, {**case.body, section: values})) if values else clear(case, section)


def taken(case: Case, other: Case, *sections: Section) -> Case:
    """The case with these sections as they stand in another."""
    left = {name: values for name, values in case.body.items() if name not in sections}
    return case.having(body=cast(Body, left | {name: other.section(name) for name in sections if other.section(name)}))


def clear(case: Case, *sections: Section) -> Case:
    """The case without these sections."""
    if not any(section in case.body for section in sections):
        return case
    left = {name: values for name, values in case.body.items() if name not in sections}
    return case.having(body=cast(Body, left))
