"""Two small definitions that know of each other: a call that opens one part for each unit, and the parts it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.services.staging import Stage
from zhuli_flow.services.cases.advance import open_case

CALL = """
workflow: call
version: "1"
title: 布置
prefix: BZ
applicant: {kinds: [county]}
roles:
  county: {title: 区县, of: county}
  office: {title: 省办, of: province}
fields:
  subject: {title: 标题}
  units: {title: 单位, type: organisations, at_least: 1}
  first: {title: 第一份, type: case}
  total: {title: 合计, type: int}
  told: {title: 得知, type: int}
  due_by: {title: 报送时限}
  from_day: {title: 期首, type: date}
  until: {title: 期末, type: date}
registers:
  sent:
    title: 已报
    workflow: part
    linked_by: call
    where: [state is sent]
    columns: [case, applicant.name, amount]
    order: -amount
  parts: {title: 全部, workflow: part, linked_by: call, columns: [case, state]}
  everywhere: {title: 各处, workflow: part, columns: [amount]}
states:
  draft: {title: 起草, kind: initial}
  open: {title: 报送中, deadline: {within: 5wd, closes: business}}
  running: {title: 运行, kind: in_force}
  closed: {title: 办结, kind: final}
deadlines:
  quarter: {title: 季度, in: [running], every: quarter, remind: [-7d], then: turn}
events:
  begin: {title: 开启, from: start, to: draft, by: county, fill: [subject, units]}
  issue:
    title: 下发
    from: draft
    to: open
    by: office
    open: {workflow: part, event: begin, for: units, set: {call: case, subject: subject}}
  pick: {title: 指定, from: [open, running], to: same, by: office, fill: [first], set: {due_by: closing of open}}
  hurry:
    title: 催收
    from: open
    to: same
    by: office
    advance: {case: first, workflow: part, event: take, set: {amount: total}, if: total absent or total < 100}
  hear: {title: 得知, from: [open, running], to: same, by: system, fill: [told!]}
  sum_up:
    title: 汇总
    from: open
    to: closed
    by: office
    when: [{count of sent >= 2: 已报不足两份；请催报}]
    set: {total: sum of sent.amount}
    advance: {each: parts, workflow: part, event: lock}
  run: {title: 运行, from: open, to: running, by: office}
  turn: {title: 换季, from: running, to: same, by: system, set: {from_day: start of quarter, until: due of quarter}}
  stop: {title: 停止, from: running, to: closed, by: office}
operations:
  withdraw: {by: holder}
"""
PART = """
workflow: part
version: "1"
title: 分报
prefix: FB
applicant: {kinds: [county], one_open_case: true}
roles:
  county: {title: 区县, of: county}
fields:
  call: {title: 所属, type: case}
  subject: {title: 标题}
  amount: {title: 金额, type: int}
states:
  blank: {title: 未填, kind: initial}
  sent: {title: 已报}
  locked: {title: 锁定, kind: final}
events:
  begin: {title: 开启, from: start, to: blank, by: system, fill: [call, subject]}
  send:
    title: 报送
    from: blank
    to: sent
    by: county
    fill: [amount]
    advance: {case: call, workflow: call, event: hear, set: {told: amount}}
  take: {title: 代报, from: blank, to: sent, by: system, fill: [amount]}
  lock: {title: 锁定, from: [blank, sent], to: locked, by: system}
"""


def called(home: Path, *, call: str = CALL, part: str = PART) -> Stage:
    """An office that has both in use."""
    stage = Stage(home, text=call)
    stage.take_into_use(part)
    return stage


def begin(stage: Stage, units: str = "甲县政府、乙县政府") -> str:
    """A call that is not issued yet."""
    return open_case(stage.office, "call", "甲县政府", "县", {"subject": "总结", "units": units}).case


def issued(stage: Stage, **given: Any) -> str:
    """A call with one part for each unit."""
    case = begin(stage, **given)
    stage.do(case, "issue", "甲")
    return case
