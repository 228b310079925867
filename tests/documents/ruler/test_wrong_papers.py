"""The ruler accepts a right paper and rejects each wrong one, for what is wrong with it and for nothing else."""

from __future__ import annotations

import pytest

from zhuli_flow.documents.ruler.standard import CELL, EM, LINE, POINT
from zhuli_flow.documents.ruler.table import RULES, measure

KAI, HEI, SONG = (f"font-family: var(--{role})" for role in ("kaiti", "heiti", "songti"))
TITLE = "font-family: var(--xiaobiaosong); font-weight: 700"
RED = "#e60012"
SECRET = (("000001", ""), ("秘密★1年", HEI), ("特急", HEI))

RIGHT = {
    "plain": {},
    "two title lines": {"title": ("某省科学技术协会关于开展示范区评估", "工作的通知"), "opening": 14},
    "seal": {"seals": ((141.96, 0),)},
    "enclosures and note": {"enclosures": ("1.评估指标", "2.评估日程"), "note": "（此件公开发布）"},
    "upward": {"signer": "张某某"},
    "secret": {"front": SECRET},
    "secret without a copy number": {"front": SECRET[1:]},
    "attachment": {"enclosures": ("评估指标",), "attachment": ("附件", "评估指标")},
}

WRONG = {
    # 5 the sheet
    "28 pt pitch": ({"pitch": 28 * POINT}, {"grid.pitch", "grid.offset", "grid.lines", "area.bottom"}),
    "37 mm as the software's margin": (
        {"top": 37 + (225 / 22 - EM) / 2, "pitch": 225 / 22},
        {"area.top", "area.bottom", "grid.pitch", "grid.offset"},
    ),
    "15 pt body": ({"size": 15.0}, {"text.size"}),
    "27 cells": ({"cells": 27}, {"grid.cells"}),
    "body two mm to the left": ({"left": 26.0, "indent": 2 + 2 * CELL}, {"area.left", "area.right", "area.inside"}),
    "body in Song": ({"body_style": SONG}, {"text.face"}),
    "body in grey": ({"body_style": "color: #777"}, {"text.colour"}),
    "a line that begins with a comma": ({"opens": "，"}, {"line.ends"}),
    "a line that begins with a slash of full width": ({"opens": "．"}, {"line.ends"}),
    "a line that ends with an opening bracket": ({"closes": "（"}, {"line.ends"}),
    "a year parted at a line's end": (
        {"opens": "8", "closes": "1", "closes_at": 2},
        {"line.figures", "area.right", "grid.cells"},
    ),
    # 7.2 the head
    "mark 3 mm too high": ({"mark_top": 69.0, "title_gap": 2 * LINE + 3}, {"mark.top"}),
    "black mark": ({"mark_style": "color: #000"}, {"mark.face"}),
    "mark in Song": ({"mark_style": f"color: {RED}; {SONG}; font-weight: 400"}, {"mark.face"}),
    "[2018]": ({"number": "某科协发[2018]9号"}, {"number.form"}),
    "第9号": ({"number": "某科协发〔2018〕第9号"}, {"number.form"}),
    "09号": ({"number": "某科协发〔2018〕09号"}, {"number.form"}),
    "〔18〕": ({"number": "某科协发〔18〕9号"}, {"number.form"}),
    "number not centred": ({"number_shift": 2.0}, {"number.place"}),
    "number 28 mm below the mark": (
        {"number_gap": 2 * LINE + 7, "title_gap": 2 * LINE - 0.4},
        {"number.gap", "to.gap"},
    ),
    "rule 3 mm below": ({"rule_gap": 3.0}, {"rule.gap"}),
    "short rule": ({"rule": (30.0, 184.0, RED)}, {"rule.width"}),
    "black rule": ({"rule": (28.0, 184.0, "#000")}, {"rule.colour"}),
    "secrecy in 仿宋": ({"front": (SECRET[0], ("秘密★1年", ""), SECRET[2])}, {"front.form"}),
    "份号 of three digits": ({"front": (("001", ""),)}, {"front.form"}),
    "urgency before secrecy": ({"front": (SECRET[0], SECRET[2], SECRET[1])}, {"front.form"}),
    # 7.3 the body
    "title in 仿宋": ({"title_style": ""}, {"title.face"}),
    "red title": ({"title_style": f"{TITLE}; color: {RED}"}, {"text.colour"}),
    "title not centred": ({"title_shift": 3.0}, {"title.centre"}),
    "title half a line below the rule": ({"title_gap": LINE}, {"title.gap", "to.gap"}),
    "hourglass title": (
        {"title": ("某省科学技术协会关于印发全省评估", "工作方案", "并开展专项检查的紧急补充通知"), "opening": 15},
        {"title.shape"},
    ),
    "addressees indented": ({"to_shift": 3.0}, {"to.left"}),
    "half-width colon": ({"to": "各市科学技术协会:"}, {"to.colon"}),
    "no indent": ({"indent": 0.0}, {"body.indent"}),
    "one cell of indent": ({"indent": CELL}, {"body.indent"}),
    "bold 楷体": ({"head2": f"{KAI}; font-weight: 700"}, {"text.bold"}),
    "bold body": ({"body_style": "font-weight: 700"}, {"text.bold"}),
    "first level in 楷体": ({"head1": KAI}, {"body.levels"}),
    "second level in 黑体": ({"head2": HEI}, {"body.levels"}),
    "semicolon after an attachment": ({"enclosures": ("1.评估指标；", "2.评估日程")}, {"enclosures.end"}),
    # 7.3.5 the signature
    "1月05日": ({"date": "2018年1月05日"}, {"date.form"}),
    "date in Chinese digits": ({"date": "二〇一八年十二月十日"}, {"date.form"}),
    "date at the margin": ({"date_right": 184.0}, {"date.place", "area.inside"}),
    "issuer beside the date's middle": ({"organ_shift": 4.0}, {"organ.place"}),
    "signature on a page of its own": ({"alone": True}, {"date.page"}),
    "seals that touch": ({"seals": ((121.0, 0), (141.96, 0))}, {"seal.apart"}),
    "seal that leaves the text area": ({"seals": ((141.96, 0), (100.0, 0), (48.0, 0))}, {"seal.inside", "seal.apart"}),
    "seal beside the date": ({"seals": ((80.0, 0),)}, {"seal.place", "seal.centre"}),
    "seal below the date": ({"seals": ((141.96, 14.0),)}, {"seal.place"}),
    "seal on the closing record": ({"seals": ((141.96, 130.0),)}, {"seal.clear", "seal.place"}),
    "note without brackets": ({"note": "（此件公开发布"}, {"note.form"}),
    # 7.4 the closing record, 7.5 page numbers
    "record above the foot": ({"record_bottom": 250.0}, {"record.foot"}),
    "record narrower": ({"record_left": 30.0}, {"record.width"}),
    "record of one weight": ({"record_weights": (0.5, 0.5, 0.5)}, {"record.weight"}),
    "copies flush left": ({"copies_left": 28.0}, {"copies.left"}),
    "copies without an end": ({"copies": "抄送：某省人民政府办公厅，中共某省委组织部"}, {"copies.end"}),
    "hyphen page number": ({"folio": "- {} -"}, {"folio.form"}),
    "bare page number": ({"folio": "{}"}, {"folio.form"}),
    "centred page number": ({"folio_place": "centre"}, {"folio.side"}),
    "page number 2 mm lower": ({"folio_drop": 2.0}, {"folio.dash"}),
    "a page without number": ({"skip_folio": True}, {"folio.form"}),
    "attachment's title on line 2": (
        {"enclosures": ("评估指标",), "attachment": ("附件", "评估指标"), "attachment_line": 1},
        {"attachment.title"},
    ),
    "attachment under another name": (
        {"enclosures": ("评估指标",), "attachment": ("附件", "评估日程")},
        {"attachment.names"},
    ),
}


@pytest.fixture(scope="module")
def reports(board):
    """All papers, drawn in one go and measured."""
    cases = {**RIGHT, **{name: changes for name, (changes, _) in WRONG.items()}}
    printed = board.draw({name: board.Sheet(**changes) for name, changes in cases.items()})
    return {name: measure(data) for name, data in printed.items()}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_paper_is_accepted_in_every_row(reports, name):
    assert [row.json() for row in reports[name].wrong] == []
    assert sum(row.verdict == "合格" for row in reports[name].rows) > 40


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_paper_is_rejected_for_the_right_rows(reports, name):
    assert {row.rule.code for row in reports[name].wrong} == WRONG[name][1], [
        (row.rule.code, row.measured) for row in reports[name].wrong
    ]


def test_every_row_names_its_clause_and_no_two_share_a_code():
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert all(rule.clause[0].isdigit() and rule.title and rule.expected for rule in RULES)
