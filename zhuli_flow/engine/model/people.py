"""Who asks: organisations, people as posts, the roles they hold today, and in which capacity they act."""

from __future__ import annotations

import msgspec

from zhuli_flow.definitions.model.workflow import SYSTEM


class Organisation(msgspec.Struct, frozen=True):
    """An organisation: ``level`` province/city/county; ``city`` and ``county`` name the areas it belongs to."""

    id: str
    name: str
    level: str = ""
    city: str = ""
    county: str = ""
    kind: str = ""


class Standing(msgspec.Struct, frozen=True):
    """The right to act for ``person`` (委托), good for the date of the command."""

    person: str
    organisation: Organisation
    roles: frozenset[str]

    def stays_in(self, organisation: str, formerly: frozenset[str] = frozenset()) -> bool:
        """Whether the one acted for belongs to ``organisation``, by id, or to one in whose place it stands."""
        return self.organisation.id in {organisation, *formerly}


class Actor(msgspec.Struct, frozen=True):
    """Who asks: a person, the organisation, the roles held today, and for whom else this person may act today.

    ``formerly``: the units in whose place the organisation stands (承继), by id.
    """

    person: str
    organisation: Organisation
    roles: frozenset[str]
    acts_for: tuple[Standing, ...] = ()
    title: str = ""
    formerly: frozenset[str] = frozenset()


class Capacity(msgspec.Struct, frozen=True):
    """In which role somebody acts, and on whose behalf (委托 or 转办; empty: in one's own right)."""

    role: str
    on_behalf_of: str = ""
    how: str = ""


def called(person: str) -> str:
    """How a person is named to people: by the directory, the engine itself as 系统."""
    return "系统" if person == SYSTEM else person
