"""Who may read what of a case (``reading``): the parts told apart, the words for readers, what silence means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("case", "materials", "papers", "history", "registers", "totals")
"""What is opened apart: the case as it stands, its materials, documents, history, its rows in lists, sums over many."""
APPLICANT = "applicant"
"""The people of the organisation the case is about, whatever roles they hold."""
EVERY_ROLE = "every_role"
PROVINCE_ROLES = "province_roles"
"""Every role of the workflow that is the province's."""
EVERYBODY = "everybody"
"""Everybody of the directory."""
WORDS = (APPLICANT, EVERY_ROLE, PROVINCE_ROLES, EVERYBODY)
SILENT: Mapping[str, tuple[str, ...]] = {"case": (APPLICANT, EVERY_ROLE), "totals": (PROVINCE_ROLES,)}
"""What a part is where a definition says nothing; any other part is as ``case``."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a part: holders of ``roles`` for this very case, the applicant's people, or everybody."""

    roles: frozenset[str]
    applicant: bool = False
    everybody: bool = False

    def among(self, others: Readers) -> Readers:
        """Those who are also among ``others``."""
        if others.everybody:
            return self
        if self.everybody:
            return others
        return Readers(self.roles & others.roles, self.applicant and others.applicant)


def readers(reading: Mapping[str, tuple[str, ...]], areas: Mapping[str, str | None], part: str) -> Readers:
    """Who reads ``part`` by what a definition writes; nobody reads one who does not read the case.

    ``areas``: whose each role of the workflow is (``Role.of``; None for one that is named on the case).
    """
    whole = _meant(reading.get("case", SILENT["case"]), areas)
    if part == "case":
        return whole
    written = reading.get(part, SILENT.get(part))
    return whole if written is None else _meant(written, areas).among(whole)


def _meant(words: tuple[str, ...], areas: Mapping[str, str | None]) -> Readers:
    roles = {word for word in words if word in areas}
    if EVERY_ROLE in words:
        roles |= areas.keys()
    if PROVINCE_ROLES in words:
        roles |= {role for role, area in areas.items() if area == "province"}
    return Readers(frozenset(roles), APPLICANT in words, EVERYBODY in words)
