"""Somebody's own sheets, case by case: found behind however many cases that have none."""

import pytest

from tests.services.staging import Stage
from zhuli_flow.services.cases import own_sheets


def test_cases_without_a_sheet_hide_none_of_those_behind_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = stage.walk(stage.open(), "review")
    stage.do(case, "look", "专家", points="87")
    for number in range(3):
        stage.on(f"2018-10-{number + 9:02}").open()
    found = own_sheets.mine(stage.office, "专家", 1)
    assert [(one.case.case, one.answers) for one in found.lines] == [(case, [("分", 87)])]
    assert found.next == ""
    monkeypatch.setattr(own_sheets, "MOST", 2)
    first = own_sheets.mine(stage.office, "专家", 1)
    assert (first.lines, bool(first.next)) == ([], True)
    assert [one.case.case for one in own_sheets.mine(stage.office, "专家", 1, first.next).lines] == [case]
