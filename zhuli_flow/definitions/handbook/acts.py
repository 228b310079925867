"""An act told in sentences: who does it, what it asks for and on which conditions, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.definitions.handbook.conditions import condition
from zhuli_flow.definitions.handbook.effects import effects
from zhuli_flow.definitions.handbook.titles import Titles, quoted
from zhuli_flow.definitions.model.workflow import SAME, START, SYSTEM, Ask, Event, Form, Guard, Signer


def paragraphs(named: Titles, event: Event) -> Iterator[str]:
    """Everything about an act: who and what it asks for, the conditions (numbered where several), what comes of it."""
    clause = f"依据：{event.clause}。" if event.clause else ""
    yield "".join((_who(named, event), clause, *_asks(named, event)))
    yield from _numbered("须符合：", list(_conditions(named, event)))
    after = "；".join((*_moves(named, event), *effects(named, event.effects)))
    yield "".join((f"办理后：{after}。", *_limits(named, event)))


def _numbered(head: str, items: list[str]) -> Iterator[str]:
    """One item behind its head, several in lines of their own."""
    if len(items) == 1:
        yield f"{head}{items[0]}。"
    elif items:
        yield head
        yield from (f"（{at}）{item}{'。' if at == len(items) else '；'}" for at, item in enumerate(items, 1))


def _who(named: Titles, event: Event) -> str:
    where = "" if tuple(event.sources) == (START,) else f"在{named.states(event.sources)}时"
    if event.sign is None:
        doer = "由系统办理" if event.by == (SYSTEM,) else f"由{named.people(event.by, '或')}办理"
    else:
        seats = "、".join(signer(named, one) for one in event.sign.signers)
        parts, whole = event.sign.share
        ways = {"all_of": "会签", "any_of": "中的一方签署", "ratio": f"票签，须有{whole}分之{parts}以上同意"}
        order = "依次" if event.sign.ordered else ""
        hand = "，一人可兼签几方" if event.sign.same_hand else ""
        doer = f"由{seats}{order}{ways[event.sign.mode]}{hand}"
    opened = "，由此开启事项" if START in event.sources else ""
    return f"{where}，{doer}{opened}。".removeprefix("，")


def signer(named: Titles, one: Signer) -> str:
    """A role with when it is asked."""
    return named.role(one.role) + (f"（{condition(named, one.when)}的）" if one.when else "")


def _asks(named: Titles, event: Event) -> Iterator[str]:
    if event.fill:
        forms = forms_in(named, event)
        own = [ask for form in forms for ask in form.fields]
        forms_told = [f"表格{quoted(form.title)}" for form in forms]
        rest = _asked(named, [ask for ask in event.fill if ask not in own])
        yield f"填写：{'、'.join(filter(None, (*forms_told, rest)))}。"
    if event.attach:
        yield f"附上：{_asked(named, event.attach)}。"
    if event.sheet:
        yield f"由本人填写评审表{quoted(named.asked(event.sheet))}。"
    if event.opinion_required:
        yield "须写明意见。"
    if event.proof:
        yield f"办理时先校对{'、'.join(map(named.event, event.proof))}将发出的公文。"
    for one in event.compared:
        parts, whole = one.share
        fields = "、".join(named.asked(name) for name in one.fields)
        yield f"与台账{named.register(one.register)}首件相比，{fields}的变动超过{whole}分之{parts}的，须说明原因。"


def _asked(named: Titles, asks: Iterable[Ask]) -> str:
    marks = {
        (True, False): "",
        (True, True): "（须重新提供）",
        (False, False): "（可不填）",
        (False, True): "（可不填，填则须为新的）",
    }
    return "、".join(named.asked(ask.name) + marks[ask.required, ask.anew] for ask in asks)


def _conditions(named: Titles, event: Event) -> Iterator[str]:
    """What must hold; the demands of a form are told with the form."""
    own = [one for form in forms_in(named, event) for one in form.checks]
    for form in forms_in(named, event):
        if form.checks:
            yield f"表格{quoted(form.title)}所附的{len(form.checks)}项要求"
    yield from (guard(named, one) for one in event.guards if one not in own)


def forms_in(named: Titles, event: Event) -> tuple[Form, ...]:
    """The forms that an act asks for as a whole, all of their demands included."""
    return tuple(
        form
        for form in named.workflow.forms.values()
        if len(form.fields) > 1 and set(form.fields) <= set(event.fill) and set(form.checks) <= set(event.guards)
    )


def guard(named: Titles, one: Guard) -> str:
    """A condition, what is said where it does not hold, and whether that refuses the act."""
    then = {False: "否则不能办理", True: "否则只作提醒", "explained": "否则须在意见中说明"}[one.warn]
    more = f"；{one.fix}" if one.fix else ""
    clause = f"（{one.clause}）" if one.clause else ""
    return f"{condition(named, one.condition)}；{then}：{one.say}{more}{clause}"


def _moves(named: Titles, event: Event) -> Iterator[str]:
    if event.history:
        back = f"回到{named.place(event.history)}中原来所在的环节"
        yield f"{back}，未曾进入的到{named.state(event.target)}" if event.target not in {SAME, START} else back
    elif event.target != SAME:
        yield f"进入{named.state(event.target)}"
    if event.begins:
        yield f"开始{'、'.join(map(named.place, event.begins))}"
    if event.ends:
        yield f"结束{'、'.join(map(named.place, event.ends))}"
    if event.target == SAME and not event.begins and not event.ends:
        yield "环节不变"


def _limits(named: Titles, event: Event) -> Iterator[str]:
    if event.at_most is not None:
        most = event.at_most
        count = named.parameter(most[1:]) if isinstance(most, str) and most.startswith("$") else most
        yield f"每件至多办理{count}次。"
    if not event.can_be_withdrawn:
        yield "办理后不得撤回。"
    if event.rests_on:
        rests = "、".join(dict.fromkeys(named.asked(name) for name in event.rests_on))
        yield f"只以下列内容为依据，变动之后须重办：{rests}。"
    for why in dict.fromkeys(event.keeps.values()):
        kept = "、".join(named.event(name) for name, said in event.keeps.items() if said == why)
        yield f"不影响{kept}的效力：{why}。"
