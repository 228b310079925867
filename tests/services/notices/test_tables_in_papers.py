"""Tables that come from elsewhere: the rows of a register, its first case, the lines of a form; frozen when ordered."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import CALENDAR, PEOPLE
from tests.services.calls import CALL, PART, begin, called, issued
from tests.services.staging import Stage
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.model.decision import Command, Decision
from zhuli_flow.services.administration import upkeep
from zhuli_flow.services.cases.facts import gather
from zhuli_flow.services.history import verify
from zhuli_flow.services.lookup import definition
from zhuli_flow.services.registers.register import table
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.services.rehearsal.scenario import read
from zhuli_flow.store import cases

FORM = """
  amount: {title: 金额, type: int, unit: 万元, may_be: not_applicable}
  units: {title: 参与单位, type: names}
  asked: {title: 询问}
  done: {title: 完成, type: yes_no}
  alone: {title: 鞍山填, only: applicant.city is '鞍山市'}
forms:
  sheet:
    title: 分报表
    fields:
      - group: 一、总体
      - heading: （一）数
      - {label: 1.金额、单位：, fields: [amount?, units?]}
      - {label: 2.只问鞍山：, fields: [alone?]}
      - {label: 说明（不填）}
      - done?
  plain: {title: 简表, fields: [asked?]}
