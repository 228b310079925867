"""Names and titles: what people write may be either; what they are told is the title (题名), as it stands on the paper.

A title that several things share names none of them: what is left as written is then refused where it is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from zhuli_flow.definitions.model.workflow import OPERATIONS, Event, Workflow
from zhuli_flow.engine.model.decision import Command


class Titled(Protocol):
    """Whatever has a title in a definition."""

    @property
    def title(self) -> str: ...


class Called(NamedTuple):
    """A title by itself."""

    title: str


T = TypeVar("T")


def named(command: Command, workflow: Workflow, *places: str) -> Command:
    """The command with every title in it as the name it stands for, seen from a case that stands in ``places``."""
    event = _event(workflow, frozenset(places), command.event)
    if event in workflow.events and event == command.event and _are_names(command, workflow):
        return command
    found = workflow.events.get(event)
    values = _keys(command.values, workflow.fields, _asked(found, "fill"))
    if event in OPERATIONS and isinstance(to := values.get("to"), str):
        values = {**values, "to": name_of(to, workflow.states)}
    materials = _keys(command.materials, workflow.materials, _asked(found, "attach"))
    if (event, values, materials) == (command.event, command.values, command.materials):
        return command
    return msgspec.structs.replace(command, event=event, values=values, materials=materials)


def _are_names(command: Command, workflow: Workflow) -> bool:
    return workflow.fields.keys() >= command.values.keys() and workflow.materials.keys() >= command.materials.keys()


def called(name: str, known: Mapping[str, Titled]) -> str:
    """What people may write for ``name``: its title where no other has the same, else the name."""
    return found.title if (found := known.get(name)) and name_of(found.title, known) == name else name


def _event(workflow: Workflow, places: frozenset[str], word: str) -> str:
    if word in workflow.events or word in OPERATIONS:
        return word
    here = {name: one for name, one in workflow.events.items() if not places.isdisjoint(one.sources)}
    by_title = {title: name for name, title in OPERATIONS.items()}
    found = name_of(word, here)
    return found if found != word else by_title.get(word) or name_of(word, workflow.events)


def _asked(event: Event | None, what: str) -> frozenset[str]:
    return frozenset(ask.name for ask in getattr(event, what)) if event else frozenset()


def _keys(given: Mapping[str, T], known: Mapping[str, Titled], asked: Iterable[str]) -> Mapping[str, T]:
    """What is given under its names; a title is looked for among what is ``asked`` first."""
    if not given or known.keys() >= given.keys():
        return given
    here = {name: known[name] for name in asked if name in known}
    found: dict[str, T] = {}
    for word, value in given.items():
        name = word if word in known else name_of(word, here)
        name = name_of(word, known) if name == word else name
        found[word if name in given and name != word else name] = value  # both written: the title is one too many
    return found


def name_of(word: str, known: Mapping[str, Titled]) -> str:
    """The name that ``word`` stands for, by itself or as the title of one thing alone; ``word`` where it is neither.

    A title counts without the guidance in brackets behind it too: 事由 for 事由（如“关于……”）.
    """
    if word in known:
        return word
    for plain in (str, _bare):
        same = [name for name, one in known.items() if plain(one.title) == word]
        if same:
            return same[0] if len(same) == 1 else word
    return word


def _bare(title: str) -> str:
    return title.partition("（")[0]


def states_meant(word: str, books: Iterable[Workflow]) -> tuple[str, tuple[str, ...]]:
    """The one state, of the main line or of a region, that ``word`` names in these definitions; else several.

    Several are those of the compound or region that it names. A word that names nothing is left as it is.
    """
    single: dict[str, Titled] = {}
    several: dict[str, Titled] = {}
    inside: dict[str, tuple[str, ...]] = {}
    for book in books:
        single |= book.states
        for region in book.regions.values():
            single |= {name: Called(title) for name, title in region.states.items()}
            several[region.name], inside[region.name] = region, tuple(region.states)
        for compound in book.compounds.values():
            several[compound.name], inside[compound.name] = compound, tuple(compound.states)
    name = name_of(word, single)
    group = name if name in single else name_of(word, several)
    return ("", inside[group]) if group in inside and group not in single else (name, ())
