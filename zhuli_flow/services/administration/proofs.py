"""Definitions proved before they run: what exploring every way shows to be wrong, and what became of the laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zhuli_flow.definitions.building.parsed_lines import Kinds
from zhuli_flow.definitions.model.workflow import AdvanceCase, OpenCase, Workflow
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.modelcheck.findings import findings
from zhuli_flow.modelcheck.laws import Proof, proofs, refutations
from zhuli_flow.modelcheck.passes import Pass, study
from zhuli_flow.modelcheck.story import Finding, story
from zhuli_flow.modelcheck.trace import Trace, steps
from zhuli_flow.services.administration.workflows import Checked, kinds_of


@dataclass(frozen=True, slots=True)
class Proved:
    """What was shown of one definition: how many ``positions`` in how many ``passes``, the verdicts on its laws.

    ``left_open``: the conditions that the model does not decide, each with its place; ``unexplored``: what was not
    looked at, in words; ``apart``: what other cases do, which no exploration follows. ``problems``: what is wrong, each
    with the acts that lead there; ``traces``: these acts, to be done again, of guarded laws too.
    """

    workflow: str
    positions: int
    passes: int
    laws: tuple[Proof, ...]
    left_open: tuple[str, ...]
    unexplored: tuple[str, ...]
    problems: tuple[Problem, ...]
    traces: tuple[Trace, ...] = ()
    apart: tuple[str, ...] = ()


Told = Callable[[int, int], None]


def prove(found: Sequence[Checked], told: Told | None = None, notices: Sequence[Path] = ()) -> list[Proved]:
    """The proofs of sound definitions, one after the other; ``told`` hears how many positions of how many are done.

    ``notices``: folders of the documents that they issue; without any, nothing is said of what these lack.
    """
    kinds = kinds_of(notices) or {}
    return [_proved(one, told, kinds) for one in found if one.workflow]


def require_proved(found: Sequence[Proved]) -> None:
    """Raises InvalidInput carrying all that exploring shows to be wrong, if there is anything."""
    problems = [problem for one in found for problem in one.problems]
    if problems:
        fix = "请按所列位置改正；只检查书写、不走遍各种情形的，加 --no-proof"
        raise InvalidInput(f"走遍各种情形，发现 {len(problems)} 处问题，未作任何改动", problems, fix=fix)


def _proved(checked: Checked, told: Told | None, kinds: Kinds) -> Proved:
    flow, document = checked.workflow, checked.document
    if flow is None or document is None:
        raise TypeError("only a sound definition can be explored")
    looked = study(flow, told)
    passes = looked.passes()
    laws = proofs(flow, passes)
    wrong = [*findings(looked, passes, kinds), *refutations(laws)]
    wrong.sort(key=lambda each: int(document.place(each.path).rpartition(":")[2]))
    problems = [
        Problem(document.place(one.path), one.code, _words(one.message, story(flow, one.way)), one.fix) for one in wrong
    ]
    guarded = [(Finding("law_guarded", ("laws", at), one.title, "", one.way), one.event) for at, one in enumerate(laws)]
    kept = [
        *((one, str(one.path[-1])) for one in wrong),
        *(pair for pair in guarded if laws[int(pair[0].path[1])].verdict == "guarded"),
    ]
    first = passes[0].model.left_open
    opened = [f"{document.place(('events', each.event))}：{each.text}" for each in first]
    return Proved(
        flow.name,
        sum(len(each.graph.positions) for each in passes),
        len(passes),
        tuple(replace(one, way=()) for one in laws),
        tuple(opened),
        tuple(dict.fromkeys(words for each in passes for words in _unexplored(each))),
        tuple(problems),
        tuple(_trace(flow, one, event, document.place(one.path)) for one, event in kept if one.way),
        tuple(dict.fromkeys(_apart(flow))),
    )


def _trace(flow: Workflow, one: Finding, event: str, place: str) -> Trace:
    return Trace(
        workflow=flow.name,
        version=flow.version,
        digest=flow.digest,
        code=one.code,
        about=str(one.path[-1] if one.path[-1] != "deadline" else one.path[-2]),
        place=place,
        message=one.message,
        applicant=one.way[0].outcome.applicant,
        steps=steps(flow, one.way),
        event=event if event in flow.events else "",
    )


def _words(message: str, told: Sequence[str]) -> str:
    return f"{message}。经过：{' → '.join(told)}" if told else message


def _unexplored(each: Pass) -> Iterator[str]:
    """What was left out, so that nobody takes silence for a proof."""
    flow = each.model.original
    if not each.graph.whole:
        yield f"情形超过 {each.explorer.scope.most} 种，其余没有走到"
    for name in sorted(each.explorer.doing.ways.cut):
        yield f"“{flow.events[name].title}”可填的组合太多，只试了一部分"


def _apart(flow: Workflow) -> Iterator[str]:
    """What a definition has to do with other cases, and how far it was explored: one case is walked at a time."""
    for quota in flow.quotas.values():
        yield f"名额“{quota.title}”分有空额、已满两种走，别的事项何时占用、腾出没有走"
    for event in flow.events.values():
        for one in event.effects:
            if isinstance(one, OpenCase):
                whose = "续办的下一件" if one.workflow == flow.name else f"流程 {one.workflow} 的事项"
                yield f"“{event.title}”另开{whose}，另开的没有接着走"
            elif isinstance(one, AdvanceCase):
                yield f"“{event.title}”对流程 {one.workflow} 的事项办理 {one.event}，那一件没有接着走"
