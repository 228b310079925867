"""Dates, figures with their unit, 发文字号 and words in letters are found as wholes; what stands beside them is not."""

import pytest

from zhuli_flow.documents.wholes import parted, wholes


def found(text):
    return [text[start:end] for start, end in wholes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("自2018年12月10日起至2021年12月9日止", ["2018年12月10日", "2021年12月9日"]),
        ("安排经费460.50万元，其中30%", ["460.50万元", "30%"]),
        ("（辽科协发〔2018〕12号）要求", ["辽科协发〔2018〕12号"]),
        ("按照国发〔2018〕3号", ["按照国发〔2018〕3号"]),
        ("电话024-23456789。", ["024-23456789"]),
        ("用PDF格式发至a.b@example.org。", ["PDF", "a.b@example.org"]),
        ("10个工作日内", ["10个工作日"]),
        ("于上午9时30分召开3～5个座谈会", ["9时30分", "3～5个"]),
        ("500余人、30多家、100公斤、3㎡、20Mbps", ["500余人", "30多家", "100公斤", "3㎡", "20Mbps"]),
        ("第3季度的2018年度报告", ["第3季度", "2018年度"]),
        ("见https://example.org/a?b=1。", ["https://example.org/a?b=1"]),
        ("甲乙丙丁", []),
    ],
)
def test_what_may_not_be_parted(text, expected):
    assert found(text) == expected


def test_a_cut_names_what_it_parts():
    assert parted("定于12月10日召开", 5) == "12月10日"
    assert parted("定于12月10日召开", 2) == ""
