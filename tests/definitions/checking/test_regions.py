"""What a definition may not say of its regions: each is told at its line, with what would be right."""

import pytest

from tests.engine.test_regions import TEXT
from zhuli_flow.definitions.check import load, problems
from zhuli_flow.definitions.stored import from_stored, to_stored


def test_a_region_without_states_has_one_of_its_own_name() -> None:
    regions = load(TEXT.encode(), "desk.yaml").regions
    assert (dict(regions["query"].states), regions["query"].first) == ({"query": "征询"}, "query")
    assert list(regions["publicity"].states) == ["posted", "disputed"]
    assert (regions["publicity"].resumes, regions["query"].resumes) == (False, True)


def test_a_stored_definition_keeps_its_regions() -> None:
    flow = load(TEXT.encode(), "desk.yaml")
    assert from_stored(to_stored(TEXT.encode(), "desk.yaml", None), TEXT, flow.digest) == flow


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "begins: query",
            "begins: querry",
            "unknown_region: 没有名为“querry”的并行环节；是否指“query”",
        ),
        (
            ", begins: query",
            "",
            "never_begun: 并行环节“query”（征询）没有操作使其开始",
        ),
        (
            "to: disputed, by: office",
            "to: posted, by: office",
            "unreachable_state: 并行环节“publicity”走不到“disputed”",
        ),
        (
            "in: [review, ruling]",
            "in: [review, closed]",
            "outlives_case: “办结”已是终结环节，“公示”不能在其后进行",
        ),
        (
            "from: posted, to: disputed",
            "from: review, to: disputed",
            "outside_region: “登记异议”到并行环节“公示”的阶段",
        ),
        (
            "from: review, to: same, by: office, begins: query",
            "from: ruling, to: same, by: office, begins: query",
            "outside_region: “开始征询”之后的环节（ruling）不在“征询”进行的环节之内",
        ),
        (
            "from: query, to: same, by: [county, office], ends: query",
            "from: draft, to: same, by: county, ends: query",
            "outside_region: 办理“收到答复”的环节，“征询”都不在进行",
        ),
        (
            "ends: query",
            "ends: query, begins: query",
            "repeated_value: 并行环节“query”既开始又结束",
        ),
        (
            "disputed: {title",
            "review: {title",
            "duplicate_name: “review”已是环节、大环节或并行环节的名称",
        ),
        (
            "in: [review], resumes",
            "in: [revew], resumes",
            "unknown_state: 没有名为“revew”的环节；是否指“review”",
        ),
        (
            "in: [review], resumes",
            "in: [], resumes",
            "missing_value: in 不能为空",
        ),
        (
            "to: draft, by: county, fill",
            "to: draft, by: county, when: [not (state within query): 征询未完], fill",
            "never_possible: 办理“开启”的环节，“征询”都不在进行",
        ),
        (
            "state within publicity",
            "state within publicty",
            "unknown_state: 没有名为“publicty”的大环节或并行环节；是否指“publicity”",
        ),
        (
            "resumes: true, deadline",
            "resumes: true, states: {asked: {title: 已发}}, deadline",
            "misplaced_key: “征询”分了阶段，期限须写在阶段里",
        ),
        (
            "{title: 公示期, within: 5d}",
            "{title: 公示期, within: 5d, then: approve}",
            "never_possible: 到期后办理的“批准”在计时的环节（posted）都不能办理",
        ),
        (
            "return: {from: [intake",
            "return: {from: [posted, intake",
            "unknown_state: 没有名为“posted”的环节",
        ),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, expected: str) -> None:
    assert old in TEXT
    _, found = problems(TEXT.replace(old, new, 1).encode(), "desk.yaml")
    assert any(f"{one.code}: {one.message}；{one.fix}".startswith(expected) for one in found), [
        f"{one.code}: {one.message}" for one in found
    ]
