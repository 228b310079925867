"""The chain: every change to what was written is found, at the entry where it was made."""

from dataclasses import replace
from itertools import combinations

import pytest

from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import ZERO, Link, chain_hash, first_break

Heads = dict[str, tuple[int, bytes]]


def chains(*lengths: int) -> tuple[list[Link], Heads]:
    links, heads = [], {}
    for number, length in enumerate(lengths):
        case, previous = f"C-{number}", ZERO
        for seq in range(1, length + 1):
            body = canonical({"case": case, "seq": seq, "title": f"第{seq}步", "previous": previous.hex()})
            previous = chain_hash(previous, body)
            links.append(Link(case, seq, body, previous))
        heads[case] = (length, previous)
    return links, heads


LINKS, HEADS = chains(4, 3)


def broken_at(links: list[Link], heads: Heads = HEADS) -> tuple[str, int] | None:
    found = first_break(links, heads)[1]
    return (found.case_id, found.seq) if found else None


def test_whole_chains_are_whole() -> None:
    assert first_break(LINKS, HEADS) == (7, None)
    assert first_break([], {}) == (0, None)


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize(
    "change",
    [
        {"body": b"{}"},
        {"body": b"not json"},
        {"hash": ZERO},
        {"seq": 9},
        {"case_id": "C-9"},
    ],
)
def test_one_changed_part_of_an_entry_is_found(index: int, change: dict[str, object]) -> None:
    links = list(LINKS)
    links[index] = replace(links[index], **change)
    assert broken_at(links) is not None
    if "case_id" not in change and "seq" not in change:
        assert broken_at(links) == (LINKS[index].case_id, LINKS[index].seq)


@pytest.mark.parametrize("index", range(7))
def test_every_changed_byte_of_a_body_is_found_at_its_entry(index: int) -> None:
    link = LINKS[index]
    for place in range(len(link.body)):
        body = bytearray(link.body)
        body[place] ^= 1
        links = [*LINKS[:index], replace(link, body=bytes(body)), *LINKS[index + 1 :]]
        assert broken_at(links) == (link.case_id, link.seq)


@pytest.mark.parametrize("index", range(7))
def test_a_deleted_entry_is_found(index: int) -> None:
    assert broken_at([*LINKS[:index], *LINKS[index + 1 :]]) is not None


@pytest.mark.parametrize("index", range(7))
def test_an_inserted_entry_is_found(index: int) -> None:
    link = LINKS[index]
    forged = Link(link.case_id, link.seq, b"{}", chain_hash(ZERO, b"{}"))
    assert broken_at([*LINKS[:index], forged, *LINKS[index:]]) is not None
    assert broken_at([*LINKS[:index], link, *LINKS[index:]]) is not None


@pytest.mark.parametrize(("one", "other"), list(combinations(range(7), 2)))
def test_swapped_entries_are_found(one: int, other: int) -> None:
    links = list(LINKS)
    links[one], links[other] = links[other], links[one]
    assert broken_at(links) is not None


@pytest.mark.parametrize("keep", range(7))
def test_a_cut_off_end_is_found_by_the_heads(keep: int) -> None:
    assert broken_at(LINKS[:keep]) is not None


def test_an_entry_rewritten_with_a_fresh_hash_breaks_the_one_after_it() -> None:
    body = canonical({"case": "C-0", "seq": 2, "title": "改"})
    forged = Link("C-0", 2, body, chain_hash(LINKS[0].hash, body))
    assert broken_at([LINKS[0], forged, *LINKS[2:]]) == ("C-0", 3)


def test_bytes_that_are_no_entry_are_a_break_and_not_a_crash() -> None:
    for body in (b"not json", b"[1]", b"\xff"):
        link = Link("C-0", 1, body, chain_hash(ZERO, body))
        assert broken_at([link], {"C-0": (1, link.hash)}) == ("C-0", 1)


def test_a_chain_whose_case_is_gone_is_found() -> None:
    assert broken_at(LINKS, {"C-0": HEADS["C-0"]}) == ("C-1", 3)


def test_one_value_has_one_byte_form() -> None:
    assert canonical({"乙": 1, "a": [True, None]}) == '{"a":[true,null],"乙":1}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        canonical(float("nan"))
