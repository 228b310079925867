"""Compound states (大环节) as written → plain states, and which belong together: ``in_force: {states: {valid: …}}``.

A compound holds states, or compounds again. Where states are listed (``from: in_force``) it stands for all of them;
what it says of ``kind``, ``step`` and ``clause`` holds for each that does not say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.reading.yaml_reader import Path

Pieces = dict[str, object]
"""Names of a section, or keys of a piece, with what stands there as plain data."""

INHERITED = ("kind", "step", "clause")
ALLOWED = ("title", *INHERITED, "note", "states")


def mapping(value: object) -> Pieces:
    """A mapping of plain data; empty for anything else."""
    return value if isinstance(value, dict) else {}


def flattened(states: Pieces) -> tuple[Pieces, dict[str, Compound], dict[Path, Path]]:
    """The plain states in the order written, the compounds by name, and where each state was written.

    States stand for what they hold even when something in them is wrong: that is told when their shape is made.
    """
    plain: Pieces = {}
    compounds: dict[str, Compound] = {}
    written: dict[Path, Path] = {}
    _flatten(states, (("states",), "", {}), (plain, compounds, written))
    return plain, compounds, written


def _flatten(
    states: Pieces,
    around: tuple[Path, str, Pieces],
    found: tuple[Pieces, dict[str, Compound], dict[Path, Path]],
) -> list[str]:
    """Adds to ``found`` what ``states`` hold; returns the names of the plain ones among them, at any depth."""
    place, within, inherited = around
    plain, compounds, written = found
    names: list[str] = []
    for name, state in states.items():
        inner = mapping(state).get("states")
        if not isinstance(inner, dict):
            plain[name] = {**inherited, **state} if isinstance(state, dict) else state
            written[("states", name)] = (*place, name)
            names.append(name)
            continue
        own = mapping(state)
        compounds[name] = Compound(name, str(own.get("title", "")), (), within)
        passed_on = {**inherited, **{key: own[key] for key in INHERITED if key in own}}
        held = _flatten(inner, ((*place, name, "states"), name, passed_on), found)
        compounds[name] = Compound(name, str(own.get("title", "")), tuple(held), within)
        names += held
    return names


def held(regions: Pieces) -> dict[str, Compound]:
    """Regions (并行环节) as what holds states: their names may stand for them where states are listed."""
    return {
        name: Compound(
            name, str(mapping(each).get("title", "")), tuple(mapping(mapping(each).get("states"))) or (name,)
        )
        for name, each in regions.items()
    }


def spread(data: Pieces, compounds: Mapping[str, Compound], regions: Mapping[str, Compound]) -> dict[str, str]:
    """Write out each compound where states are listed: ``from``, ``in``, ``suspended_in``, where 退回 leads.

    A region is written out where its states may be meant: in ``from`` of events, and where a deadline runs or rests.
    Returns the events that lead into a compound, with its name: ``to`` becomes the first of its states.
    """
    back = {name: str(mapping(event).get("to")) for name, event in mapping(data.get("events")).items()}
    back = {name: target for name, target in back.items() if target in compounds and compounds[target].states}
    data["events"] = {
        name: {**mapping(event), "to": compounds[back[name]].states[0]} if name in back else event
        for name, event in mapping(data.get("events")).items()
    }
    every = {**compounds, **regions}
    for section, keys, known in (
        ("events", ("from",), every),
        ("deadlines", ("in", "suspended_in"), every),
        ("regions", ("in",), compounds),
        ("operations", ("from",), compounds),
    ):
        data[section] = {name: _spread(each, keys, known) for name, each in mapping(data.get(section)).items()}
    operations = mapping(data["operations"])
    if "return" in operations:
        data["operations"] = {**operations, "return": _spread(operations["return"], ("to",), compounds)}
    for section in ("deadlines", "regions", "operations"):
        if not data[section]:
            del data[section]
    return back


def _spread(piece: object, keys: tuple[str, ...], compounds: Mapping[str, Compound]) -> object:
    if not isinstance(piece, dict):
        return piece
    return {key: _names(value, compounds) if key in keys else value for key, value in piece.items()}


def _names(value: object, compounds: Mapping[str, Compound]) -> object:
    if isinstance(value, str):
        return list(compounds[value].states) if value in compounds else value
    return list(_each(value, compounds)) if isinstance(value, list) else value


def _each(names: list[object], compounds: Mapping[str, Compound]) -> Iterator[object]:
    for name in names:
        yield from compounds[name].states if isinstance(name, str) and name in compounds else (name,)


def strange_keys(states: Pieces, place: Path = ("states",)) -> Iterator[tuple[Path, str]]:
    """Keys that a compound has not, each with its place."""
    for name, state in states.items():
        inner = mapping(mapping(state).get("states"))
        if inner:
            yield from (((*place, name, key), key) for key in mapping(state) if key not in ALLOWED)
            yield from strange_keys(inner, (*place, name, "states"))
