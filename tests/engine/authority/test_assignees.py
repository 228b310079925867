"""Whose move it is: nobody hears twice, and a sign-off that can come to no end any more is told of."""

import pytest
from msgspec import structs

from tests.engine.desk import COLLEGE, DESK, Desk
from zhuli_flow.engine.authority.assignees import awaited, lacking_for, titles
from zhuli_flow.engine.authority.duties import held_by
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.model.people import Actor

VOTE = DESK.replace(
    "agree: {title: 会签, from: review, to: ruling, sign: {all_of: [office, head]}, fill: [amount]}",
    "agree: {title: 票决, from: review, to: ruling, sign: {ratio: 2/3, of: [expert]}, fill: [amount?]}",
)


def asked(desk: Desk) -> Question:
    """As the running office asks it: with all who are there."""
    held = frozenset[str]().union(*(held_by(one) for one in desk.people.values()))
    return Question(desk.workflow, desk.case, SYSTEM_ACTOR, structs.replace(desk.question("甲").facts, held=held))


def vote() -> Desk:
    made = Desk(VOTE)
    for name in ("一", "二", "三"):
        made.people[name] = Actor(name, COLLEGE, frozenset({"expert"}))
    made.do("begin", "县", subject="请示", experts="一、二、三")
    return made.to("review")


def test_who_holds_the_role_and_was_handed_the_work_hears_once() -> None:
    made = Desk().to("intake")
    made.people["乙"] = structs.replace(made.people["乙"], roles=frozenset({"office"}))
    made.do("transfer", "甲", person="乙")
    assert [(seat.role, seat.person) for seat in awaited(asked(made))] == [("office", "")]


def test_who_was_handed_the_work_without_the_role_hears_by_name() -> None:
    made = Desk().to("intake")
    made.do("transfer", "甲", person="乙")
    assert [(seat.role, seat.person) for seat in awaited(asked(made))] == [("office", ""), ("", "乙")]


@pytest.mark.parametrize(
    ("votes", "gone", "lacking"),
    [
        ("", "", ""),
        ("", "三", ""),  # two of three are enough, and they are there
        ("", "二三", "二（专家）、三（专家）"),
        ("y", "二三", "二（专家）、三（专家）"),
        ("yn", "三", "三（专家）"),  # open for good: neither passed nor failed without the third
    ],
)
def test_a_vote_is_stuck_when_those_left_cannot_bring_it_to_an_end(votes: str, gone: str, lacking: str) -> None:
    made = vote()
    for name, one in zip("一二三", votes, strict=False):
        made.do("agree", name, decline=one == "n", opinion="意见")
    for name in gone:
        del made.people[name]
    question = asked(made)
    assert titles(question, lacking_for(question, made.workflow.events["agree"])) == lacking
