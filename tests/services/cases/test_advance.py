"""One act, one transaction: everything it brings about is written together, once, or not at all."""

import json
from pathlib import Path

import pytest

from tests.services.staging import Stage, story
from zhuli_flow.engine.model.json_values import to_json
from zhuli_flow.errors import NoRight, NotFound, RulesRefused
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.cases import settle
from zhuli_flow.services.history import verify
from zhuli_flow.store import audit, inbox, notices


class Fault(Exception):
    """Something nobody foresaw."""


def bodies(stage: Stage, case: str) -> list[dict[str, object]]:
    with stage.office.database.read() as connection:
        return [json.loads(entry.body) for entry in audit.entries(connection, case)]


def require_sound(stage: Stage) -> None:
    assert verify.verify(stage.office).ok
    assert upkeep.faults(stage.office) == []


def test_the_same_request_twice_is_done_once_and_answered_alike(stage: Stage) -> None:
    case = stage.open(request_id="r0")
    first = stage.do(case, "submit", "县", request="r1")
    before = stage.everything()
    again = stage.on("2018-10-20").do(case, "submit", "县", request="r1")
    assert json.dumps(to_json(again), sort_keys=True) == json.dumps(to_json(first), sort_keys=True)
    assert stage.open(request_id="r0") == case
    assert stage.everything() == before


def test_a_request_id_used_for_something_else_is_refused_by_name(stage: Stage) -> None:
    case = stage.open()
    stage.do(case, "submit", "县", request="r1")
    assert stage.refused(case, "accept", "甲", request="r1") == {"request_reused"}
    assert stage.refused(case, "submit", "县", request="r1", opinion="另一意见") == {"request_reused"}
    with pytest.raises(RulesRefused) as refused:
        stage.open(request_id="r1")
    assert "请求号“r1”已用于 WB-2018-0001 的“报送”" in refused.value.refusals[0].because


@pytest.mark.parametrize("request_id", ["r\u202e1", "r\x001"])
def test_a_request_id_that_nobody_sees_whole_is_refused_though_it_is_new(stage: Stage, request_id: str) -> None:
    case = stage.open()
    assert stage.refused(case, "submit", "县", request=request_id) == {"bad_value"}
    with pytest.raises(RulesRefused) as refused:
        stage.open(request_id=request_id)
    assert [one.code for one in refused.value.refusals] == ["bad_value"]
    assert "请求号" in refused.value.refusals[0].because


