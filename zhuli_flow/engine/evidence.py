"""Evidence bound to what it was given for: noted at each act, stale once that has changed or was returned past.

An act rests on everything that could be seen of the case when it was done: what had been given before it, in its own
step or an earlier one. ``rests_on`` narrows that; an event ``keeps`` others good. Plan 五（三）–（五）: consent,
request, assessment and reply are about one and the same survey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import Event, SetField, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.expressions.standing import can_go_stale, event_of, outdated
from zhuli_flow.engine.history.canonical import known_canonical
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.evidence import Evidence, Stale
from zhuli_flow.engine.model.people import Capacity


def content(case: Case) -> str:
    """SHA-256 (64 hex digits) of the canonical form of all that stands in the case: what is signed and judged."""
    body = case.body
    seen = {name: body.get(name, {}) for name in ("fields", "materials", "sheets")}
    return sha256(known_canonical({**seen, "round": round_of(case)})).hexdigest()


def round_of(case: Case) -> int:
    """The round (轮次) that the case is in: 1, and one more after each return."""
    return int(str(case.mark("round") or 1))


def times(case: Case, event: str) -> int:
    """How often an event was done in this round: a limit begins anew once what was done lies behind a return."""
    held = case.evidence.get(event)
    if held is None:
        return case.count(event)
    gone = case.stale.get(event)
    return 0 if gone is not None and gone.why == "returned" else held.times


def given(question: Question, event: Event, case: Case, chair: Capacity) -> Case:
    """``case`` with what this act gives noted, and what rests on something that it changed gone stale.

    ``case`` holds the values, materials and sheets after the act and stands in the step before it.
    """
    before = question.case
    key = f"{event.sheet}/{question.actor.person}" if event.sheet else event.name
    changed = _changed(before, case)
    if replaced := _replaced(event, before, case, key, changed):
        case = _outdate(question, event, case, key, replaced, _hands(event, case, chair))
    noted = Evidence(
        act=before.version + 1,
        state=before.state,
        visit=len(before.body.get("path", {})),
        by=question.actor.person,
        role=chair.role,
        digest=content(case),
        gave=_gave(event, before, case, key, changed),
        round=round_of(before),
        times=times(before, key) + 1 if key in before.evidence else 1,
    )
    return changes.put(changes.put(case, "evidence", key, noted), "stale", key, None)


def corrected(question: Question, case: Case, names: Iterable[str]) -> Case:
    """``case`` after a correction (更正) of ``names``: who gave them still did, who relied on them has not seen it."""
    named = frozenset(names)
    case = _outdate(question, None, case, "", named)
    for key, held in case.evidence.items():
        if named & held.gave.keys():
            gave = {**held.gave, **dict.fromkeys(named & held.gave.keys(), question.case.version + 1)}
            case = changes.put(case, "evidence", key, replace(held, gave=gave))
    return case


def returned(question: Question, case: Case, target: str, event: str = "return") -> Case:
    """``case`` in a new round: what was given at ``target`` or after it does not count until it is given again.

    ``event`` is what took it there.
    """
    return _left_behind(question, case, event, target, frozenset())


def not_straight(question: Question, case: Case) -> Case:
    """``case`` returned once more before it came straight back: that earlier return is walked step by step after all.

    Only the latest way of walking back counts, so nothing would ask again for what lies behind the earlier one.
    """
    return returned(question, case, question.case.state) if question.case.mark("straight_to") else case


def sent_back(question: Question, case: Case, target: str, *, straight: bool) -> Case:
    """``case`` returned to ``target`` (退回): what does not count any more, by the way it is to come back."""
    return not_straight(question, case) if straight else returned(question, case, target)


def next_round(case: Case) -> Case:
    """A return begins a round, whichever way it is walked."""
    return changes.put(case, "marks", "round", round_of(case) + 1)


def bound_for(question: Question, event: Event) -> str | None:
    """The returner's state that ``event`` would take the case straight back to, where 退回 asked for that."""
    bound = question.case.mark("straight_to")
    target = question.workflow.states.get(event.target)
    leads_on = target is not None and target.kind != "final"
    return str(bound) if bound and leads_on else None


