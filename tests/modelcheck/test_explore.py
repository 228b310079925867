"""Exploring: what is remembered of an act gives what asking the engine anew would give; passes lose nothing real."""

from dataclasses import replace
from pathlib import Path

import pytest

from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.modelcheck import passes
from zhuli_flow.modelcheck.abstraction import model_of
from zhuli_flow.modelcheck.conditions import Kept
from zhuli_flow.modelcheck.explore import Explorer, Graph, Scope
from zhuli_flow.modelcheck.passes import FORWARD, SURE, Study, groups, study
from zhuli_flow.services.administration.workflows import parts_beside

HERE = Path(__file__).parent
FLOWS = HERE.parents[1] / "workflows"
FILES = [*sorted((HERE / "correct").glob("*.yaml")), FLOWS / "progress_report.yaml", FLOWS / "workstation.yaml"]


def _load(path: Path) -> Workflow:
    return load(path.read_bytes(), path.name, parts=parts_beside(path))


def _graph(
    looked: Study, monkeypatch: pytest.MonkeyPatch, scope: Scope = SURE, kept: Kept = None, *, remembering: bool
) -> Graph:
    with monkeypatch.context() as patch:
        if not remembering:
            patch.setattr(Explorer, "_seen_by", lambda _, position, act: (position, act))
        return looked.explore(kept, scope).graph


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_answer_remembered_is_the_answer_that_asking_again_gives(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = study(_load(path))
    fast, slow = (_graph(looked, monkeypatch, remembering=remembering) for remembering in (True, False))
    assert set(fast.positions) == set(slow.positions)
    assert fast.asked <= slow.asked


@pytest.mark.slow
@pytest.mark.parametrize("name", ["official_document", "zone_creation"])
def test_so_it_is_in_every_pass_of_a_large_definition(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = study(_load(FLOWS / f"{name}.yaml"))
    for each in looked.passes():
        slow = _graph(looked, monkeypatch, each.explorer.scope, each.model.kept, remembering=False)
        assert set(each.graph.positions) == set(slow.positions)
        assert each.graph.asked <= slow.asked


def test_what_is_given_up_has_no_more_positions_than_it_may_have() -> None:
    looked = study(_load(FLOWS / "workstation.yaml"))
    looks: dict[bool, list[int]] = {True: [], False: []}
    for giving_up, seen in looks.items():
        told = replace(looked, told=lambda done, _, seen=seen: seen.append(done))  # type: ignore[misc]
        left = told.explore(None, Scope(20, all_or_nothing=giving_up)).graph
        assert (left.whole, len(left.positions)) == (False, 20)
    assert len(looks[True]) < len(looks[False]), "nothing more is looked at once it is too wide"


def test_what_is_tried_in_too_many_ways_is_given_up_and_explored_in_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = study(_load(FLOWS / "workstation.yaml"))
    assert len(looked.passes()) == 1
    monkeypatch.setattr(passes, "AT_ONCE", passes.AT_ONCE._replace(tries=10))
    assert len(looked.passes()) > 1


def test_what_only_returns_ask_for_is_forgotten_where_none_are_walked() -> None:
    looked = study(_load(HERE / "correct" / "returned_and_walked_again.yaml"))
    forward, back = (looked.explore(None, scope).explorer.positions.features for scope in (FORWARD, SURE))
    assert any(one.kind == "walked" for each in back.values() for one in each)
    assert not any(one.kind == "walked" for each in forward.values() for one in each)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_narrow_pass_still_does_every_act(path: Path) -> None:
    looked = study(_load(path))
    whole = looked.explore(None, Scope(2_000))
    acts = (edge.outcome.act for edges in whole.graph.out for edge in edges)
    done = {act.name for act in acts if act.kind != "passes"}  # a pass lets only the deadlines pass that it follows
    for kept in groups(whole.model.workflow, whole.explorer.positions, whole.model.few):
        narrow = looked.explore(kept, Scope(2_000))
        assert done <= {edge.outcome.act.name for edges in narrow.graph.out for edge in edges}


def test_the_way_to_a_position_is_the_shortest() -> None:
    looked = study(_load(HERE / "correct" / "returned_and_walked_again.yaml"))
    graph = looked.explore(None, Scope()).graph
    done = next(number for number, one in enumerate(graph.positions) if one.state == "done")
    assert [edge.outcome.act.name for edge in graph.path(done)] == ["begin", "submit", "forward", "approve"]


def test_a_condition_is_weakened_never_made_stronger() -> None:
    flow = _load(FLOWS / "zone_creation.yaml")
    looked = study(flow)
    model = model_of(flow, looked.values)
    left_open = {one.event for one in model.left_open}
    assert "request" in left_open, "dates decide there"
    kept = {str(guard.condition) for guard in model.workflow.events["request"].guards}
    assert any("consented" in one for one in kept)
    assert not any("consent_date" in one for one in kept)
