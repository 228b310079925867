"""Conditions: three values, every word of the vocabulary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from tests.engine.desk import CALENDAR
from zhuli_flow.calendar import Calendar, parse_period
from zhuli_flow.definitions.reading.parser import parse_condition, parse_term
from zhuli_flow.engine.expressions.evaluate import Truth, condition, term


@dataclass
class Known:
    """A Scope of plain values."""

    values: Mapping[str, object] = field(default_factory=dict)
    lists: Mapping[str, Sequence[object]] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        return CALENDAR

    def lookup(self, name: str) -> object:
        return self.values.get(name, name)

    def parameter(self, name: str) -> object:
        return {
            "validity": parse_period("3y"),
            "seats": Decimal(15),
            "bands": {"优": 90, "良": 80, "差": 0},
            "kinds": ("county", "park"),
        }[name]

    def rows(self, source: str) -> Sequence[object] | None:
        return self.lists.get(source)

    def ask(self, kind: str, name: str) -> bool | None:
        return {"fired": True, "overdue": False, "room": None, "has_role": True}[kind]

    def fired_since(self, name: str, since: str) -> bool:
        return name > since


SCOPE = Known(
    {
        "n": Decimal(7),
        "zero": Decimal(0),
        "half": Decimal("0.5"),
        "gone": None,
        "empty": "",
        "nobody": (),
        "public": True,
        "asked": date(2018, 9, 27),
        "today": date(2018, 10, 8),
        "who": "乙",
        "team": ("甲", "乙"),
        "kind": "park",
    },
    {"budget": [{"amount": "1.5"}, {"amount": "2"}, {"amount": None}], "team": ["甲", "乙"], "none": []},
)


def holds(text: str) -> Truth:
    return condition(parse_condition(text))(SCOPE)


def value(text: str) -> object:
    return term(parse_term(text))(SCOPE)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("team distinct", True),
        ("twice distinct", False),
        ("gone distinct", None),
        ("nobody distinct", True),
        ("team within wide", True),
        ("wide within team", False),
        ("nobody within team", True),
        ("team within gone", None),
    ],
)
def test_names_are_compared_as_the_names_they_are(text: str, truth: Truth) -> None:
    lists = {"twice": ("《甲》", "“ 甲”"), "wide": ("乙", "《甲》", "丙")}
    assert condition(parse_condition(text))(Known({**SCOPE.values, **lists})) is truth


def test_names_in_the_cases_of_a_register_are_counted_each_once() -> None:
    visits = [{"seen": ["甲", "乙"], "n": 1}, {"seen": ["《甲》", "丙"], "n": 1}, {"seen": None, "n": None}]
    scope = Known(SCOPE.values, {"visits": visits})
    counted = [
        term(parse_term(text))(scope) for text in ("count of visits.seen", "count of visits.n", "count of visits")
    ]
    assert counted == [Decimal(3), Decimal(2), Decimal(3)]


def test_a_product_is_of_numbers_and_binds_tighter_than_a_sum() -> None:
    assert value("n + n * half - 1 * 2") == Decimal("8.5")
    assert value("n * gone") is None


def _told(truth: Truth) -> str:
    return {True: "n == 7", False: "n == 8", None: "gone == 1"}[truth]


@pytest.mark.parametrize(("one", "other"), [*product((True, False, None), repeat=2)])
def test_and_or_not_follow_kleene(one: Truth, other: Truth) -> None:
    both, either = holds(f"{_told(one)} and {_told(other)}"), holds(f"{_told(one)} or {_told(other)}")
    assert both is (False if False in (one, other) else None if None in (one, other) else True)
    assert either is (True if True in (one, other) else None if None in (one, other) else False)
    assert holds(f"not {_told(one)}") is (None if one is None else not one)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("n < 8", True),
        ("n <= 7", True),
        ("n > 7", False),
        ("n >= 7.5", False),
        ("n == 7", True),
        ("n != 7", False),
        ("asked < 2018-09-28", True),
        ("asked <= asked", True),
        ("asked + $validity > 2021-09-26", True),
        ("n + half == 7.5", True),
        ("n - 1 < 6.5", True),
        ("n present", True),
        ("zero present", True),
        ("gone present", False),
        ("empty present", False),
        ("nobody present", False),
        ("gone absent", True),
        ("n is odd", True),
        ("zero is odd", False),
        ("gone is odd", None),
        ("public is yes", True),
        ("public is not yes", False),
        ("kind is park", True),
        ("kind in [county, park]", True),
        ("kind not in [county, park]", False),
        ("kind in $kinds", True),
        ("who in team", True),
        ("gone in team", None),
        ("gone < 3", None),
        ("not gone < 3", None),
        ("elapsed since asked >= 11d", True),
        ("elapsed since asked >= 12d", False),
        ("elapsed since gone >= 1d", None),
        ("actor has_role head", True),
        ("fired accept", True),
        ("overdue whole", False),
        ("room in zones", None),
        ("count of team == 2", True),
        ("count of none == 0", True),
        ("count of missing == 0", True),
        ("sum of budget.amount == 3.5", True),
        ("mean of budget.amount == 1.75", True),
        ("max of budget.amount - min of budget.amount == 0.5", True),
        ("sum of none.x == 0", None),
        ("band of n by $bands is '差'", True),
        ("band of gone by $bands is '差'", None),
    ],
)
def test_every_predicate(text: str, truth: Truth) -> None:
    assert holds(text) is truth


def test_an_unknown_part_does_not_decide_what_is_certain() -> None:
    assert holds("gone == 1 or n == 7") is True
    assert holds("gone == 1 and n == 8") is False


def test_yes_and_one_are_not_taken_for_each_other() -> None:
    for first, second in (("yes", "1"), ("no", "0")):
        assert term(parse_term(first))(SCOPE) is (first == "yes")
        assert value(second) == Decimal(second)
        assert isinstance(value(f"n + {second}"), Decimal)


def test_a_mean_is_told_to_two_places() -> None:
    thirds = Known({}, {"score": [{"total": 1}, {"total": 1}, {"total": 2}]})
    assert term(parse_term("mean of score.total"))(thirds) == Decimal("1.33")
