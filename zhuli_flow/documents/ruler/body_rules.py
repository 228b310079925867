"""Rules of the body: addressees, indents, levels, list of attachments, attachments (7.3.2 - 7.3.4, 7.3.7)."""

from __future__ import annotations

import re
from itertools import pairwise

from zhuli_flow.documents.ruler.faces import FANGSONG, HEITI, KAITI
from zhuli_flow.documents.ruler.head_rules import SLACK
from zhuli_flow.documents.ruler.judge import Found, Paper, Rule, at, faults, off, worst
from zhuli_flow.documents.ruler.sheet import Line
from zhuli_flow.documents.ruler.standard import CELL, CENTRE, EM, LEFT, LINE, TOP

_LEVELS = (
    (re.compile(r"[一二三四五六七八九十]{1,3}、"), HEITI),
    (re.compile(r"（[一二三四五六七八九十]{1,3}）"), KAITI),
    (re.compile(r"\d{1,2}[.．]"), FANGSONG),
    (re.compile(r"（\d{1,2}）"), FANGSONG),
)
_ENDS = ("。", "；", "，", "：", "！", "？", "”", "、")
_ITEM = re.compile(r"(附件[：:])?\d{1,2}[.．]|附件[：:]")


def to_left(paper: Paper) -> Found | None:
    """Every line of the addressees is flush left."""
    return worst(off(line.left, LEFT, at(line)) for line in paper.parts.addressees)


def to_gap(paper: Paper) -> Found | None:
    """One blank line between title and addressees."""
    title, to = paper.parts.title, paper.parts.addressees
    return off(to[0].top - title[-1].bottom, LINE) if title and to and to[0].page == title[-1].page else None


def to_colon(paper: Paper) -> Found | None:
    """The addressees end in a full-width colon."""
    to = paper.parts.addressees
    return faults([] if to[-1].text.endswith("：") else [to[-1].text[-4:]], "：") if to else None


def body_first(paper: Paper) -> Found | None:
    """Page 1 shows text of the body."""
    body = paper.parts.body
    return faults([] if body[0].page == 1 else ["首页没有正文"], "有") if body else None


def indent(paper: Paper) -> Found | None:
    """A paragraph begins two cells in."""
    firsts = [paragraph[0] for paragraph in paper.parts.paragraphs]
    return worst(off(line.left, LEFT + 2 * CELL, at(line)) for line in firsts)


def levels(paper: Paper) -> Found | None:
    """Heads of the first level are in 黑体, of the second in 楷体, of the third and fourth in 仿宋.

    A paragraph that is a sentence and merely numbered may stay in 仿宋 as a whole.
    """
    wrong, seen = [], False
    for paragraph in paper.parts.paragraphs:
        found = next(((m, role) for pattern, role in _LEVELS if (m := pattern.match(paragraph[0].text))), None)
        if found is None:
            continue
        seen = True
        match, role = found
        alone = len(paragraph) == 1 and not paragraph[0].text.endswith(_ENDS)
        part = paragraph[0] if alone else Line(paragraph[0].page, paragraph[0].glyphs[: match.end()])
        if part.role != role and (alone or part.role != FANGSONG):
            wrong.append(f"{part.role}{at(paragraph[0])}，应为{role}")
    return faults(wrong) if seen else None


def enclosures_gap(paper: Paper) -> Found | None:
    """One blank line between the body and the list of attachments."""
    body, listed = paper.parts.body, paper.parts.enclosures
    same = body and listed and body[-1].page == listed[0].page
    return off(listed[0].base - body[-1].base, 2 * LINE) if same else None


def enclosures_left(paper: Paper) -> Found | None:
    """附件： two cells in, further items five, and a name that runs over below its own first character."""
    listed, found, name = paper.parts.enclosures, [], LEFT + 5 * CELL
    for line in listed:
        item = _ITEM.match(line.text)
        expected = name
        if item:
            expected = LEFT + (2 if line.text.startswith("附件") else 5) * CELL
            rest = line.glyphs[item.end() :]
            name = rest[0].x if rest else name
        found.append(off(line.left, expected, at(line)))
    return worst(found)


