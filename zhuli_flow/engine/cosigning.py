"""加签 and 减签: one seat more or less in a sign-off under way, the signatures of the others standing."""

from __future__ import annotations

from msgspec.structs import replace

from zhuli_flow.definitions.model.workflow import Event
from zhuli_flow.engine.act import Act
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.rights import role_title
from zhuli_flow.engine.authority.signoffs import Seat
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Capacity
from zhuli_flow.engine.model.signing import SignOffUnderWay

ADD, DROP = "add_signer", "drop_signer"


def add_signer(act: Act) -> Case | None:
    """A seat for a person of the directory beside those that the definition asks for; who opened the sign-off may."""
    found = _opened(act)
    if found is None or act.command is None:
        return None
    event, held = found
    person = act.word("person")
    if person not in act.question.facts.people:
        act.refuse("unknown_person", f"名录中没有“{person or '（未写）'}”", "请用 --set person=人员 指定")
    elif person in held.added or any(one.person == person for one in _seats(act, event)):
        act.refuse("bad_target", f"{person}已在签署之列", "无须加签")
    if act.refusals:
        return None
    act.tell(f"“{event.title}”请您加签：{act.command.opinion}", [Seat("", person)])
    return changes.put(act.case, "signoffs", event.name, replace(held, added=(*held.added, person)))


def drop_signer(act: Act) -> Case | None:
    """A seat that has not signed, taken out: one that was added, or one of several named people; never a role's own.

    Where nobody is left to sign, who opened the sign-off signs once more, and that is the last signature.
    """
    found = _opened(act)
    if found is None:
        return None
    event, held = found
    if act.command is None:
        if not any(one.person for one in signoffs.missing(act.question.scope(), event)):
            act.refuse("bad_target", "没有可以减签的人", _droppable(act, event))
        return None
    person = act.word("person")
    seat = next((one for one in _seats(act, event) if one.person == person and one.person), None)
    if seat is None:
        act.refuse("bad_target", f"“{person or '（未写）'}”不在可以减签之列", _droppable(act, event))
    elif any(one.seat == seat.key for one in held.signatures):
        act.refuse("already_signed", f"{person}已经签署，不能减签", "签署的内容须改的，请退签后重新发起")
    elif seat.role and sum(one.role == seat.role for one in _seats(act, event)) == 1:
        title = role_title(act.question.workflow, act.case, seat.role)
        act.refuse("bad_target", f"{title}只有{person}一人，不能减签", "请先加签或另行指定")
    if act.refusals or seat is None:
        return None
    if seat.role:
        after = replace(held, dropped=(*held.dropped, seat.key))
    else:
        after = replace(held, added=tuple(one for one in held.added if one != person))
    act.tell(f"“{event.title}”不再须由您签署：{act.command.opinion}", [Seat("", person)])
    case = changes.put(act.case, "signoffs", event.name, after)
    if signoffs.missing(act.question.scope(case), event):
        return case
    first = held.signatures[0]
    act.tell(f"“{event.title}”其余各方均已签署，请您再签一次即办结", [Seat("", first.person)])
    return changes.put(case, "signoffs", event.name, replace(after, signatures=after.signatures[1:]))


def _seats(act: Act, event: Event) -> list[Seat]:
    return signoffs.seats_at(act.question.scope(), event)


def _droppable(act: Act, event: Event) -> str:
    names = "、".join(seat.person for seat in signoffs.missing(act.question.scope(), event) if seat.person)
    return f"可以减签：{names}" if names else "流程规定的签署角色不能减签"


def _opened(act: Act) -> tuple[Event, SignOffUnderWay] | None:
    """The sign-off under way that this person opened, by its first signature; told why there is none."""
    mine = {act.question.actor.person, *(one.person for one in act.question.actor.acts_for)}
    events = act.question.workflow.events
    opened = {name: held for name, held in act.case.body.get("signoffs", {}).items() if held.signatures}
    own = {name: held for name, held in opened.items() if held.signatures[0].person in mine}
    if not own:
        by = "、".join(f"“{events[name].title}”由{held.signatures[0].person}发起" for name, held in opened.items())
        act.refuse("not_opened", "没有由您发起、正在进行的签署", by or "加签、减签在有人签署之后由发起人办理")
        return None
    name = act.word("event") or next(iter(own))
    if name not in own:
        act.refuse("bad_target", f"“{name}”不是由您发起的签署", f"请用 --set event=… 指定：{'、'.join(own)}")
        return None
    act.capacity = Capacity(own[name].signatures[0].role)
    return events[name], own[name]
