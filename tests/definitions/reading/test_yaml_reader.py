"""Text → data: what YAML may say here, and what it may not."""

import pytest

from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, read, scan
from zhuli_flow.errors import InvalidInput


def problems_of(data: bytes) -> list[tuple[str, str]]:
    return [(problem.place, problem.code) for problem in scan(data, "f.yaml").problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("2018.1", 2018.1),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2018-10-01", "2018-10-01"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        (".", "."),
        ("'yes'", "yes"),
        ('"12"', "12"),
        ("'~'", "~"),
        ("'null'", "null"),
        ("同意", "同意"),
    ],
)
def test_a_scalar_is_read_by_the_core_schema_and_nothing_more(text: str, value: object) -> None:
    found = read(f"a: {text}\n".encode(), "f.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_every_path_knows_its_line() -> None:
    document = read(b"a:\n  b:\n    - x\n    - w: 1\n      z: 2\n", "f.yaml")
    assert document.line(("a", "b", 0)) == 3
    assert document.line(("a", "b", 1, "z")) == 5
    assert document.line(("a", "b", 1, "nowhere", "deeper")) == 4
    assert document.line(()) == 1


def test_a_byte_order_mark_is_no_content() -> None:
    assert read(b"\xef\xbb\xbfa: 1\n", "f.yaml").data == {"a": 1}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: \xff\n", [("f.yaml:2", "not_utf8")]),
        ("标题：中".encode("gbk"), [("f.yaml:1", "not_utf8")]),
        (b"#" * (MAX_BYTES + 1), [("f.yaml:1", "too_large")]),
        (b"[" * 20_000, [("f.yaml:1", "too_deep")]),
        (b"- " * 20_000, [("f.yaml:1", "too_deep")]),
        (b"a:\n" + b"".join(b" " * i + b"a:\n" for i in range(1, 40)), [("f.yaml:21", "too_deep")]),
        (b"a: &x 1\nb: *x\n", [("f.yaml:1", "alias"), ("f.yaml:2", "alias")]),
        (b"a: 1\nb:\n  <<: *a\n", [("f.yaml:3", "alias")]),
        (b"a: 1\nb: 2\na: 3\n", [("f.yaml:3", "duplicate_key")]),
        (b"a: !!python/object/apply:os.system [x]\n", [("f.yaml:1", "tag")]),
        (b"a: !!str 3\n", [("f.yaml:1", "tag")]),
        (b"%YAML 1.1\n---\na: 1\n", [("f.yaml:2", "directive")]),
        (b"a: 1\n---\nb: 2\n", [("f.yaml:2", "several_documents")]),
        (b"", [("f.yaml:1", "empty")]),
        (b"# only a comment\n", [("f.yaml:1", "empty")]),
        (b"a: 1\n b: 2\n", [("f.yaml:2", "syntax")]),
        (b"a: 1\nb: 'x\n", [("f.yaml:3", "syntax")]),
        (b"a: {b: 1\n", [("f.yaml:2", "syntax")]),
        (b"a:\n\t- b\n", [("f.yaml:2", "syntax")]),
        (b"a: \x01\n", [("f.yaml:1", "syntax")]),
        (b'a: "\\UFFFFFFFF"\n', [("f.yaml:1", "syntax")]),
        (b'a: "\\ud800"\n', [("f.yaml:1", "hidden_character")]),
        (b'a: 1\nb: "x\\0"\n', [("f.yaml:2", "hidden_character")]),
        ("a: 同意\u202e反对\n".encode(), [("f.yaml:1", "hidden_character")]),
        (b"1: a\n", [("f.yaml:1", "bad_key")]),
        (b"? [a]\n: 1\n", [("f.yaml:1", "bad_key")]),
        (b"a:\nb: ~\n", [("f.yaml:2", "empty_value"), ("f.yaml:2", "empty_value")]),
        (b"a: 1\non: 2\n", [("f.yaml:2", "boolean_trap")]),
        (b"a: 1\nb: [x, Yes]\n", [("f.yaml:2", "boolean_trap")]),
        (b"n: 1\nb: off\n", [("f.yaml:1", "boolean_trap"), ("f.yaml:2", "boolean_trap")]),
    ],
)
def test_what_hides_or_misleads_is_refused_at_its_line(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert problems_of(data) == expected
    with pytest.raises(InvalidInput) as refused:
        read(data, "f.yaml")
    assert len(refused.value.problems) == len(expected)
    assert "未作任何改动" in refused.value.message


def test_twenty_levels_are_allowed() -> None:
    assert problems_of(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) == []


def test_a_flood_of_problems_is_cut_off() -> None:
    assert len(problems_of(b"? a\n" * 5_000)) == MAX_PROBLEMS + 1


def test_the_message_of_a_syntax_problem_is_chinese() -> None:
    (problem,) = scan("标题: a: b\n".encode(), "f.yaml").problems
    assert "冒号" in problem.message
