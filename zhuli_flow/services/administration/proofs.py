"""Definitions proved before they run: what exploring every way shows to be wrong, and what became of the laws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.modelcheck.findings import findings
from zhuli_flow.modelcheck.laws import Proof, proofs, refutations
from zhuli_flow.modelcheck.passes import Pass, study
from zhuli_flow.services.administration.workflows import Checked


@dataclass(frozen=True, slots=True)
class Proved:
    """What was shown of one definition: how many ``positions`` in how many ``passes``, the verdicts on its laws.

    ``left_open``: the conditions that the model does not decide, each with its place; ``unexplored``: what was not
    looked at, in words. ``problems``: what is wrong, each with the acts that lead there.
    """

    workflow: str
    positions: int
    passes: int
    laws: tuple[Proof, ...]
    left_open: tuple[str, ...]
    unexplored: tuple[str, ...]
    problems: tuple[Problem, ...]


Told = Callable[[int, int], None]


def prove(found: Sequence[Checked], told: Told | None = None) -> list[Proved]:
    """The proofs of sound definitions, one after the other; ``told`` hears how many positions of how many are done."""
    return [_proved(one, told) for one in found if one.workflow]


def require_proved(found: Sequence[Proved]) -> None:
    """Raises InvalidInput carrying all that exploring shows to be wrong, if there is anything."""
    problems = [problem for one in found for problem in one.problems]
    if problems:
        fix = "请按所列位置改正；只检查书写、不走遍各种情形的，加 --no-proof"
        raise InvalidInput(f"走遍各种情形，发现 {len(problems)} 处问题，未作任何改动", problems, fix=fix)


def _proved(checked: Checked, told: Told | None) -> Proved:
    flow, document = checked.workflow, checked.document
    if flow is None or document is None:
        raise TypeError("only a sound definition can be explored")
    looked = study(flow, told)
    passes = looked.passes()
    laws = proofs(flow, passes)
    wrong = [*findings(looked, passes), *refutations(laws)]
    problems = [Problem(document.place(one.path), one.code, _words(one.message, one.story), one.fix) for one in wrong]
    first = passes[0].model.left_open
    opened = [f"{document.place(('events', each.event))}：{each.text}" for each in first]
    return Proved(
        flow.name,
        sum(len(each.graph.positions) for each in passes),
        len(passes),
        tuple(laws),
        tuple(opened),
        tuple(dict.fromkeys(words for each in passes for words in _unexplored(each))),
        tuple(sorted(problems, key=lambda each: int(each.place.rpartition(":")[2]))),
    )


def _words(message: str, story: Sequence[str]) -> str:
    return f"{message}。经过：{' → '.join(story)}" if story else message


def _unexplored(each: Pass) -> Iterator[str]:
    """What was left out, so that nobody takes silence for a proof."""
    flow = each.model.original
    if not each.graph.whole:
        yield f"情形超过 {each.explorer.scope.most} 种，其余没有走到"
    for name in sorted(each.explorer.doing.ways.cut):
        yield f"“{flow.events[name].title}”可填的组合太多，只试了一部分"
