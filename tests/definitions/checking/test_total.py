"""What a definition may say of putting returns together, and where ``total of`` may stand."""

import pytest

from tests.services.calls import CALL
from zhuli_flow.definitions.check import parse

TOTAL = "total: {by: state, blocks: {sent: 已报合计}, same: rulings, kept_in: sums}"
TITLES = {"number": "号", "item": "项", "unit": "位", "sent": "报", "distinct": "重", "note": "注"}
COLUMNS = ", ".join(f"{key}: {{title: {title}}}" for key, title in TITLES.items())
FIELDS = f"""
  rulings: {{title: 认定, type: rows, columns: {{name: {{title: 名}}, same_as: {{title: 即}}}}}}
  sums: {{title: 汇总数, type: rows, columns: {{{COLUMNS}}}}}
"""
WHOLE = (
    CALL.replace("columns: [case, state]}", f"columns: [case, state], {TOTAL}}}")
    .replace("  until: {title: 期末, type: date}\n", f"  until: {{title: 期末, type: date}}{FIELDS}")
    .replace("set: {total: sum of sent.amount}", "set: {total: sum of sent.amount, sums: total of parts}")
)


def test_a_call_that_keeps_its_totals_has_no_problems() -> None:
    assert list(map(str, parse(WHOLE.encode(), "call.yaml").problems)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("same: rulings", "same: ruling", "unknown_field", "没有名为“ruling”的字段"),
        ("same: rulings", "same: subject", "type_mismatch", "字段“subject”不是表格"),
        ("same_as: {title: 即}", "same_to: {title: 即}", "unknown_column", "没有名为“same_as”的字段“rulings”的列"),
        ("kept_in: sums", "kept_in: units", "type_mismatch", "字段“units”不是表格"),
        ("by: state", "by: amount", "unknown_column", "没有名为“amount”的列"),
        (", sent: {title: 报}", "", "unknown_column", "字段“sums”没有列“sent”（total of parts）"),
        ("total of parts", "total of sent", "type_mismatch", "台账“sent”没有规定汇总办法（total of sent）"),
        ("total of parts", "total of part", "unknown_register", "没有名为“part”的台账"),
        (
            "total of parts",
            "total of parts.amount",
            "type_mismatch",
            "total of 之后只写台账，不写列（total of parts.amount）",
        ),
        ("sums: total of parts", "due_by: total of parts", "misplaced_table", "此处不能用“total of”（total of parts）"),
        (
            "count of sent >= 2",
            "total of parts present",
            "misplaced_table",
            "此处不能用“total of”（total of parts present）",
        ),
    ],
)
def test_what_cannot_be_put_together_or_kept_is_told(old: str, new: str, code: str, message: str) -> None:
    assert old in WHOLE
    found = [(one.code, one.message) for one in parse(WHOLE.replace(old, new, 1).encode(), "call.yaml").problems]
    assert (code, message) in found
