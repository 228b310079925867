"""An activity registered once stands on the sheets of all who held it, and waits for nobody."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from tests.workflows.staging import Stage
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.cases import worklist
from zhuli_flow.services.forms.spreadsheet import export_form
from zhuli_flow.services.registers import register

UNITS = "units=沈阳市科学技术协会、大连市科学技术协会、辽宁省硅酸盐学会"
PERIOD = "period_from=2018-06-01 period_to=2019-05-31 due_on=2019-06-14 form_version=2018"
CALLED = f"""
引用 activity.steps
2019-03-04 09:00 照做 同办走访 走访 辽宁省硅酸盐学会 沈阳市科学技术协会 陶瓷企业走访 2019-03-04 某陶瓷公司、某窑炉公司 4
2019-06-03 09:00 开启 returns_call 辽宁省科学技术协会 省科协学会学术部经办 subject=年度总结 {PERIOD} {UNITS} 称 通知
办理 通知 下发 省科协学会学术部经办 称 沈阳 大连 学会
"""


@pytest.fixture
def called(stage: Callable[..., Stage]) -> Stage:
    played = stage()
    played.play(CALLED)
    return played


def _sheet(played: Stage, unit: str) -> dict[str, object]:
    """The answers that stand on the exported sheet, by the line they answer."""
    page = openpyxl.load_workbook(
        io.BytesIO(export_form(played.office, played.player.case(unit), "return_form"))
    ).active
    return {str(row[1]): row[2] for row in page.iter_rows(values_only=True) if row[1] is not None}


@pytest.mark.parametrize(("unit", "visited", "talks"), [("沈阳", 2, 0), ("学会", 2, 0), ("大连", None, None)])
def test_the_sheet_is_filled_in_for_who_held_an_activity_and_for_nobody_else(
    called: Stage, unit: str, visited: int | None, talks: int | None
) -> None:
    sheet = _sheet(called, unit)
    assert sheet["16.组织学会专家走访调研企业数量:"] == visited
    assert sheet["17.组织学会与企业对接活动数量："] == talks
    assert sheet["邀请到的省级学会专家人数："] == (4 if visited else None)


def test_a_registered_activity_waits_for_nobody(called: Stage) -> None:
    lists = [as_json(worklist.todo(called.office, who)) for who in ("辽宁省硅酸盐学会联络员", "省科协学会学术部经办")]
    assert called.player.case("走访") not in {line["case"] for lines in lists for line in lines}
    [row] = register.find(called.office, "activity.activities").rows
    assert (row["applicant.name"], row["state"]) == ("辽宁省硅酸盐学会", "已登记")
