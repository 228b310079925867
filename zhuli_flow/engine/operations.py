"""The operations every office knows: 退回、撤回、转办、委派、交回、催办、抄送、挂起、恢复、终止、更正.

They are words of the language, done here once. How each pair combines stands in docs/operations.md, with a test for
every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.workflow import HOLDER, OPERATIONS, Operation
from zhuli_flow.engine import evidence, laws, queues
from zhuli_flow.engine.act import Act
from zhuli_flow.engine.answering import answer
from zhuli_flow.engine.authority.assignees import awaited, handed_to, titles, vacancies
from zhuli_flow.engine.authority.question import Question, stale, unreadable
from zhuli_flow.engine.authority.rights import capacity, given_delegation, open_delegation, personal_duty
from zhuli_flow.engine.authority.signoffs import Seat, signatures
from zhuli_flow.engine.corrections import not_admitted, worked_out
from zhuli_flow.engine.cosigning import ADD, DROP, add_signer, drop_signer
from zhuli_flow.engine.deadlines import lifecycle
from zhuli_flow.engine.deadlines.debtor import owing
from zhuli_flow.engine.edges import leaves
from zhuli_flow.engine.expressions.names import split_names
from zhuli_flow.engine.handover import passed_on, superior, taken_back, vacant_role
from zhuli_flow.engine.history.entry import Doer, Entry
from zhuli_flow.engine.inputs import avoided, read_value, unexpected
from zhuli_flow.engine.model import changes as record
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import Command, Decision, Needs, Option, Refusal
from zhuli_flow.engine.model.people import Capacity, called
from zhuli_flow.engine.model.signing import Assignment
from zhuli_flow.engine.relocation import CONFIRM, PROPOSE, may_propose, propose, proposed, relocate
from zhuli_flow.engine.upholding import uphold
from zhuli_flow.engine.visits import Walked, advanced, arrive, walked

DERIVED = {"hand_back": "delegate", "resume": "suspend"}
"""Operations allowed wherever their opposite is."""
QUIET = frozenset({"urge", "copy", "answer", PROPOSE})
"""Operations that tell somebody and change nothing: they never stand in the way of 撤回."""
EVERYWHERE = {name: Operation(name, (HOLDER,)) for name in ("uphold", "answer", ADD, DROP, PROPOSE, CONFIRM)}
"""Operations that belong to every workflow: 沿用 for who gave evidence, 办理情况回复 for who owes a deadline, 加签 and
减签 for who opened a sign-off, 调整环节 for a stuck case."""
UNASKED = frozenset({"answer", ADD, DROP, PROPOSE, CONFIRM})
"""Offered to those who may, to nobody else."""
_GROUNDS: Mapping[str, Callable[[Question], object]] = {
    "uphold": lambda question: question.case.stale,
    "answer": lambda question: question.case.deadlines,
    ADD: lambda question: question.case.body.get("signoffs"),
    DROP: lambda question: question.case.body.get("signoffs"),
    PROPOSE: may_propose,
    CONFIRM: lambda question: proposed(question.case),
}
"""What there must be in a case or its actor: without it the operation would be refused, and is not offered."""
WHILE_SUSPENDED = frozenset({"resume", "terminate", "copy", "withdraw"})
_ASKS: Mapping[str, tuple[str, ...]] = {
    "uphold": ("what",),
    "return": ("to", "walk"),
    "transfer": ("person",),
    "delegate": ("person",),
    "copy": ("person",),
    ADD: ("person",),
    DROP: ("person",),
    PROPOSE: ("to",),
    CONFIRM: ("to",),
}


def decide(question: Question, command: Command, last: Entry | None) -> Decision | tuple[Refusal, ...]:
    """The Decision on an operation, or every reason against it."""
    operation = _operation(question, command.event)
    if operation is None:
        why = f"流程“{question.workflow.title}”没有开放{OPERATIONS[command.event]}"
        return (Refusal("unknown_event", why, "用 zhuli case options 查看可办的操作"),)
    act = Act(question, operation, command.event, command, last)
    after = _examine(act)
    if not act.refusals and after is not None:
        act.refusals += [*laws.broken(question, command.event, after), *queues.refusing(question, after)]
        if command.event == "correct" and not act.refusals:  # a law says more than the condition that stands for it
            act.refusals += not_admitted(question, after, command.values)
    if act.refusals or after is None:
        return tuple(act.refusals)
    return _decision(act, after)


def _operation(question: Question, name: str) -> Operation | None:
    """As this workflow allows it; None where it does not."""
    return EVERYWHERE.get(name) or question.workflow.operations.get(DERIVED.get(name, name))


def options(question: Question, last: Entry | None) -> tuple[Option, ...]:
    """The operations this workflow knows, each allowed or not with all reasons."""
    found = []
    for name, title in OPERATIONS.items():
        operation = _operation(question, name)
        if operation is not None and question.case.version and (name not in _GROUNDS or _GROUNDS[name](question)):
            act = Act(question, operation, name, None, last)
            _examine(act)
            if name in UNASKED and act.refusals:
                continue
            needs = Needs(arguments=_ASKS.get(name, ()), opinion=_opinion(act))
            found.append(Option(name, title, not act.refusals, tuple(act.refusals), needs))
    return tuple(found)


def _examine(act: Act) -> Case | None:
    act.refusals += stale(act.question, act.command)
    _check_place(act)
    _check_right(act)
    act.refusals += unreadable(act.command.opinion) if act.command else []
    if act.command is not None and _opinion(act) and not act.command.opinion.strip():
        act.refuse("opinion_required", f"{OPERATIONS[act.name]}必须写明理由", "请用 --opinion 说明")
    return _PERFORM[act.name](act)


def _opinion(act: Act) -> bool:
    return act.operation.opinion_required or act.name in {"hand_back", "correct", *UNASKED}


def _check_place(act: Act) -> None:
    title = OPERATIONS[act.name]
    if not leaves(act.question.workflow, act.operation, act.case.state):
        where = act.question.state.title
        act.refuse("wrong_state", f"“{where}”环节不能{title}", "用 zhuli case options 查看可办的操作")
    held = act.case.mark("suspended") is not None
    if held and act.name not in WHILE_SUSPENDED:
        act.refuse("suspended", f"事项已挂起，不能{title}", "请先办理恢复（resume）")
    if act.name == "resume" and not held:
        act.refuse("not_suspended", "事项没有挂起", "无须恢复")


def _check_right(act: Act) -> None:
    if act.name in {"withdraw", "hand_back", *EVERYWHERE}:
        return  # asked with what is to be undone, taken back, upheld, answered or signed
    roles = act.question.holders() if HOLDER in act.operation.by else act.operation.by
    right = capacity(act.question.workflow, act.case, act.question.actor, roles)
    if isinstance(right, list) and act.name == "transfer" and (above := superior(act.question)) is not None:
        right, act.vacant = above, vacant_role(act.question) or ""
    if isinstance(right, Capacity):
        act.capacity = right
    elif not (act.name in QUIET and open_delegation(act.case, act.question.actor)):
        act.refusals += right


def _decision(act: Act, after: Case) -> Decision:
    quiet = act.name in QUIET
    after = after if quiet else advanced(act.question, after, act.name, OPERATIONS[act.name])
    return Decision(
        act.case,
        after,
        act.name,
        OPERATIONS[act.name],
        "operation",
        act.capacity,
        record.changes(act.case, after),
        messages=tuple(act.messages),
    )


def _moved(act: Act, case: Case, at: Walked, *, closing: lifecycle.Closing) -> Case:
    case = arrive(act.question, case, act.name, at)
    return lifecycle.follow(act.question.scope(case), act.case, act.name, (), closing)


def _return(act: Act) -> Case | None:
    """退回 to a step walked before; ``walk`` straight brings the case back here without the steps between."""
    here, been = evidence.order(act.case, act.case.state), evidence.way(act.case)
    allowed = [name for name in act.operation.targets if name in been and evidence.order(act.case, name) < here]
    titles = "、".join(f"{name}（{act.question.title(name)}）" for name in allowed) or "无"
    if not allowed:
        act.refuse("nowhere_to_return", "没有可退回的环节", "本事项尚未经过可退回的环节")
    if act.command is None or not allowed:
        return None
    target, walk = act.word("to"), act.word("walk") or act.operation.walk[0]
    if target not in allowed:
        act.refuse("bad_target", f"不能退回到“{target or '（未写）'}”", f"请用 --set to=环节，可退回：{titles}")
    if walk not in act.operation.walk:
        fix = f"可选：{'、'.join(act.operation.walk)}（again 重走，straight 直达）"
        act.refuse("bad_walk", f"退回后的走法“{walk}”不在允许之列", fix)
    reached = None if act.refusals else walked(act.question, "return", target)
    if reached is None:
        return None
    case = _moved(act, act.case, reached, closing="cancelled")
    case = evidence.next_round(evidence.sent_back(act.question, case, target, straight=walk == "straight"))
    told = f"退回至“{act.question.title(target)}”：{act.command.opinion}"
    act.tell(told, [Seat(HOLDER), *(Seat("", person) for person in handed_to(act.question))])
    return record.put(case, "marks", "straight_to", act.case.state if walk == "straight" else None)


def _withdraw(act: Act) -> Case | None:
    """撤回 one's own latest act, as long as nobody has acted upon it: the reversing entry undoes its changes."""
    last = act.last
    if last is None or last.event == "withdraw":
        act.refuse("nothing_to_withdraw", "没有可以撤回的办理", "如需改变结果，请用退回或更正")
        return None
    act.capacity = _check_withdrawal(act, last, act.operation.by)
    if act.refusals:
        return None
    act.tell(f"{act.question.actor.person}撤回了“{last.title}”")
    return lifecycle.restored(act.case, record.undo(act.case, last.steps))


