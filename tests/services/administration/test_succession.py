"""承继: a county that becomes a district goes on with its cases; what is over keeps the name of its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import directory as desk
from zhuli_flow.services.administration.succession import succeed
from zhuli_flow.services.cases import view, worklist
from zhuli_flow.services.cases.advance import open_case
from zhuli_flow.services.history import verify
from zhuli_flow.store import cases
from zhuli_flow.store.case_filter import Filter

NEW = """\
organisations:
  甲区政府: {level: county, city: 沈阳市, county: 甲区, kind: county}
people:
  县: {organisation: 甲区政府, roles: [county]}
"""


def moved(stage: Stage, tmp_path: Path) -> desk.Imported:
    file = tmp_path / "new.yaml"
    file.write_text(NEW, encoding="utf-8")
    return desk.import_file(stage.office, file)


def handed(stage: Stage, **other: Any) -> Any:
    told: Any = {"kind": "更名", "since": date(2018, 10, 8), "paper": "国函〔2018〕1号", **other}
    return succeed(stage.office, "甲县政府", "甲区政府", **told)


def applicant(stage: Stage, case: str) -> tuple[str, str, str]:
    of = stage.stored(case).case.applicant
    return of.id, of.name, of.county


def test_a_case_under_way_goes_on_in_the_hands_of_the_successor(stage: Stage, tmp_path: Path) -> None:
    case = stage.open()
    moved(stage, tmp_path)
    assert stage.refused(case, "submit", "县")
    assert handed(stage).continued == (case,)
    assert applicant(stage, case) == ("甲区政府", "甲区政府", "甲区")
    assert [one.case for one in worklist.todo(stage.office, "县")] == [case]
    stage.do(case, "submit", "县")
    assert verify.require_whole(stage.office).ok
    assert verify.faults(stage.office) == []


def test_what_is_over_keeps_its_name_and_is_the_successors_all_the_same(stage: Stage, tmp_path: Path) -> None:
    over, going = stage.open(), stage.open()
    stage.walk(over, "valid")
    stage.do(over, "expire", "system")
    moved(stage, tmp_path)
    told = handed(stage)
    assert over in told.ended
    assert going in told.continued
    assert applicant(stage, over) == ("甲区政府", "甲县政府", "甲县")
    with stage.office.database.read() as connection:
        of_unit = {one.case.id for one in cases.walk(connection, Filter(applicant="甲区政府"))}
        of_old = list(cases.walk(connection, Filter(applicant="甲县政府")))
    assert {over, going} <= of_unit
    assert of_old == []
    assert verify.faults(stage.office) == []


def test_the_history_of_the_case_says_so_in_words(stage: Stage, tmp_path: Path) -> None:
    case = stage.open()
    moved(stage, tmp_path)
    handed(stage)
    last: Any = view.history(stage.office, case)[-1].json()
    assert (last["kind"], last["applicant"]["name"]) == ("succession", "甲区政府")
    assert last["text"] == "2018-10-08 起由“甲区政府”承继“甲县政府”（更名，国函〔2018〕1号）"


def test_nothing_new_is_opened_under_the_old_name(stage: Stage, tmp_path: Path) -> None:
    stage.open()
    moved(stage, tmp_path)
    handed(stage)
    with pytest.raises(InvalidInput, match="已由“甲区政府”承继"):
        open_case(stage.office, "desk", "甲县政府", "县")


def test_the_import_names_the_cases_that_nobody_is_left_for(stage: Stage, tmp_path: Path) -> None:
    case = stage.open()
    told = moved(stage, tmp_path)
    (left,) = told.unattended or ()
    assert (left.case, left.applicant) == (case, "甲县政府")
    assert left.seats
    assert not moved(stage, tmp_path).unattended


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "改名"}, "不是承继的种类"),
        ({"since": date(2018, 10, 9)}, "还没有到"),
        ({"paper": " "}, "没有写依据的文件"),
    ],
)
def test_what_makes_no_sense_is_refused(stage: Stage, tmp_path: Path, change: dict[str, Any], told: str) -> None:
    moved(stage, tmp_path)
    before = stage.everything()
    with pytest.raises(InvalidInput) as refused:
        handed(stage, **change)
    assert told in str(refused.value.problems[0])
    assert stage.everything() == before


def test_no_unit_succeeds_itself_or_twice_or_one_that_nobody_knows(stage: Stage, tmp_path: Path) -> None:
    moved(stage, tmp_path)
    more: Any = {"kind": "更名", "since": date(2018, 10, 8), "paper": "国函〔2018〕1号"}
    with pytest.raises(NotFound):
        succeed(stage.office, "甲县政府", "没有的单位", **more)
    with pytest.raises(InvalidInput):
        succeed(stage.office, "甲区政府", "甲区政府", **more)
    handed(stage)
    for old, new in (("甲县政府", "乙县政府"), ("甲区政府", "甲县政府")):
        with pytest.raises(InvalidInput):
            succeed(stage.office, old, new, **more)
