"""Every format, one to four organs, one to three title lines, signed in every way: measured."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pdfplumber
import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.pages import apart, lay_out
from zhuli_flow.documents.printing.printer import PrintingChild, PrintJob
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render, title_of

MM = 25.4 / 72
TITLES = {
    1: ["关于调研的", "通知"],
    2: ["辽宁省科学技术协会", "关于同意法库县", "建立", "“创新驱动助力示范区（县）”", "的批复"],
    3: [
        "关于同意",
        "法库县",
        "等十二个县（市、区）",
        "建立",
        "“创新驱动助力示范区（县）”",
        "并拨付",
        "年度经费",
        "的通知",
    ],
}
ORGANS = ["中共辽宁省委组织部", "辽宁省科学技术协会", "辽宁省财政厅", "辽宁省人力资源和社会保障厅"]
LINE_OF_TEXT = "按照《辽宁省“创新驱动助力示范区（县）”建设工作方案》（辽科协发〔2018〕7号）要求，开展考察评估。"
DECLARATION = """\
notice: {name}
title: 试验
genre: {genre}
issuer: 辽宁省科学技术协会
retention: 10年
layout: {layout}
direction: {direction}
variables:
  parts: {{title: 标题, type: names}}
  paragraphs: {{title: 段落, type: names}}
sample:
  number: 辽科协发〔2018〕12号
  signed_on: "2018-12-10"
  parts: [关于调研的, 通知]
  paragraphs: [正文。]
