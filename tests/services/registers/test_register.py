"""Registers: what one case counts and adds up of others, and the rows a face prints."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.calls import CALL, called, issued
from tests.services.staging import Stage
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.errors import NotFound
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.facts import gather
from zhuli_flow.services.lookup import definition
from zhuli_flow.services.registers import register


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = called(home)
    yield made
    made.office.database.close()


def sent(stage: Stage, *amounts: str) -> str:
    case = issued(stage)
    for number, (amount, who) in enumerate(zip(amounts, ("县", "县乙"), strict=False), 1):
        stage.do(f"FB-2018-000{number}", "send", who, amount=amount)
    return case


def test_a_guard_counts_the_cases_in_a_register(stage: Stage) -> None:
    case = sent(stage, "7")
    assert stage.refused(case, "sum_up", "甲") == {"guard"}
    stage.do("FB-2018-0002", "send", "县乙", amount="12")
    assert stage.do(case, "sum_up", "甲").to == "closed"


def test_an_option_is_open_exactly_when_the_act_would_be_accepted(stage: Stage) -> None:
    case = sent(stage, "7")

    def offered() -> bool:
        return next(one.allowed for one in view.options(stage.office, case, "甲") if one.event == "sum_up")

    assert not offered()
    stage.do("FB-2018-0002", "send", "县乙", amount="12")
    assert offered()


def test_another_calls_parts_do_not_count(stage: Stage) -> None:
    sent(stage, "7", "12")
    with stage.office.database.write() as connection:
        connection.execute(
            "UPDATE cases SET body = replace(body, 'BZ-2018-0001', 'BZ-2018-0007') WHERE id = 'FB-2018-0002'"
        )
        connection.execute("UPDATE case_link SET target = 'BZ-2018-0007' WHERE case_id = 'FB-2018-0002'")
    assert stage.refused("BZ-2018-0001", "sum_up", "甲") == {"guard"}


def test_registers_are_looked_up_only_for_what_asks_about_them(stage: Stage) -> None:
    case = sent(stage, "7")
    with stage.office.database.read() as connection:
        stored = stage.stored(case).case
        workflow = definition(connection, stage.office, stored.digest)
        asked = {
            event: set(gather(connection, stage.office, workflow, stored, Command(event)).registers)
            for event in ("pick", "sum_up", "withdraw", "nothing")
        }
    assert asked == {"pick": set(), "sum_up": {"sent", "parts"}, "withdraw": set(), "nothing": set()}


def test_the_rows_of_a_register_stand_in_its_order_with_titles(stage: Stage) -> None:
    case = sent(stage, "7", "12")
    table = register.table(stage.office, "call", "sent", case)
    assert table.title == "已报"
    assert table.columns == (("case", "事项编号"), ("applicant.name", "单位"), ("amount", "金额"))
    assert [tuple(row.values()) for row in table.rows] == [
        ("FB-2018-0002", "乙县政府", 12),
        ("FB-2018-0001", "甲县政府", 7),
    ]


def test_a_state_is_listed_by_its_title_and_a_blank_as_none(stage: Stage) -> None:
    case = sent(stage, "7")
    assert [row["state"] for row in register.table(stage.office, "call", "parts", case).rows] == ["已报", "未填"]
    assert [row["amount"] for row in register.table(stage.office, "call", "everywhere").rows] == [7, None]


def test_a_register_of_one_case_has_no_rows_without_it(stage: Stage) -> None:
    sent(stage, "7")
    assert register.table(stage.office, "call", "sent").rows == ()


def test_every_register_is_listed_with_whose_it_is(stage: Stage) -> None:
    assert [(one.workflow, one.register, one.of_case) for one in register.listed(stage.office)] == [
        ("call", "sent", True),
        ("call", "parts", True),
        ("call", "everywhere", False),
    ]


def test_what_is_not_there_is_named(stage: Stage) -> None:
    with pytest.raises(NotFound, match="没有台账“snet”"):
        register.table(stage.office, "call", "snet")
    with pytest.raises(NotFound, match="没有事项“BZ-1”"):
        register.table(stage.office, "call", "sent", "BZ-1")


def test_a_condition_may_compare_with_the_case_that_asks(home: Path) -> None:
    text = CALL.replace("where: [state is sent]", "where: [state is sent, amount >= this.told]")
    stage = called(home, call=text)
    case = sent(stage, "7", "12")  # the call was told of 12 last
    assert [row["amount"] for row in register.table(stage.office, "call", "sent", case).rows] == [12]
    assert stage.refused(case, "sum_up", "甲") == {"guard"}
    stage.office.database.close()
