"""会签、或签、票签: the seats that must sign, the signatures given, and when they are enough.

An open sign-off lives in the ``signoffs`` section under its event: ``values`` and ``materials`` as first handed in
(what is signed is what will happen), ``signatures``. A finished one is kept in ``signed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from msgspec.structs import replace

from zhuli_flow.definitions.model.expressions import Aggregate, Condition, Name, walk
from zhuli_flow.definitions.model.workflow import Event, Signer, SignOff, Workflow
from zhuli_flow.engine.authority.rights import capacity, of_his_unit, other_unit, role_title
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.evaluate import condition
from zhuli_flow.engine.expressions.values import ValueRefused, accept, names_of, typed
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Attachment, Case, Json
from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.model.people import Actor, Capacity
from zhuli_flow.engine.model.signing import Signature, SignOffUnderWay
from zhuli_flow.engine.naming import called


class Seat(NamedTuple):
    """One signature to be given: by a role, or by one named person of it."""

    role: str
    person: str = ""

    @property
    def key(self) -> str:
        return f"{self.role}/{self.person}" if self.person else self.role


def seats(scope: CaseScope, sign: SignOff, later: frozenset[str] = frozenset()) -> list[Seat]:
    """Who has to sign here and now: signers whose condition does not hold are left out, named people sign singly.

    A condition on one of the fields that are given ``later``, by the act itself, may yet hold.
    """
    return seats_of(scope, sign.signers, later)


def seats_of(scope: CaseScope, signers: Sequence[Signer], later: frozenset[str] = frozenset()) -> list[Seat]:
    """As ``seats``, for roles that a definition lists."""
    found = []
    for signer in signers:
        if signer.when and not condition(signer.when)(scope) and not mentions(signer.when, later):
            continue
        role = scope.workflow.roles[signer.role]
        if role.named_in is None:
            found.append(Seat(signer.role))
        else:
            found.extend(Seat(signer.role, name) for name in names_of(scope.case.fields.get(role.named_in)))
    return found


def seats_at(scope: CaseScope, event: Event, later: frozenset[str] = frozenset()) -> list[Seat]:
    """As ``seats``, with what 加签 and 减签 have changed in the sign-off under way."""
    found, held = seats(scope, cast(SignOff, event.sign), later), open_signoff(scope.case, event.name)
    if held is None or not (held.added or held.dropped):
        return found
    return [*(seat for seat in found if seat.key not in held.dropped), *(Seat("", person) for person in held.added)]


def seat_title(scope: CaseScope, seat: Seat) -> str:
    """Whose seat it is, as people say it."""
    return role_title(scope.workflow, scope.case, seat.role) if seat.role else seat.person


def mentions(tree: Condition, names: frozenset[str]) -> bool:
    """Whether a condition looks at one of the fields ``names``."""
    if not names:
        return False
    nodes = list(walk(tree))
    named = {node.text for node in nodes if isinstance(node, Name)}
    return bool(names & (named | {node.source for node in nodes if isinstance(node, Aggregate)}))


def open_signoff(case: Case, event: str) -> SignOffUnderWay | None:
    """The sign-off under way for ``event``; None when nobody has signed yet."""
    return case.body.get("signoffs", {}).get(event)


def offer_of(case: Case, event: str) -> SignOffUnderWay | None:
    """The sign-off under way, once somebody has agreed to something; None while there is nothing to sign along with."""
    found = open_signoff(case, event)
    return found if found and any(one.agree for one in found.signatures) else None


_SIGNED = ("fields", "materials", "sheets")
"""The sections that a signer saw and put a name to."""


def void_changed(before: Case, after: Case) -> tuple[Case, Mapping[str, tuple[str, ...]]]:
    """``after`` without the open sign-offs whose content an act has changed, and who had signed each of them.

    A signature stands for what its signer saw: a later signer must not put into force what the first never read.
    """
    opened = after.body.get("signoffs", {})
    if not opened or all(before.section(name) == after.section(name) for name in _SIGNED):
        return after, {}
    voided = {name: tuple(dict.fromkeys(one.person for one in held.signatures)) for name, held in opened.items()}
    return changes.clear(after, "signoffs"), voided


def signatures(case: Case, event: str) -> tuple[Signature, ...]:
    """The signatures given so far, oldest first."""
    found = open_signoff(case, event)
    return found.signatures if found else ()


def sign_right(
    scope: CaseScope, event: Event, actor: Actor, later: frozenset[str] = frozenset()
) -> tuple[Seat | None, Capacity | list[Refusal]]:
    """The seat this actor may fill and in which capacity; otherwise the reasons why not."""
    sign = cast(SignOff, event.sign)
    wanted, given = seats_at(scope, event, later), {one.seat for one in signatures(scope.case, event.name)}
    free = [seat for seat in wanted if seat.key not in given]
    reasons: list[Refusal] = []
    for seat in wanted:
        right = capacity(scope.workflow, scope.case, actor, [seat.role]) if seat.role else _as_person(actor, seat)
        if isinstance(right, list):
            reasons += right
        elif seat.person and seat.person not in _names(actor, right):
            continue
        elif seat.key in given:
            reasons.append(_already(scope, event, seat))
        elif not sign.same_hand and (signed := _signed_by(scope, event, actor, right)):
            reasons.append(_one_hand(scope, event, seat, signed, actor))
        elif sign.ordered and free and free[0] != seat:
            reasons.append(_not_your_turn(scope, event, free[0]))
        else:
            return seat, right
    return None, _most_telling(scope, reasons, wanted, event)


def _as_person(actor: Actor, seat: Seat) -> Capacity | list[Refusal]:
    """An added seat (加签) is the person's own, or of who acts for him in his unit."""
    absent = next((one for one in actor.acts_for if one.person == seat.person), None)
    if absent is None or actor.person == seat.person:
        return Capacity("")
    if not of_his_unit(actor, absent.organisation):
        return [other_unit(absent.person, absent.organisation)]
    return Capacity("", seat.person, "委托")


