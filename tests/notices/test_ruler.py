"""Every kind's own sample, printed and measured: the ruler finds nothing beyond tolerance."""

import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintFailed, PrintJob, outcomes
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render, title_of

KINDS = load_kinds([packaged_notices()])


@pytest.fixture(scope="module")
def reports():
    """All samples, printed in one go and measured."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    pages = {name: render(kind, dict(kind.sample)) for name, kind in KINDS.items()}
    jobs = [PrintJob(page, title_of(page), KINDS[name].issuer, KINDS[name].genre, name) for name, page in pages.items()]
    found = {}
    for name, data in zip(pages, outcomes(jobs, assets=packaged_notices()), strict=True):
        assert not isinstance(data, PrintFailed), data
        found[name] = measure(data)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_sample_is_within_tolerance_in_every_row(reports, name):
    assert [(row.rule.code, row.measured, row.deviation) for row in reports[name].wrong] == []


@pytest.mark.parametrize("name", KINDS)
def test_the_layout_is_told_from_the_paper_alone(reports, name):
    assert reports[name].layout == KINDS[name].layout
