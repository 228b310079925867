"""Who may read what of a case: sheets under seal, entries that tell of them, their files, messages to a role.

Every face asks here: the case's page, its flow sheet, search, archive packages, message boxes. Who may see a case, its
materials, papers and history is written in its definition (``may_see``); lists ask the same by ``reach``. Sheets are
kept from everybody, those who audit too, until the event that opens them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import msgspec

from zhuli_flow.definitions.model.readers import Readers, readers
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.rights import Chair, capacity, handed, in_scope
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.people import Actor, Capacity

AUDITOR = "auditor"
"""The role of the directory that reads everything and changes nothing (安全审计员)."""
SEALED = "（密封）"
"""What stands in the place of what is kept back."""


class SheetAnswers(msgspec.Struct, frozen=True):
    """One author's answers to a ``sheet``, by the names of its form; None while they are ``sealed`` for the reader."""

    sheet: str
    author: str
    sealed: bool
    answers: Json


def sealed(workflow: Workflow, case: Case, sheet: str) -> bool:
    """Whether a sheet of this case is still for its authors only; one that the definition no longer knows is."""
    found = workflow.sheets.get(sheet)
    return found is None or not case.count(str(found.sealed_until))


def may_see(workflow: Workflow, case: Case, actor: Actor, part: str = "case", *, besides_sheets: bool = False) -> bool:
    """Whether ``part`` of the case is this person's to look at, by what its definition says of ``reading``.

    So it is for whoever was handed the case, for whoever acts today for one who may (委托), and for the auditor.
    ``besides_sheets``: otherwise than as an author of its sheets.
    """
    readers = readers_of(workflow, part, besides_sheets=besides_sheets)
    if readers.everybody or AUDITOR in actor.roles or actor.person in handed(case):
        return True
    return any(_belongs(workflow, case, readers, chair, formerly) for chair, formerly in chairs(actor))


def readers_of(workflow: Workflow, part: str, *, besides_sheets: bool = False) -> Readers:
    """Who reads a part of the cases of a workflow; ``besides_sheets``: without the roles that fill in its sheets."""
    key = (workflow.digest, part, besides_sheets)
    if key not in _READERS:
        areas = {name: role.of if role.named_in is None else None for name, role in workflow.roles.items()}
        found = readers(workflow.reading, areas, part)
        authors = {sheet.by for sheet in workflow.sheets.values()} if besides_sheets else set[str]()
        _READERS[key] = replace(found, roles=found.roles - authors)
    return _READERS[key]


_READERS: dict[tuple[str, str, bool], Readers] = {}
"""By the digest of the definition, which never changes."""


def chairs(actor: Actor) -> Iterator[tuple[Chair, frozenset[str]]]:
    """Every standing in which a person reads, with the units in whose place its organisation stands (承继)."""
    yield Chair(actor.person, actor.organisation, roles=actor.roles), actor.formerly
    for one in actor.acts_for:
        yield Chair(one.person, one.organisation, one.person, "委托", one.roles), frozenset()


def _belongs(workflow: Workflow, case: Case, readers: Readers, chair: Chair, formerly: frozenset[str]) -> bool:
    if readers.applicant and chair.organisation.id == case.applicant.id:
        return True
    held = readers.roles & chair.roles
    return any(in_scope(workflow.roles[name], case, chair.person, chair.organisation, formerly) for name in held)


def about(workflow: Workflow, case: Case, actor: Actor, role: str) -> bool:
    """Whether what is told to ``role`` about this case is this actor's to know: he holds the role for this very case.

    So is what is told to a role that the definition does not have.
    """
    return role not in workflow.roles or isinstance(capacity(workflow, case, actor, [role]), Capacity)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads a case; without a ``person`` everybody: what a list, an index or a package may hold."""

    workflow: Workflow
    case: Case
    person: str | None = None

    def sheets(self) -> Iterator[SheetAnswers]:
        """Every sheet that was filled in, by whom; the answers as far as they are this reader's to see."""
        for key, answers in self.case.body.get("sheets", {}).items():
            name, _, author = key.partition("/")
            shown = self._sees(key)
            yield SheetAnswers(name, author, sealed=not shown, answers=answers if shown else None)

    def knows(self, entry: Entry) -> bool:
        """Whether all of an entry may be shown: neither its values nor the words around them tell of a sealed sheet."""
        return self.hears(entry) and all(self._sees(key) for section, key, *_ in entry.changes if section == "sheets")

    def hears(self, entry: Entry) -> bool:
        """Whether opinion and reasons of an entry may be shown: words around a sealed sheet may tell what is in it."""
        event = self.workflow.events.get(entry.event)
        if event is None or event.sheet is None or not sealed(self.workflow, self.case, event.sheet):
            return True
        return entry.actor.person == self.person

    def masked(self, entry: Entry) -> Entry:
        """The entry with ``SEALED`` for each value that is kept back, and for the opinion where that might tell it."""
        steps = tuple(
            (section, key, SEALED, SEALED) if section == "sheets" and not self._sees(key) else (section, key, old, new)
            for section, key, old, new in entry.changes
        )
        shown = msgspec.structs.replace(entry, changes=steps)
        return shown if self.hears(entry) else msgspec.structs.replace(shown, opinion=SEALED, refusals=())

    def may_open(self, entries: Iterable[Entry], sha256: str) -> bool:
        """Whether a file of the case is this reader's to open: one that an entry names which he may know."""
        return any(file.sha256 == sha256 for entry in entries if self.knows(entry) for _, file in entry.files())

    def _sees(self, key: str) -> bool:
        """``key``: ``sheet/author``."""
        name, _, author = key.partition("/")
        return not sealed(self.workflow, self.case, name) or author == self.person