def test_a_refused_request_may_be_repeated_once_it_is_put_right(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    assert stage.refused(case, "agree", "甲", request="r1") == {"missing_field"}
    stage.do(case, "agree", "甲", request="r1", amount="6")


def test_refused_attempts_are_recorded_and_change_nothing(stage: Stage) -> None:
    case = stage.open()
    before = stage.stored(case)
    with pytest.raises(NoRight):
        stage.do(case, "submit", "甲")
    after = stage.stored(case)
    assert (after.case, after.seq) == (before.case, before.seq + 1)
    last = bodies(stage, case)[-1]
    assert (last["kind"], last["event"], last["actor"]["person"]) == ("refused", "submit", "甲")
    assert [one["code"] for one in last["refusals"]] == ["no_role"]
    require_sound(stage)


def test_a_refused_opening_is_recorded_with_the_office(stage: Stage) -> None:
    with pytest.raises(NoRight):
        stage.open(person="甲")
    assert bodies(stage, "office")[-1]["kind"] == "refused"
    assert stage.open().endswith("0001")  # no number was used up


def test_a_dry_run_writes_nothing_at_all(stage: Stage) -> None:
    case = stage.walk(stage.open(), "ruling")
    before = stage.everything()
    planned = stage.do(case, "approve", "领导", dry_run=True)
    assert (planned.to, planned.seq, planned.dry_run) == ("valid", None, True)
    assert stage.refused(case, "approve", "甲", dry_run=True) == {"no_role"}
    assert stage.everything() == before
    assert stage.do(case, "approve", "领导").deadlines == planned.deadlines


@pytest.mark.parametrize("where", ["_put", "_mirror", "_queue", "_tell", "_order"])
def test_a_fault_in_the_middle_leaves_nothing_behind(stage: Stage, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    case = stage.walk(stage.open(), "ruling")
    before = stage.everything()

    def fail(*_: object) -> None:
        raise Fault

    with monkeypatch.context() as patch:
        patch.setattr(settle, where, fail)
        with pytest.raises(Fault):
            stage.do(case, "approve", "领导", request="r1")
        with pytest.raises(Fault):
            stage.open(request_id="r2")
    assert stage.everything() == before
    assert stage.do(case, "approve", "领导", request="r1").notices[0].number == "测函〔2018〕1号"


def test_numbers_of_documents_have_no_gaps(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = []
    for count in range(3):
        case = stage.walk(stage.open(), "ruling")
        with monkeypatch.context() as patch:
            patch.setattr(settle, "_order", lambda *_: (_ for _ in ()).throw(Fault()))
            with pytest.raises(Fault):
                stage.do(case, "approve", "领导")
        assert stage.refused(case, "approve", "甲") == {"no_role"}
        numbers.append(stage.do(case, "approve", "领导").notices[0].number)
        assert len(numbers) == count + 1
    assert numbers == [f"测函〔2018〕{n}号" for n in (1, 2, 3)]


def test_the_history_replays_to_the_stored_case_whatever_was_done(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    for event, who, given in (
        ("look", "专家", {"points": "90"}),
        ("agree", "甲", {"amount": "6"}),
        ("urge", "县", {}),
        ("copy", "甲", {"person": "乙"}),
        ("withdraw", "甲", {}),
        ("correct", "甲", {"subject": "请示（更正）"}),
        ("suspend", "甲", {}),
        ("resume", "甲", {}),
        ("delegate", "甲", {"person": "乙"}),
        ("hand_back", "乙", {}),
        ("transfer", "甲", {"person": "乙"}),
        ("return", "乙", {"to": "intake", "walk": "straight"}),
    ):
        stage.do(case, event, who, **given)
        require_sound(stage)
    stage.walk(case, "valid")
    require_sound(stage)


def test_withdrawing_restores_the_case_and_what_the_sweep_looks_at(stage: Stage) -> None:
    case = stage.walk(stage.open(), "intake")
    before = stage.stored(case).case
    rows = stage.table("SELECT * FROM deadline ORDER BY name")
    stage.on("2018-10-09").do(case, "accept", "甲")
    assert stage.table("SELECT * FROM deadline ORDER BY name") != rows
    stage.do(case, "withdraw", "甲")
    after = stage.stored(case).case
    assert (after.state, after.fields, after.section("deadlines")) == (
        before.state,
        before.fields,
        before.section("deadlines"),
    )
    assert stage.table("SELECT * FROM deadline ORDER BY name") == rows
    require_sound(stage)


def test_what_has_left_the_house_cannot_be_withdrawn(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    assert stage.refused(case, "withdraw", "领导") == {"irreversible"}


def test_a_place_in_the_queue_is_held_by_waiting_and_never_lost(stage: Stage) -> None:
    def queue() -> list[str]:
        return [one for (one,) in stage.table("SELECT case_id FROM queue_place ORDER BY place")]

    first, second = stage.walk(stage.open(), "intake"), stage.walk(stage.open(), "intake")
    stage.do(first, "queue", "甲")
    stage.do(second, "queue", "甲")
    assert queue() == [first, second]
    assert stage.refused(second, "recall", "甲") == {"quota_full"}
    stage.do(first, "recall", "甲")
    assert stage.refused(first, "withdraw", "甲") == {"irreversible"}  # others have moved up
    stage.do(second, "withdraw", "甲") if stage.stored(second).case.state == "intake" else None
    assert queue() == [second]
    stage.do(second, "withdraw", "甲")
    assert queue() == []


def test_a_linked_case_is_opened_with_the_act_or_not_at_all(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    done = stage.on("2019-03-02").do(case, "expire", "system")
    [linked] = done.cases
    assert stage.stored(str(linked)).case.state == "valid"
    assert stage.stored(str(linked)).case.fields["until"] == "2020-03-02"
    assert stage.stored(case).case.section("links") == {linked: "expire"}
    require_sound(stage)


def test_when_a_linked_case_is_refused_all_is_undone_and_the_attempt_recorded(home: Path) -> None:
    stage = Stage(home, text=story(a="until?], set -> until?], when: [until present: 没有截止日], set"))
    case = stage.walk(stage.open(), "valid")
    before = stage.stored(case)
    assert stage.on("2019-03-02").refused(case, "expire", "system") == {"guard"}
    after = stage.stored(case)
    assert (after.case, after.seq) == (before.case, before.seq + 1)
    assert stage.table("SELECT COUNT(*) FROM cases") == [(1,)]
    require_sound(stage)
    stage.office.database.close()


def test_an_act_tells_whom_it_concerns(stage: Stage) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "agree", "甲", amount="6")
    with stage.office.database.read() as connection:
        [message] = inbox.messages(connection, "领导", ["head"])
    assert message.text == "甲县政府：“会签”待您签署"


def test_a_document_is_ordered_with_its_number_and_variables(stage: Stage) -> None:
    case = stage.walk(stage.open(), "valid")
    with stage.office.database.read() as connection:
        [order] = notices.of_case(connection, case)
    assert (order.kind, order.number, order.state, order.recipients) == (
        "reply",
        "测函〔2018〕1号",
        "ordered",
        ("county",),
    )


def test_nobody_and_nothing_of_that_name(stage: Stage) -> None:
    case = stage.open()
    with pytest.raises(NotFound, match="WB-2018-0099"):
        stage.do("WB-2018-0099", "submit", "县")
    with pytest.raises(NotFound, match="无此人"):
        stage.do(case, "submit", "无此人")
    with pytest.raises(NotFound, match="无此机构"):
        stage.open(applicant="无此机构")
