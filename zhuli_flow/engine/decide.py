"""The law's one path: ``options`` and ``decide`` examine an event in the same way: a button and a refusal can't differ.

``decide`` either gives the Decision or *all* reasons against it. It changes nothing: the case after it is a new value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from msgspec.structs import replace

from zhuli_flow.definitions.model.expressions import Ask as AskNode
from zhuli_flow.definitions.model.expressions import Compare, walk
from zhuli_flow.definitions.model.workflow import OPERATIONS, SYSTEM, ChangeClock, Event, Guard, SignOff
from zhuli_flow.engine import admission, evidence, laws, operations, stale_refusals
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.question import Question, stale, suspended, unreadable
from zhuli_flow.engine.authority.rights import capacity, open_delegation, personal_duty
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.deadlines import lifecycle
from zhuli_flow.engine.effects import announce, fill_in
from zhuli_flow.engine.expressions import known_answers as known
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.handover import told_of_vacancies
from zhuli_flow.engine.history.entry import Entry
from zhuli_flow.engine.inputs import Answers, needs, take
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision, Message, Needs, Option, Refusal
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.model.refusal_codes import NO_RIGHT, RefusalCode
from zhuli_flow.engine.model.signing import Signature, SignOffUnderWay
from zhuli_flow.engine.visits import Walked, advanced, arrive, last_in, walked
from zhuli_flow.support.suggest import did_you_mean

_NOTHING_LATER: frozenset[str] = frozenset()
EXPLAINED = "explained"
"""A warning of this kind passes only with an opinion that explains it."""


class Examined(msgspec.Struct, frozen=True):
    """What came of looking at one event: refusals (none: it may happen), warnings, and what carrying it out needs."""

    event: Event
    answers: Answers
    refusals: tuple[Refusal, ...]
    warnings: tuple[Refusal, ...]
    capacity: Capacity
    seat: Seat | None
    command: Command


def decide(question: Question, command: Command, last: Entry | None = None) -> Decision | tuple[Refusal, ...]:
    """The Decision, or every reason against it.

    ``last`` is the latest accepted entry of the case (only 撤回 looks at it).
    """
    answer = _decide(question, command, last)
    return told_of_vacancies(question, answer) if isinstance(answer, Decision) else answer


def _decide(question: Question, command: Command, last: Entry | None) -> Decision | tuple[Refusal, ...]:
    if command.event in OPERATIONS:
        return operations.decide(question, command, last)
    event = question.workflow.events.get(command.event)
    if event is None:
        return (_unknown(question, command.event),)
    seen = _examine(question, event, command)
    if seen.refusals:
        return seen.refusals
    decision = _carry(question, seen)
    unlawful = laws.broken(question, event.name, decision.after) if decision.kind == "move" else []
    return tuple(unlawful) or decision


def options(question: Question, last: Entry | None = None) -> tuple[Option, ...]:
    """Everything drawn from the present state, allowed or not, each with all reasons and with what it would need."""
    found, states = [], question.workflow.states
    for event in admission.drawn(question):
        seen = _examine(question, event, None)
        target = event.target if event.target in states else question.case.state
        wanted = (
            needs(question.workflow, question.case, event, question.facts) if _gives(question.case, event) else Needs()
        )
        told = (not seen.refusals, seen.refusals, wanted, target, seen.warnings)
        found.append(Option(event.name, event.title, *told))
    return (*found, *operations.options(question, last))


def _gives(case: Case, event: Event) -> bool:
    """A later signer adds a signature and gives nothing else; until somebody has agreed there is nothing to add to."""
    return signoffs.offer_of(case, event.name) is None


def is_about_right(refusals: tuple[Refusal, ...]) -> bool:
    """Whether the person has no right at all to do this (exit code 4), whatever else is missing."""
    return any(refusal.code in NO_RIGHT for refusal in refusals)


def _unknown(question: Question, name: str) -> Refusal:
    known = [*question.workflow.events, *question.workflow.operations]
    known += [one.title for one in question.workflow.events.values()]
    fix = did_you_mean(name, known, "是否要办理", "用 zhuli case options 查看可办的操作")
    return Refusal("unknown_event", f"流程“{question.workflow.title}”没有操作“{name}”", fix)


def _examine(question: Question, event: Event, command: Command | None) -> Examined:
    """``command`` None asks what might be done: then nothing is missing yet but what a later signer would not give."""
    refusals = [*stale(question, command), *suspended(question), *admission.refusals(question, event)]
    offer = command or Command(event.name)
    if event.sign is not None:
        offer, different = signoffs.standing_offer(question.workflow, offer, question.case, question.facts)
        refusals += different
    asking = command is None and _gives(question.case, event)
    answers = Answers(question.case, (), {})
    if not (asking or offer.decline):  # who declines owes a reason and nothing that agreeing would need
        answers = take(question.workflow, question.case, event, offer, question.facts, question.actor)
    later = frozenset(ask.name for ask in event.fill) if asking else _NOTHING_LATER
    seat, right = _right(question, event, answers.case, later)
    refusals += right if isinstance(right, list) else []
    refusals += [*answers.refusals, *(_words(question, event, command) if command else ())]
    chair = right if isinstance(right, Capacity) else Capacity("")
    unmet = [] if offer.decline else _unmet(question, event, answers, later, chair)
    unmet += [] if offer.decline or asking else _differing(question, event, answers)
    refusals += [refusal for refusal, warn in unmet if not warn]
    refusals += [_unexplained(refusal) for refusal, warn in unmet if warn == EXPLAINED and not _explained(command)]
    warnings = tuple(refusal for refusal, warn in unmet if warn)
    if not (refusals or offer.decline):  # a condition in words of its own says more than the law behind it
        refusals = laws.forbidding(question, event.name, answers.case)
    return Examined(event, answers, tuple(refusals), warnings, chair, seat, offer)


def _words(question: Question, event: Event, command: Command) -> list[Refusal]:
    """Who decides says why: required by the definition of whoever opens the act, and always of who declines."""
    found = []
    if command.decline and event.sign is None:
        found.append(Refusal("not_a_signoff", f"“{event.title}”不是会签，不能退签", "不同意的，请改办其他操作"))
    found += unreadable(command.opinion)
    wanted = command.decline or (event.opinion_required and _gives(question.case, event))
    if wanted and not command.opinion.strip():
        what = f"退签“{event.title}”" if command.decline else f"“{event.title}”"
        found.append(Refusal("opinion_required", f"{what}必须填写办理意见", "请用 --opinion 说明理由", event.clause))
    return found


def _right(
    question: Question, event: Event, case: Case, later: frozenset[str]
) -> tuple[Seat | None, Capacity | list[Refusal]]:
    if event.sign is not None:
        return signoffs.sign_right(question.scope(case), event, question.actor, later)
    right = capacity(question.workflow, question.case, question.actor, event.by)
    if isinstance(right, list) and open_delegation(question.case, question.actor):
        why = "本事项是委派给您的，只能提出意见后交回"
        return None, [Refusal("only_hand_back", why, "请办理 hand_back（交回）")]
    if isinstance(right, Capacity) and event.sheet is not None and right.how:
        role = question.workflow.roles[right.role]
        own = personal_duty(role, question.case, right.on_behalf_of, right.how, sheet=True)
        return None, [own] if own else right
    return None, right


def _explained(command: Command | None) -> bool:
    """Who only asks what might be done has not been asked for an explanation yet."""
    return command is None or bool(command.opinion.strip())


def _unexplained(warning: Refusal) -> Refusal:
    fix = f"{warning.fix or '核对无误的'}，请在办理意见中写明原因（--opinion）"
    if warning.code not in {"guard", "quota_full"}:
        return replace(warning, fix=fix)
    return Refusal("explanation_required", warning.because, fix, warning.clause, warning.line)


def _differing(question: Question, event: Event, answers: Answers) -> list[tuple[Refusal, bool | str]]:
    """What differs from what is known already; it passes with an explanation. What the system does is no answer."""
    if question.actor.person == SYSTEM or not known.compares(question.workflow, event):
        return []
    given = answers.values if event.sheet is not None else answers.case.fields
    return [(one, EXPLAINED) for one in known.differing(question.scope(answers.case), event, given)]


def _unmet(
    question: Question, event: Event, answers: Answers, later: frozenset[str], chair: Capacity
) -> list[tuple[Refusal, bool | str]]:
    """Conditions that do not hold, but for those on what is still to be given by this very act.

    They must hold of all that stands in the case, so that nothing gone stale opens a way, and of what of it counts.
    """
    scope = question.scope(answers.case)
    scope.own = answers.values if event.sheet is not None else None
    scope.capacity = chair
    counting = replace(scope, anew=frozenset(ask.name for ask in event.fill)) if answers.case.stale else scope
    found: list[tuple[Refusal, bool | str]] = []
    gone: list[str] = []
    for guard in event.guards:
        truth = condition(guard.condition)(scope)
        told_already = truth is None and signoffs.mentions(guard.condition, _unanswered(event, answers))
        if told_already or (later and signoffs.mentions(guard.condition, later)):
            # whatever is given, the other side of a comparison lacks
            if counting is not scope and isinstance(guard.condition, Compare):
                gone += stale_refusals.behind(question, answers.case, guard.condition, counting.anew or ())
            continue
        if truth is not True:
            found.append((_unmet_guard(event, guard), guard.warn))
        if counting is not scope and not guard.warn and condition(guard.condition)(counting) is not True:
            behind = stale_refusals.behind(question, answers.case, guard.condition, counting.anew or ())
            gone += [key for key in behind if truth is True or "/" in key]  # a stale sheet is not counted either way
    if not gone:
        return found
    return [*((one, False) for one in stale_refusals.refusals(question, answers.case, gone)), *found]


def _unmet_guard(event: Event, guard: Guard) -> Refusal:
    because, _, fix = (guard.say, "", guard.fix) if guard.fix else guard.say.partition("；")
    return Refusal(_code(guard), because, fix, guard.clause or event.clause, guard.line)


def _unanswered(event: Event, answers: Answers) -> frozenset[str]:
    """Required fields that stand empty: each is a refusal of its own, a condition on it need not be told as well."""
    here = answers.values if event.sheet is not None else answers.case.fields
    return frozenset(ask.name for ask in event.fill if ask.required and here.get(ask.name) is None)


def _code(guard: Guard) -> RefusalCode:
    asks_room = any(isinstance(node, AskNode) and node.kind == "room" for node in walk(guard.condition))
    return "quota_full" if asks_room else "guard"


def _carry(question: Question, seen: Examined) -> Decision:
    if seen.event.sign is not None:
        signed, passed = _sign(question, seen, seen.event.sign)
        if passed is not True:
            return _signature(question, seen, signed, passed)
        seen = replace(seen, answers=replace(seen.answers, case=signed))
    return _move(question, seen)


def _sign(question: Question, seen: Examined, sign: SignOff) -> tuple[Case, bool | None]:
    """The case with this signature added, and what it comes to."""
    given = (*signoffs.signatures(question.case, seen.event.name), _signature_of(question, seen, cast(Seat, seen.seat)))
    total = len(signoffs.seats_at(question.scope(seen.answers.case), seen.event))
    passed = signoffs.outcome(sign, total, [one.agree for one in given])
    if passed is True:
        done = changes.put(seen.answers.case, "signed", seen.event.name, given)
        return changes.put(done, "signoffs", seen.event.name, None), True
    held = _under_way(question, seen, given) if passed is None else None
    return changes.put(question.case, "signoffs", seen.event.name, held), passed


def _under_way(question: Question, seen: Examined, given: tuple[Signature, ...]) -> SignOffUnderWay:
    """What agreed signers have signed stays as it is; a refusal adds no content."""
    standing = signoffs.open_signoff(question.case, seen.event.name)
    held = standing or SignOffUnderWay({}, {}, ())
    if not seen.command.decline:
        return replace(held, values=dict(seen.answers.values), materials=seen.command.materials, signatures=given)
    offered = signoffs.offer_of(question.case, seen.event.name)
    values, materials = (offered.values, offered.materials) if offered else ({}, {})
    return replace(held, values=values, materials=materials, signatures=given)


def _signature_of(question: Question, seen: Examined, seat: Seat) -> Signature:
    return Signature(
        seat=seat.key,
        role=seat.role,
        person=question.actor.person,
        organisation=question.actor.organisation.name,
        on_behalf_of=seen.capacity.on_behalf_of,
        agree=not seen.command.decline,
        opinion=seen.command.opinion,
        at=question.at,
        digest=evidence.content(seen.answers.case),
    )


def _signature(question: Question, seen: Examined, signed: Case, passed: bool | None) -> Decision:
    after = advanced(question, signed, seen.event.name, seen.event.title)
    left = signoffs.missing(question.scope(after), seen.event) if passed is None else []
    if passed is None:
        title = seen.event.title
        messages = tuple(Message(f"{after.applicant.name}：“{title}”待您签署", seat.role, seat.person) for seat in left)
        notes: tuple[str, ...] = ()
    else:
        messages, notes = _tell_signers(question, seen), (f"“{seen.event.title}”未获通过，签署终止",)
    return Decision(
        question.case,
        after,
        seen.event.name,
        seen.event.title,
        "sign",
        seen.capacity,
        changes.changes(question.case, after),
        messages=messages,
        warnings=seen.warnings,
        notes=notes,
        missing_signers=tuple(seat.person or question.role_title(seat.role) for seat in left),
    )


def _tell_signers(question: Question, seen: Examined) -> tuple[Message, ...]:
    """A sign-off that failed begins anew: those who had signed must know."""
    signed = signoffs.signatures(question.case, seen.event.name)
    who = dict.fromkeys(one.person for one in signed if one.person != question.actor.person)
    why = f"{question.actor.person}退签：{seen.command.opinion}"
    text = f"{question.case.applicant.name}：“{seen.event.title}”未获通过（{why}），须重新发起"
    return tuple(Message(text, person=person) for person in who)


def _tell_voided(question: Question, seen: Examined, voided: Mapping[str, tuple[str, ...]]) -> list[Message]:
    """Those who signed what has changed since: their signatures no longer count."""
    workflow, name = question.workflow, question.case.applicant.name
    texts = {
        event: f"{name}：“{seen.event.title}”改动了内容，“{workflow.events[event].title}”须重新签署" for event in voided
    }
    return [Message(texts[event], person=person) for event, people in voided.items() for person in people]


def _move(question: Question, seen: Examined) -> Decision:
    event, before = seen.event, question.case
    case = fill_in(question, event, seen.answers.case, seen.capacity)
    case, voided = signoffs.void_changed(before, case)
    case = evidence.given(question, event, case, seen.capacity)
    case, target, notes = _target(question, event, case)
    case = arrive(question, case, event.name, target)
    count = case.count(event.name) + 1
    case = changes.put(case, "counts", event.name, count)
    clock = [effect for effect in event.effects if isinstance(effect, ChangeClock)]
    case = lifecycle.follow(question.scope(case), before, event.name, clock, "met")
    done = announce(question, event, advanced(question, case, event.name, event.title))
    return Decision(
        before,
        done.case,
        event.name,
        event.title,
        "move",
        seen.capacity,
        changes.changes(before, done.case),
        tuple(done.notices),
        tuple(done.cases),
        (*done.messages, *_tell_voided(question, seen, voided)),
        seen.warnings,
        (*done.notes, *notes),
        advances=tuple(done.advances),
        numbers=tuple(done.numbers),
    )


def _target(question: Question, event: Event, case: Case) -> tuple[Case, Walked, tuple[str, ...]]:
    """Where the machine takes the case; straight back to the returner when 退回 asked for that and all still holds."""
    bound, notes = evidence.bound_for(question, event), tuple[str, ...]()
    if bound is not None:
        reached = walked(question, event.name, bound)
        case, hindering = evidence.straight(question, event, case) if reached is not None else (case, ())
        if reached is not None and not hindering:
            return case, reached, notes
        if hindering:
            again = stale_refusals.named(question, case, hindering)
            notes = (f"内容已有改动，不能直达“{question.title(bound)}”，须重新办理：{again}",)
    back = last_in(case, question.workflow.compounds[event.history]) if event.history else None
    return case, cast(Walked, walked(question, event.name, back)), notes
