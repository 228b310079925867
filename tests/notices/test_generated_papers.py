"""Papers drawn by a series, printed and measured: a dozen in the suite, 200 with `scripts/test --long`."""

import os

import pytest

from tests.notices.generated import papers
from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render
from zhuli_flow.errors import InvalidInput

COUNT = 200 if os.environ.get("ZHULI_LONG_TESTS") else 12
LONG_TITLE = 75
"""Characters of a title beyond which page 1 may hold no lines of it."""


@pytest.fixture(scope="module")
def measured():
    """A function that prints and measures one paper; why not, for a title that no page 1 holds."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    kind = load_kind([packaged_notices()], "document")
    with PrintingChild(packaged_notices()) as child:

        def measure_one(paper):
            try:
                html = render(kind, {name: value for name, value in paper.values.items() if value is not None})
            except InvalidInput as refused:
                return str(refused.problems)
            return measure(child.outcome(PrintJob(html, "试验", "某省科协", "通知", paper.name)))

        yield measure_one


@pytest.mark.parametrize("paper", list(papers(COUNT)), ids=lambda paper: paper.name)
def test_a_paper_drawn_at_random_is_right_in_every_row(measured, paper):
    report = measured(paper)
    long = len(paper.values["subject"]) > LONG_TITLE - 15
    if isinstance(report, str):
        assert long
        assert "标题长达" in report
        return
    assert [(row.rule.code, row.measured) for row in report.wrong] == []
