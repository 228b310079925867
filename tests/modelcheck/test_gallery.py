"""Broken definitions are found, with the words and the way there; correct ones raise no alarm."""

from pathlib import Path

import pytest

from zhuli_flow.bootstrap import bundle
from zhuli_flow.definitions import check
from zhuli_flow.modelcheck.passes import gone_past
from zhuli_flow.services.administration import proofs, traces, workflows

HERE = Path(__file__).parent
FLOWS = HERE.parents[1] / "workflows"


NOTICES = (bundle("notices"),)


def _proved(path: Path) -> proofs.Proved:
    checked = workflows.check_files([path], NOTICES)
    workflows.require_sound(checked)
    (proved,) = proofs.prove(checked, notices=NOTICES)
    return proved


@pytest.mark.parametrize("path", sorted((HERE / "broken").glob("*.yaml")), ids=lambda path: path.stem)
def test_what_is_wrong_is_found_with_the_way_there(path: Path) -> None:
    _, _, code, about, word = path.read_text("utf-8").splitlines()[0].split()
    lines = path.read_text("utf-8").splitlines()
    found = [one for one in _proved(path).problems if one.code == code]
    if about != "-":
        found = [one for one in found if f"{about}:" in lines[int(one.place.rpartition(":")[2]) - 1]]
    assert found, f"no {code} about {about}"
    assert word == "-" or any(f" → {word}" in one.message for one in found)


@pytest.mark.parametrize("path", sorted((HERE / "broken").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_trace_of_it_walks_again_and_shows_the_same(path: Path, tmp_path: Path) -> None:
    proved = _proved(path)
    kept = traces.keep(tmp_path, [proved])
    assert len(kept) == len({(one.code, one.about) for one in proved.traces})
    for file in kept:
        again = traces.replay(file, path)
        assert not again.changed
        assert [one.step for one in again.steps] == list(again.trace.steps)
        assert again.against or again.trace.code not in {"dead_event", "contradictory_guards", "one_person_two_seats"}
        if again.trace.code == "trap":
            assert again.steps[-1].case is not None
            assert again.steps[-1].case.state == again.trace.about


@pytest.mark.parametrize("path", sorted((HERE / "correct").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_correct_definition_raises_no_alarm(path: Path) -> None:
    proved = _proved(path)
    assert proved.problems == ()
    assert proved.unexplored == ()
    assert {law.verdict for law in proved.laws} <= {"proved", "guarded"}


def test_there_are_twenty_correct_ones() -> None:
    assert len(list((HERE / "correct").glob("*.yaml"))) >= 20


SMALL = sorted({*FLOWS.glob("*.yaml")} - {FLOWS / "zone_creation.yaml", FLOWS / "official_document.yaml"})
LARGE = [FLOWS / "zone_creation.yaml", FLOWS / "official_document.yaml"]


@pytest.mark.parametrize(
    "path", [*SMALL, *(pytest.param(one, marks=pytest.mark.slow) for one in LARGE)], ids=lambda path: path.stem
)
def test_a_shipped_workflow_raises_no_alarm(path: Path) -> None:
    proved = _proved(path)
    assert proved.problems == ()
    assert all(law.verdict != "refuted" for law in proved.laws)


def test_a_law_that_alone_stands_in_the_way_is_told_with_the_way_there(tmp_path: Path) -> None:
    text = (HERE / "correct" / "straight_line.yaml").read_text("utf-8")
    text = text.replace("  approve:", "  check: {title: 核对, from: review, to: same, by: office}\n  approve:")
    path = tmp_path / "straight_line.yaml"
    path.write_text(f"{text}laws:\n  - 未核对不得批准: {{never: approve, before: check}}\n", "utf-8")
    (law,) = _proved(path).laws
    assert (law.verdict, law.event) == ("guarded", "approve")
    assert law.story == ("开启（区县甲）", "报送（区县甲）")


def test_what_was_not_explored_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhuli_flow.modelcheck import passes
    from zhuli_flow.modelcheck.explore import Scope

    for name in ("AT_ONCE", "FORWARD", "BACK", "SURE"):
        monkeypatch.setattr(passes, name, Scope(3))
    proved = _proved(HERE / "broken" / "trap_two_steps_between.yaml")
    assert proved.unexplored == ("情形超过 3 种，其余没有走到",)
    assert proved.problems == (), "nothing is called impossible that was not looked at"


def test_a_way_that_only_a_return_opens_is_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhuli_flow.modelcheck import findings, passes
    from zhuli_flow.modelcheck.explore import Scope

    text = (HERE / "correct" / "returned_and_walked_again.yaml").read_text("utf-8")
    again = "  again: {title: 再报, from: draft, to: check, by: county, when: [fired submit: 未曾报送]}"
    path = tmp_path / "returned_and_walked_again.yaml"
    path.write_text(text.replace("  forward:", f"{again}\n  forward:", 1), "utf-8")
    monkeypatch.setattr(passes, "AT_ONCE", Scope(1, upholding=False))
    assert _proved(path).problems == ()
    monkeypatch.setattr(findings, "_sure", lambda _, each: each)
    assert "再报" in str(_proved(path).problems), "without returns it would seem impossible"


RETURNED = [HERE / "broken/return_skips_evidence.yaml", *sorted((HERE / "correct").glob("*return*.yaml"))]


@pytest.mark.parametrize("path", RETURNED, ids=lambda path: path.stem)
def test_returns_in_a_pass_for_each_step_show_what_one_pass_does(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhuli_flow.modelcheck import passes

    monkeypatch.setattr(passes, "AT_ONCE", passes.AT_ONCE._replace(most=1))
    one = {(found.code, found.place, found.message) for found in _proved(path).problems}
    monkeypatch.setattr(passes, "_MANY", -1)
    every = tuple(check.load(path.read_bytes(), path.name).operations["return"].targets)
    monkeypatch.setattr(passes, "gone_past", lambda _: every)
    assert {(found.code, found.place, found.message) for found in _proved(path).problems} == one


def test_what_other_cases_do_is_said_not_to_be_walked() -> None:
    (waits,) = _proved(HERE / "correct" / "waits_for_a_place.yaml").apart
    assert waits.startswith("名额“")
    assert "别的事项何时占用、腾出没有走" in waits
    called = _proved(FLOWS / "returns_call.yaml").apart
    assert any("另开流程 statistics_return 的事项，另开的没有接着走" in one for one in called)
    assert _proved(HERE / "correct" / "straight_line.yaml").apart == ()


def test_a_step_that_is_gone_past_is_one_that_a_returned_case_may_not_have_been_in() -> None:
    flow = check.load(LINE.encode(), "line.yaml")
    assert gone_past(flow) == ("third",)


LINE = """workflow: line
version: "1"
title: 样例
prefix: YL
applicant: {kinds: [county]}
roles: {office: {title: 经办, of: province}}
states:
  first: {title: 一, kind: initial}
  second: {title: 二}
  third: {title: 三}
  fourth: {title: 四}
  aside: {title: 旁}
  done: {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: first, by: office}
  one: {title: 办一, from: first, to: second, by: office}
  two: {title: 办二, from: second, to: third, by: office}
  skip: {title: 免三, from: second, to: fourth, by: office}
  three: {title: 办三, from: third, to: fourth, by: office}
  four: {title: 办四, from: fourth, to: done, by: office}
  leave: {title: 另办, from: first, to: aside, by: office}
  end: {title: 另结, from: aside, to: done, by: office}
operations:
  return: {from: [third, fourth], to: [first, second, third], by: office}
"""
