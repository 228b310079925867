"""An edition stays as it was kept, whatever becomes of the returns; the totals of now follow them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.definitions.checking.test_total import WHOLE
from tests.services.calls import PART, begin, called, issued
from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.history import verify
from zhuli_flow.services.registers import editions, totals

NAME = "call.parts"
KEEPING = (
    WHOLE.replace("blocks: {sent: 已报合计}", "blocks: {sent: 已报合计, locked: 已锁合计}")
    .replace("sent: {title: 报}", "sent: {title: 报}, locked: {title: 锁}")
    .replace("    to: closed\n    by: office\n    when", "    to: same\n    by: office\n    when")
    .replace("    advance: {each: parts, workflow: part, event: lock}\n", "")
    .replace("operations:", "  decide: {title: 认定, from: open, to: same, by: office, fill: [rulings!]}\noperations:")
    .replace("operations:", "operations:\n  correct: {by: office}")
)
RETURN = (
    PART.replace("type: int}", "type: int, agg: sum}\n  names: {title: 名称, type: names, agg: union}")
    .replace("fill: [amount]\n    advance", "fill: [amount, names?]\n    advance")
    .replace("  lock:", "  amend: {title: 改报, from: sent, to: same, by: county, fill: [amount!]}\n  lock:")
)


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = called(home, call=KEEPING, part=RETURN)
    yield made
    assert verify.verify(made.office).ok
    assert verify.faults(made.office) == []
    made.office.database.close()


@pytest.fixture
def case(stage: Stage) -> str:
    """A call whose two parts are sent, put together once."""
    made = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7", names="甲项目、乙项目")
    stage.do("FB-2018-0002", "send", "县乙", amount="12", names="甲工程")
    stage.do(made, "sum_up", "甲")
    return made


def kept(stage: Stage, case: str, number: int) -> dict[object, object]:
    return {
        row["item"]: row["sent"] or row["distinct"] for row in editions.edition(stage.office, NAME, case, number).rows
    }


def now(stage: Stage, case: str) -> dict[str, object]:
    found = totals.total(stage.office, NAME, case)
    return {line.field.title: line.blocks[0].value for line in found.lines}


def test_what_was_kept_is_what_the_totals_were(stage: Stage, case: str) -> None:
    assert kept(stage, case, 1) == {"金额": "19", "名称": "甲项目、乙项目、甲工程"}
    assert now(stage, case) == {"金额": 19, "名称": ["甲项目", "乙项目", "甲工程"]}


def test_a_return_changed_later_changes_the_totals_of_now_and_no_edition(stage: Stage, case: str) -> None:
    stage.do("FB-2018-0001", "amend", "县", amount="70")
    assert now(stage, case)["金额"] == 82
    assert kept(stage, case, 1)["金额"] == "19"
    stage.do(case, "sum_up", "甲")
    assert [kept(stage, case, number)["金额"] for number in (1, 2)] == ["19", "82"]


def test_a_decision_on_names_holds_from_the_next_edition_on(stage: Stage, case: str) -> None:
    stage.do(case, "decide", "甲", rulings='[{"name": "甲工程", "same_as": "甲项目"}]')
    assert now(stage, case)["名称"] == ["甲项目", "乙项目"]
    stage.do(case, "sum_up", "甲")
    assert kept(stage, case, 1)["名称"] == "甲项目、乙项目、甲工程"
    assert kept(stage, case, 2)["名称"] == "甲项目、乙项目"


def test_what_was_kept_cannot_be_corrected(stage: Stage, case: str) -> None:
    assert stage.refused(case, "correct", "甲", sums='[{"item": "金额", "sent": "1000"}]') == {"worked_out"}
    assert kept(stage, case, 1)["金额"] == "19"


def test_an_edition_equal_to_the_one_before_is_an_edition_too(stage: Stage, case: str) -> None:
    stage.do(case, "sum_up", "甲")
    found = editions.editions(stage.office, NAME, case)
    assert [(one.number, one.event, one.person, dict(one.told)["合计"]) for one in found] == [
        (1, "汇总", "甲", 19),
        (2, "汇总", "甲", 19),
    ]
    assert found[0].rows == found[1].rows
    assert found[0].version < found[1].version


def test_the_editions_there_are_not_are_told(stage: Stage, case: str) -> None:
    with pytest.raises(NotFound, match="没有第 2 版"):
        editions.edition(stage.office, NAME, case, 2)
    with pytest.raises(InvalidInput, match="还没有锁定的版次"):
        editions.edition(stage.office, NAME, begin(stage), 1)


def test_an_edition_on_paper_has_its_face_and_numbers_as_numbers(stage: Stage, case: str) -> None:
    sheet = editions.printed(editions.edition(stage.office, NAME, case, 1), "汇总数")
    assert sheet.title == "汇总数（第 1 版）"
    assert sheet.notes[0].startswith("第 1 版：2018-10-08 ")
    assert str(sheet.rows[0]["sent"]) == "19"
    assert not isinstance(sheet.rows[0]["sent"], str)
