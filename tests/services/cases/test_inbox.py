"""Messages: all of them, whose they are, and that each reader notes for himself what he has read."""

from typing import Any

import pytest

from tests.services.staging import Stage
from zhuli_flow.engine.authority.duties import letter_address
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.cases.worklist import messages, read
from zhuli_flow.store import cases, inbox


def put(stage: Stage, key: str, **to: str) -> None:
    """A message, found where acts put such a one."""
    with stage.office.database.write() as connection:
        found = cases.load(connection, to["case_id"]) if "case_id" in to and "role" in to else None
        if found is not None:
            workflow = lookup.definition(connection, stage.office, found.case.digest)
            to = {**to, "address": letter_address(workflow, found.case, to["role"])}
        inbox.put(connection, key=key, text=f"消息{key}", at=stage.office.clock.now(), **to)


def texts(stage: Stage, person: str, *, unread_only: bool = True) -> list[str]:
    return [one.text for one in messages(stage.office, person, unread_only=unread_only)]


def test_none_is_cut_off_before_it_is_asked_whose_it_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = stage.walk(stage.open(), "intake")
    put(stage, "own", role="county", case_id=mine)
    for number in range(150):
        put(stage, f"{number}", role="office")
    monkeypatch.setattr(worklist, "LETTERS", 7)
    assert "消息own" in texts(stage, "县")
    assert len(texts(stage, "甲")) >= 150
    some = messages(stage.office, "甲", limit=60)
    rest = messages(stage.office, "甲", before=some[-1].id)
    assert [one.text for one in some + rest] == texts(stage, "甲")


def test_of_a_role_with_an_area_only_messages_about_its_own_cases_are_looked_at(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = stage.open(), stage.open("县乙", "乙县政府", experts="本县专家")
    for number in range(20):
        put(stage, f"other {number}", role="county", case_id=other)
    put(stage, "mine", role="county", case_id=mine)
    put(stage, "any", role="county")
    seen = list[str]()
    known = worklist._known

    def counted(connection: Any, office: Any, actor: Any, some: Any) -> Any:
        seen.extend(one.text for one in some)
        return known(connection, office, actor, some)

    monkeypatch.setattr(worklist, "_known", counted)
    assert texts(stage, "县") == ["消息any", "消息mine"]
    assert seen == ["消息any", "消息mine"]
    assert len(texts(stage, "县乙")) == 21


def test_a_message_to_a_role_is_read_by_each_holder_for_himself(stage: Stage) -> None:
    put(stage, "1", role="office")
    put(stage, "2", person="甲")
    assert texts(stage, "甲") == ["消息2", "消息1"]
    assert read(stage.office, "甲") == 2
    assert (texts(stage, "甲"), texts(stage, "代")) == ([], [])
    every = messages(stage.office, "甲", unread_only=False)
    assert [(one.text, bool(one.read_at)) for one in every] == [("消息2", True), ("消息1", True)]
    assert read(stage.office, "甲") == 0  # what was read keeps its time


def test_some_are_read_by_their_number_and_nobody_reads_another_s(stage: Stage) -> None:
    put(stage, "1", person="甲")
    put(stage, "2", person="甲")
    put(stage, "3", person="领导")
    first, second = (one.id for one in messages(stage.office, "甲"))
    other = messages(stage.office, "领导")[0].id
    with pytest.raises(NotFound, match=f"第 {other} 号消息；没有记为已阅"):
        read(stage.office, "甲", [first, other])
    assert len(texts(stage, "甲")) == 2
    assert read(stage.office, "甲", [second]) == 1
    assert texts(stage, "甲") == ["消息2"]