def straight(question: Question, event: Event, case: Case) -> tuple[Case, tuple[str, ...]]:
    """What hinders going straight back to who returned the case: the evidence between that must be given again.

    With such, ``case`` comes back walking every later step anew; nothing hinders when all of it rests on what is
    unchanged.
    """
    now, here = len(question.case.path), question.case.state
    stale = outdated(question.workflow, case)
    # what was given at the step that is left and rests on nothing that changed lies behind nothing: it stays good
    given = case.evidence.items()
    good = (key for key, held in given if held.visit == now or (held.state == here and key not in stale))
    own = frozenset((*good, event.name))
    between = [key for key, held in given if key not in own and _at_or_after(question.case, held, here)]
    hindering = tuple(sorted((key for key in between if key in stale), key=lambda key: case.evidence[key].act))
    return (_left_behind(question, case, event.name, here, own), hindering) if hindering else (case, ())


def upheld(question: Question, key: str) -> Case:
    """The case with one piece of stale evidence confirmed unchanged by who gave it (沿用), for what stands now."""
    case, held = question.case, question.case.evidence[key]
    noted = replace(
        held,
        act=case.version + 1,
        visit=len(case.path),
        digest=content(case),
        round=round_of(case),
        by=question.actor.person,
        upheld=True,
    )
    return changes.put(changes.put(case, "evidence", key, noted), "stale", key, None)


# ── what an act gave, and what it replaced ────────────────────────────────────────────────────────────────────────────


def _asked(event: Event) -> Iterator[str]:
    yield from (ask.name for ask in event.fill)
    yield from (ask.name for ask in event.attach)


def _changed(before: Case, case: Case) -> frozenset[str]:
    """The fields and materials that stand in a case otherwise than before."""
    found = set[str]()
    for old, new in ((before.fields, case.fields), (before.materials, case.materials)):
        if old is not new:
            found.update([name for name in old.keys() | new.keys() if old.get(name) != new.get(name)])
    return frozenset(found)


def _gave(event: Event, before: Case, case: Case, key: str, changed: frozenset[str]) -> dict[str, int]:
    """Everything the act stands for, with the act since which it has stood so; a sheet is evidence as a whole.

    What another act gave, and this one only leaves as it stands, stays the gift of that one, unless that one counts no
    more or belongs to a later step, which an earlier round left it behind from: then it is handed in by this act.
    """
    filled = [effect.name for effect in event.effects if isinstance(effect, SetField)]
    names = [ask.name for ask in event.attach] if event.sheet else [*_asked(event), *filled]
    givers, found = _Givers(before), dict[str, int]()
    for name in dict.fromkeys(names):
        if not _stood(case, name):
            continue
        if name in changed:
            found[name] = before.version + 1
        elif givers.left(giver := givers.of(name), key):
            found[name] = givers.since(giver, name)
    return found


def _replaced(event: Event, before: Case, case: Case, key: str, changed: frozenset[str]) -> frozenset[str]:
    """What somebody could have relied on and this act gave another content."""
    names = {name for name in _asked(event) if name in changed and _stood(before, name)} if changed else set()
    if event.sheet and key in before.section("sheets") and before.section("sheets")[key] != case.section("sheets")[key]:
        names = {name for name in names if name in before.materials} | {event.sheet}
    return frozenset(names)


def _still_own(held: Evidence, event: Event | None, case: Case, hands: frozenset[str]) -> frozenset[str]:
    """What evidence gave that may be given another content and leaves it good."""
    if event is None or held.role in hands:
        return frozenset(held.gave)
    return frozenset(name for name in held.gave if name not in case.materials)


def _hands(event: Event, case: Case, chair: Capacity) -> frozenset[str]:
    """The roles that an act is done by: everybody who signed it, else the one whose act it is."""
    if event.sign is None:
        return frozenset((chair.role,))
    return frozenset(one.role for one in case.body.get("signed", {}).get(event.name, ()))


def _stood(case: Case, name: str) -> bool:
    return name in case.fields or name in case.materials


class _Givers(msgspec.Struct, frozen=True):
    """Who gave what stands in a case."""

    case: Case

    def of(self, name: str) -> str | None:
        latest, giver = -1, None
        for key, held in self.case.evidence.items():
            if held.act > latest and name in held.gave:
                latest, giver = held.act, key
        return giver

    def since(self, giver: str | None, name: str) -> int:
        """Since which act what ``giver`` gave has stood as it does; 0 when that was not noted yet."""
        return self.case.evidence[giver].gave[name] if giver else 0

    def left(self, giver: str | None, key: str) -> bool:
        """Whether an act under ``key`` hands in what ``giver`` gave, although it only leaves it as it stands."""
        if giver is None or giver == key or giver in self.case.stale:
            return True
        there, here = self.case.evidence[giver].state, self.case.state
        return there != here and order(self.case, there) > order(self.case, here)

    def sheets(self, name: str) -> list[Evidence]:
        return [held for key, held in self.case.evidence.items() if key.startswith(f"{name}/")]


