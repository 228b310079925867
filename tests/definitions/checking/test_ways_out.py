"""What somebody who writes a first definition gets wrong, and that each message says how to go on."""

import pytest

from tests.engine.desk import DESK
from zhuli_flow.definitions import check


def told(text: str) -> str:
    return "\n".join(f"{one.message}；{one.fix}" for one in check.parse(text.encode(), "desk.yaml").problems)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("from: draft, to: intake", "from: 起草, to: intake", "写它的名称“draft”；“起草”是它的题名"),
        ("to: intake, by: county", "to: intake, by: 区县", "写它的名称“county”"),
        ("fill: [subject,", "fill: [标题,", "写它的名称“subject”"),
        ("basis: 测试", "basis：测试", "行的“：”是全角"),
        ("{within: 5wd", "｛within: 5wd", "是全角；YAML 的冒号、括号用半角"),
        ("by: county}\n  accept", "by: county, when: [amount = 3: 不足]}\n  accept", "相等写 is 或 =="),
        ("by: county}\n  accept", "by: county, when: [amount =< 3: 不足]}\n  accept", "比较写 <、<=、>、>="),
        ("by: county}\n  accept", "by: county, when: [amount ≥ 3: 不足]}\n  accept", "比较写 <、<=、>、>="),
        ("by: county}\n  accept", "by: county, when: [金额 > 3: 不足]}\n  accept", "字段写它的英文名"),
        ("by: county}\n  accept", "by: county, when: [amount > 3 并且 amount < 9: 不足]}\n  accept", "并且写 and"),
    ],
)
def test_the_message_leads_out(old: str, new: str, expected: str) -> None:
    assert old in DESK
    assert expected in told(DESK.replace(old, new, 1))


def test_a_parameter_that_is_no_period_is_shown_with_its_value() -> None:
    text = DESK.replace("roles:\n", "parameters:\n  limit: {title: 期限, value: 5个工作日, source: 测试}\nroles:\n", 1)
    assert "“$limit 的值 5个工作日”不是期限" in told(text.replace("within: 5wd", "within: $limit"))
