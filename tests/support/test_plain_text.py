"""What may stand in a text, and what a screen shows of it."""

import pytest

from zhuli_flow.support.plain_text import hidden, visible


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("陶\u200b瓷", "U+200B"),
        ("\u202e县甲", "U+202E"),
        ("同意\x1b[8m不同意", "U+001B"),
        ("甲\x7f", "U+007F"),
        ("甲\x85乙", "U+0085"),
        ("甲\u2028乙", "U+2028"),
        ("\ud800", "U+D800"),
        ("\u3164", "U+3164"),
        ("\ufeff建站", "U+FEFF"),
    ],
)
def test_what_nobody_sees_is_named(text: str, found: str) -> None:
    assert hidden(text) == found
    assert hidden(visible(text)) == ""
    assert "\ufffd" in visible(text)


@pytest.mark.parametrize("text", ["", "建站\n两个\t站", "全角　空格", "㐂𠮷〇", "α≥1.5 km²", "葛\U000e0100城\ue000"])
def test_what_people_write_is_left_alone(text: str) -> None:
    assert (hidden(text), visible(text)) == ("", text)