def _check_withdrawal(act: Act, last: Entry, by: tuple[str, ...]) -> Capacity:
    """In which capacity it is undone: that in which it could be done today, by substitute or principal."""
    title, actor = last.title, last.actor
    right = _held_then(act, last)
    if not _own(act, actor):
        why = f"只能撤回自己的、且后续无人办理的操作；最近一次办理是{called(actor.person)}（{title}）"
        act.refuse("withdraw_too_late", why, "如需改变结果，请商请退回")
    elif HOLDER not in by and actor.role not in by:
        who = tuple(act.question.role_title(role) for role in by)
        why = f"“{title}”不能撤回：可以撤回的只有{'、'.join(who)}"
        act.refusals.append(Refusal("no_role", why, "请商请退回", who=who))
    elif not last.reversible:
        why = f"“{title}”已对外生效（发出公文、开启关联事项、离开候补队列等），不能撤回"
        act.refuse("irreversible", why, "如有错误，请另行更正、撤销或作废公文")
    elif isinstance(right, list):
        act.refusals += right
    return right if isinstance(right, Capacity) else Capacity("")


def _held_then(act: Act, last: Entry) -> Capacity | list[Refusal]:
    """The right to do that act today, or why there is none: a right is what is held now, not what was then."""
    role = last.actor.role
    if not role or role not in act.question.workflow.roles:
        return Capacity(role, last.actor.on_behalf_of, last.actor.how)
    before = record.undo(act.case, last.steps)
    return capacity(act.question.workflow, before, act.question.actor, [role])


