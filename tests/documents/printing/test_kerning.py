"""A line of characters in several faces ends where every other line ends."""

import json

import pytest

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.printing.printer import PrintJob, to_pdfs
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.render import render

NAMES = "刘䶮、张𬭎、李㛃、赵𫖯、孙𪟝、周𬱖、吴㳇、郑𬳽、冯𣲘、"


@pytest.mark.skipif(fontkit.installed() is None, reason="no print fonts: zhuli fonts install")
@pytest.mark.parametrize("latin", ["", "Faku县2018年"])
def test_lines_with_names_in_a_rare_face_end_at_the_edge(latin):
    kind = load_kind([packaged_notices()], "document")
    page = render(kind, {**kind.sample, "paragraphs": [f"人员名单如下：{latin}" + NAMES * 4 + "按时到会。"]})
    data = to_pdfs([PrintJob(page, "试验", "某省科协", "通知", "kerning")], assets=packaged_notices())[0]
    rows = {row["code"]: row for row in json.loads(json.dumps(measure(data).json()["rows"]))}
    assert abs(rows["area.right"]["deviation"]) <= 0.15
    assert rows["area.inside"]["deviation"] == 0
