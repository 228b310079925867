"""The returns of June 2018 on paper: the call with its table, a unit's form, the total, the province's own summary."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from zhuli_flow import bootstrap
from zhuli_flow.cli.main import root
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.forms import print as form_print
from zhuli_flow.services.forms.spreadsheet import export_form, import_form
from zhuli_flow.services.notices.issue import issue_ordered
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import editions, export, print_table, totals
from zhuli_flow.services.rehearsal.play import Player, play_file
from zhuli_flow.settings import Settings
from zhuli_flow.store import notices
from zhuli_flow.workbooks.table import Heading, Table

REGISTER = "returns_call.summarised"
CLERK, CHIEF, HEAD = "省科协学会学术部经办", "省科协学会学术部负责人", "省科协主要负责人"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """An office after the call, its home and its labels."""
    home = tmp_path_factory.mktemp("paper") / "home"
    start = parse_instant("2018-06-19")
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user="tester")
    office = bootstrap.open_office(home)
    yield play_file(office, office.clock, bootstrap.sample("returns.scenario"))
    office.database.close()


@pytest.fixture
def office(played: Player) -> Office:
    return played.office


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


@dataclass
class Paper:
    """What a PDF shows."""

    data: bytes

    @property
    def pages(self) -> list[str]:
        return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(self.data)).pages]

    @property
    def text(self) -> str:
        return "".join(self.pages)

    @property
    def lies(self) -> bool:
        box = PdfReader(io.BytesIO(self.data)).pages[0].mediabox
        return float(box.width) > float(box.height)


# ── a form of a case ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_prints_with_its_answers_and_whose_it_is(played: Player, office: Office, tmp_path: Path) -> None:
    target = tmp_path / "表.pdf"
    case = played.labels["大连填报"]
    told = as_json(form_print.print_form(office, case, "return_form", target))
    assert (told["applicant"], told["state"]) == ("大连市科学技术协会", "已汇总锁定")
    shown = Paper(target.read_bytes())
    for word in ("创新驱动助力工程工作情况统计表", case, "大连市科学技术协会", "已汇总锁定", str(told["filled"])):
        assert squeezed(word) in shown.text
    for word in ("9.对接全国学会数量:3个", "中国机械工程学会、中国水产学会、中国汽车工程学会", "3460.50万元"):
        assert word in shown.text
    assert shown.text.count("类别内容数据") == len(shown.pages)  # the head stands on every page


def test_a_form_that_nobody_filled_in_has_room_for_the_hand(played: Player, office: Office) -> None:
    values = as_json(form_print.form_values(office, played.labels["植保填报"], "return_form"))
    assert values["filled"] == "共44项，已填0项，空白44项"
    texts = [row["text"] for row in values["rows"]]
    assert "1.面积、人口总数：" not in texts  # only of cities
    assert "28.获得领导肯定性（批示）次数" in texts


def test_nought_blank_and_not_applicable_are_counted_apart(played: Player, office: Office) -> None:
    values = as_json(form_print.form_values(office, played.labels["机械填报"], "return_form"))
    assert re.fullmatch(r"共44项，已填\d+项（其中不适用1项），空白\d+项", str(values["filled"]))


def test_a_form_of_another_workflow_prints_without_the_first_column(office: Office, tmp_path: Path) -> None:
    case = json.loads(zhuli(office, "case", "open", "zone_creation", "--applicant", "法库县", *FAKU, "--json"))["case"]
    target = tmp_path / "推荐表.pdf"
    zhuli(office, "form", "print", case, "recommendation_form", "--out", str(target))
    shown = Paper(target.read_bytes())
    assert "产业特征明晰的情况" in shown.text
    assert "类别" not in shown.text


FAKU = ("--as", "沈阳市科协经办", "--set", "leading_industries=陶瓷")


def zhuli(office: Office, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(root, ["--home", str(office.home), *words])
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_a_form_that_is_not_there_and_a_file_that_is_are_refused(
    played: Player, office: Office, tmp_path: Path
) -> None:
    case = played.labels["大连填报"]
    with pytest.raises(NotFound, match="没有表单"):
        form_print.print_form(office, case, "nothing", tmp_path / "a.pdf")
    with pytest.raises(NotFound, match="没有事项"):
        form_print.print_form(office, "TB-1999-0001", "return_form", tmp_path / "a.pdf")
    taken = tmp_path / "taken.pdf"
    taken.write_text("甲")
    with pytest.raises(InvalidInput, match="已经存在"):
        form_print.print_form(office, case, "return_form", taken)


# ── a register, a total ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_total_prints_with_who_owes_on_its_face(played: Player, office: Office, tmp_path: Path) -> None:
    target = tmp_path / "汇总.pdf"
    zhuli(office, "register", "total", REGISTER, "--case", played.labels["六月通知"], "--out", str(target))
    shown = Paper(target.read_bytes())
    assert shown.lies
    assert "应报6、已报5、逾期1、免报0、退回修改1、未报1；本表汇总4家" in shown.pages[0]
    for word in ("各市合计", "各学会合计", "省级去重", "4（各单位之和5）", "未报：辽宁省植物保护学会", "不得相加"):
        assert word in shown.text


def test_what_is_too_long_for_a_column_stands_below_its_row(office: Office) -> None:
    names = tuple(f"第{number}学会" for number in range(1, 60))
    wide = Table("台账", (Heading("a", "甲"), Heading("b", "名称")), [{"a": 1, "b": names}], ("首行", "末行"))
    shown = Paper(print_table.table_pdf(office, wide))
    assert not shown.lies
    assert "见下名称：第1学会、第2学会" in shown.text
    assert "第59学会" in shown.text


def test_a_table_with_more_columns_than_a_page_takes_is_refused(office: Office) -> None:
    headings = tuple(Heading(f"c{number}", "列") for number in range(print_table.MOST_COLUMNS + 1))
    with pytest.raises(InvalidInput, match="一页印不下"):
        export.to_bytes(office, Table("台账", headings, []), ".pdf")


def test_a_table_too_long_for_one_document_is_refused(office: Office) -> None:
    rows = [{"a": number} for number in range(20_000)]
    with pytest.raises(InvalidInput, match="内容太多"):
        export.to_bytes(office, Table("台账", (Heading("a", "列"),), rows), ".pdf")


def test_what_stands_below_its_row_counts_with_the_row_it_takes(office: Office) -> None:
    headings = tuple(Heading(f"c{number}", "列") for number in range(16))
    rows = [{one.name: "示例内容文字" * 3 for one in headings} for _ in range(360)]
    with pytest.raises(InvalidInput, match="内容太多"):
        export.to_bytes(office, Table("台账", headings, rows), ".pdf")


def test_a_total_of_an_edition_prints_as_it_was_kept(played: Player, office: Office) -> None:
    call = played.labels["六月通知"]
    first = editions.edition(office, REGISTER, call, 1)
    shown = Paper(export.to_bytes(office, editions.printed(first, first.field.title), ".pdf"))
    assert "3（各单位之和4）" in shown.text
    assert "4（各单位之和5）" not in shown.text
    now = totals.total(office, REGISTER, call)
    assert "4（各单位之和5）" in Paper(export.to_bytes(office, totals.printed(office, now), ".pdf")).text


# ── the call and the province's summary ───────────────────────────────────────────────────────────────────────────────


def ordered(office: Office, case: str, kind: str) -> Any:
    with office.database.read() as connection:
        (found,) = [one for one in notices.of_case(connection, case) if one.kind == kind]
    return found


def test_the_call_is_issued_with_the_table_of_the_definition_and_its_last_hour(played: Player, office: Office) -> None:
    call = ordered(office, played.labels["六月通知"], "returns_call")
    assert call.number.startswith("辽科协办发〔2018〕")
    assert call.variables["closing"] == "2018年6月26日17:00前"
    assert len([one for row in call.variables["rows"] for one in row["answers"]]) == 57
    assert all(one["value"] == "" for row in call.variables["rows"] for one in row["answers"])


def test_the_summary_of_the_province_is_drafted_from_the_registers_and_printed_from_the_locked_figures(
    played: Player, office: Office, tmp_path: Path
) -> None:
    call = played.labels["六月通知"]
    opened = advance(office, call, CLERK, Command("draft_summary", {"review_by": "2018-06-30"}))
    (case,) = [str(one) for one in opened.cases]
    sheet = tmp_path / "自查总结.xlsx"
    sheet.write_bytes(export_form(office, case, "summary_form"))
    drafted = import_form(office, case, "summary_form", sheet, "save", CLERK).values
    assert drafted["industries"] == "各市科协组织学会开展咨询活动18次。\n各省级学会开展咨询活动11次。"
    assert "12项，合同金额3460.5万元" in str(drafted["transfer"])
    rest = dict.fromkeys(("advice", "talent", "union", "stations", "platforms", "support"), "工作有序开展。")
    missing: dict[str, Any] = {name: text for name, text in rest.items() if name not in drafted}
    advance(office, case, CLERK, Command("submit", missing))
    advance(office, case, CHIEF, Command("review", {}))
    advance(office, case, HEAD, Command("sign", {"signers": "舒望山"}))
    (told,) = [one for one in issue_ordered(office, case) if one.kind == "provincial_summary"]
    shown = Paper(Path(told.file).read_bytes())
    for word in (
        "应报送总结的单位6个，已报送5个，其中逾期报送1个；尚未报送1个（辽宁省植物保护学会）",
        "各市科协组织学会开展咨询活动18次。",
        "三、支撑保障和工作机制",
        "汇总已报送的5个单位。",
        "18a签订项目合同数量项125可能重复",
    ):
        assert word in shown.text
    assert not any(word in shown.text for word in ("第2版", "0个", "省科协"))  # the office's own talk
    assert "四、问题和打算" not in shown.text  # nothing was written there
