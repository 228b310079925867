"""Laws over a recorded history: every act of a case weighed again, with the evidence that it had then.

The evidence is worked out anew from what was given, never taken from the record: a history from before evidence was
kept is held to the same laws, and a record that claims more than was done is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from zhuli_flow.definitions.model.workflow import OPERATIONS, Event, Workflow
from zhuli_flow.engine import evidence, laws, relocation, stale_refusals
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case, Section
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Capacity

_ONE: Mapping[str, Workflow] = {}
_OWN: tuple[Section, ...] = ("evidence", "stale")


class Breach(msgspec.Struct, frozen=True):
    """An act that a law forbade: the number of its entry, what was done, and why it should not have been."""

    seq: int
    title: str
    reason: str


class Replay(msgspec.Struct):
    """One case walked again from nothing: ``case`` as it stood after the entries so far, ``found`` what broke a law."""

    workflow: Workflow
    case: Case
    facts_at: Callable[[datetime], Facts]
    found: list[Breach] = []
    undone: Case | None = None
    versions: Mapping[str, Workflow] = {}

    def walk(self, entries: Iterable[Entry]) -> Case:
        """The case after all entries, its evidence worked out anew."""
        for entry in entries:
            self.workflow = self.versions.get(entry.definition, self.workflow)
            before, after = self.case, _after(self.case, entry)
            if entry.migrated:  # what evidence is called may have changed with the version
                after = changes.apply(self.case, entry.steps).having(version=entry.version)
            if entry.kind == "move" and entry.event in self.workflow.events:
                after = self._moved(entry, self.workflow.events[entry.event], after)
            elif entry.kind == "operation" and entry.event in OPERATIONS:
                after = self._operated(entry, after)
            if entry.version > before.version:
                self.undone = before
            self.case = after
        return self.case

    def _question(self, entry: Entry) -> Question:
        actor = msgspec.structs.replace(SYSTEM_ACTOR, person=entry.actor.person)
        return Question(self.workflow, self.case, actor, self.facts_at(datetime.fromisoformat(entry.at)))

    def _moved(self, entry: Entry, event: Event, after: Case) -> Case:
        question = self._question(entry)
        given = evidence.given(question, event, _still_here(after, self.case), Capacity(entry.actor.role))
        bound = evidence.bound_for(question, event)
        if bound is not None:
            given, hindering = evidence.straight(question, event, given)
            if hindering and after.state == bound:
                why = f"直达“{question.title(after.state)}”时须重办：{stale_refusals.named(question, given, hindering)}"
                self.found.append(Breach(entry.seq, entry.title, why))
        after = _with_evidence(after, given)
        self._weigh(entry, question, _with_evidence(_still_here(after, self.case), given), after)
        return after

    def _weigh(self, entry: Entry, question: Question, offered: Case, after: Case) -> None:
        refusals = [*laws.forbidding(question, entry.event, offered), *laws.broken(question, entry.event, after)]
        self.found += [Breach(entry.seq, entry.title, one.because) for one in refusals]

    def _operated(self, entry: Entry, after: Case) -> Case:
        question, given = self._question(entry), _with_evidence(after, self.case)
        match entry.event:
            case "return":
                straight = bool(after.mark("straight_to"))
                given = evidence.sent_back(question, given, after.state, straight=straight)
                given = _in_round(given, evidence.round_of(self.case) + 1)
            case relocation.CONFIRM:
                given = relocation.weighed(question, given)
            case "correct":
                given = evidence.corrected(question, given, _changed(entry, "fields"))
            case "uphold":
                for key in _changed(entry, "stale"):
                    given = _with_evidence(after, evidence.upheld(question, key))
            case "withdraw" if self.undone is not None:
                given = _in_round(_with_evidence(after, self.undone), evidence.round_of(self.undone))
        broken = laws.broken(question, entry.event, given)
        self.found += [Breach(entry.seq, entry.title, one.because) for one in broken]
        return given


def breaches(
    workflow: Workflow,
    opened: Case,
    entries: Iterable[Entry],
    facts_at: Callable[[datetime], Facts],
    versions: Mapping[str, Workflow] = _ONE,
) -> list[Breach]:
    """Every act of a history that a law forbade, in order. ``opened`` is the case before its first entry.

    ``versions``: earlier definitions of a case that was moved to another one, by digest; each act is held to its own.
    """
    told = list(entries)
    replay = Replay(workflow, opened, facts_at, [], versions=versions)
    worked_out, recorded = replay.walk(told), changes.apply(opened, [step for entry in told for step in entry.steps])
    kept_from_the_first = bool(told) and any(step[0] == "evidence" for step in told[0].steps)
    if kept_from_the_first and not _warranted(recorded, worked_out):
        replay.found.append(Breach(told[-1].seq, told[-1].title, "所记的依据与逐条重演所得的不符"))
    return replay.found


def _warranted(recorded: Case, worked_out: Case) -> bool:
    """Whether what a case says that counts is what was given. Earlier rules asked again for more than these do.

    Which act handed in what was noted by earlier rules as well, and is worked out here.
    """
    claimed, given = (
        {key: msgspec.structs.replace(held, gave={}) for key, held in one.evidence.items()}
        for one in (recorded, worked_out)
    )
    return claimed == given and worked_out.stale.items() <= recorded.stale.items()


def _after(case: Case, entry: Entry) -> Case:
    steps = [step for step in entry.steps if step[0] not in _OWN]
    after = changes.apply(case, steps)
    return after.having(version=max(case.version, entry.version))


def _changed(entry: Entry, section: str) -> list[str]:
    return [step[1] for step in entry.steps if step[0] == section]


def _still_here(after: Case, before: Case) -> Case:
    """What an act gave, before it moved the case: as ``evidence.given`` wants it."""
    return changes.taken(after, before, "path", *_OWN).having(state=before.state)


def _with_evidence(case: Case, given: Case) -> Case:
    return changes.taken(case, given, *_OWN)


def _in_round(case: Case, number: int) -> Case:
    return changes.put(case, "marks", "round", number if number > 1 else None)