"""
TEMPLATE = """\
{{% extends "{frame}" %}}
{{% set title = parts %}}
{{% set attendance = [["出席", issuers]] %}}
{{% block body %}}{{% for text in paragraphs %}}<p>{{{{ text }}}}</p>{{% endfor %}}{{% endblock %}}
{{% block attachments %}}{{% for name in attachments or [] %}}
<section class="attachment{{{{ ' landscape' if loop.last and loop.length > 1 }}}}" data-title="{{{{ name }}}}">
<p>附件内容。</p>
<table class="grid"><thead><tr><th>序号</th></tr></thead><tbody>
{{% for text in paragraphs %}}<tr><td>{{{{ text }}}}</td></tr>{{% endfor %}}
</tbody></table></section>
{{% endfor %}}{{% endblock %}}
"""
KINDS = {
    "down": ("document", "通知"),
    "up": ("document", "请示"),
    "note": ("letter", "函"),
    "record": ("minutes", "纪要"),
    "decree": ("order", "命令"),
    "sheet": ("form", "通知"),
}
LISTS = [{"addressees": 45}, {"addressees": 34, "copies": 12}, {"copies": 45}, {"copies": 30}]
Print = Callable[..., bytes]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notices")
    for name, (layout, genre) in KINDS.items():
        direction = "up" if name == "up" else "down"
        told = DECLARATION.format(name=name, genre=genre, layout=layout, direction=direction)
        (folder / f"{name}.yaml").write_text(told, "utf-8")
        frame = "base.html" if layout == "document" else f"{layout}.html"
        (folder / f"{name}.html").write_text(TEMPLATE.format(frame=frame), "utf-8")
    return load_kinds([folder])


@pytest.fixture(scope="module")
def printed(kinds) -> Iterator[Print]:
    """Return a function that prints a paper of a kind with ``lines`` paragraphs."""
    with PrintingChild(packaged_notices()) as printer:

        def write(name: str = "down", lines: int = 6, **values: object) -> bytes:
            filled = {"addressees": ORGANS[:2], "copies": ORGANS[2:], "paragraphs": [LINE_OF_TEXT] * lines, **values}
            html = render(kinds[name], {**kinds[name].sample, **filled})
            outcome = printer.outcome(PrintJob(html, title_of(html), "某", "函", "试验"))
            assert isinstance(outcome, bytes), outcome
            return outcome

        yield write


def wrong(pdf: bytes, *excused: str) -> list[str]:
    """What the ruler finds beyond its tolerance, and any length it finds a sixth of a millimetre off."""
    rows = [row for row in measure(pdf).rows if row.rule.code not in excused]
    far = [row for row in rows if row.rule.code != "to.gap" and row.deviation and abs(row.deviation) > 0.15]
    return sorted({f"{row.rule.code} {row.measured}" for row in (*rows, *far) if row.verdict == "不合格" or row in far})


def lines_of(pdf: bytes) -> list[list[str]]:
    """The text of each page, line by line."""
    with pdfplumber.open(BytesIO(pdf)) as file:
        return [(page.extract_text() or "").splitlines() for page in file.pages]


needs_kit = pytest.mark.skipif(
    kit.installed() is None, reason="the fonts of the papers are not installed: zhuli fonts install"
)


@needs_kit
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("organs", [1, 2, 3, 4])
def test_a_document_is_within_a_sixth_of_a_millimetre(printed, title, organs):
    paper = printed(parts=TITLES[title], issuers=ORGANS[:organs], seal="sample", lines=3 * organs + title)
    assert wrong(paper) == []


@needs_kit
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("up", {"signers": ["张三"]}),
        ("up", {"issuers": ORGANS[:2], "signers": ["张三", "李四光"], "urgency": "特急"}),
        ("down", {"seal": "none", "copy_number": "000001", "secrecy": "秘密★1年", "urgency": "特急", "note": "公开"}),
        ("down", {"attachments": ["一览表", "汇总表"], "seal": "sample"}),
        ("note", {"seal": "sample", "parts": TITLES[2]}),
        ("record", {"parts": TITLES[2]}),
    ],
    ids=["upward", "upward joint", "unsealed", "attachments", "letter", "minutes"],
)
def test_every_format_is_within_a_sixth_of_a_millimetre(printed, name, values):
    assert wrong(printed(name, **values)) == []


@needs_kit
@pytest.mark.parametrize(
    "lists", [{"addressees": 45}, {"addressees": 34, "copies": 12}, {"copies": 45}, {"copies": 30}]
)
def test_of_many_names_none_is_lost_and_the_record_keeps_its_form(printed, lists):
    names = {which: [f"第{at}市科学技术协会" for at in range(count)] for which, count in lists.items()}
    paper = printed(lines=9, **names)
    assert wrong(paper) == []
    text = "".join(line for page in lines_of(paper) for line in page)
    assert [name for listed in names.values() for name in listed if name not in text] == []


@needs_kit
def test_three_long_names_and_a_list_of_enclosures_leave_no_page_half_empty(printed):
    county = "喀喇沁左翼蒙古族自治县"
    long = ["朝阳市科学技术协会", f"中共{county}委员会", f"{county}人民政府"]
    listed = ["调研报告", "关于同意申报创建“创新驱动助力示范区（县）”的复函和有关材料", "工作方案"]
    paper = printed(issuers=long, attachments=listed, lines=9)
    assert wrong(paper, "attachment.title") == []


@needs_kit
def test_a_rare_character_is_measured_as_one_character_of_its_line(printed):
    paper = printed(paragraphs=[LINE_OF_TEXT + "𠮷田、赟、喆堃" + LINE_OF_TEXT, "𠮷赟喆堃。"])
    assert [row for row in wrong(paper) if row.startswith(("grid.cells", "text.face"))] == []


@pytest.mark.parametrize("lines", range(1, 26, 3))
def test_the_signature_never_stands_on_a_page_of_its_own(printed, lines):
    pages = lines_of(printed(lines=lines))
    signed = next(page for page in pages if any(line.strip() == "2018年12月10日" for line in page))
    assert any("建设工作方" in line or "开展考察评估" in line for line in signed)


def test_a_long_table_repeats_its_head_on_every_page(printed):
    pages = lines_of(printed(lines=60, attachments=["一览表"]))
    with_rows = [page for page in pages[1:] if any("序号" in line for line in page)]
    assert len(with_rows) > 1


def test_a_single_attachment_bears_no_number_and_several_do(printed):
    assert any("附件" in page for page in lines_of(printed(attachments=["一览表"])))
    pages = lines_of(printed(attachments=["一览表", "汇总表"]))
    assert [page[0] for page in pages if page and page[0].startswith("附件")] == ["附件1", "附件2"]


def test_the_landscape_page_is_turned_and_the_record_is_upright_again(printed):
    with pdfplumber.open(BytesIO(printed(attachments=["一览表", "汇总表"]))) as file:
        shapes = [page.width > page.height for page in file.pages]
    assert shapes[-2:] == [True, False]


def test_four_seals_neither_touch_nor_leave_the_text_area(printed):
    with pdfplumber.open(BytesIO(printed(issuers=ORGANS, seal="sample"))) as file:
        rings = [curve for page in file.pages for curve in page.curves if abs(curve["width"] * MM - 42) < 0.05]
    boxes = sorted({(round(c["x0"] * MM, 1), round(c["top"] * MM, 1)) for c in rings})
    assert len(boxes) == 4
    assert all(x >= 28 and x + 42 <= 184 for x, _ in boxes)
    assert all(abs(a[0] - b[0]) > 42 or abs(a[1] - b[1]) > 42 for a in boxes for b in boxes if a != b)


class Paper:
    """A laid-out document of some pages."""

    class Sheet:
        def __init__(self, blank):
            self._page_box = type("Box", (), {"page_type": type("Type", (), {"blank": blank})})

    def __init__(self, count, blank=False):
        self.pages = [self.Sheet(blank) for _ in range(count)]


RECORD = '<div class="record"><div class="line"></div></div><!--record-->'
EVEN = f'<body class="document" data-even><p>文</p>{RECORD}</body>'


def test_a_record_on_an_odd_page_moves_to_an_even_one_behind_it():
    seen = []

    def count(html):
        seen.append(html)
        return Paper(3 if len(seen) == 1 else 4)

    assert len(lay_out(EVEN, count).pages) == 4
    assert 'class="end alone"' in seen[1]
    assert seen[1].count("<!--record-->") == 1


def test_a_record_already_on_an_even_page_or_not_asked_for_stays(printed):
    assert len(lay_out(EVEN, lambda _: Paper(2)).pages) == 2
    assert len(lay_out(EVEN.replace(" data-even", ""), lambda _: Paper(3)).pages) == 3


def test_a_record_behind_a_blank_page_bears_no_number():
    seen = []

    def count(html):
        seen.append(html)
        return Paper(3) if len(seen) == 1 else Paper(4, blank=True)

    lay_out(EVEN, count)
    assert 'class="end alone unnumbered"' in seen[-1]


def test_a_page_without_a_record_is_left_as_it_is():
    assert apart("<body></body>", "alone") == "<body></body>"
