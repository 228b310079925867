"""沿用: who gave evidence that has gone stale confirms that it holds unchanged for what the case now says."""

from __future__ import annotations

from zhuli_flow.definitions.model.workflow import Event
from zhuli_flow.engine import evidence, stale_refusals
from zhuli_flow.engine.act import Act
from zhuli_flow.engine.authority.rights import capacity
from zhuli_flow.engine.expressions.standing import event_of, withheld
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Capacity


def uphold(act: Act) -> Case | None:
    """The case with the evidence counting again; which one need not be said while there is but one.

    A joint one is signed anew: nobody confirms what others signed.
    """
    keys = [key for key in act.case.stale if _mine(act, key)]
    if not (keys or act.word("what")):
        act.refuse("nothing_to_uphold", "没有由您办理、现须重办的内容", "无须沿用")
    if act.command is None or act.refusals:
        return None
    key = _asked_for(act) if act.word("what") or len(keys) != 1 else keys[0]
    if key not in act.case.stale or key not in act.case.evidence:
        names = "、".join(f"{one}（{stale_refusals.what(act.question, one)}）" for one in keys) or "无"
        act.refuse(
            "nothing_to_uphold", f"“{act.word('what') or '（未写）'}”不须重办", f"请用 --set what=…，可沿用：{names}"
        )
        return None
    _check(act, key)
    if act.refusals:
        return None
    act.tell(f"{act.question.actor.person}确认{stale_refusals.what(act.question, key)}沿用")
    return evidence.upheld(act.question, key)


def _asked_for(act: Act) -> str:
    """The evidence as named: an event by name or title; one's own sheet by the event that fills it."""
    word, workflow = act.word("what"), act.question.workflow
    event = workflow.events.get(word) or next((one for one in workflow.events.values() if one.title == word), None)
    if event is None:
        return word
    return f"{event.sheet}/{act.question.actor.person}" if event.sheet else event.name


def _check(act: Act, key: str) -> None:
    event = event_of(act.question.workflow, key)
    what = stale_refusals.what(act.question, key)
    if event is None or event.sign is not None:
        act.refuse("nothing_to_uphold", f"{what}由多方签署，不能由一人沿用", f"请各方重新签署{what}")
        return
    act.refusals += stale_refusals.refusals(act.question, act.case, _premature(act, event, key))
    right = _right(act, event, key)
    if isinstance(right, Capacity):
        act.capacity = right
    else:
        act.refusals += right


def _premature(act: Act, event: Event, key: str) -> list[str]:
    """What it rests on, of earlier steps, and is to be given again itself: nobody can say yet that it holds."""
    case, here = act.case, evidence.order(act.case, act.case.evidence[key].state)
    givers = withheld(act.question.workflow, case)
    resting = [giver for name, giver in givers.items() if not event.rests_on or name in event.rests_on]
    return [one for one in resting if evidence.order(case, case.evidence[one].state) < here]


def _right(act: Act, event: Event, key: str) -> Capacity | list[Refusal]:
    author = key.partition("/")[2]
    if author and author != act.question.actor.person:
        why = f"{stale_refusals.what(act.question, key)}由{author}填写，只能由本人沿用"
        return [Refusal("not_own", why, f"请{author}办理", event.clause, event.line)]
    return capacity(act.question.workflow, act.case, act.question.actor, event.by)


def _mine(act: Act, key: str) -> bool:
    event = event_of(act.question.workflow, key)
    joint = event is None or event.sign is not None or key not in act.case.evidence
    return not joint and isinstance(_right(act, event, key), Capacity)  # type: ignore[arg-type]