def _own(act: Act, actor: Doer) -> bool:
    """Done by this person, or for him; a substitute (委托) stands in for the one he acts for."""
    mine = {act.question.actor.person, *(standing.person for standing in act.question.actor.acts_for)}
    done_by = {actor.person, actor.on_behalf_of if actor.how == "委托" else None}
    return bool(mine & done_by)


def _hand_over(act: Act) -> Case | None:
    """转办 (it is the other's now) and 委派 (it comes back) to a person of the same organisation."""
    role = act.vacant or act.capacity.role
    giver, unit = _giver(act)
    how = "转办" if act.name == "transfer" else "委派"
    own = personal_duty(act.question.workflow.roles[role], act.case, giver, how) if role and not act.vacant else None
    act.refusals += [own] if own else []
    if act.command is None:
        return None
    to, passed = act.word("person"), passed_on(act.case, role, act.word("person"))
    person = act.question.facts.people.get(to)
    if person is None:
        act.refuse("unknown_person", f"名录中没有“{to or '（未写）'}”", "请用 --set person=人员 指定")
    elif to in {act.question.actor.person, giver}:
        act.refuse("bad_target", f"本来就由{to}办理", "请另行指定人员")
    elif person.organisation.id != unit and not act.vacant:
        act.refuse("other_unit", f"“{to}”不是本单位人员", "只能转办或委派给本单位人员")
    elif passed and giver not in passed:
        act.refuse("bad_target", f"{to}已将此事转给{passed[-1]}", f"请直接指定{passed[-1]}")
    if act.refusals:
        return None
    act.tell(f"{OPERATIONS[act.name]}给您办理", [Seat("", to)])
    if act.name == "transfer" and giver in passed:
        return taken_back(act.case, role, (to, *passed[: passed.index(giver)]))
    given = Assignment(to, "transfer" if act.name == "transfer" else "delegate", act.question.at)
    return record.put(act.case, "assignments", f"{role}/{giver}", given)


def _giver(act: Act) -> tuple[str, str]:
    """In whose name it is handed over, and the organisation it stays in: a substitute gives away the absent one's."""
    actor = act.question.actor
    for standing in actor.acts_for if act.capacity.how == "委托" else ():
        if standing.person == act.capacity.on_behalf_of:
            return standing.person, standing.organisation.id
    return actor.person, actor.organisation.id


