"""A rendered paper read as lines of text, the way the linter sees it."""

from zhuli_flow.documents.proofreading.text_patterns import addressees, attachment_pages, named_attachments, plain

PAPER = """<!DOCTYPE html><html><head><title>甲关于乙的通知</title><style>p { color: red }</style></head><body>
<svg><title>样章</title><text>××</text></svg>
<div class="mark">甲文件</div><h1><span>甲关于乙</span>
<span>的通知</span></h1>
<p class="to">丙、丁，
戊：</p><p>现通知&lt;如下&gt;&amp;：</p>
<p>附件：1. 第一表</p><p>2. 第二表</p>
<section class="attachment" data-title="第一表"><table><tr><td>子</td><td>丑</td></tr></table></section>
<section class="wide attachment" data-title="第二表"><p>寅</p></section></body></html>"""


def test_the_title_is_the_first_line_and_blocks_are_lines():
    assert plain(PAPER).split("\n") == [
        "甲关于乙的通知",
        "甲文件",
        "甲关于乙的通知",
        "丙、丁，戊：",
        "现通知<如下>&：",
        "附件：1. 第一表",
        "2. 第二表",
        "\f第一表",
        "子 丑",
        "\f第二表",
        "寅",
    ]


def test_addressees_and_attachments_are_read_from_the_paper():
    text = plain(PAPER)
    assert addressees(text) == ["丙", "丁", "戊"]
    assert named_attachments(text) == attachment_pages(text) == ["第一表", "第二表"]


def test_a_paper_without_them_has_none():
    text = plain("<title>甲</title><p>乙。丙：</p><p>附件是好东西</p>")
    assert addressees(text) == named_attachments(text) == attachment_pages(text) == []


def test_one_attachment_has_no_number():
    assert named_attachments("甲\n附件：3. 不是序号\n4. 也不是") == ["不是序号"]
