"""The nouns of a decision: Case, Actor, Command, Facts, Decision, Refusal, Option. Frozen; no behaviour but lookup.

Values inside a Case are JSON-safe (dates ``YYYY-MM-DD``, decimals as text), so that a case, its history and its wire
form are one thing; ``engine.values`` types them when a condition asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from zhuli_flow.engine.model.people import Organisation

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Nothing: Mapping[str, Json] = MappingProxyType({})
"""An empty section or an act that gives no values."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file already stored by its SHA-256; ``size`` in bytes; ``type`` found from the content, e.g. ``pdf``."""

    filename: str
    sha256: str
    size: int
    type: str

    def json(self) -> dict[str, Json]:
        return {"filename": self.filename, "sha256": self.sha256, "size": self.size, "type": self.type}


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a state: when it began (UTC), and by which event it was entered."""

    state: str
    since: str
    event: str

    def json(self) -> dict[str, Json]:
        return {"state": self.state, "since": self.since, "event": self.event}


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a workflow.

    ``version`` counts the accepted acts (compare-and-set); ``body`` holds everything else that an act may change, in
    named sections: ``fields``, ``materials``, ``sheets``, ``signoffs``, ``assignments``, ``deadlines``, ``counts``,
    ``marks`` and the ``path`` of visits by number. Sections are JSON-safe mappings; ``record.changes`` compares them.
    """

    id: str
    workflow: str
    definition_version: str
    digest: str
    applicant: Organisation
    state: str
    version: int
    opened_at: str
    body: Mapping[str, Mapping[str, Json]]

    def section(self, name: str) -> Mapping[str, Json]:
        """A section of the body; empty when nothing was ever written there."""
        return self.body.get(name, Nothing)

    @property
    def fields(self) -> Mapping[str, Json]:
        return self.section("fields")

    @property
    def materials(self) -> Mapping[str, Json]:
        return self.section("materials")

    def mark(self, name: str) -> Json:
        """A mark of the engine: ``suspended``, ``straight_to``, ``urged_on``, ``last`` (who did what last and when)."""
        return self.section("marks").get(name)

    @property
    def path(self) -> tuple[Json, ...]:
        """The visits walked so far, oldest first."""
        visits = self.section("path")
        return tuple(visits[number] for number in sorted(visits))

    def having(
        self,
        *,
        body: Mapping[str, Mapping[str, Json]] | None = None,
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
