"""Making a home, its clock, directory, definitions, documents, deadlines and database, from the command line."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.lines import CITY, PARTNER, Zhuli
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices

WORKFLOW = Path(__file__).parents[2] / "workflows" / "zone_creation.yaml"


def test_init_tells_what_it_made(home: Path, zhuli: Zhuli) -> None:
    told = zhuli("init --rehearsal --sample --start 2018-10-08 --json").json
    assert told["home"] == str(home)
    assert told["rehearsal"] is True
    assert "zone_creation 2018.1" in told["workflows"]
    assert len(told["workflows"]) == len(list(WORKFLOW.parent.glob("*.yaml")))
    assert told["directory"]["people"]["added"] > 100
    assert {"zhuli.toml", "zhuli.db", "workflows", "notices"} <= {path.name for path in home.iterdir()}


@pytest.mark.parametrize(("name", "code"), [("zhuli.toml", "home_in_use"), ("别的.txt", "not_empty")])
def test_init_refuses_a_folder_that_holds_something(home: Path, zhuli: Zhuli, name: str, code: str) -> None:
    home.mkdir()
    (home / name).write_text("x", encoding="utf-8")
    answer = zhuli("init --rehearsal --start 2018-10-08 --json")
    assert (answer.code, answer.json["error"]["code"]) == (6, code)
    assert [path.name for path in home.iterdir()] == [name]


def test_an_init_that_fails_leaves_nothing(home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("init --rehearsal --start 2018-10-08 --database postgresql://127.0.0.1:1/zhuli --json")
    assert answer.code == 6
    assert list(home.parent.iterdir()) == []


def test_the_clock_moves_forwards_only(office_home: Path, zhuli: Zhuli) -> None:
    assert zhuli("clock advance 30d --json").json["now"] == "2018-11-07T01:00:00+00:00"
    assert zhuli("clock set 2018-12-10T15:30 --json").json["now"] == "2018-12-10T07:30:00+00:00"
    back = zhuli("clock set 2018-12-09 --json")
    assert (back.code, back.refusals) == (3, ["clock_back"])
    assert zhuli("clock show --json").json["today"] == "2018-12-10"
    assert zhuli("clock advance 5 --json").code == 6


def test_a_working_day_step_skips_holidays(office_home: Path, zhuli: Zhuli) -> None:
    zhuli("clock set 2018-12-28")
    assert (
        zhuli("clock advance 1wd --json").json["now"].startswith("2018-12-29")
    )  # a Saturday worked instead of 31 December
    assert zhuli("clock advance 1wd --json").json["now"].startswith("2019-01-02")


def test_every_problem_of_a_directory_is_named_at_its_line(office_home: Path, zhuli: Zhuli, tmp_path: Path) -> None:
    path = tmp_path / "名录.yaml"
    path.write_text(
        "organisations:\n  甲县: {level: county, city: 甲市}\n  乙市科协: {level: town, kind: association}\n"
        "people:\n  甲县经办: {organisation: 甲县党委, roles: office}\n  乙: {organisation: 甲县, role: [office]}\n",
        encoding="utf-8",
    )
    answer = zhuli("directory", "import", path, "--json")
    problems = [(one["place"], one["code"]) for one in answer.json["error"]["problems"]]
    assert answer.code == 6
    assert problems == [
        ("名录.yaml:2", "missing"),
        ("名录.yaml:3", "level"),
        ("名录.yaml:5", "organisation"),
        ("名录.yaml:5", "roles"),
        ("名录.yaml:6", "unknown_key"),
        ("名录.yaml:6", "roles"),
    ]
    assert zhuli("directory list 甲县 --json").json == {"organisations": [], "people": []}


def test_importing_the_same_directory_again_changes_nothing(office_home: Path, zhuli: Zhuli) -> None:
    sample = Path(__file__).parents[2] / "zhuli_flow" / "samples" / "directory.yaml"
    entries = zhuli("audit verify --json").json["entries"]
    told = zhuli("directory", "import", sample, "--json").json
    assert told["people"]["added"] == told["people"]["changed"] == 0
    assert zhuli("audit verify --json").json["entries"] == entries


def test_who_is_entrusted_acts_for_another_until_it_is_revoked(opened: str, office_home: Path, zhuli: Zhuli) -> None:
    dates = "--since 2018-10-01 --until 2018-10-31 --reason 出差"
    again = zhuli(f"directory entrust --from {PARTNER} --to 大连市科协经办 {dates} --json")
    assert (again.code, again.problems) == (6, ["other_unit"])
    deputy = office_home / "deputy.yaml"
    deputy.write_text("people: {副手: {title: 副手, organisation: 中共沈阳市委组织部, roles: []}}\n", encoding="utf-8")
    assert zhuli("directory", "import", deputy).code == 0
    number = zhuli(f"directory entrust --from {PARTNER} --to 副手 {dates} --json").json["entrustment"]
    assert zhuli("todo --as 副手 --json").json["todo"]
    assert zhuli(f"directory revoke {number}").code == 0
    assert not zhuli("todo --as 副手 --json").json["todo"]
    assert zhuli(f"directory revoke {number} --json").code == 5


def test_an_entrustment_that_makes_no_sense_is_refused_with_every_reason(office_home: Path, zhuli: Zhuli) -> None:
    line = ["--from", CITY, "--to", CITY, "--since", "2018-10-09", "--until", "2018-10-01", "--reason", " ", "--json"]
    answer = zhuli("directory", "entrust", *line)
    assert (answer.code, answer.problems) == (6, ["same_person", "dates", "missing"])


def test_the_shipped_definition_is_sound_and_needs_no_home(home: Path, zhuli: Zhuli) -> None:
    told = zhuli("workflow", "check", WORKFLOW, "--json").json
    assert told["ok"] is True
    assert told["workflows"][0]["workflow"] == "zone_creation"


def test_a_definition_in_use_cannot_change_under_its_version(office_home: Path, zhuli: Zhuli) -> None:
    path = office_home / "workflows" / "zone_creation.yaml"
    path.write_text(path.read_text("utf-8") + "# another word\n", encoding="utf-8")
    for line in ("workflow check --json", "workflow register --json"):
        answer = zhuli(line)
        assert (answer.code, answer.problems) == (6, ["version_in_use"])
    path.write_text(path.read_text("utf-8").replace('version: "2018.1"', 'version: "2018.2"'), encoding="utf-8")
    told = zhuli("workflow register --json").json["workflows"]
    assert [one["workflow"] for one in told if one["new"]] == ["zone_creation"]
    shown = zhuli("workflow show --json").json["workflows"]
    assert [one["version"] for one in shown if one["workflow"] == "zone_creation"] == ["2018.1", "2018.2"]


def test_a_broken_definition_is_told_line_by_line(home: Path, zhuli: Zhuli, tmp_path: Path) -> None:
    shutil.copytree(WORKFLOW.parent / "shared", tmp_path / "shared")
    path = tmp_path / "坏.yaml"
    path.write_text(
        WORKFLOW.read_text("utf-8").replace("by: city_association", "by: city_asociation", 1), encoding="utf-8"
    )
    wrong = path.read_text("utf-8").split("city_asociation")[0].count("\n") + 1
    answer = zhuli("workflow", "check", path)
    assert answer.code == 6
    assert f"坏.yaml:{wrong}: " in answer.err
    assert answer.err.splitlines()[-1] == f"下一步：zhuli workflow check {path}"
    assert "city_association" in answer.err


def test_the_schema_is_json_without_asking(home: Path, zhuli: Zhuli) -> None:
    assert zhuli("workflow schema").json["title"] == "助力流程定义"


def test_a_deadline_is_calculated_with_its_reasons(home: Path, zhuli: Zhuli) -> None:
    told = zhuli("deadline calc --from 2018-09-20 --within 5wd --json").json
    assert told["due"] == "2018-09-28"
    assert told["provisional"] is False
    assert any("调休" in line or "中秋" in line for line in told["why"])
    assert zhuli("deadline calc --from 2018-12-10 --within 3x --json").code == 6


def test_the_calendar_of_a_year_names_its_paper(home: Path, zhuli: Zhuli) -> None:
    told = zhuli("calendar show 2018 --json").json
    assert told["announced"] is True
    assert told["papers"]
    assert {"date": "2018-10-01", "working": False}.items() <= next(
        d for d in told["days"] if d["date"] == "2018-10-01"
    ).items()
    assert "暂定" in zhuli("calendar show 2199").out


def test_open_deadlines_are_listed(opened: str, zhuli: Zhuli) -> None:
    assert zhuli(f"deadline list --case {opened} --json").json == {"deadlines": []}
    assert "没有正在走的期限" in zhuli("deadline list").out


def test_a_backup_put_back_is_verified_and_on_record(opened: str, zhuli: Zhuli, tmp_path: Path) -> None:
    copy = tmp_path / "备份.db"
    assert zhuli("db", "backup", copy, "--json").json["backup"] == str(copy)
    assert zhuli("db", "backup", copy, "--json").code == 6
    zhuli(f"case open zone_creation --applicant 康平县 --as {CITY} --set leading_industries=x")
    told = zhuli("db", "restore", copy, "--json").json
    assert Path(told["kept"]).is_file()
    assert [one["case"] for one in zhuli("case list --json").json["cases"]] == [opened]
    assert zhuli("audit verify --json").json["ok"] is True


def test_a_backup_of_a_real_home_is_kept_out_of_a_rehearsal(opened: str, zhuli: Zhuli, tmp_path: Path) -> None:
    copy = tmp_path / "备份.db"
    zhuli("db", "backup", copy)
    with sqlite3.connect(copy) as connection:
        assert connection.execute("DELETE FROM meta WHERE key = 'rehearsal_now'").rowcount == 1
    connection.close()
    answer = zhuli("db", "restore", copy, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (6, "rehearsal_mismatch")
    assert [one["case"] for one in zhuli("case list --json").json["cases"]] == [opened]


def test_upgrading_what_is_current_does_nothing(office_home: Path, zhuli: Zhuli) -> None:
    assert zhuli("db upgrade --json").json == {"upgraded": False, "backup": None}


def tamper(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "zhuli.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_one_changed_entry_is_found_and_named_with_exit_code_7(opened: str, zhuli: Zhuli, office_home: Path) -> None:
    change = "CAST(replace(CAST(body AS TEXT), '陶瓷', '玻璃') AS BLOB)"
    tamper(office_home, f"UPDATE entry SET body = {change} WHERE case_id = '{opened}' AND seq = 1")
    answer = zhuli("audit verify --json")
    assert answer.code == 7
    assert answer.json["ok"] is False
    assert (answer.json["first_break"]["case"], answer.json["first_break"]["seq"]) == (opened, 1)
    assert "第 1 条" in zhuli("audit verify").out


def test_a_case_that_does_not_follow_from_its_history_is_found(opened: str, zhuli: Zhuli, office_home: Path) -> None:
    assert zhuli("db check --json").json == {"ok": True, "faults": []}
    tamper(office_home, "UPDATE cases SET body = replace(body, '陶瓷', '玻璃')")
    answer = zhuli("db check --json")
    assert answer.code == 7
    assert any(opened in fault for fault in answer.json["faults"])


def test_a_lost_attachment_is_found(opened: str, zhuli: Zhuli, office_home: Path, letter: Path) -> None:
    from tests.cli.commands.test_case import recommend

    assert recommend(zhuli, opened, letter).code == 0
    shutil.rmtree(office_home / "files")
    answer = zhuli("db check --json")
    assert answer.code == 7
    assert "推荐函.pdf" in answer.json["faults"][0]


def test_a_specimen_is_printed_to_a_new_file_only(home: Path, zhuli: Zhuli, tmp_path: Path) -> None:
    target = tmp_path / "样张.pdf"
    assert zhuli("notice", "preview", "reply", "--out", target, "--json").json["file"] == str(target)
    assert target.read_bytes().startswith(b"%PDF-")
    again = zhuli("notice", "preview", "reply", "--out", target, "--json")
    assert again.code == 6
    assert zhuli("notice", "preview", "nothing", "--out", tmp_path / "x.pdf", "--json").code == 5


def test_a_specimen_with_a_character_that_no_face_has_is_refused_by_name(
    home: Path, zhuli: Zhuli, tmp_path: Path
) -> None:
    values, target = tmp_path / "v.json", tmp_path / "x.pdf"
    known = load_kind([packaged_notices()], "document")
    assert known is not None
    values.write_text(json.dumps({**known.sample, "paragraphs": ["甲。", "乙👍。"]}), "utf-8")
    refused = zhuli("notice", "preview", "document", "--sample", values, "--out", target, "--json")
    assert refused.code == 6
    assert "U+1F44D" in str(refused.json)
    assert "第2段" in str(refused.json)
    assert not target.exists()


def test_doctor_names_a_repair_for_each_thing_that_fails(office_home: Path, zhuli: Zhuli) -> None:
    office_home.chmod(0o755)
    answer = zhuli("doctor --json")
    bad = [one for one in answer.json["checks"] if one["state"] == "bad"]
    assert answer.code == 6
    assert [one["title"] for one in bad] == ["文件夹权限"]
    assert bad[0]["fix"] == f"chmod 700 {office_home}"


def test_doctor_finds_a_sound_home_sound(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("doctor --json")
    assert answer.code == 0
    titles = {one["title"] for one in answer.json["checks"]}
    assert {"Python", "SQLite", "PDF 印制", "数据库", "流程定义", "时钟", "留痕", "2018 年放假安排"} <= titles


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_is_told_and_left_alone(office_home: Path, zhuli: Zhuli) -> None:
    office_home.chmod(0o500)
    answer = zhuli("clock advance 1d --json")
    office_home.chmod(0o700)
    assert answer.code == 6
    assert answer.json["error"]["code"] in {"read_only", "cannot_open"}


def test_json_goes_to_stdout_and_messages_to_stderr(office_home: Path, zhuli: Zhuli) -> None:
    answer = zhuli("case show X --json")
    assert set(json.loads(answer.out)["error"]) == {"code", "message", "fix", "exit"}
    assert answer.err.startswith("没有找到：")
