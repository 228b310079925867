"""Lines that are sorted on disk."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from zhuli_flow.support.sorted_lines import SortedLines


@pytest.mark.parametrize("part", [1, 7, 1000])
def test_lines_come_by_key_and_else_in_the_order_in_which_they_came(tmp_path: Path, part: int) -> None:
    dice = random.Random(4)
    given = [(b"%d" % dice.randrange(10), b"%d" % number) for number in range(100)]
    with SortedLines(tmp_path, part) as lines:
        for key, line in given:
            lines.add(key, line)
        assert list(lines) == [line for _, line in sorted(given, key=lambda one: one[0])]
        assert list(lines) == list(lines)
    assert not list(tmp_path.iterdir())


def test_no_line_at_all(tmp_path: Path) -> None:
    with SortedLines(tmp_path) as lines:
        assert not list(lines)
