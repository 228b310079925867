"""Checkpoints and signed notes: the example of the specification, and strictness."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuli_flow.engine.history.checkpoint import (
    Checkpoint,
    NotACheckpoint,
    Note,
    Signature,
    read_checkpoint,
    read_note,
    read_verifier,
    verifier_line,
)

EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
"""Of C2SP's tlog-checkpoint, with one of its signatures."""
VERIFIER = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
"""The public key of Go's checksum database."""


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    note = read_note(EXAMPLE.encode())
    told = read_checkpoint(note.text)
    assert (told.origin, told.size, told.more) == ("example.com/behind-the-sofa", 20852163, ())
    assert [(one.name, one.key_id.hex(), len(one.signature)) for one in note.signatures] == [
        ("example.com/behind-the-sofa", "033de0ae", 64)
    ]
    assert told.text() == note.text
    assert note.whole() == EXAMPLE


def test_a_public_key_is_one_line() -> None:
    name, key = read_verifier(VERIFIER)
    assert name == "sum.golang.org"
    assert verifier_line(name, key) == VERIFIER


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a",
        "a+b",
        "a+00000000+AAAA",
        VERIFIER.replace("033d", "033e"),
        VERIFIER[:-4],
        " " + VERIFIER,
        VERIFIER + "\n",
    ],
)
def test_a_public_key_copied_wrongly_is_refused(line: str) -> None:
    with pytest.raises(NotACheckpoint):
        read_verifier(line)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("example.com/behind-the-sofa\n2", "\n2"),
        ("example.com/behind-the-sofa\n2", "two words\n2"),
        ("example.com/behind-the-sofa\n2", "a+b\n2"),
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "２"),
        ("20852163", "99999999999999999999"),
        ("20852163\n", ""),
        ("q2I=\n", "q2I\n"),
        ("CsUY", "Cs_Y"),
        ("CsUYapGGPo4d", ""),
        ("q2I=\n", "q2J=\n"),
        ("q2I=\n", "q2I=\nmore\n\nmore\n"),
        ("\n\n—", "\n—"),
        ("— ", "- "),
        ("— ", "—"),
        ("Az3grl", "AA==\n— x Az3grl"),
        ("YQ8=\n", "YQ8="),
        ("YQ8=\n", "YQ8=\n\n"),
        ("YQ8=\n", "YQ8= \n"),
        ("\n", "\r\n"),
        ("sofa\n2", "so\x00fa\n2"),
    ],
)
def test_whatever_differs_from_the_form_is_refused(was: str, becomes: str) -> None:
    assert was in EXAMPLE
    with pytest.raises(NotACheckpoint):
        read_checkpoint(read_note(EXAMPLE.replace(was, becomes).encode()).text)


def test_further_lines_are_kept() -> None:
    told = Checkpoint("office", 3, bytes(32), ("time 2018-10-08T01:00:00+00:00",))
    note = Note(told.text(), (Signature("office", b"1234", bytes(64)),))
    assert read_checkpoint(read_note(note.whole().encode()).text) == told


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff", b"a\n\n\xe2\x80\x94 a AAAA\n", b"x" * 70_000])
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(NotACheckpoint):
        read_note(data)


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_another_error(data: bytes) -> None:
    for given_bytes in (data, EXAMPLE.encode()[: len(data)] + data):
        with suppress(NotACheckpoint):
            note = read_note(given_bytes)
            assert note.whole().encode() == given_bytes
            assert read_checkpoint(note.text).text() == note.text
