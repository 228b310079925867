"""A kind to fill in, made in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhuli_flow.documents.templates.catalog import NoticeKind, load_kinds

DECLARATION = """\
notice: memo
title: 试验函
genre: 函
issuer: 某省科学技术协会
retention: 10年
variables:
  who: {title: 收文单位, type: names}
  text: {title: 内容, type: text}
  table: {title: 表, type: rows, required: false}
  amount: {title: 金额, type: number, required: false}
sample:
  number: 某科协函〔2018〕900号
  signed_on: 2018-12-10
  who: [甲市科协]
  text: 试验内容
"""
BODY = (
    "{{ text }}{{ amount | money if amount is not none else '' }}{% for row in table or [] %}{{ row.name }}{% endfor %}"
)
TEMPLATE = """\
{{% extends "base.html" %}}
{{% set title = [issuer, "关于试验的函"] %}}
{{% set addressees = who %}}
{{% block body %}}
<p>{body}</p>
{{% endblock %}}
"""

MakeKind = Callable[..., NoticeKind]


@pytest.fixture
def write_kind(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the memo, with replacements in its declaration, and returns its folder."""

    def write(body: str = BODY, **replaced: str) -> Path:
        declaration = DECLARATION
        for old, new in replaced.items():
            assert old in declaration
            declaration = declaration.replace(old, new)
        (tmp_path / "memo.yaml").write_text(declaration, "utf-8")
        (tmp_path / "memo.html").write_text(TEMPLATE.format(body=body), "utf-8")
        return tmp_path

    return write


@pytest.fixture
def memo(write_kind: Callable[..., Path]) -> NoticeKind:
    return load_kinds([write_kind()])["memo"]
