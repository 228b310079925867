"""Conditions that can never hold together are known as such; in doubt they can."""

import pytest

from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.expressions import Not
from zhuli_flow.modelcheck.constraints import impossible, surely_there

TEXT = """
workflow: sample
version: "1.0"
title: 样例
prefix: YL
basis: 样例
applicant: {kinds: [county, park]}
roles:
  county: {title: 区县, of: county}
parameters:
  least: {value: 3, source: 样例}
  limit: {value: 1m, source: 样例}
  mode:  {value: 甲, choices: [甲, 乙], source: 样例}
fields:
  staff: {title: 人数, type: int, min: 1, max: 200}
  area:  {title: 面积, type: decimal}
  begun: {title: 始, type: date}
  ended: {title: 止, type: date}
  level: {title: 级别, type: choice, choices: [国家级, 省级, 市级]}
  ready: {title: 已备, type: yes_no}
  names: {title: 名单, type: names}
states:
  draft: {title: 拟稿, kind: initial}
  done:  {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: draft, by: county, fill: [staff, area, begun, ended, level, ready, names]}
  end:   {title: 办结, from: draft, to: done, by: county, when: [WHEN]}
"""

CASES = [
    ("staff > 200", True),
    ("staff < 1", True),
    ("staff >= 200", False),
    ("staff > 3 and staff < 4", True),
    ("area > 3 and area < 4", False),
    ("area < 3 and area > 3", True),
    ("staff >= $least and staff < 2", True),
    ("begun < ended and ended < begun", True),
    ("begun <= ended and ended <= begun", False),
    ("begun < ended and ended <= today and today <= begun", True),
    ("begun + 30d <= ended and ended < begun + 20d", True),
    ("begun + $limit <= ended and ended < begun + 20d", True),
    ("begun + $limit <= ended and ended < begun + 29d", False),
    ("begun + 10wd <= ended and ended < begun + 9d", True),
    ("level is '国家级' and level is '省级'", True),
    ("level in ['国家级', '省级'] and level is not '国家级' and level is not '省级'", True),
    ("level is not '国家级' and level is not '省级'", False),
    ("ready is yes and ready is no", True),
    ("applicant.kind is county and applicant.kind is park", True),
    ("staff absent and staff > 3", True),
    ("staff absent or staff > 3", False),
    ("(staff < 3 or staff > 5) and staff == 4", True),
    ("not (staff < 3 or staff > 5) and staff == 4", False),
    ("count of names >= 3 and count of names < 2", True),
    ("count of names >= 3 and names absent", True),
    ("count of names < 3 and names absent", False),
    ("not count of names >= 1 and names absent", False),
    ("fired begin and not fired begin", True),
    ("$mode is '甲' and $mode is '乙'", False),
]


@pytest.mark.parametrize(("written", "never"), CASES)
def test_what_can_never_hold_is_told_from_what_may(written: str, never: bool) -> None:
    flow = load(TEXT.replace("WHEN", f'{{"{written}": 不合}}').encode(), "sample.yaml")
    (guard,) = flow.events["end"].guards
    assert impossible(flow, [guard.condition]) is never


def test_one_condition_follows_from_another() -> None:
    flow = load(TEXT.replace("WHEN", "staff >= 10: 甲, staff >= 3: 乙").encode(), "sample.yaml")
    narrow, wide = (guard.condition for guard in flow.events["end"].guards)
    assert impossible(flow, [narrow], wide)
    assert not impossible(flow, [wide], narrow)
    assert surely_there(flow, [wide]) == {"staff"}
    assert surely_there(flow, [Not(wide)]) == {"staff"}, "what is missing is neither so nor not"


def test_a_list_that_is_counted_is_there_where_the_count_is_more_than_none() -> None:
    flow = load(TEXT.replace("WHEN", "count of names >= 2: 甲, count of names <= 2: 乙").encode(), "sample.yaml")
    some, few = (guard.condition for guard in flow.events["end"].guards)
    assert surely_there(flow, [some]) == {"names"}
    assert surely_there(flow, [few]) == set()
