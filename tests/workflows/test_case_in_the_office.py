"""What a story cannot say in its own words: sealed sheets, two officers at once, absence cover, numbers, options."""

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.workflows.staging import Stage
from zhuli_flow.engine.model.decision import Command, Refusal
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.administration import directory
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.store import notices

OFFICE, SECOND = "省科协学会学术部经办", "省科协学会学术部第二经办"
INTAKE = {
    "received_on": "2018-10-17",
    "addressee_ok": "是",
    "one_matter_ok": "是",
    "signatures_ok": "是",
    "number_ok": "是",
    "attachments_ok": "是",
}
Open = Callable[..., Stage]


def told(stage: Stage, *steps: str) -> Stage:
    stage.play("\n".join(["引用 faku.steps", *steps]))
    return stage


def test_a_score_sheet_stays_sealed_until_the_summary(stage: Open) -> None:
    played = told(stage(), "照做 已考察", "照做 好评 法库县 2018-10-22")
    case = played.player.case("法库县")
    seen = {one["author"]: one for one in sheets(played, case, "评估专家01")}
    assert len(seen) == 5
    assert seen["评估专家01"]["answers"]["points_features"] == 18
    assert [one["answers"] for author, one in seen.items() if author != "评估专家01"] == [None] * 4
    assert all(one["sealed"] for one in sheets(played, case, OFFICE))
    assert "points_features" not in changes_seen(played, case, OFFICE)
    played.play("引用 zone.steps\n照做 报告 法库县 2018-10-26 评估专家01")
    assert not any(one["sealed"] for one in sheets(played, case, OFFICE))
    assert "points_features" in changes_seen(played, case, OFFICE)


def sheets(stage: Stage, case: str, viewer: str) -> list[dict[str, Any]]:
    return list(as_json(view.show(stage.office, case, viewer))["sheets"])


def changes_seen(stage: Stage, case: str, viewer: str) -> str:
    return str([line.entry.changes for line in view.history(stage.office, case, viewer)])


def test_of_two_officers_at_once_one_wins_and_the_other_is_told(stage: Open) -> None:
    played = told(stage(), "照做 待受理")
    case = played.player.case("法库县")
    version = int(str(as_json(view.show(played.office, case))["version"]))
    advance(played.office, case, OFFICE, Command("accept_request", INTAKE, seen_version=version))
    late = Command("return_for_correction", {"defects": "印章缺失"}, opinion="请补。", seen_version=version)
    with pytest.raises(RulesRefused) as refused:
        advance(played.office, case, SECOND, late)
    codes = [one.code for one in refused.value.refusals if isinstance(one, Refusal)]
    assert "stale_version" in codes
    assert as_json(view.show(played.office, case))["state"] == "assessing"


def test_a_request_repeated_is_done_once_and_answered_alike(stage: Open) -> None:
    played = told(stage(), "照做 待受理")
    case = played.player.case("法库县")
    first = advance(played.office, case, OFFICE, Command("accept_request", INTAKE, request_id="甲一"))
    again = advance(played.office, case, OFFICE, Command("accept_request", INTAKE, request_id="甲一"))
    assert again == first
    with pytest.raises(RulesRefused) as refused:
        advance(played.office, case, OFFICE, Command("urge", request_id="甲一"))
    assert [one.code for one in refused.value.refusals if isinstance(one, Refusal)] == ["request_reused"]
    assert as_json(view.show(played.office, case))["version"] == first.version


def test_who_acts_for_an_absent_officer_is_named_beside_him(stage: Open) -> None:
    played = told(stage(), "照做 待受理")
    case, deputy = played.player.case("法库县"), "省科协学会学术部负责人"
    directory.entrust(
        played.office, giver=OFFICE, receiver=deputy, since=date(2018, 10, 18), until=date(2018, 10, 19), reason="出差"
    )
    with pytest.raises(RulesRefused):
        advance(played.office, case, deputy, Command("accept_request", INTAKE))
    played.play("2018-10-18 名额 zone_creation 0")
    advance(played.office, case, deputy, Command("accept_request", INTAKE))
    actor = view.history(played.office, case)[-1].entry.actor
    assert (actor.person, actor.on_behalf_of, actor.how) == (deputy, OFFICE, "委托")


def test_reply_numbers_leave_no_gap_and_never_repeat(stage: Open) -> None:
    played = told(
        stage(), "照做 有效期内", "2020-05-06 照做 申请退出", "办理 法库县 同意退出 省科协主要负责人 意见 同意。"
    )
    played.play(
        "引用 zone.steps\n"
        "照做 推荐 法库县 沈阳市 法库县 陶瓷 2020-06-01\n照做 调研 法库县 沈阳市 法库县 2020-06-08 2020-06-09\n"
        "照做 请示 法库县 沈阳市 法库县 2020-06-10 沈科协发〔2020〕912号\n"
        "照做 评估 法库县 辽宁省硅酸盐学会 2020-06-11 2020-06-12 2020-06-15 2020-06-19\n"
        "照做 批复 法库县 沈阳市 辽宁省硅酸盐学会 2020-06-28 2020-07-01 辽科协函〔2020〕902号 2023-07-01"
    )
    with played.office.database.read() as connection:
        ordered = notices.listed(connection, "ordered", 100)
    replies = sorted(one.number for one in ordered if one.number and one.number.startswith("辽科协函〔2020〕"))
    assert replies == ["辽科协函〔2020〕901号", "辽科协函〔2020〕902号"]


def test_every_allowed_option_was_offered_and_every_refused_one_says_why(stage: Open) -> None:
    played = told(stage(), "照做 征求意见")
    case = played.player.case("法库县")
    found = {one.event: one for one in view.options(played.office, case, "沈阳市委组织部经办")}
    assert found["give_consent"].allowed
    assert found["refuse_consent"].allowed
    assert not found["request"].allowed
    assert {"no_role", "guard"} <= {one.code for one in found["request"].because}
    assert all(one.because for one in found.values() if not one.allowed)


def test_history_takes_no_edit_and_no_deletion(stage: Open) -> None:
    played = told(stage(), "照做 已推荐")
    path = played.office.database.path
    played.office.database.close()
    raw = sqlite3.connect(path)
    for statement in ("UPDATE entry SET body = 'x'", "DELETE FROM entry"):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)
    raw.close()
