"""Files that are not what they seem, by the thousand: real ones, cut, spliced, swollen and bitten, for every reader.

A reader may answer anything, or raise ZhuliError or what it says it raises; never another exception, and never later
than LATE_S. The same seed makes the same inputs. ``python -m tests.faults.fuzz_readers COUNT [SEED] [READER…]`` runs it
for longer than a test may: figures on the output, what was found in the folder ``fuzz-found`` beside the call.
"""

from __future__ import annotations

import io
import random
import signal
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zhuli_flow.errors import ZhuliError

LATE_S = 10
"""No input may take a reader longer."""

Read = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of what comes from outside: what it reads when all is well, and what it may raise besides ZhuliError.

    ``share``: how many of its inputs to one of the slowest.
    """

    name: str
    read: Read
    seeds: tuple[bytes, ...]
    raises: tuple[type[Exception], ...] = ()
    share: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """An input that ended in something else: which reader, what came, and the input."""

    reader: str
    what: str
    data: bytes


_BYTES = (
    *(b"\0", b"\r", b"\n\n", b"\t", b"\xff", b"\xed\xa0\x80", b"\\ud800", b'"\\ud83d"', b"\xef\xbb\xbf", b"\x1b[2J"),
    *(b"-1", b"0", b"1e999", b"1e-9999999", b"NaN", b"-Infinity", b"1_000", b"0x1f", b"9" * 30, b"9" * 5000),
    *(b"9999-12-31", b"0001-01-01", b"2018-02-30", b"0000-00-00", b"24:00", b"99999wd", b"2147483648d", b"-0d"),
    *(b"null", b"true", b"~", b"{}", b"[]", b'""', b"''", b"[[", b"{a: ", b"- ", b": ", b"? ", b"| ", b">", b"\n---\n"),
    *(b"&a [*a]", b"*a", b"&a ", b"!!python/object/apply:os.system [true]", b"!!int", b"<<: *a", b"%YAML 9.9\n"),
    *(b"[" * 3000, b"{a: " * 1200, b'{"a":' * 3000, b"(" * 3000, b"not " * 2000, b"- " * 3000, b"<a>" * 3000),
    b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n",
    b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">]>',
    *(b"&b;", b"&#0;", b"&#x1F600;", b"]]>", b'xmlns:x="y"', b"=1+1", b"PK\x03\x04", b"obj\n<<", b"endstream"),
    *(b"[" * deep + b"]" * deep for deep in (30, 200, 900)),
    *(b'{"a":' * deep + b"1" + b"}" * deep for deep in (30, 200, 900)),
    *(b"a" * 20_000, b"\n" * 5_000),
)
_WORDS = ("　", "１２３", "²", "〇", "\u202e", "e\u0301", "𠮷", "\uffff", "\u2028", "\x85", "很" * 3_000)
PIECES = (*_BYTES, *(word.encode() for word in _WORDS))
"""What is put in somewhere."""


def inputs(reader: Reader, seed: int, count: int) -> Iterator[bytes]:
    """``count`` inputs for a reader; the first are what it reads when all is well."""
    dice = random.Random(f"{seed} {reader.name}")
    yield from reader.seeds[:count]
    for _ in range(count - len(reader.seeds)):
        yield _changed(dice.choice(reader.seeds), reader.seeds, dice)


def _changed(data: bytes, seeds: tuple[bytes, ...], dice: random.Random) -> bytes:
    if data.startswith(b"PK") and dice.random() < 0.75:
        return _part_changed(data, dice)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        data = dice.choice(_CHANGES)(data, seeds, dice)
    return data


def _part_changed(data: bytes, dice: random.Random) -> bytes:
    """The archive whose parts are whole, with other content in one of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = dice.choice(names)
        for name in names:
            content = source.read(name)
            if name != chosen:
                target.writestr(name, content)
            elif dice.random() < 0.9:
                target.writestr(name, _changed(content, (content,), dice))
    return out.getvalue()


def _place(data: bytes, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _bitten(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    at = _place(data, dice)
    return data[:at] + bytes((dice.randrange(256),)) + data[at + 1 :]


def _put_in(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    at = _place(data, dice)
    return data[:at] + dice.choice(PIECES) + data[at + dice.choice((0, 0, 1, 5)) :]


def _cut(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    return data[: _place(data, dice)] if dice.random() < 0.3 else data[_place(data, dice) :][: _place(data, dice)]


def _hole(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    at = _place(data, dice)
    return data[:at] + data[at + dice.randrange(1, 40) :]


def _again(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    at = _place(data, dice)
    return data[:at] + data[at : at + dice.randrange(1, 60)] * dice.choice((2, 3, 50)) + data[at:]


def _spliced(data: bytes, seeds: tuple[bytes, ...], dice: random.Random) -> bytes:
    other = dice.choice(seeds)
    return data[: _place(data, dice)] + other[_place(other, dice) :]


def _lines(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    """A line left out, moved, or said twice."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    line = lines.pop(dice.randrange(len(lines)))
    for _ in range(dice.choice((0, 1, 2))):
        lines.insert(dice.randrange(len(lines) + 1), line)
    return b"".join(lines)


def _value(data: bytes, _: tuple[bytes, ...], dice: random.Random) -> bytes:
    """What stands behind a colon, an equals sign or an opening mark becomes something else."""
    places = [at for at, byte in enumerate(data[:200_000]) if byte in b':=,[{(>"']
    if not places:
        return data
    at = dice.choice(places) + 1
    end = min((found for mark in b'\n,]})<"' if (found := data.find(mark, at + 1)) > 0), default=at)
    return data[:at] + b" " + dice.choice(PIECES) + data[end:]


_CHANGES = (_bitten, _put_in, _put_in, _cut, _hole, _again, _spliced, _lines, _lines, _value, _value, _value)


class _Late(BaseException):  # no reader may swallow it
    """The reader is still at it."""


@contextmanager
def _in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LATE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def tried(reader: Reader, data: bytes) -> Found | None:
    """What one input came to, when that is no answer and no refusal."""
    try:
        with _in_time():
            reader.read(data)
    except (ZhuliError, *reader.raises):
        return None
    except _Late:
        return Found(reader.name, f"later than {LATE_S} s\n{traceback.format_exc(limit=-4)}", data)
    except Exception:  # noqa: BLE001 - that it comes is what is looked for
        return Found(reader.name, traceback.format_exc(limit=-4), data)
    return None
