"""The byte form of history: the vectors of docs/history-format.md, and the plain writer as a second opinion."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuli_flow.engine.history.canonical import DEEPEST, LARGEST, SMALLEST, NotCanonical, canonical, is_canonical
from zhuli_flow.engine.history.chain import ZERO, Link, chain_hash, first_break

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "history-format.md").read_text("utf-8")


def vectors(kind: str) -> list[str]:
    found = re.search(rf"^```text {kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None, kind
    return found[1].splitlines()


def written() -> Iterator[tuple[str, bytes]]:
    for line in vectors("canonical"):
        value, _, form = line.partition(" = ")
        yield value.strip(), bytes.fromhex(form[4:]) if form.startswith("hex ") else form.encode()


@pytest.mark.parametrize(("value", "form"), list(written()))
def test_a_vector_of_the_page_is_written_so(value: str, form: bytes) -> None:
    assert canonical(json.loads(value)) == form
    assert is_canonical(form)


@pytest.mark.parametrize("value", vectors("refused"))
def test_what_the_page_refuses_is_refused(value: str) -> None:
    with pytest.raises(NotCanonical, match="Out of range"):
        canonical(json.loads(value))


@pytest.mark.parametrize("form", vectors("foreign"))
def test_other_bytes_are_not_the_form(form: str) -> None:
    assert not is_canonical(form.encode())


def test_the_hashes_of_the_page_follow_from_its_bytes() -> None:
    lines, previous = vectors("chain"), ZERO
    for body, told in zip(lines[::2], lines[1::2], strict=True):
        assert is_canonical(body.encode())
        previous = chain_hash(previous, body.encode())
        assert told == f"= {previous.hex()}"


class Word(StrEnum):
    ONE = "one"


class Number(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    "value", [b"bytes", date(2018, 1, 1), Decimal("1.5"), {1, 2}, Word.ONE, Number.ONE, {1: "a"}, {None: 1}, object()]
)
def test_what_msgspec_would_write_in_its_own_way_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical({"a": [value]})


@pytest.mark.parametrize(
    ("value", "place"),
    [({"a": [0, {"b": 1.5}]}, "a.1.b"), ({"a": {2: 1}}, "a"), (["", "\ud800"], "1"), (1.5, "")],
)
def test_the_place_of_what_is_refused_is_told(value: object, place: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert refused.value.place == place


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_depth_has_an_end() -> None:
    assert canonical(nested(DEEPEST)).startswith(b"[" * DEEPEST)
    for levels in (DEEPEST + 1, 5000):
        with pytest.raises(NotCanonical, match="64 levels"):
            canonical(nested(levels))
    assert not is_canonical(b"[" * 100_000 + b"]" * 100_000)


plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
texts = st.text(st.characters(exclude_categories=["Cs"]))
anything = st.recursive(
    st.none() | st.booleans() | st.integers(SMALLEST, LARGEST) | texts,
    lambda parts: st.lists(parts) | st.dictionaries(texts, parts) | st.lists(parts).map(tuple),
    max_leaves=20,
)


@given(anything)
def test_the_bytes_are_those_of_the_plain_writer(value: object) -> None:
    body = canonical(value)
    assert body == plain(value).encode()
    assert is_canonical(body)


@given(st.recursive(st.floats() | st.binary() | texts, lambda parts: st.lists(parts) | st.dictionaries(texts, parts)))
def test_a_float_or_bytes_anywhere_is_refused_or_there_is_none(value: object) -> None:
    try:
        body = canonical(value)
    except NotCanonical:
        return
    assert body == plain(value).encode()
    assert json.loads(body) == value


def link(body: bytes) -> Link:
    return Link("C-1", 1, body, chain_hash(ZERO, body))


def test_an_entry_in_other_bytes_is_found_though_its_hash_fits() -> None:
    for body in (b'{"case": "C-1","seq":1}', b'{"case":"C-1","case":"C-1","seq":1}', b'{"seq":1,"case":"C-1"}'):
        found = first_break([link(body)], {"C-1": (1, chain_hash(ZERO, body))})[1]
        assert found is not None
        assert "规范格式" in found.reason


def test_an_entry_with_a_float_from_before_they_were_refused_still_verifies() -> None:
    one = link(b'{"case":"C-1","seq":1,"share":1e+16}')
    assert first_break([one], {"C-1": (1, one.hash)}) == (1, None)
