"""Papers drawn by a series, printed and measured: a dozen in the suite, 200 with `scripts/test --long`."""

import os

import pytest

from tests.notices.generated import papers
from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
ONCE_WRONG = (39, 47, 102)
"""Ten organs above three lines of text; a page that one line more would have filled; a title of 77 characters."""
PAPERS = [
    one for at, one in enumerate(papers(200 if LONG else ONCE_WRONG[-1] + 1)) if LONG or at < 12 or at in ONCE_WRONG
]


@pytest.fixture(scope="module")
def measured():
    """A function that prints and measures one paper."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    kind = load_kind([packaged_notices()], "document")
    with PrintingChild(packaged_notices()) as child:

        def measure_one(paper):
            html = render(kind, {name: value for name, value in paper.values.items() if value is not None})
            return measure(child.outcome(PrintJob(html, "试验", "某省科协", "通知", paper.name)))

        yield measure_one


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_drawn_at_random_is_right_in_every_row(measured, paper):
    assert [(row.rule.code, row.measured) for row in measured(paper).wrong] == []