"""
SEEING = {
    "applicant.name, amount]\n    order": "{unit: applicant.name}, {value: amount}, state]\n    order",
    "  told: {title: 得知, type: int}\n": "  told: {title: 得知, type: int}\n"
    "  best: {title: 最多}\n"
    "  kept: {title: 名次表, type: rows, columns: {unit: {title: 单位}, value: {title: 金额, type: int}}}\n",
    "fill: [told!]": "fill: [told?]",
    "  everywhere:": "  ranked: {title: 名次, workflow: part, linked_by: call, where: [state is sent], order: -amount,"
    " columns: [{unit: applicant.name}, {value: amount}]}\n"
    "  others: {title: 他处, workflow: part, columns: [case], where:"
    " [call is not this.case, applicant.id is this.applicant.id, applicant.city is this.applicant.city]}\n"
    "  everywhere:",
    "    set: {total: sum of sent.amount}\n": "    set: {total: sum of sent.value, best: first of sent.unit,"
    " told: first of sent.amount, kept: rows of ranked}\n"
    "    issue: {notice: circular, with: {results: rows of sent, table: kept, best: first of sent.unit,"
    " blank: lines of part.sheet}}\n",
}


def seeing(home: Path, part: str = PART, **more: str) -> Stage:
    text = CALL
    for old, new in [*SEEING.items(), *more.items()]:
        assert old in text, old
        text = text.replace(old, new, 1)
    return called(home, call=text, part=part.replace("  amount: {title: 金额, type: int}\n", FORM.lstrip("\n"), 1))


@pytest.fixture
def stage(home: Path) -> Iterator[Stage]:
    made = seeing(home)
    yield made
    assert verify.verify(made.office).ok
    assert upkeep.faults(made.office) == []
    made.office.database.close()


def ordered(stage: Stage, kind: str = "circular") -> dict[str, Any]:
    """The variables of the latest document of a kind, as its order keeps them."""
    [(found,)] = stage.table(f"SELECT variables FROM notice WHERE kind = '{kind}' ORDER BY id DESC LIMIT 1")
    told: dict[str, Any] = json.loads(found)
    return told


def summed(stage: Stage, first: str = "7", second: str = "12") -> str:
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount=first)
    stage.do("FB-2018-0002", "send", "县乙", amount=second)
    stage.do(case, "sum_up", "甲")
    return case


def test_the_rows_of_a_register_go_into_the_document_by_their_keys_in_its_order(stage: Stage) -> None:
    summed(stage)
    assert ordered(stage)["results"] == [
        {"case": "FB-2018-0002", "unit": "乙县政府", "value": 12, "state": "已报"},
        {"case": "FB-2018-0001", "unit": "甲县政府", "value": 7, "state": "已报"},
    ]


def test_the_rows_of_a_document_stay_as_they_were_when_it_was_ordered(stage: Stage) -> None:
    case = summed(stage)
    before = ordered(stage)["results"]
    assert {str(row["state"]) for row in before} == {"已报"}  # the same act has locked both parts by now
    assert stage.stored("FB-2018-0001").case.state == "locked"
    assert ordered(stage)["results"] == before
    assert stage.stored(case).case.state == "closed"


def test_a_field_of_the_first_case_is_taken_in_the_registers_order(stage: Stage) -> None:
    case = summed(stage)
    fields = stage.stored(case).case.fields
    assert (fields["best"], fields["told"], fields["total"]) == ("乙县政府", 12, 19)


def test_a_table_field_keeps_the_rows_of_a_register(stage: Stage) -> None:
    case = summed(stage, second="不适用")
    kept = [{"unit": "甲县政府", "value": 7}, {"unit": "乙县政府", "value": None}]
    assert stage.stored(case).case.fields["kept"] == kept
    assert ordered(stage)["results"][1]["value"] == "不适用"
    assert ordered(stage)["table"] == [{"unit": "甲县政府", "value": 7}, {"unit": "乙县政府", "value": ""}]


def test_the_first_of_a_register_without_cases_is_unknown(home: Path) -> None:
    stage = seeing(home, **{"{title: 指定,": "{title: 指定, when: [{first of sent.amount > 5: 无}],"})
    case = issued(stage)
    assert stage.refused(case, "pick", "甲", first="FB-2018-0001") == {"guard"}
    stage.do("FB-2018-0001", "send", "县", amount="7")
    stage.do(case, "pick", "甲", first="FB-2018-0001")
    stage.office.database.close()


def test_a_register_may_look_at_the_case_that_asks_and_its_applicant(home: Path) -> None:
    stage = seeing(home)
    first = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    stage.do("FB-2018-0001", "lock", "system")
    second = begin(stage, units="甲县政府")
    stage.do(second, "issue", "甲")
    listed = [[row["case"] for row in table(stage.office, "call", "others", case).rows] for case in (first, second)]
    assert listed == [["FB-2018-0003"], ["FB-2018-0001"]]
    stage.office.database.close()


def test_a_column_under_another_key_keeps_its_heading(stage: Stage) -> None:
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    found = table(stage.office, "call", "sent", case)
    assert found.columns == (("case", "事项编号"), ("unit", "单位"), ("value", "金额"), ("state", "环节"))
    assert found.rows == ({"case": "FB-2018-0001", "unit": "甲县政府", "value": 7, "state": "已报"},)
    assert (found.types["value"], found.units["value"]) == ("int", "万元")


def line(kind: str, number: str, text: str, *answers: tuple[str, str, str, str]) -> dict[str, Any]:
    told = [dict(zip(("number", "title", "value", "unit"), one, strict=True)) for one in answers]
    return {"kind": kind, "number": number, "text": text, "answers": told}


def test_the_lines_of_another_workflows_form_are_blank(stage: Stage) -> None:
    summed(stage)
    assert ordered(stage)["blank"] == [
        line("group", "", "一、总体"),
        line("heading", "", "（一）数"),
        line("label", "1", "1.金额、单位：", ("1a", "金额", "", "万元"), ("1b", "参与单位", "", "")),
        line("label", "2", "2.只问鞍山：", ("2a", "鞍山填", "", "")),
        line("label", "", "说明（不填）"),
        line("label", "4", "完成：", ("4", "完成", "", "")),
    ]


def test_the_lines_of_a_form_have_this_cases_answers_and_only_what_was_asked(home: Path) -> None:
    send = "fill: [amount, units?, done?], issue: {notice: form_sheet, with: {rows: lines of sheet}},\n    advance"
    part = PART.replace("fill: [amount]\n    advance", send.replace(", issue", "\n    issue").replace("},\n", "}\n"), 1)
    stage = seeing(home, part)
    issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="不适用", units="甲厂、乙厂", done="是")
    assert ordered(stage, "form_sheet")["rows"][2:] == [
        line("label", "1", "1.金额、单位：", ("1a", "金额", "不适用", "万元"), ("1b", "参与单位", "甲厂、乙厂", "")),
        line("label", "", "说明（不填）"),
        line("label", "4", "完成：", ("4", "完成", "是", "")),
    ]
    stage.office.database.close()


def counted(stage: Stage, case: str) -> tuple[int, int]:
    """Statements and rows that ordering the document takes, tried out without being done."""
    said: list[str] = []
    with stage.office.database.read() as connection:
        driver: Any = connection.driver
        driver.set_trace_callback(said.append)
        stored = cases.load(connection, case)
        assert stored is not None
        book = definition(connection, stage.office, stored.case.digest)
        command = Command("sum_up")
        seen = gather(connection, stage.office, book, stored.case, command)
        driver.set_trace_callback(None)
    answer = decide(Question(book, stored.case, PEOPLE["甲"], seen), command)
    assert isinstance(answer, Decision)
    return len(said), len(answer.notices[0].variables["results"])  # type: ignore[arg-type]


@pytest.mark.sqlite("counts the statements that it hears of")
def test_a_register_of_two_hundred_cases_is_read_at_once(home: Path) -> None:
    stage = seeing(home)
    case = issued(stage)
    stage.do("FB-2018-0001", "send", "县", amount="7")
    stage.do("FB-2018-0002", "send", "县乙", amount="12")
    counted(stage, case)
    few, _ = counted(stage, case)
    columns = ", ".join(name for _, name, *_ in stage.table("PRAGMA table_info(cases)") if name != "id")
    listed = ", ".join(name for _, name, *_ in stage.table("PRAGMA table_info(listing)") if name != "case_id")
    with stage.office.database.write() as connection:
        for number in range(3, 201):
            copy = f"SELECT 'FB-2018-{number:04}', {columns} FROM cases WHERE id = 'FB-2018-0001'"
            connection.execute(f"INSERT INTO cases (id, {columns}) {copy}")
            connection.execute(
                f"INSERT INTO listing (case_id, {listed}) SELECT 'FB-2018-{number:04}', {listed} FROM listing"
                " WHERE case_id = 'FB-2018-0001'"
            )
            connection.execute(
                f"INSERT INTO case_link (workflow, field, target, case_id) SELECT workflow, field, target,"
                f" 'FB-2018-{number:04}' FROM case_link WHERE case_id = 'FB-2018-0001'"
            )
    many, rows = counted(stage, case)
    assert (many, rows) == (few, 200)
    assert few > 2
    stage.office.database.close()


def test_a_story_gives_a_table_to_a_field(home: Path) -> None:
    stage = seeing(home, **{"fill: [first]": "fill: [first?, kept?]"})
    case = issued(stage)
    told = '2018-10-09 办理 A pick 甲 kept=[{"unit": "甲县 政府", "value": 3}, {"unit": "“乙”"}]'
    acts = read(told, "s", CALENDAR, date(2018, 10, 8))
    Player(stage.office, stage.clock, {"A": case}).play(acts)
    kept = [{"unit": "甲县 政府", "value": 3}, {"unit": "“乙”", "value": None}]
    assert stage.stored(case).case.fields["kept"] == kept
    stage.office.database.close()
