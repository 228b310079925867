"""Titles are taken wherever names are; a title that several things share names none of them."""

from __future__ import annotations

import pytest

from tests.engine.desk import Desk, book
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.naming import called, name_of, named


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("state", "word", "name"),
    [
        ("draft", "submit", "submit"),
        ("draft", "报送", "submit"),
        ("review", "会签", "agree"),
        ("ruling", "批准", "approve"),
        ("review", "退回", "return"),
        ("review", "没有这一步", "没有这一步"),
    ],
)
def test_an_event_is_called_by_its_title(desk: Desk, state: str, word: str, name: str) -> None:
    assert named(Command(word), desk.workflow, state).event == name


def test_fields_are_called_by_their_titles_and_states_where_a_case_goes_back_to(desk: Desk) -> None:
    told = named(Command("会签", {"金额": "6"}), desk.workflow, "review")
    assert dict(told.values) == {"amount": "6"}
    back = named(Command("退回", {"to": desk.workflow.states["draft"].title}), desk.workflow, "review")
    assert (back.event, dict(back.values)) == ("return", {"to": "draft"})


def test_a_command_in_names_is_left_as_it_is(desk: Desk) -> None:
    command = Command("agree", {"amount": "6"})
    assert named(command, desk.workflow, "review") is command


def test_a_title_that_two_fields_share_names_neither_unless_one_alone_is_asked_here() -> None:
    both = "  amount: {title: 金额, type: int}\n  other: {title: 金额}\n"
    workflow = book(a=f"  amount: {{title: 金额, type: int}}\n -> {both}")
    assert name_of("金额", workflow.fields) == "金额"
    assert (called("amount", workflow.fields), called("subject", workflow.fields)) == ("amount", "标题")
    assert dict(named(Command("agree", {"金额": "6"}), workflow, "review").values) == {"amount": "6"}


def test_name_and_title_of_one_field_together_are_one_too_many(desk: Desk) -> None:
    given = {"amount": "6", "金额": "7"}
    assert dict(named(Command("agree", given), desk.workflow, "review").values) == given
