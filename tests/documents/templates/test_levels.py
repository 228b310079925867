"""What of a numbered paragraph is a heading."""

import pytest

from zhuli_flow.documents.templates.catalog import load_kind, packaged_notices
from zhuli_flow.documents.templates.levels import levelled
from zhuli_flow.documents.templates.render import render


@pytest.mark.parametrize(
    ("text", "level", "head", "rest"),
    [
        ("（一）坚持定期协商。各办公室每季度召开会议。", "level2", "（一）坚持定期协商。", "各办公室每季度召开会议。"),
        ("一、加强领导，落实责任。各市要", "level1", "一、加强领导，落实责任。", "各市要"),
        ("十二、总体要求", "level1", "十二、总体要求", ""),
        ("1．建立台账", "level3", "1．建立台账", ""),
        ("（1）甲。乙。", "level4", "（1）甲。", "乙。"),
        ("（一）各市要认真组织。", "", "", "（一）各市要认真组织。"),
        ("一、甲；", "", "", "一、甲；"),
        ("1.5万元用于。其余", "", "", "1.5万元用于。其余"),
        ("一是加强。二是", "", "", "一是加强。二是"),
    ],
)
def test_a_heading_is_a_paragraph_without_a_stop_or_the_sentence_that_runs_in(text, level, head, rest):
    assert levelled(text) == {"level": level, "head": head, "rest": rest}


def test_the_general_paper_prints_the_heading_in_the_face_of_its_level():
    kind = load_kind([packaged_notices()], "document")
    page = render(kind, {**kind.sample, "paragraphs": ["（一）坚持<协商>。各办公室召开。", "二、主要任务"]})
    assert '<p class=""><span class="level2">（一）坚持&lt;协商&gt;。</span>各办公室召开。</p>' in page
    assert '<p class="level1">二、主要任务</p>' in page


def test_a_stop_inside_quotation_marks_or_a_title_ends_no_heading():
    assert levelled("（一）坚持“科协搭台。学会唱戏”。各学会要参加。")["head"] == "（一）坚持“科协搭台。学会唱戏”。"
    assert levelled("一、落实《办法。试行》。各地要参照。")["rest"] == "各地要参照。"
