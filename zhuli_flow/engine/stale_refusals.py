"""What must be given again before an act can be done, by whom, and what made it so: said to whoever asks."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import datetime

from zhuli_flow.clock import local_date
from zhuli_flow.definitions.model.expressions import Aggregate, Ask, Condition, Name, walk
from zhuli_flow.definitions.model.workflow import OPERATIONS
from zhuli_flow.engine.authority import signoffs
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.expressions.standing import event_of, outdated, withheld
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.evidence import Stale
from zhuli_flow.engine.model.people import called


def behind(question: Question, case: Case, rule: Condition, anew: Container[str]) -> list[str]:
    """The stale evidence that a condition looks at; what the act itself gives (``anew``) is not asked."""
    stale = outdated(question.workflow, case)
    if not stale:
        return []
    givers, found = withheld(question.workflow, case), list[str]()
    for node in walk(rule):
        match node:
            case Name(name) if name not in anew and name in givers:
                found.append(givers[name])
            case Aggregate(_, source, _) if source in question.workflow.sheets:
                found += [key for key in stale if key.startswith(f"{source}/")]
            case Aggregate(_, source, _) if source not in anew and source in givers:
                found.append(givers[source])
            case Ask("fired", name) if name in stale:
                found.append(name)
    return list(dict.fromkeys(found))


def refusals(question: Question, case: Case, keys: Iterable[str]) -> list[Refusal]:
    """A refusal for each piece of stale evidence: why it does not count, and who gives it again."""
    asked = dict.fromkeys(keys)
    stale = outdated(question.workflow, case) if asked else {}
    return [_refusal(question, key, stale[key]) for key in asked]


def named(question: Question, case: Case, keys: Iterable[str]) -> str:
    """“同意申报”（市委组织部）、…: what must be done again, and by whom."""
    return "、".join(_with_who(question, key) for key in keys if key in case.evidence)


def _with_who(question: Question, key: str) -> str:
    """A sheet is named with its author already."""
    who = "" if "/" in key else f"（{'、'.join(_who(question, key))}）"
    return what(question, key) + who


def what(question: Question, key: str) -> str:
    """A piece of evidence as people call it: the act, and whose sheet."""
    event, author = event_of(question.workflow, key), key.partition("/")[2]
    title = f"“{event.title}”" if event else f"“{key}”"
    return f"{title}（{author}）" if author else title


def reason(question: Question, stale: Stale) -> str:
    """Why it does not count any more, with who made it so and when."""
    day = local_date(datetime.fromisoformat(stale.at))
    event = question.workflow.events.get(stale.event)
    done = event.title if event else OPERATIONS.get(stale.event, stale.event)
    by = f"{called(stale.by)}于 {day} 办理“{done}”"
    if stale.why == "returned":
        return f"{by}，其后各环节重新办理"
    return f"所依据的{'、'.join(_titles(question, stale.names))}已有改动（{by}）"


def _refusal(question: Question, key: str, stale: Stale) -> Refusal:
    event, who = event_of(question.workflow, key), _who(question, key)
    again = f"请{'、'.join(who)}重新办理{what(question, key)}"
    fix = again if event is None or event.sign is not None else f"{again}；内容未变的，由其办理沿用（uphold）"
    clause = event.clause if event else ""
    return Refusal("stale_evidence", f"{what(question, key)}须重办：{reason(question, stale)}", fix, clause, who=who)


def _who(question: Question, key: str) -> tuple[str, ...]:
    event, author = event_of(question.workflow, key), key.partition("/")[2]
    if author or event is None:
        return (author or key,)
    roles = [seat.role for seat in signoffs.seats(question.scope(), event.sign)] if event.sign else event.by
    return tuple(dict.fromkeys(question.role_title(role) for role in roles))


def _titles(question: Question, names: Iterable[str]) -> Iterator[str]:
    workflow = question.workflow
    for name in names:
        one = workflow.fields.get(name) or workflow.materials.get(name) or workflow.sheets.get(name)
        yield f"“{one.title}”" if one else f"“{name}”"
