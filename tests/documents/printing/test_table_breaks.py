"""Rows taller than a page break under their head, 类别 closes with its page, text below a table is on the grid."""

import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.reading import File
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render

TEXT = "各级科协组织要围绕中心服务大局，把学会资源引向基层一线，为县域产业发展提供智力支持。"


@pytest.fixture(scope="module")
def printer():
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    with PrintingChild(packaged_notices()) as child:
        yield child


def pages(printer, html):
    """The text of each page, read back, and the paper."""
    data = printer.outcome(PrintJob(html, "试验", "某省科协", "通知", "tables"))
    with File(data) as file:
        return ["".join(one.char for one in page.glyphs) for page in file.pages()], data


def with_table(rows):
    """The general paper with a table in the middle of its text."""
    kind = load_kind([packaged_notices()], "document")
    html = render(kind, dict(kind.sample))
    cells = "".join(f"<tr><td>{name}</td><td>{text}</td></tr>" for name, text in rows)
    head = '<colgroup><col style="width: 30mm"><col></colgroup><thead><tr><th>项目名</th><th>内容</th></tr></thead>'
    at = html.index('<p class="level1">二、')
    return html[:at] + f'<table class="grid">{head}<tbody>{cells}</tbody></table>' + html[at:]


def test_a_row_taller_than_a_page_breaks_under_the_head_of_its_table(printer):
    texts, _ = pages(printer, with_table([("甲", TEXT), ("乙", TEXT * 40), ("丙", TEXT)]))
    bearing = [number for number, text in enumerate(texts) if text.count("围绕中心服务大局") > 3]
    assert len(bearing) > 1
    assert all("项目名" in texts[number] for number in bearing)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_follows_a_table_is_back_on_the_grid(printer, count):
    _, data = pages(printer, with_table([("甲", TEXT)] * count))
    rows = {row.rule.code: row.verdict for row in measure(data).rows}
    assert rows["grid.below"] == "合格"


def test_a_category_goes_on_overleaf_under_its_name(printer):
    kind = load_kind([packaged_notices()], "form_sheet")
    texts, _ = pages(printer, render(kind, dict(kind.sample)))
    assert "（续）" not in texts[0]
    assert all("试点单位总体工作情况（续）" in text.replace("\n", "") for text in texts[1:3])
