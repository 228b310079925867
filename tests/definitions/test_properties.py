"""Whatever the text: a workflow or a list of problems, never a crash."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhuli_flow.definitions.check import problems
from zhuli_flow.definitions.reading.yaml_reader import TRAPS, read, scan

TEXT = (Path(__file__).parent / "maximal.yaml").read_text("utf-8")
PLAIN = read(TEXT.encode(), "maximal.yaml").data
LINES = TEXT.splitlines(keepends=True)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

letters = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12)
keys = letters.filter(lambda text: text.lower() not in TRAPS)
scalars = st.one_of(letters, st.integers(-(10**15), 10**15), st.booleans(), st.floats(-1e6, 1e6))
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


def found(data: bytes) -> None:
    workflow, wrong = problems(data, "f.yaml")
    assert (workflow is None) == bool(wrong)
    assert all(problem.place.startswith("f.yaml:") and problem.message for problem in wrong)


@SLOW
@given(st.binary(max_size=400))
def test_any_bytes_give_problems_and_nothing_else(data: bytes) -> None:
    found(data)


@SLOW
@given(st.lists(st.sampled_from(["[", "{", "]", "}", "- ", ": ", "? ", "&a ", "*a ", "!t ", "|", ">", "'", '"', "\n", "  ", "a", "#", "%", ",", "\t", "---\n", "...\n", "<<"]), max_size=60).map("".join))  # fmt: skip  # noqa: E501  # the letters YAML is made of
def test_any_punctuation_gives_problems_and_nothing_else(text: str) -> None:
    found(text.encode())


@settings(SLOW, max_examples=100)
@given(trees)
def test_data_written_as_json_is_read_back_as_it_was(tree: Any) -> None:
    document = scan(json.dumps({"tree": tree}, ensure_ascii=False).encode(), "f.yaml")
    assert document.data == {"tree": tree}
    assert document.problems == ()


@SLOW
@given(st.data())
def test_lines_lost_or_moved_give_problems_and_nothing_else(data: st.DataObject) -> None:
    kept = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        line = kept.pop(data.draw(st.integers(0, len(kept) - 1)))
        if data.draw(st.booleans()):
            kept.insert(data.draw(st.integers(0, len(kept))), line)
    found("".join(kept).encode())


@settings(SLOW, max_examples=80)
@given(st.data())
def test_any_part_replaced_by_anything_gives_problems_and_nothing_else(data: st.DataObject) -> None:
    whole = copy.deepcopy(PLAIN)
    for _ in range(data.draw(st.integers(1, 3))):
        part = whole
        while isinstance(part, dict | list) and part:
            index = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
            if not isinstance(part[index], dict | list) or not part[index] or data.draw(st.integers(0, 3)) == 0:
                part[index] = data.draw(trees)
                break
            part = part[index]
    found(json.dumps(whole, ensure_ascii=False).encode())
