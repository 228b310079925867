"""Whatever is refused on whatever step of whatever workflow is told by titles: no name of the language is shown."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhuli_flow import bootstrap
from zhuli_flow.calendar import bundled
from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.workflow import OPERATIONS, START, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide, options
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision, Refusal
from zhuli_flow.engine.model.facts import Facts, QuotaUse
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.services.administration.directory_file import read_directory
from zhuli_flow.services.administration.workflows import parts_beside

FLOWS = sorted((Path(__file__).resolve().parents[2] / "workflows").glob("*.yaml"))
AT = datetime(2018, 10, 8, 1, tzinfo=UTC)
_WORD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_SPOKEN = re.compile(r"zhuli [a-z]+(?: [a-z]+)?|--[a-z-]+(?:=NAME)?|≥|https?://\S+|\.[a-z]+|sha256")
"""Commands, options and endings of files are told as they are typed."""


@pytest.fixture(scope="module")
def known() -> tuple[dict[str, Actor], dict[str, Organisation]]:
    named = read_directory(bootstrap.sample("directory.yaml").read_bytes(), "directory.yaml", frozenset())
    units = {one.id: one for one in named.organisations}
    return {one.id: Actor(one.id, units[one.organisation], one.roles) for one in named.people}, units


def _names(flow: Workflow) -> set[str]:
    """What the language calls things whose title is another."""
    parts = (flow.states, flow.events, flow.fields, flow.materials, flow.roles, flow.forms, flow.registers)
    found = {name for part in parts for name, one in part.items() if one.title != name}
    return found | set(OPERATIONS) | set(flow.deadlines)


def _attempts(flow: Workflow) -> Iterator[Command]:
    for event in (*flow.events, *OPERATIONS):
        asked = flow.events[event].fill if event in flow.events else ()
        yield Command(event)
        yield Command(event, {one.name: "\u200b不合" for one in asked} | {"to": "nowhere", "reason": ""}, opinion="试")
        yield Command(event, {one.name: "无此值" for one in asked}, opinion="\u202e")
        yield Command(event, {"no_such": "x"}, decline=True, opinion="试")


def _crowd(people: dict[str, Actor], flow: Workflow) -> list[Actor]:
    """Holders of three roles of the workflow, and somebody who holds none."""
    found = {role: next((one for one in people.values() if role in one.roles), None) for role in flow.roles}
    outside = next(one for one in people.values() if not one.roles & flow.roles.keys())
    return [*[*dict.fromkeys(one for one in found.values() if one)][:3], outside]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_no_refusal_names_what_has_a_title(path: Path, known: tuple[dict[str, Actor], dict[str, Organisation]]) -> None:
    people, units = known
    flow = load(path.read_bytes(), path.name, parts=parts_beside(path))
    names, told, codes = _names(flow), dict[str, str](), set[str]()
    quotas = {name: QuotaUse(0) for name in flow.quotas}
    facts = Facts(AT, bundled(), quotas, people, units, registers=dict.fromkeys(flow.registers, ()))
    applicant = next((one for one in units.values() if one.kind in flow.applicant_kinds), units["法库县"])
    for state in (START, *flow.states):
        case = Case("SY-2018-0001", flow.name, flow.version, flow.digest, applicant, state, 1, AT.isoformat(), {})
        for actor in _crowd(people, flow):
            question = Question(flow, case, actor, facts)
            for refusal in _refusals(question, flow):
                codes.add(refusal.code)
                for text in (refusal.because, refusal.fix):
                    words = set(_WORD.findall(_SPOKEN.sub("", text)))
                    told |= {f"{refusal.code}: {text}": word for word in words & names}
    assert told == {}
    assert len(codes) > 5, "the attempts must be refused for several reasons, or they show nothing"


def _refusals(question: Question, flow: Workflow) -> Iterator[Refusal]:
    for option in options(question):
        yield from (*option.because, *option.warnings)
    for command in _attempts(flow):
        answer = decide(question, command)
        if not isinstance(answer, Decision):
            yield from answer
