"""Registers, search, overview and archive packages through the command line."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.cli.lines import CITY, RECOMMEND, Zhuli


@pytest.fixture
def recommended(opened: str, zhuli: Zhuli, letter: Path) -> str:
    words = ["case", "advance", opened, "recommend", "--as", CITY, "--attach", f"recommendation_letter={letter}"]
    answer = zhuli(*words, *RECOMMEND, "--opinion", "符合条件，同意推荐")
    assert answer.code == 0, answer.err
    return opened


def test_registers_are_listed_with_those_of_every_workflow(opened: str, zhuli: Zhuli) -> None:
    answer = zhuli("register list --json")
    told = {one["name"]: one for one in answer.json["registers"]}
    assert told["zone_creation"]["cases"] == 1
    assert {"zone_creation.silent", "returns_call.returns"} <= told.keys()
    assert "须加 --case" in zhuli("register list").out


def test_the_rows_of_a_register_are_chosen_ordered_and_counted(opened: str, zhuli: Zhuli) -> None:
    line = ["register", "list", "zone_creation", "--where", "单位=法库县", "--sort=-事项编号"]
    told = zhuli(*line, "--json").json
    assert (told["total"], told["rows"][0]["leading_industries"]) == (1, ["陶瓷"])
    assert {"name": "state", "title": "环节", "type": "text", "unit": ""} in told["columns"]
    shown = zhuli(*line)
    assert "法库县" in shown.out
    assert "共 1 件" in shown.out
    assert "没有符合条件的" in zhuli("register", "list", "zone_creation", "--where", "单位=庄河市").out


def test_a_condition_that_can_not_be_read_is_told_with_what_would_be_right(opened: str, zhuli: Zhuli) -> None:
    answer = zhuli("register", "list", "zone_creation", "--where", "单=法库县", "--where", "环节=草稿", "--json")
    assert (answer.code, answer.problems) == (6, ["column", "condition"])


def test_a_register_of_one_case_is_asked_for_by_its_number(opened: str, zhuli: Zhuli) -> None:
    assert zhuli("register list zone_creation.progress").code == 6
    assert zhuli("register", "list", "zone_creation.progress", "--case", opened, "--json").json["rows"] == []
    assert zhuli("register list no.such").code == 5


def test_documents_and_people_have_registers_of_their_own(opened: str, zhuli: Zhuli) -> None:
    assert zhuli("register list documents --json").json["rows"] == []
    told = zhuli("register", "list", "people", "--where", "角色~专家", "--sort", "人员", "--json").json
    assert told["total"] > 2
    assert all("专家" in " ".join(row["roles"]) for row in told["rows"])
    assert {"documents", "people"} <= {one["name"] for one in zhuli("register list --json").json["registers"]}


def test_a_register_is_written_to_a_new_file_only(opened: str, zhuli: Zhuli, tmp_path: Path) -> None:
    place = tmp_path / "台账.xlsx"
    told = zhuli("register", "export", "zone_creation", "--out", place, "--json").json
    assert (told["rows"], told["size"]) == (1, place.stat().st_size)
    assert openpyxl.load_workbook(place).active.cell(3, 2).value == "法库县"
    assert zhuli("register", "export", "zone_creation", "--out", place).code == 6
    assert zhuli("register", "export", "zone_creation", "--out", tmp_path / "台账.doc").code == 6
    assert zhuli("register", "export", "zone_creation", "--out", tmp_path / "台账.csv").code == 0
    assert (tmp_path / "台账.csv").read_bytes().startswith("\ufeff事项编号,单位".encode())


def test_a_case_is_found_by_opinion_and_file_name(recommended: str, zhuli: Zhuli) -> None:
    told = zhuli("search", "同意推荐", "陶瓷", "--json").json
    assert (told["total"], told["cases"][0]["case"]) == (1, recommended)
    assert {"opinion", "field"} <= {hit["kind"] for hit in told["cases"][0]["hits"]}
    assert "共 1 件" in zhuli("search", "法库").out
    assert "没有找到" in zhuli("search", "庄河").out
    assert zhuli("search").code == 2


def test_the_overview_says_how_the_programme_stands(opened: str, zhuli: Zhuli) -> None:
    told = zhuli("overview --json").json
    (one,) = told["workflows"]
    assert (one["workflow"], one["kinds"]["initial"]) == ("zone_creation", 1)
    assert (one["quotas"][0]["used"], one["quotas"][0]["limit"]) == (0, 15)
    told = zhuli("overview").out
    assert "0／上限 15，还可批准 15 件；依据：方案 三（10-15个）" in told
    assert "提醒 少于下限 10 个，还差 10 个" in told
    whole = zhuli("overview --workflow zone_creation").out
    assert "中位天数" in whole
    assert "逾期：没有" in whole
    assert zhuli("overview --workflow zone").code == 5


def test_an_overview_of_an_empty_office_says_so(office_home: Path, zhuli: Zhuli) -> None:
    assert "还没有事项" in zhuli("overview").out


def test_a_package_is_verified_by_the_program_inside_it(recommended: str, zhuli: Zhuli, tmp_path: Path) -> None:
    place = tmp_path / "归档.zip"
    told = zhuli("archive", recommended, "--out", place, "--json").json
    assert (told["case"], told["items"], told["withheld"], told["unprinted"]) == (recommended, 1, 0, 0)
    with zipfile.ZipFile(place) as package:
        package.extractall(tmp_path / "解开")
    line = [sys.executable, "-I", "-S", str(tmp_path / "解开" / "verify.py")]
    done = subprocess.run(line, capture_output=True, check=False, env={}, cwd="/")
    assert done.returncode == 0, done.stdout.decode()
    assert zhuli("archive", recommended, "--out", place).code == 6
    assert zhuli("archive", "SFQ-2018-0099", "--out", tmp_path / "x.zip").code == 5


def test_the_whole_history_is_exported(recommended: str, zhuli: Zhuli, tmp_path: Path) -> None:
    place = tmp_path / "留痕.zip"
    told = zhuli("audit", "export", place, "--json").json
    assert told["entries"] == zhuli("audit verify --json").json["entries"]
    script = Path(__file__).resolve().parents[2] / "scripts/verify_audit.py"
    done = subprocess.run([sys.executable, "-I", "-S", str(script), str(place)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    with zipfile.ZipFile(place) as package:
        assert json.loads(package.read("manifest.json"))["attachments"] is False
