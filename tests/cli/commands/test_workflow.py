"""``zhuli workflow draw`` as an analyst types it: to a file, to the screen, of a case, and what is asked wrongly."""

import json
from pathlib import Path

import pytest

from tests.cli.lines import Zhuli

WORKFLOWS = Path(__file__).resolve().parents[3] / "workflows"


def test_a_workflow_in_use_is_drawn_to_a_new_file_and_never_over_one(office_home, zhuli: Zhuli, tmp_path):
    place = tmp_path / "流程.svg"
    made = zhuli("workflow", "draw", "zone_creation", "--out", place)
    assert (made.code, made.out) == (0, f"已写成 {place}\n")
    assert "征求市委组织部意见" in place.read_text("utf-8")
    again = zhuli("workflow", "draw", "zone_creation", "--out", place)
    assert again.code == 6
    assert "已经存在" in again.err


def test_a_file_is_drawn_without_a_home(zhuli: Zhuli):
    made = zhuli("workflow", "draw", WORKFLOWS / "station.yaml", "--format", "mermaid")
    assert made.code == 0
    assert made.out.startswith("---\ntitle: 学会服务站")


def test_a_case_is_drawn_with_the_way_it_went(opened, zhuli: Zhuli):
    made = zhuli("workflow", "draw", "--case", opened, "--json")
    assert made.code == 0
    assert made.json["text"].count("现在在此") == 1
    assert opened in made.json["text"]


@pytest.mark.parametrize("words", [[], ["zone_creation", "--case", "SFQ-2018-0001"]])
def test_one_of_both_is_drawn(office_home, zhuli: Zhuli, words):
    answer = zhuli("workflow", "draw", *words)
    assert answer.code == 6
    assert "--case" in answer.err


def test_what_is_not_there_is_said(office_home, zhuli: Zhuli):
    assert zhuli("workflow", "draw", "zone_creatoin").code == 5
    assert zhuli("workflow", "draw", "--case", "SFQ-1999-0001").code == 5


def test_two_versions_are_compared_in_words(office_home, zhuli: Zhuli):
    file = office_home / "workflows" / "zone_creation.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("value: 3y", "value: 5y").replace('"2018.1"', '"2019.1"'), "utf-8")
    answer = zhuli("workflow", "diff", "zone_creation")
    assert answer.code == 0
    assert "2018.1 → 2019.1，1 处不同" in answer.out
    assert "取值：3y → 5y" in answer.out
    told = zhuli("workflow", "diff", "zone_creation@2018.1", file, "--json").json
    assert told["differences"][0]["lines"] == ["取值：3y → 5y"]
    assert zhuli("workflow", "diff", "zone_creation@2017.9").code == 5
    assert zhuli("workflow", "diff", WORKFLOWS / "station.yaml", file).code == 6


def test_coverage_names_what_no_story_reaches(zhuli: Zhuli, tmp_path):
    assert zhuli("workflow", "new", "field_visit", "--title", "实地走访", "--to", tmp_path).code == 0
    file, story = tmp_path / "field_visit.yaml", tmp_path / "field_visit.scenario"
    answer = zhuli("workflow", "coverage", file)
    assert answer.code == 0
    assert "操作：4/5" in answer.out
    assert "没有演到：第 38 行 不予同意（refuse）" in answer.out
    parts = {
        (one["kind"], one["name"]): one["times"] for one in zhuli("workflow", "coverage", file, "--json").json["parts"]
    }
    assert parts["操作", "refuse"] == 0
    assert parts["环节", "closed"] == 0
    other = tmp_path / "refused.scenario"
    lines = story.read_text("utf-8").splitlines()[:3]
    other.write_text("\n".join([*lines, "办理 甲 不予同意 省科协学会学术部经办 意见 不必。"]), "utf-8")
    both = zhuli("workflow", "coverage", file, story, other)
    assert both.code == 0, both.err
    assert "操作：5/5" in both.out


@pytest.mark.parametrize(("form", "word"), [("bpmn", "exclusiveGateway"), ("scxml", "<scxml"), ("pnml", "<pnml")])
def test_a_workflow_is_written_for_other_programs(zhuli: Zhuli, tmp_path, form, word):
    place = tmp_path / f"station.{form}"
    assert zhuli("workflow", "export", WORKFLOWS / "station.yaml", "--format", form, "--out", place).code == 0
    assert word in place.read_text("utf-8")


def test_taking_a_migration_back_is_not_tried_for_show(office_home, zhuli: Zhuli):
    answer = zhuli(
        *"workflow migrate zone_creation --undo --dry-run --case SFQ-2018-0001 --reason 改版".split(),
        *("--as", "省科协学会学术部经办"),
    )
    assert (answer.code, "--dry-run" in answer.err) == (2, True)


BROKEN = Path(__file__).resolve().parents[2] / "modelcheck" / "broken"