def _hand_back(act: Act) -> Case | None:
    """交回 by whom it was delegated to, or 收回 by who delegated it; a substitute may do either for the absent one."""
    mine = open_delegation(act.case, act.question.actor)
    key = mine or given_delegation(act.case, act.question.actor)
    if key is None:
        act.refuse("not_delegated", "没有委派给您、或由您委派出去的事项", "无须交回")
        return None
    role, _, giver = key.partition("/")
    given = act.case.assignments[key]
    act.capacity = Capacity(role, giver, "委派")
    opinion = act.command.opinion if act.command else ""
    if mine:
        act.tell(f"委派事项已交回：{opinion}", [Seat("", giver)])
    else:
        act.tell(f"委派给您的事项已收回：{opinion}", [Seat("", given.to)])
    return record.put(act.case, "assignments", key, None)


def _urge(act: Act) -> Case | None:
    today = local_date(act.question.facts.now).isoformat()
    if act.case.mark("urged_on") == today:
        act.refuse("urged_today", "今天已经催办过一次", "催办每日至多一次，请明日再催")
    lacking = titles(act.question, vacancies(act.question))
    seats = owing(act.question) or awaited(act.question)
    if lacking:
        why = f"须由{lacking}办理，名录中没有人担任，无人可催"
        act.refuse("nobody_to_urge", why, "请先在名录中登记，或退回，或转办（transfer）给他人")
    elif not seats:
        act.refuse("nobody_to_urge", "当前环节没有待办人", "无须催办")
    act.tell(f"“{act.question.state.title}”请抓紧办理（催办）", seats)
    return record.put(act.case, "marks", "urged_on", today)


def _copy(act: Act) -> Case | None:
    if act.command is None:
        return None
    names = split_names(act.word("person").replace(",", "、"))
    unknown = [name for name in names if name not in act.question.facts.people]
    if unknown or not names:
        why = f"名录中没有“{'、'.join(unknown) or '（未写）'}”"
        act.refuse("unknown_person", why, "请用 --set person=人员 指定抄送对象")
        return None
    act.tell(f"抄送，现环节“{act.question.state.title}”", [Seat("", name) for name in names])
    return act.case


def _suspend(act: Act) -> Case | None:
    why = act.command.opinion if act.command else ""
    act.tell(f"事项已挂起：{why}")
    held: Json = {"at": act.question.at, "by": act.question.actor.person, "why": why}
    return record.put(lifecycle.hold(act.question.scope()), "marks", "suspended", held)


def _resume(act: Act) -> Case | None:
    act.tell("事项已恢复办理，请继续")
    return record.put(lifecycle.release(act.question.scope()), "marks", "suspended", None)


def _terminate(act: Act) -> Case | None:
    if act.refusals:
        return None
    act.tell(f"事项已终止：{act.command.opinion if act.command else ''}")
    reached = walked(act.question, "terminate")
    return reached and _moved(act, record.put(act.case, "marks", "suspended", None), reached, closing="cancelled")


def _correct(act: Act) -> Case | None:
    """更正: an entry that reverses an earlier value; the earlier entry stays as it is, open sign-offs begin anew."""
    if act.command is None:
        return None
    workflow, case = act.question.workflow, act.case
    values: dict[str, Json] = {}
    for name, raw in act.command.values.items():
        if name not in case.fields:
            act.refusals.append(unexpected("field", name, act.case.fields.keys(), workflow.fields))
            continue
        value = read_value(workflow.fields[name], raw, act.question.facts, act.refusals)
        if value is not None:
            values[name] = value
            case = record.put(case, "fields", name, value)
    act.refusals += [*avoided(workflow, case, values, act.question.facts), *worked_out(workflow, values)]
    if not act.command.values:
        act.refuse("missing_field", "没有写明更正哪一项", "请用 --set 字段=正确的值")
    case = evidence.corrected(act.question, _signed_anew(act, case), values)
    return lifecycle.follow(act.question.scope(case), act.case, "correct", (), "met")


def _signed_anew(act: Act, case: Case) -> Case:
    """What was signed is no longer what stands there: the signatures so far are void, and who gave them is told."""
    for event in case.body.get("signoffs", {}):
        signed = dict.fromkeys(one.person for one in signatures(case, event))
        title = act.question.workflow.events[event].title
        act.tell(f"内容已更正，“{title}”须重新签署", [Seat("", person) for person in signed])
    return record.clear(case, "signoffs")


_PERFORM: Mapping[str, Callable[[Act], Case | None]] = {
    "return": _return,
    "withdraw": _withdraw,
    "transfer": _hand_over,
    "delegate": _hand_over,
    "hand_back": _hand_back,
    "urge": _urge,
    "copy": _copy,
    "suspend": _suspend,
    "resume": _resume,
    "terminate": _terminate,
    "correct": _correct,
    "uphold": uphold,
    "answer": answer,
    ADD: add_signer,
    DROP: drop_signer,
    PROPOSE: propose,
    CONFIRM: relocate,
}
