"""A signer sees what he signs: content, who has signed with which words, who is waited for."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.services.staging import Stage
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.cases import view


@pytest.fixture
def case(stage: Stage) -> str:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "agree", "甲", amount="6", opinion="可行")
    return case


def signing(stage: Stage, case: str, person: str = "领导") -> Any:
    (told,) = cast(list[Any], as_json(view.signing(stage.office, case, person)))
    return told


def test_the_next_signer_sees_content_signatures_and_who_is_waited_for(stage: Stage, case: str) -> None:
    told = signing(stage, case)
    assert (told["event"], told["title"]) == ("agree", "会签")
    assert [(one["title"], one["value"]) for one in told["fields"]] == [("金额", 6)]
    assert [(one["person"], one["agree"], one["opinion"]) for one in told["signatures"]] == [("甲", True, "可行")]
    roles = stage.office.definitions[stage.stored(case).case.digest].roles
    assert told["signatures"][0]["role_title"] == roles["office"].title
    assert told["missing"] == [roles["head"].title]
    assert as_json(view.show(stage.office, case, "领导"))["signing"] == [told]


def test_nothing_is_told_before_the_first_signature_and_after_the_last(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    assert view.signing(stage.office, case, "领导") == []
    stage.walk(case, "ruling")
    assert view.show(stage.office, case).signing == ()
