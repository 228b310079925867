"""The definitions say each thing once: how long they are, and how much of them stands elsewhere word for word."""

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "workflows").rglob("*.yaml"))
LIMITS = tomllib.loads((ROOT / "tests" / "house" / "ratchet_definitions.toml").read_text("utf-8"))


def repeated(texts: list[str]) -> float:
    """The share, in percent, of the lines that stand somewhere else too; blank lines do not count."""
    lines = Counter(line.strip() for text in texts for line in text.splitlines() if line.strip())
    return 100 * sum(often for often in lines.values() if often > 1) / lines.total()


def test_the_definitions_and_their_shared_parts_stay_short() -> None:
    lengths = {path.stem: len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert sum(lengths.values()) <= LIMITS["definition_lines"]
    assert max(lengths.values()) <= LIMITS["longest_definition_lines"]


def test_what_several_definitions_say_alike_stands_in_a_shared_part() -> None:
    assert repeated([path.read_text("utf-8") for path in FILES]) <= LIMITS["definition_lines_repeated_percent"]


def test_a_line_that_stands_twice_is_counted_both_times() -> None:
    assert repeated(["a: 1\n\nb: 2\n", "  a: 1\nc: 3\n"]) == 50
