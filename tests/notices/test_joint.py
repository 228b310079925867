"""Papers of one organ and of several, printed and measured: marks, rows of seals, the organ whose paper it is."""

import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render

ORGANS = [
    "辽宁省科学技术协会", "中共辽宁省委组织部", "辽宁省教育厅", "辽宁省财政厅", "辽宁省科学技术厅", "辽宁省农业农村厅",
    "辽宁省商务厅", "辽宁省水利厅", "辽宁省审计厅", "辽宁省统计局",
]  # fmt: skip
WIDE = [
    "辽宁省科学技术协会", "中共辽宁省委机构编制委员会办公室", "辽宁省人力资源和社会保障厅", "辽宁省工业和信息化厅",
    "国家税务总局辽宁省税务局", "中国人民银行沈阳分行", "辽宁省退役军人事务厅", "辽宁省地方金融监督管理局",
]  # fmt: skip
LONG = "辽宁省创新驱动助力示范区（县）创建工作领导小组"


@pytest.fixture(scope="module")
def measured():
    """A function that prints the general paper with other values and measures it."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    kind = load_kind([packaged_notices()], "document")
    with PrintingChild(packaged_notices()) as printer:

        def print_and_measure(**values):
            html = render(kind, {**kind.sample, "paragraphs": ["请按时报送。"] * 12, **values})
            return html, measure(printer.outcome(PrintJob(html, "试验", "某省科协", "通知", "joint")))

        yield print_and_measure


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 8, 9, 10])
def test_papers_of_one_to_ten_organs_are_right_in_every_row(measured, count):
    _, report = measured(issuers=ORGANS[:count], seal="sample")
    assert [(row.rule.code, row.measured) for row in report.wrong] == []
    rows = {row.rule.code: row.verdict for row in report.rows}
    assert (rows["seal.clear"], rows["date.page"]) == ("合格", "合格")


@pytest.mark.parametrize("count", [3, 6, 8])
def test_organs_of_long_names_stand_two_in_a_row_each_under_its_own_seal(measured, count):
    _, report = measured(issuers=WIDE[:count], seal="sample")
    assert [(row.rule.code, row.measured) for row in report.wrong] == []


def test_an_office_of_a_long_name_prints_in_two_lines_and_is_found_by_the_ruler(measured):
    _, report = measured(issuer=LONG, copies=["各市人民政府"])
    assert [(row.rule.code, row.measured) for row in report.wrong] == []
    assert {row.rule.code: row.verdict for row in report.rows}["printed"] == "合格"


@pytest.mark.parametrize("count", [20, 21, 22, 23])
def test_a_long_organ_has_a_mark_that_is_found_and_a_date_in_its_place(measured, count):
    _, report = measured(issuer=LONG if count == len(LONG) else f"辽宁省{'科' * (count - 5)}学会", printer="某办公室")
    assert [(row.rule.code, row.measured) for row in report.wrong] == []


def test_the_first_in_rank_and_the_organ_whose_paper_it_is_are_two_facts(measured):
    html, report = measured(issuers=[ORGANS[1], ORGANS[0]], issuer=ORGANS[0])
    assert report.wrong == ()
    assert html.index(">中共辽宁省委组织部<") < html.index(">辽宁省科学技术协会<")
    assert "辽宁省科学技术协会办公室" in html
    assert "<title>中共辽宁省委组织部 辽宁省科学技术协会关于" in html


def test_of_seven_organs_the_mark_names_the_lead_one_and_the_title_the_first(measured):
    html, _ = measured(issuers=[ORGANS[1], ORGANS[0], *ORGANS[2:7]], issuer=ORGANS[0])
    assert ">辽宁省科学技术协会文件<" in html
    assert "<title>中共辽宁省委组织部等7部门关于" in html
