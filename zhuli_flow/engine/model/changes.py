"""What an act changed: comparing two cases, replaying changes, and undoing them. The history is made of these changes.

A change is ``(section, key, old, new)``; section ``case`` key ``state`` stands for the state itself. None means absent.
"""

from __future__ import annotations

from collections.abc import Iterable

from zhuli_flow.engine.model.case import Case, Json, Nothing

Change = tuple[str, str, Json, Json]


def changes(before: Case, after: Case) -> tuple[Change, ...]:
    """Every difference between two cases, ordered by section and key."""
    found: list[Change] = []
    if before.state != after.state:
        found.append(("case", "state", before.state, after.state))
    for section in sorted(before.body.keys() | after.body.keys()):
        old, new = before.body.get(section, Nothing), after.body.get(section, Nothing)
        if old is not new:
            differ = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
            found += [(section, key, old.get(key), new.get(key)) for key in sorted(differ)]
    return tuple(found)


def apply(case: Case, steps: Iterable[Change]) -> Case:
    """The case after the changes: replaying a history from its first entry gives the stored case."""
    touched: dict[str, dict[str, Json]] = {}
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
    body = {**case.body, **touched}
    return case.having(state=state, body={section: values for section, values in body.items() if values})


def undo(case: Case, steps: Iterable[Change]) -> Case:
    """The case as it was before the changes."""
    return apply(case, [(section, key, new, old) for section, key, old, new in steps])


def put(case: Case, section: str, key: str, value: Json) -> Case:
    """The case with one value set (None removes it)."""
    present = case.section(section)
    if value is None:
        if key not in present:
            return case
        present = {name: kept for name, kept in present.items() if name != key}
        return case.having(body={**case.body, section: present}) if present else clear(case, section)
    return case.having(body={**case.body, section: {**present, key: value}})


def clear(case: Case, section: str) -> Case:
    """The case without a section."""
    if section not in case.body:
        return case
    return case.having(body={name: values for name, values in case.body.items() if name != section})
