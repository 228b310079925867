"""A paper goes into a .docx and comes back as it was; one from elsewhere is read as a person reads it."""

import io
import zipfile

import docx
import pytest

from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render, title_of
from zhuli_flow.documents.word import parts
from zhuli_flow.documents.word.reader import read_draft
from zhuli_flow.documents.word.writer import write_docx

KINDS = {name: kind for name, kind in load_kinds((packaged_notices(),)).items() if kind.layout != "form"}


def back(name, **more):
    kind = KINDS[name]
    html = render(kind, {**kind.sample, **more})
    return html, write_docx(parts.blocks_of(html), kind.title)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_comes_back_with_its_title_addressees_and_body(name):
    html, data = back(name)
    draft = read_draft(data)
    assert draft.title.replace(" ", "") == title_of(html).replace(" ", "")
    assert draft.paragraphs
    addressees = KINDS[name].sample.get("addressees")
    if addressees and KINDS[name].layout != "minutes":
        assert "、".join(draft.addressees) == "、".join(addressees).replace("，", "、")
    assert draft.attachments == list(KINDS[name].sample.get("attachments") or draft.attachments)


def test_the_body_of_the_general_paper_comes_back_paragraph_by_paragraph():
    _, data = back("document", note="此件公开发布", attachments=["甲表", "乙表"])
    draft = read_draft(data)
    assert draft.paragraphs == KINDS["document"].sample["paragraphs"]
    assert (draft.note, draft.attachments, draft.issuers) == ("此件公开发布", ["甲表", "乙表"], ["辽宁省科学技术协会"])


def test_a_draft_bears_no_number_and_no_head_and_names_its_styles_and_the_page_field():
    _, data = back("reply")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = package.read("word/document.xml").decode()
        footer = next(package.read(name).decode() for name in package.namelist() if "footer" in name)
    assert "辽科协函〔2018〕901号" not in text
    assert "PAGE" in footer
    styles = {one.style.name for one in docx.Document(io.BytesIO(data)).paragraphs}
    assert {parts.TITLE, parts.TO, parts.BODY, parts.SIGNER, parts.DAY} <= styles
    assert styles <= set(parts.STYLES)


def test_a_draft_from_elsewhere_is_read_by_place_and_look():
    made = docx.Document()
    lines = """辽宁省科学技术协会
关于做好有关工作的通知

沈阳市科学技术协会、大连市（沿海）科学技术协会：
请做好有关工作。
一、有关要求
按时报送。
附件：1. 名单
2. 表格
辽宁省科学技术协会
2018年10月8日
（此件公开发布）""".split("\n")
    for text in lines:
        made.add_paragraph(text)
    target = io.BytesIO()
    made.save(target)
    draft = read_draft(target.getvalue())
    assert draft.title == "辽宁省科学技术协会关于做好有关工作的通知"
    assert draft.addressees == ["沈阳市科学技术协会", "大连市（沿海）科学技术协会"]
    assert draft.paragraphs == ["请做好有关工作。", "一、有关要求", "按时报送。"]
    assert (draft.attachments, draft.issuers, draft.note) == (["名单", "表格"], ["辽宁省科学技术协会"], "此件公开发布")
    assert [line.number for line in draft.of(parts.BODY)] == [5, 6, 7]


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * (65 * 1024**2))
    return target.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"PK\x03\x04", bomb()], ids=["empty", "pdf", "cut", "bomb"])
def test_what_is_no_docx_is_none(data):
    assert read_draft(data) is None


@pytest.mark.parametrize("mark", ["checkpoint", "trace-code", "signed-checkpoint"])
def test_what_the_program_adds_below_the_record_is_none_of_the_draft(mark):
    blocks = list(parts.blocks_of(f'<p>正文。</p><div class="{mark}"><div>标记</div></div>'))
    assert [block.text for block in blocks] == ["正文。"]