def enclosures_end(paper: Paper) -> Found | None:
    """No mark stands after the name of an attachment."""
    listed = paper.parts.enclosures
    ends = [a for a, b in pairwise([*listed, None]) if a and (b is None or _ITEM.match(b.text))]
    return (
        faults([line.text[-6:] for line in ends if line.text.endswith(("。", "；", "，", "、"))], "无")
        if listed
        else None
    )


def attachment_head(paper: Paper) -> Found | None:
    """附件N stands flush left on line 1 of a new page."""
    heads = _heads(paper)
    return worst(
        [*(off(line.left, LEFT, at(line)) for line in heads), *(off(line.top, TOP, at(line)) for line in heads)]
    )


def _heads(paper: Paper) -> list[Line]:
    return [lines[0] for lines in paper.parts.attachments.values() if lines and "附件" in lines[0].text[:20]]


def attachment_face(paper: Paper) -> Found | None:
    """附件N is in 黑体."""
    heads = _heads(paper)
    return faults([f"{line.role}{at(line)}" for line in heads if line.role != HEITI], HEITI) if heads else None


def _titles(paper: Paper) -> list[list[Line]]:
    """The title lines of each attachment: those of size 2 below its head."""
    pages = [lines for lines in paper.parts.attachments.values() if lines and "附件" in lines[0].text[:20]]
    return [[line for line in lines[1:5] if line.size > 19] for lines in pages]


def attachment_title(paper: Paper) -> Found | None:
    """The title of an attachment is centred, its first line on the page's third."""
    lines = [title for title in _titles(paper) if title]
    third = TOP + 2 * LINE + EM / 2
    found = [off((title[0].top + title[0].bottom) / 2, third, at(title[0])) for title in lines]
    return worst([*found, *(off(line.centre, CENTRE, at(line)) for title in lines for line in title)])


def attachment_names(paper: Paper) -> Found | None:
    """The titles are those of the list of attachments."""
    titles = ["".join(line.text for line in title) for title in _titles(paper) if title]
    if not titles or not paper.parts.enclosures:
        return None
    listed = re.split(
        r"附件[：:](?:\d{1,2}[.．])?|(?<!\d)\d{1,2}[.．]", "".join(line.text for line in paper.parts.enclosures)
    )
    names = [name for name in listed if name]
    return faults([title for title in titles if title not in names])


RULES = (
    Rule("to.left", "7.3.2", "主送机关顶格", "28.00", 0.15, to_left),
    Rule("to.gap", "7.3.2", "主送机关距标题（空一行）", "10.45", SLACK[0], to_gap, high=SLACK[1]),
    Rule("to.colon", "7.3.2", "主送机关后全角冒号", "：", 0, to_colon, "处"),
    Rule("body.first", "7.3.3", "首页显示正文", "有", 0, body_first, "处"),
    Rule("body.indent", "7.3.3", "段首左空二字", "39.14", 0.15, indent),
    Rule("body.levels", "7.3.3", "各层次序数的字体", "黑、楷、仿宋", 0, levels, "处"),
    Rule("enclosures.gap", "7.3.4", "附件说明距正文（空一行）", "20.89", 0.15, enclosures_gap),
    Rule("enclosures.left", "7.3.4", "附件说明左空、回行对齐", "39.14 / 55.86", 0.15, enclosures_left),
    Rule("enclosures.end", "7.3.4", "附件名称后无标点", "无", 0, enclosures_end, "处"),
    Rule("attachment.head", "7.3.7", "“附件”顶格第1行", "28.00，37.00", 0.2, attachment_head),
    Rule("attachment.face", "7.3.7", "“附件”字体", HEITI, 0, attachment_face, "处"),
    Rule("attachment.title", "7.3.7", "附件标题居中、第3行", "第3行", 0.2, attachment_title),
    Rule("attachment.names", "7.3.7", "附件标题与附件说明一致", "相符", 0, attachment_names, "处"),
)
