"""What is answered to an act is what its entry will answer to the same request later."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.json import encode

from tests.workflows.staging import STORIES, Stage, parameters_of
from zhuli_flow.services.cases import outcome
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.store import audit

_TOLD = re.compile(r"t0[46]|d19_returns_by|op_return_straight|official_document_(joint|replies)")
TOLD = [story for story in STORIES if _TOLD.match(story.stem)]


def test_the_answer_to_an_act_is_read_again_from_its_entry(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Outcome] = []
    made = outcome.of_act

    def noted(*told: Any) -> Outcome:
        given.append(made(*told))
        return given[-1]

    monkeypatch.setattr(outcome, "of_act", noted)
    met: set[str] = set()
    for story in TOLD:
        text = story.read_text(encoding="utf-8")
        played = stage(**parameters_of(text))
        given.clear()
        played.player.play(played.acts(text, story.name))
        with played.office.database.read() as connection:
            kept = {(one.case_id, one.seq): one for answer in given for one in audit.entries(connection, answer.case)}
        for answer in given:
            entry = kept[answer.case, answer.seq or 0]
            assert encode(answer) == encode(outcome.of_entry(entry.body, entry.hash))
            met |= {part for part in answer.__struct_fields__ if getattr(answer, part)}
    assert met == set(Outcome.__struct_fields__) - {"dry_run"}
