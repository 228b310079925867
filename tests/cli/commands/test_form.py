"""Forms through the command line: out as a workbook, filled in, and back as an act."""

from pathlib import Path

import openpyxl
import pytest

from tests.cli.lines import CITY, Zhuli

ANSWERS = {"产业特征明晰的情况": "陶瓷", "产业聚集度高的情况": "集聚", "科技和人才需求迫切的情况": "迫切"}
ANSWERS |= {"推荐函成文日期": "2018.10.8", "推荐函发文机关": "市委组织部和市科协"}


@pytest.fixture
def exported(opened: str, zhuli: Zhuli, tmp_path: Path) -> Path:
    place = tmp_path / "推荐表.xlsx"
    answer = zhuli("form", "export", opened, "recommendation_form", "--out", place)
    assert answer.code == 0, answer.err
    return place


def fill(place: Path, answers: dict[str, object]) -> Path:
    book = openpyxl.load_workbook(place)
    page = book["填报表"]
    for row in range(1, page.max_row + 1):
        if page.cell(row, 2).value in answers:
            page.cell(row, 3).value = answers[page.cell(row, 2).value]
    book.save(place)
    return place


def words(case: str, file: Path, letter: Path, *more: str) -> list[str]:
    line = ["form", "import", case, "recommendation_form", str(file), "--event", "recommend", "--as", CITY]
    return [*line, "--attach", f"recommendation_letter={letter}", "--json", *more]


def entries(zhuli: Zhuli, case: str) -> int:
    return len(zhuli("case", "history", case, "--json").json["entries"])


def test_a_filled_in_form_does_the_step_and_done_again_changes_nothing(opened, zhuli, exported, letter):
    line = words(opened, fill(exported, ANSWERS), letter)
    first = zhuli(*line)
    assert first.code == 0, first.err
    assert first.json["values"]["recommendation_date"] == "2018-10-08"
    before = entries(zhuli, opened)
    again = zhuli(*line)
    assert (again.code, again.json) == (0, first.json)
    assert entries(zhuli, opened) == before


def test_a_dry_run_saves_nothing(opened, zhuli, exported, letter):
    before = entries(zhuli, opened)
    answer = zhuli(*words(opened, fill(exported, ANSWERS), letter, "--dry-run"))
    assert (answer.code, answer.json["dry_run"]) == (0, True)
    assert entries(zhuli, opened) == before


def test_every_wrong_cell_is_told_and_nothing_is_done(opened, zhuli, exported, letter):
    before = entries(zhuli, opened)
    answer = zhuli(*words(opened, fill(exported, ANSWERS | {"推荐函成文日期": "十月", "本市推荐排序": "约1"}), letter))
    told = {problem["place"]: problem["message"] for problem in answer.json["error"]["problems"]}
    assert answer.code == 6
    assert set(told.values()) == {"应为日期，填的是“十月”", "应为整数，填的是“约1”"}
    assert entries(zhuli, opened) == before


def test_what_the_rules_refuse_is_told_as_ever(opened, zhuli, exported, letter):
    answer = zhuli(*words(opened, fill(exported, ANSWERS | {"推荐函发文机关": "市委组织部人才办"}), letter))
    assert answer.code == 3
    assert "guard" in answer.refusals


def test_a_form_of_another_case_is_refused(opened, zhuli, exported, letter):
    book = openpyxl.load_workbook(exported)
    book["zhuli"]["E1"] = "SFQ-2018-0009"
    book.save(exported)
    answer = zhuli(*words(opened, exported, letter))
    assert (answer.code, answer.problems) == (6, ["form_case"])


def test_an_unknown_form_is_answered_with_those_there_are(opened, zhuli, tmp_path):
    answer = zhuli("form", "export", opened, "no_such_form", "--out", tmp_path / "a.xlsx")
    assert answer.code == 5
    assert "已有表单：推荐表" in answer.err
    assert not (tmp_path / "a.xlsx").exists()


def test_an_export_overwrites_nothing(opened, zhuli, exported):
    before = exported.read_bytes()
    assert zhuli("form", "export", opened, "recommendation_form", "--out", exported).code == 6
    assert exported.read_bytes() == before


def test_a_file_that_is_not_there_is_told(opened, zhuli, letter, tmp_path):
    assert zhuli(*words(opened, tmp_path / "nothing.xlsx", letter)).code == 5


def test_people_are_told_in_words_and_what_comes_next(opened, zhuli, exported, letter):
    line = [word for word in words(opened, fill(exported, ANSWERS), letter) if word != "--json"]
    assert "已填 5 项" in zhuli(*line).out


def test_a_form_is_printed_and_told_how_far_it_is_filled_in(opened, zhuli, tmp_path):
    answer = zhuli("form", "print", opened, "recommendation_form", "--out", tmp_path / "推荐表.pdf", "--json")
    assert answer.code == 0, answer.err
    told = answer.json
    assert (told["case"], told["form"], told["applicant"]) == (opened, "recommendation_form", "法库县")
    assert told["filled"].startswith("共")
    assert (tmp_path / "推荐表.pdf").read_bytes().startswith(b"%PDF")
    again = zhuli("form", "print", opened, "recommendation_form", "--out", tmp_path / "推荐表.pdf")
    assert again.code == 6