def test_the_way_of_a_finding_is_kept_and_walked_again(zhuli: Zhuli, tmp_path: Path):
    file = tmp_path / "seats.yaml"
    file.write_text((BROKEN / "contradictory_numbers.yaml").read_text("utf-8"), "utf-8")
    assert zhuli("workflow", "check", file, "--traces", tmp_path / "轨迹").code == 6
    (trace,) = (tmp_path / "轨迹").iterdir()
    assert trace.name == "contradictory_numbers.contradictory_guards.approve.json"
    again = zhuli("workflow", "replay", trace)
    assert again.code == 0
    assert "2. 报送（区县甲） → 审核" in again.out
    assert "此后办不成：人数不足" in again.out
    told = zhuli("workflow", "replay", trace, file, "--json").json
    assert told["steps"][-1] == {"act": "报送（区县甲）", "state": "审核"}
    assert told["changed"] is False


def test_a_trace_that_shows_something_else_by_now_is_told(zhuli: Zhuli, tmp_path: Path):
    file = tmp_path / "seats.yaml"
    text = (BROKEN / "contradictory_numbers.yaml").read_text("utf-8")
    file.write_text(text, "utf-8")
    zhuli("workflow", "check", file, "--traces", tmp_path)
    trace = next(tmp_path.glob("*.json"))
    file.write_text(text.replace("staff >= 10: 人数不足, ", ""), "utf-8")
    answer = zhuli("workflow", "replay", trace)
    assert answer.code == 3
    assert "“批准”是办得成的，与当时发现的不同" in answer.err
    file.write_text(text.replace("to: review, by: county", "to: review, by: office"), "utf-8")
    answer = zhuli("workflow", "replay", trace)
    assert answer.code == 3
    assert "第 2 步“报送（区县甲）”现在办不成" in answer.err
    trace.write_text(json.dumps(json.loads(trace.read_text("utf-8")) | {"applicant": "school"}), "utf-8")
    answer = zhuli("workflow", "replay", trace)
    assert answer.code == 3
    assert "定义中已没有“school”，轨迹走不下去" in answer.err


def test_what_is_no_trace_is_refused(zhuli: Zhuli, tmp_path: Path):
    (tmp_path / "x.json").write_text("{}", "utf-8")
    assert zhuli("workflow", "replay", tmp_path / "x.json").code == 6
    assert zhuli("workflow", "replay", tmp_path / "y.json").code == 5


def test_a_definition_is_written_out_for_people(office_home, zhuli: Zhuli, tmp_path):
    told = zhuli("workflow", "show", "matching", "--document")
    assert told.code == 0
    assert told.out.startswith("项目对接办理说明\n\n一、目的和依据\n")
    assert "学会不承接" in told.out
    for ending, magic in (("pdf", b"%PDF-"), ("docx", b"PK"), ("txt", "项目对接".encode())):
        place = tmp_path / f"说明.{ending}"
        made = zhuli("workflow", "show", "matching", "--document", "--out", place)
        assert (made.code, made.out) == (0, f"已写成 {place}\n")
        assert place.read_bytes().startswith(magic)


def test_a_file_is_written_out_without_a_home(zhuli: Zhuli):
    told = zhuli("workflow", "show", WORKFLOWS / "subsidy.yaml", "--document", "--json")
    assert told.code == 0
    assert "创新驱动助力示范区（县）创建" in told.json["text"] or "示范区" in told.json["text"]
    assert "approve_on_paper" not in told.json["text"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["matching", "--out", "说明.pdf"], "请加 --document"),
        (["--document"], "没有写哪个流程"),
        (["matching", "--document", "--out", "说明.odt"], "请以 .pdf、.docx 或 .txt 结尾"),
        (["nothing", "--document"], "没有流程“nothing”"),
    ],
)
def test_a_paper_asked_for_wrongly_says_how(office_home, zhuli: Zhuli, words, said):
    answer = zhuli("workflow", "show", *words)
    assert answer.code != 0
    assert said in answer.err


def test_a_chart_is_written_as_a_definition_that_check_takes(zhuli: Zhuli, tmp_path):
    chart = tmp_path / "图.scxml"
    assert zhuli("workflow", "export", WORKFLOWS / "matching.yaml", "--format", "scxml", "--out", chart).code == 0
    refused = zhuli("workflow", "import", chart, "--name", "pairing")
    assert refused.code == 6
    assert "--drop-conditions" in refused.err
    assert not (tmp_path / "pairing.yaml").exists()
    made = zhuli("workflow", "import", chart, "--name", "pairing", "--title", "项目配对", "--drop-conditions")
    assert made.code == 0
    assert made.out.startswith(f"已写成 {tmp_path / 'pairing.yaml'}\n")
    text = (tmp_path / "pairing.yaml").read_text("utf-8")
    assert "title: '项目配对'" in text
    assert "# 原有的条件，须补写：" in text
    assert zhuli("workflow", "check", "--no-proof", tmp_path / "pairing.yaml").code == 0
    again = zhuli("workflow", "import", chart, "--name", "pairing", "--drop-conditions")
    assert again.code == 6
    assert "已经存在" in again.err
