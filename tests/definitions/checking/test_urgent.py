"""``urgent`` of a deadline: from which reminder on, and who hears of it too."""

import pytest

from tests.engine.desk import book
from zhuli_flow.errors import InvalidInput

RULE = "within: 5wd, remind: [-2wd] -> within: 5wd, remind: [-2wd], urgent: "


def test_urgent_is_read_with_its_offset_and_the_superiors() -> None:
    rule = book(a=f"{RULE}{{from: -1wd, tell: [head]}}").deadlines["intake"]
    assert (rule.urgent_from, rule.urgent_tell) == ("-1wd", ("head",))
    plain = book().deadlines["intake"]
    assert (plain.urgent_from, plain.urgent_tell) == (None, ())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{from: soon, tell: [head]}", "bad_period"),
        ("{from: -1wd, tell: [boss]}", "unknown_role"),
        ("{tell: [head]}", "missing_key"),
        ("{from: -1wd, until: 0d}", "unknown_key"),
    ],
)
def test_what_is_wrong_in_urgent_is_told_and_nothing_else(written: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        book(a=RULE + written)
    assert code in {problem.code for problem in refused.value.problems}
    assert len(refused.value.problems) == 1
