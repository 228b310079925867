"""``zhuli notice check``: exit codes and what a person sees."""

import pytest

from zhuli_flow.documents.fonts import kit
from zhuli_flow.documents.printing.printer import to_pdf
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """A notice of the programme, printed; and the same without its red rule."""
    if kit.installed() is None:
        pytest.skip("no 仿宋 here: run `zhuli fonts install` (texlive-lang-chinese, fonts-noto-cjk)")
    kind = load_kinds([packaged_notices()])["assessment_notice"]
    page = render(kind, dict(kind.sample))
    about = {"title": "通知", "author": kind.issuer, "subject": "通知", "identifier": "x"}
    folder = tmp_path_factory.mktemp("papers")
    for name, text in (
        ("right", page),
        ("wrong", page.replace("</head>", "<style>.rule{display:none}</style></head>")),
    ):
        (folder / f"{name}.pdf").write_bytes(to_pdf(text, assets=packaged_notices(), **about))
    return folder


def test_a_right_paper_ends_with_0_and_a_table(zhuli, paper):
    answer = zhuli(f"notice check {paper / 'right.pdf'}")
    assert answer.code == 0
    assert "文件格式，2 页" in answer.out
    assert "结论：合格" in answer.out
    assert "7.2.7" in answer.out


def test_a_wrong_paper_ends_with_7_and_names_the_row(zhuli, paper):
    answer = zhuli(f"notice check {paper / 'wrong.pdf'}")
    assert answer.code == 7
    assert "结论：不合格" in answer.out
    assert "未见红色分隔线" in answer.out


def test_the_report_is_one_json_document(zhuli, paper):
    answer = zhuli(f"notice check {paper / 'wrong.pdf'} --json")
    assert answer.code == 7
    assert answer.json["verdict"] == "不合格"
    assert answer.json["layout"] == "document"
    assert {"clause", "expected", "measured", "deviation", "verdict"} <= set(answer.json["rows"][0])


def test_a_file_that_is_no_pdf_ends_with_6_and_one_that_is_not_there_with_5(zhuli, paper):
    (paper / "text.pdf").write_text("no")
    assert zhuli(f"notice check {paper / 'text.pdf'}").code == 6
    assert zhuli(f"notice check {paper / 'none.pdf'}").code == 5


def test_a_layout_that_does_not_exist_ends_with_2(zhuli, paper):
    assert zhuli(f"notice check {paper / 'right.pdf'} --layout fax").code == 2
