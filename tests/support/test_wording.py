"""Numbers in Chinese words, as papers count their parts and their years."""

import pytest

from zhuli_flow.support.wording import chinese_number

WRITTEN = {
    1: "一",
    10: "十",
    11: "十一",
    20: "二十",
    99: "九十九",
    100: "一百",
    101: "一百零一",
    110: "一百一十",
    119: "一百一十九",
    999: "九百九十九",
}


@pytest.mark.parametrize("number", WRITTEN)
def test_a_number_is_written_in_chinese_words(number: int) -> None:
    assert chinese_number(number) == WRITTEN[number]
