"""No file from outside ends in anything but an answer or a refusal: short form of ``fuzz_readers``, and what it found.

``ZHULI_LONG_TESTS``: more inputs, with a fresh seed.
"""

import os
import random

import pytest

from tests.faults.fuzz_readers import found, readers
from tests.faults.fuzzing import Reader

LONG = bool(os.environ.get("ZHULI_LONG_TESTS"))
SEED = int(os.environ.get("ZHULI_FAULT_SEED") or (random.SystemRandom().randrange(10**9) if LONG else 20181210))
COUNT = 100_000 if LONG else 3_000


@pytest.fixture(scope="module")
def among(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reader]:
    return {one.name: one for one in readers(tmp_path_factory.mktemp("fuzz"))}


def test_no_input_ends_in_anything_but_an_answer_or_a_refusal(among: dict[str, Reader]) -> None:
    wrong = found(list(among.values()), COUNT, SEED)
    assert not wrong, f"seed {SEED}: {wrong[0].reader}: {wrong[0].what}\n{wrong[0].data[:2000]!r}"


def test_what_is_well_is_read(among: dict[str, Reader]) -> None:
    """Otherwise the inputs would be changes to what is refused anyway."""
    for one in among.values():
        for data in one.seeds:
            one.read(data)


def test_a_reader_that_fails_is_found(among: dict[str, Reader]) -> None:
    def careless(data: bytes) -> object:
        return int(data)

    (what,) = found([Reader("careless", careless, (b"12",))], 50, 1)
    assert "ValueError" in what.what


LAUGHS = "段落 a\n照做 b\n照做 b\n完毕\n段落 b\n照做 a\n照做 a\n完毕\n照做 a"
GROWING = "".join(f"段落 p{n} $x\n照做 p{n + 1} $x$x$x$x\n完毕\n" for n in range(19)) + "照做 p0 年"
FOUND = {
    "brackets by the thousand": ("settings", b"a = " + b"[" * 3000),
    "a number of thousands of digits": ("settings", b"a = " + b"9" * 5000),
    "a sender in brackets by the thousand": ("settings", b'[office]\n[channels.email]\nfrom = "' + b"(" * 3000 + b'"'),
    "rows in brackets by the thousand": ("values", b"[" * 3000),
    "half a character in a public key": ("public key", b"office\xed\xa0\x80+00000000+AQ=="),
    "half a character in a calendar": ("calendar", b'{"year": 2026, "source": "\\ud800"}'),
    "a list as a key in a notice": ("notice", b"? [[a]]\n: b\n? [[a]]\n: c"),
    "a number of nothing in a notice": ("notice", b"notice: !!int _"),
    "a trace that is no text": ("trace", b'{"format": "\xe4"}'),
    "a trace in brackets by the thousand": ("trace", b'{"steps":' + b"[" * 20_000),
    "paragraphs that do each other twice": ("scenario", LAUGHS.encode()),
    "a paragraph that swells at each step": ("scenario", GROWING.encode()),
    "brackets by the thousand in a story": ("scenario", "办理 A x 甲 t=".encode() + b"[" * 5000),
    "a long number in a story": ("scenario", "办理 A x 甲 t=[".encode() + b"9" * 5000),
}


@pytest.mark.parametrize(("name", "data"), FOUND.values(), ids=FOUND)
def test_found_before(among: dict[str, Reader], name: str, data: bytes) -> None:
    reader = among[name]
    alone = Reader(name, reader.read, (data,), reader.raises)
    assert found([alone], 1, 1) == []