def _names(actor: Actor, right: Capacity) -> set[str]:
    """By what names this actor may be listed among the signers: the person, who is acted for, the organisation."""
    behalf = [one.organisation.id for one in actor.acts_for if one.person == right.on_behalf_of]
    return {actor.person, right.on_behalf_of, *(behalf or [actor.organisation.id, *actor.formerly])} - {""}


def _most_telling(scope: CaseScope, reasons: list[Refusal], wanted: Sequence[Seat], event: Event) -> list[Refusal]:
    nearer = [reason for reason in reasons if reason.code != "no_role"]
    if nearer:
        return nearer
    who = tuple(dict.fromkeys(seat_title(scope, seat) for seat in wanted))
    words = "、".join(who) or "（尚未确定签署人）"
    why = f"“{event.title}”须由{words}签署，您不在其列"
    return [Refusal("no_role", why, "请由有权的人员签署", event.clause, event.line, who)]


def _signed_by(scope: CaseScope, event: Event, actor: Actor, right: Capacity) -> Signature | None:
    """What this very person, or who he acts for now, has signed already, in whatever capacity; else None.

    A substitute's signature (委托) is that of the absent one too; what was handed over (转办) is the other's alone.
    """
    now = {actor.person, right.on_behalf_of if right.how == "委托" else actor.person}
    given = signatures(scope.case, event.name)
    return next((one for one in given if now & _hands(scope.case, one)), None)


def _hands(case: Case, one: Signature) -> set[str]:
    given = case.assignments.get(f"{one.role}/{one.on_behalf_of}")
    handed = given is not None and given.to == one.person
    return {one.person} if handed or not one.on_behalf_of else {one.person, one.on_behalf_of}


def _one_hand(scope: CaseScope, event: Event, seat: Seat, signed: Signature, actor: Actor) -> Refusal:
    """Two seats are two people's judgement; a definition that wants otherwise says ``same_hand``."""
    first, second = (seat_title(scope, one) for one in (Seat(signed.role, signed.person), seat))
    by = "您" if signed.person == actor.person else signed.person
    already = f"{by}已{f'代{signed.on_behalf_of}' if by != '您' and signed.on_behalf_of else ''}作为{first}"
    why = f"{already}签署“{event.title}”，同一人（含其受托人）不能再作为{second}签署"
    return Refusal("one_hand", why, "请由另一人签署", event.clause, event.line, (second,))


def _already(scope: CaseScope, event: Event, seat: Seat) -> Refusal:
    title = seat_title(scope, seat)
    left = [seat_title(scope, one) for one in missing(scope, event)]
    return Refusal("already_signed", f"{title}已签署过“{event.title}”", f"尚待签署：{'、'.join(left)}", who=tuple(left))


def _not_your_turn(scope: CaseScope, event: Event, first: Seat) -> Refusal:
    title = seat_title(scope, first)
    why = f"“{event.title}”须按顺序签署，现在应由{title}签署"
    return Refusal("not_your_turn", why, "请等前一位签署后再办理", who=(title,))


def missing(scope: CaseScope, event: Event, later: frozenset[str] = frozenset()) -> list[Seat]:
    """The seats that have not signed yet; ``later`` as for ``seats``."""
    given = {one.seat for one in signatures(scope.case, event.name)}
    return [seat for seat in seats_at(scope, event, later) if seat.key not in given]


def standing_offer(workflow: Workflow, command: Command, case: Case, facts: Facts) -> tuple[Command, list[Refusal]]:
    """The command with what its sign-off was opened with; other content than what others signed is refused by name.

    Opinion and vote stay the signer's own: nobody's words are put down for another.
    """
    held = offer_of(case, command.event)
    if held is None:
        return command, []
    different = [name for name, raw in command.values.items() if not _same(workflow, name, raw, held.values, facts)]
    different += [
        name for name, files in command.materials.items() if not _same_files(files, held.materials.get(name, ()))
    ]
    refusals = []
    if different:
        fix = "请按已签内容签署；内容须改的，请退签并写明意见，由发起人重新发起"
        words = [called(name, workflow.fields if name in workflow.fields else workflow.materials) for name in different]
        refusals.append(Refusal("sign_differs", f"签署内容与他人已签的不一致：{'、'.join(sorted(words))}", fix))
    return replace(command, values=held.values, materials=held.materials), refusals


def _same(workflow: Workflow, name: str, raw: Json, held: Values, facts: Facts) -> bool:
    if name not in workflow.fields or name not in held:
        return False
    try:
        field = workflow.fields[name]
        return typed(field, accept(field, raw, facts)) == typed(field, held[name])  # 1.50 is 1.5
    except ValueRefused:
        return False


def _same_files(given: Sequence[Attachment], held: Sequence[Attachment]) -> bool:
    return [file.sha256 for file in given] == [file.sha256 for file in held]


def outcome(sign: SignOff, total: int, votes: Sequence[bool]) -> bool | None:
    """True: enough have agreed; False: it cannot succeed any more; None: still open."""
    agreed, refused = sum(votes), len(votes) - sum(votes)
    if sign.mode == "all_of":
        return False if refused else (True if agreed >= total else None)
    if sign.mode == "any_of":
        return True if agreed else (False if refused >= total else None)
    needed, of = sign.share
    if agreed * of >= needed * total:
        return True
    return False if (total - refused) * of < needed * total else None