# ── what goes stale ───────────────────────────────────────────────────────────────────────────────────────────────────


def _outdate(
    question: Question,
    event: Event | None,
    case: Case,
    own: str,
    names: frozenset[str],
    hands: frozenset[str] = frozenset(),
) -> Case:
    """``event`` None is a correction. What one actor gave is not stale for being given anew; what several signed is.

    So is a paper that others (not ``hands``) put another in the place of: they do not speak for who gave it.
    """
    if not names:
        return case
    workflow, before = question.workflow, question.case
    kept = event.keeps if event else {}
    for key, held in before.evidence.items():
        given_by = event_of(workflow, key)
        spared = given_by is not None and given_by.name in kept
        if key == own or key in before.stale or spared or not can_go_stale(workflow, before, key, held):
            continue
        joint = given_by is not None and given_by.sign is not None
        others = names if joint and event is not None else names - _still_own(held, event, case, hands)
        seen = tuple(sorted(one for one in others if _saw(workflow, before, key, held, one, own)))
        if seen:
            done = event.name if event else "correct"
            case = changes.put(case, "stale", key, Stale("changed", done, question.actor.person, question.at, seen))
    return case


def _saw(workflow: Workflow, case: Case, key: str, held: Evidence, name: str, own: str) -> bool:
    """Whether evidence was given with ``name`` before the eyes, as it stood until now.

    What only the present act (``own``) had given, in a round before, was not relied upon.
    """
    event = event_of(workflow, key)
    if event is None or (event.rests_on and name not in event.rests_on):
        return False
    givers = _Givers(case)
    if name in workflow.sheets:
        others = [one for one in givers.sheets(name) if one.act <= held.act and _not_later(case, one, held)]
        return name != event.sheet and bool(others)
    giver = givers.of(name)
    if giver is None:
        return True
    left = own if own in case.stale else ""
    earlier = (one for key, one in case.evidence.items() if name in one.gave and key != left)
    seen = any(one.gave[name] <= held.act and _not_later(case, one, held) for one in earlier)
    return seen and givers.since(giver, name) <= held.act


def _not_later(case: Case, one: Evidence, other: Evidence) -> bool:
    """What an earlier round has left of later steps is nothing that an act of this step rests on."""
    return order(case, one.state) <= order(case, other.state)


def _at_or_after(case: Case, held: Evidence, state: str) -> bool:
    return order(case, held.state) >= order(case, state)


def order(case: Case, state: str) -> int:
    """When the path first came to a state; before all of them for the opening of the case."""
    for place, visit in enumerate(case.path):
        if visit.state == state:
            return place
    return -1


def way(case: Case) -> list[str]:
    """The steps that lead to where the case stands, in order: one that was gone back over is left out until it is
    walked again, or the case has come straight back to who returned it."""
    walked: list[str] = []
    returner: list[str] = []
    for visit in case.path:
        if returner and visit.state == returner[-1]:
            walked, returner = returner, []
        elif visit.state in walked:
            returner = walked if visit.event == "return" else []
            walked = walked[: walked.index(visit.state) + 1]
        else:
            walked.append(visit.state)
            returner = []
    return walked


def _left_behind(question: Question, case: Case, event: str, state: str, spared: frozenset[str]) -> Case:
    gone = Stale("returned", event, question.actor.person, question.at)
    for key, held in _with_earlier(question.workflow, case).items():
        if key not in spared and _at_or_after(question.case, held, state):
            case = changes.put(changes.put(case, "evidence", key, held), "stale", key, gone)
    return case


def _with_earlier(workflow: Workflow, case: Case) -> Mapping[str, Evidence]:
    """The evidence, with what was done before evidence was kept: placed at the last step that it is done in."""
    found = dict(case.evidence)
    for name, event in workflow.events.items():
        if name not in found and event.sheet is None and case.count(name):
            state = max(event.sources, key=lambda one: order(case, one))
            gave = {one: 0 for one in _asked(event) if _stood(case, one)}
            found[name] = Evidence(0, state, 0, "", "", "", gave, times=case.count(name))
    return found
