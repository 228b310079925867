"""One line → tree: the grammar, its limits, and the way back to text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuli_flow.calendar import Period
from zhuli_flow.definitions.model.expressions import (
    Aggregate,
    Ask,
    Band,
    Choice,
    Compare,
    Distinct,
    Elapsed,
    GuardError,
    Junction,
    Listing,
    Literal,
    Member,
    Name,
    Not,
    Odd,
    Parameter,
    Present,
    Sum,
    Within,
    walk,
)
from zhuli_flow.definitions.reading.parser import MAX_LENGTH, parse_choice, parse_condition, parse_term

A, B = Name("a"), Name("b")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a present", Present(A)),
        ("a absent", Not(Present(A))),
        ("a is b", Compare("==", A, B)),
        ("a is not b", Not(Compare("==", A, B))),
        ("a is odd", Odd(A)),
        ("a is not odd", Not(Odd(A))),
        ("a distinct", Distinct(A)),
        ("a within b", Within(A, B)),
        ("a > b * 2 + b", Compare(">", A, Sum("+", Sum("*", B, Literal(Decimal(2))), B))),
        ("(a) * b > 1", Compare(">", Sum("*", A, B), Literal(Decimal(1)))),
        ("a is yes", Compare("==", A, Literal(True))),
        ("a is '再议'", Compare("==", A, Literal("再议"))),
        ("a in [b, 2]", Member(A, Listing((B, Literal(Decimal(2)))))),
        ("a not in b", Not(Member(A, B))),
        ("a <= 2018-10-01", Compare("<=", A, Literal(date(2018, 10, 1)))),
        ("today > a + 3y", Compare(">", Name("today"), Sum("+", A, Literal(Period(3, "y"))))),
        ("count of a >= $min", Compare(">=", Aggregate("count", "a", ""), Parameter("min"))),
        ("mean of a.total >= 60.5", Compare(">=", Aggregate("mean", "a", "total"), Literal(Decimal("60.5")))),
        ("band of a by $t is b", Compare("==", Band(A, Parameter("t")), B)),
        ("elapsed since a >= 60d", Elapsed(A, ">=", Literal(Period(60, "d")))),
        ("actor has_role office", Ask("has_role", "office")),
        ("room in zones", Ask("room", "zones")),
        ("not room in zones", Not(Ask("room", "zones"))),
        ("overdue validity", Ask("overdue", "validity")),
        ("fired approve", Ask("fired", "approve")),
        ("applicant.kind is park", Compare("==", Name("applicant.kind"), Name("park"))),
        (
            "a present or b present and not a is b",
            Junction("any", (Present(A), Junction("all", (Present(B), Not(Compare("==", A, B)))))),
        ),
        ("(a present or b present) and a > 1", None),
        ("(a + b) > 1", Compare(">", Sum("+", A, B), Literal(Decimal(1)))),
    ],
)
def test_a_line_reads_as_this_tree(text: str, tree: object) -> None:
    found = parse_condition(text)
    assert found == tree if tree is not None else isinstance(found, Junction)


def test_an_alternative_may_carry_its_condition() -> None:
    assert parse_choice("a + 1d if b is yes") == Choice(
        Sum("+", A, Literal(Period(1, "d"))), Compare("==", B, Literal(True))
    )
    assert parse_choice("today") == Choice(Name("today"), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a b",
        "a >",
        "a = 1",
        "a is",
        "(a present",
        "a present)",
        "a in [b",
        "a present or",
        "__import__('os')",
        "a.b.c present",
        "a; b",
        "lambda: 1",
        "os.system('rm') is yes",
        "a[0] > 1",
        "count a > 1",
        "and > 1",
        "2018-02-30 < a",
        "a < 99999d",
        "a > 1" + " " * MAX_LENGTH,
        "(" * 60 + "a present" + ")" * 60,
        "not " * 60 + "a present",
        "a > " + "(" * 60 + "1" + ")" * 60,
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(GuardError, match=r"[一-鿿]"):
        parse_condition(text)


def test_a_term_alone_is_not_a_condition_and_a_condition_is_not_a_term() -> None:
    assert parse_term("a + 1") == Sum("+", A, Literal(Decimal(1)))
    with pytest.raises(GuardError):
        parse_term("a > 1")


def test_walk_visits_every_node_parents_first() -> None:
    tree = parse_condition("not a in [b, $c] and elapsed since a >= 1d")
    names = [node.text for node in walk(tree) if isinstance(node, Name)]
    assert names == ["a", "b", "a"]
    assert next(iter(walk(tree))) is tree


WORDS = st.sampled_from(
    "a b.c $p 1 2.5 2018-01-01 5wd 'x' ( ) [ ] , + - < >= == is not in and or present absent odd count of sum band by"
    " elapsed since overdue fired room actor has_role yes today if 9999999d ' 中 \\ .".split()
)


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=80))
def test_any_line_is_a_tree_or_a_guard_error(text: str) -> None:
    for parse in (parse_condition, parse_choice, parse_term):
        try:
            list(walk(parse(text)))
        except GuardError:
            continue


def test_the_days_of_a_deadline_and_an_answer_that_is_not_applicable() -> None:
    assert parse_term("closing of a") == Aggregate("closing", "a", "")
    assert parse_term("start of a + 1d") == Sum("+", Aggregate("start", "a", ""), Literal(Period(1, "d")))
    assert parse_condition("a not_applicable") == Ask("not_applicable", "a")
    with pytest.raises(GuardError, match="“not_applicable”之前应为字段"):
        parse_condition("a + 1 not_applicable")
