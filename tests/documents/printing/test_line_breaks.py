"""Printed paragraphs: no line cuts what stays whole, and lines with squeezed punctuation end at the edge."""

from itertools import pairwise

import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.parts import find
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render
from zhuli_flow.documents.wholes import parted

TEXT = (
    "按照《“创新驱动助力示范区（县）”创建工作实施方案》（辽科协发〔2018〕12号）和《关于加强科技创新工作的若干意见》（辽政办发〔2018〕123号）"
    "要求，自2018年12月10日起至2021年12月9日止，安排专项经费460.50万元，对3个县（市）开展评估；材料以PDF格式于10个工作日内报送。"
)


@pytest.fixture(scope="module")
def papers():
    """The same text begun at every fifth character, printed."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    kind = load_kind([packaged_notices()], "document")
    texts = ["甲" * (at % 7) + TEXT[at:] + TEXT for at in range(0, 60, 5)]
    with PrintingChild(packaged_notices()) as printer:
        html = render(kind, {**kind.sample, "paragraphs": texts})
        return printer.outcome(PrintJob(html, "试验", "某省科协", "通知", "lines"))


def paragraphs(data):
    with File(data) as file:
        return find(file.pages()).paragraphs


def test_every_row_of_the_ruler_holds(papers):
    assert [(row.rule.code, row.measured) for row in measure(papers).wrong] == []


def test_no_line_cuts_a_date_a_figure_a_number_of_a_paper_or_a_word(papers):
    cut = []
    for paragraph in paragraphs(papers):
        whole, at = "".join(line.text for line in paragraph), 0
        for line in paragraph[:-1]:
            at += len(line.text)
            cut.append(parted(whole, at))
    assert len(cut) > 40
    assert set(cut) == {""}


def test_some_lines_are_squeezed_and_few_are_spread_far(papers):
    steps = [
        (max(b.x - a.x for a, b in pairwise(line.glyphs) if a.char + b.char > "一" and a.wide) / 5.5714, line.text)
        for paragraph in paragraphs(papers)
        for line in paragraph[:-1]
    ]
    assert sum(step > 1.1 for step, _ in steps) <= len(steps) / 8


def test_no_last_line_holds_one_character(papers):
    assert all(len(paragraph[-1].text.rstrip("。")) > 1 for paragraph in paragraphs(papers) if len(paragraph) > 1)
