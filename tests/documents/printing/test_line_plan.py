"""Lines are filled, then squeezed, then spread; nothing that stays whole is cut; no last line holds one character."""

import pytest

from zhuli_flow.documents.printing.line_plan import Measured, Plan
from zhuli_flow.documents.wholes import NOT_AT_START, wholes

MARKS = "，。、；：（）《》〔〕“”"


def measured(text):
    """``text`` in cells of 10 px; marks may give 4."""
    inside = {at for start, end in wholes(text) for at in range(start + 1, end)}
    breaks = [
        at for at in range(1, len(text)) if at not in inside and text[at] not in NOT_AT_START and text[at - 1] != "（"
    ]
    advances = [5.0 if char.isascii() else 10.0 for char in text]
    slack = [4.0 if char in MARKS else 0.0 for char in text]
    return Measured(text, advances, [0.0] * len(text), slack, [*breaks, len(text)], 10.0)


def lines(text, width=280.0, *, even=True):
    """The lines of ``text``, each with what is squeezed out of it."""
    plan, start, made = Plan(measured(text), width, even=even), 0, []
    while start < len(text):
        line = plan.line(start, width)
        made.append((text[start : line.stop], round(sum(plan.squeezed(start, line).values()), 3)))
        start = line.end
    return made


def test_a_line_is_filled_before_the_next_begins():
    assert [len(text) for text, _ in lines("甲" * 60)] == [28, 28, 4]


def test_punctuation_is_squeezed_to_take_in_what_may_not_begin_the_next_line():
    text = "甲，" * 5 + "乙" * 18 + "，" + "丙" * 9
    (first, squeezed), *_ = lines(text)
    assert first.endswith("乙，")
    assert squeezed == 10


def test_a_line_without_punctuation_ends_early_instead():
    (first, squeezed), *_ = lines("乙" * 28 + "，" + "丙" * 9)
    assert (len(first), squeezed) == (27, 0)


def test_one_character_is_not_left_alone_in_the_last_line():
    assert [text for text, _ in lines("乙" * 28 + "丙。")] == ["乙" * 27, "乙丙。"]


def test_what_stays_whole_is_not_cut_and_lines_before_it_give_alike():
    text = "乙" * 45 + "（辽科协发〔2018〕12号）" + "丙" * 20
    made = [text for text, _ in lines(text)]
    assert any("辽科协发〔2018〕12号" in line for line in made)
    held = [len(line) for line in made if set(line) == {"乙"}]
    assert max(held) - min(held) <= 2


@pytest.mark.parametrize("text", ["a" * 80, "1" * 70])
def test_what_is_wider_than_a_line_has_no_plan(text):
    assert Plan(measured(text), 280.0).line(0, 280.0) is None


def test_lines_that_are_not_justified_are_filled_and_never_squeezed():
    assert [squeezed for _, squeezed in lines("甲，" * 40, even=False)] == [0, 0, 0]
