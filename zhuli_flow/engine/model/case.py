"""A case: one run of a workflow, with everything that an act may change in named sections. Frozen.

Field values are JSON-safe (dates ``YYYY-MM-DD``, decimals as text), so that a case, its history and its wire form are
one thing; ``engine.expressions.values`` types them when a condition asks. What the engine itself keeps is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

import msgspec

from zhuli_flow.engine.model.deadline import Deadline
from zhuli_flow.engine.model.evidence import Evidence, Stale
from zhuli_flow.engine.model.json_values import Attachment, Json, Nothing, Values
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.engine.model.signing import Assignment, Signature, SignOffUnderWay

__all__ = ["Attachment", "Body", "Case", "Json", "Nothing", "Part", "Section", "Visit"]


class Visit(msgspec.Struct, frozen=True):
    """One stay in a ``state``: ``since`` when (UTC, ISO 8601 to the second), and by which ``event`` it was entered."""

    state: str
    since: str
    event: str


class LatestPaper(msgspec.Struct, frozen=True, omit_defaults=True):
    """The latest document of a kind: its ``number`` as printed and in its series (None: unnumbered), ``YYYY-MM-DD``."""

    number: str | None = None
    n: int | None = None
    signed_on: str | None = None


Part = (
    Json
    | tuple[Attachment, ...]
    | LatestPaper
    | Deadline
    | SignOffUnderWay
    | tuple[Signature, ...]
    | Assignment
    | Visit
    | Evidence
    | Stale
)
"""What stands under one key of a section."""
Section = Literal[
    "fields",
    "materials",
    "sheets",
    "signoffs",
    "signed",
    "assignments",
    "deadlines",
    "counts",
    "marks",
    "path",
    "regions",
    "region_path",
    "notices",
    "links",
    "hands",
    "evidence",
    "stale",
]


class Body(TypedDict, total=False):
    """Everything of a case that acts change; a section in which nothing stands is absent.

    ``fields`` by name; ``materials`` files by name; ``sheets`` answers by ``sheet/author``; ``signoffs`` under
    way and ``signed`` finished by event; ``assignments`` by ``role/giver``; ``deadlines`` by name; ``counts`` how often
    each event was done; ``marks`` ``suspended``, ``straight_to``, ``urged_on``, ``last``, ``round``; ``path`` visits by
    number (``00001``); ``regions`` the state of each that has begun, ``region_path`` the visits there by
    ``region/number``; ``notices`` the latest document by kind; ``links`` by which event each
    case was opened, by its number; ``hands`` in whose name a person was put into a field, by field; ``evidence`` by
    event or ``sheet/author``, and why it is ``stale``, by the same.
    """

    fields: Values
    materials: Mapping[str, tuple[Attachment, ...]]
    sheets: Mapping[str, Json]
    signoffs: Mapping[str, SignOffUnderWay]
    signed: Mapping[str, tuple[Signature, ...]]
    assignments: Mapping[str, Assignment]
    deadlines: Mapping[str, Deadline]
    counts: Mapping[str, int]
    marks: Mapping[str, Json]
    path: Mapping[str, Visit]
    regions: Mapping[str, str]
    region_path: Mapping[str, Visit]
    notices: Mapping[str, LatestPaper]
    links: Mapping[str, str]
    hands: Mapping[str, str]
    evidence: Mapping[str, Evidence]
    stale: Mapping[str, Stale]


class Case(msgspec.Struct, frozen=True):
    """One run of a workflow.

    ``version`` counts the accepted acts (compare-and-set); ``digest`` is the definition's it is pinned to;
    ``opened_at``: UTC, ISO 8601 to the second. ``model.changes`` compares bodies.
    """

    id: str
    workflow: str
    definition_version: str
    digest: str
    applicant: Organisation
    state: str
    version: int
    opened_at: str
    body: Body

    @property
    def sections(self) -> Mapping[str, Mapping[str, Part]]:
        """The body as sections by their names, whatever stands in each."""
        return self.body  # type: ignore[return-value]  # which key has which type is what a TypedDict is about

    def section(self, name: str) -> Mapping[str, Part]:
        """A section of the body by its name; empty when nothing was ever written there."""
        return self.sections.get(name, Nothing)

    @property
    def fields(self) -> Values:
        return self.body.get("fields", Nothing)

    @property
    def materials(self) -> Mapping[str, tuple[Attachment, ...]]:
        return self.body.get("materials", {})

    @property
    def deadlines(self) -> Mapping[str, Deadline]:
        return self.body.get("deadlines", {})

    @property
    def assignments(self) -> Mapping[str, Assignment]:
        return self.body.get("assignments", {})

    def count(self, event: str) -> int:
        """How often an event was done."""
        return self.body.get("counts", {}).get(event, 0)

    def mark(self, name: str) -> Json:
        """A mark of the engine: ``suspended``, ``straight_to``, ``urged_on``, ``last`` (who did what last and when),
        ``relocation`` (where the case is to be moved by hand, by whom proposed)."""
        return self.body.get("marks", Nothing).get(name)

    @property
    def evidence(self) -> Mapping[str, Evidence]:
        return self.body.get("evidence", {})

    @property
    def stale(self) -> Mapping[str, Stale]:
        return self.body.get("stale", {})

    @property
    def path(self) -> tuple[Visit, ...]:
        """The visits walked so far, oldest first: that is how they are added, and kept."""
        return tuple(self.body.get("path", {}).values())

    @property
    def regions(self) -> Mapping[str, str]:
        """The regions that have begun and not ended, each with its state; ``engine.position`` says which run."""
        return self.body.get("regions", {})

    @property
    def region_path(self) -> Mapping[str, Visit]:
        """The visits to states of regions, by ``region/number``."""
        return self.body.get("region_path", {})

    def having(
        self,
        *,
        body: Body | None = None,
        state: str | None = None,
        version: int | None = None,
    ) -> Case:
        """This case with another body, state or version. Every act makes several; ``replace`` takes far longer."""
        return Case(
            self.id,
            self.workflow,
            self.definition_version,
            self.digest,
            self.applicant,
            self.state if state is None else state,
            self.version if version is None else version,
            self.opened_at,
            self.body if body is None else body,
        )
