"""What one definition says of another is checked where the other is at hand, and nowhere else."""

from pathlib import Path

import pytest

from tests.services.calls import CALL, PART
from zhuli_flow.definitions import check
from zhuli_flow.definitions.check import load, parse
from zhuli_flow.services.administration.workflows import check_files

SUBJECT = "数不能与文字比较（amount > this.subject）"
NO_SUM = "“sent.case”不是数，不能求 sum（sum of sent.case）"


def found(call: str = CALL, part: str = PART) -> list[tuple[str, str]]:
    """(code, message) of what is wrong with ``call`` once ``part`` is known."""
    parsed = parse(call.encode(), "call.yaml")
    assert parsed.problems == []
    other = load(part.encode(), "part.yaml")
    return [(one.code, one.message) for one in check.linked(parsed, {"part": other})]


def changed(old: str, new: str) -> str:
    assert old in CALL
    return CALL.replace(old, new, 1)


def test_two_that_fit_have_no_problems() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("prefix: BZ", "prefix: FB", "repeated_value", "“FB”已是part（分报）的编号字头"),
        ("event: begin, for", "event: begins, for", "unknown_event", "没有名为“begins”的part 的操作"),
        ("event: begin, for", "event: take, for", "bad_opening", "“代报”不是 part 的开启操作"),
        ("event: begin, for", "event: send, for", "not_by_system", "关联事项由系统办理“报送”，但它不由系统办理"),
        ("subject: subject}", "topic: subject}", "unknown_field", "没有名为“topic”的part“开启”所填的字段"),
        (", subject: subject}", "}", "missing_value", "开启 part 须填“subject”，set 中没有"),
        ("event: take, set", "event: taken, set", "unknown_event", "没有名为“taken”的part 的操作"),
        ("set: {amount: total}", "set: {subject: subject}", "unknown_field", "没有名为“subject”的part“代报”所填的字段"),
        ("event: lock}", "event: send}", "not_by_system", "关联事项由系统办理“报送”，但它不由系统办理"),
        ("columns: [case, applicant.name,", "columns: [sum,", "unknown_column", "没有名为“sum”的part 的列"),
        ("call\n    where", "cal\n    where", "unknown_field", "没有名为“cal”的part 的字段"),
        ("call\n    where", "subject\n    where", "type_mismatch", "part 的“subject”不是事项字段"),
        ("where: [state is sent]", "where: [state is send]", "unknown_state", "没有名为“send”的环节"),
        ("where: [state is sent]", "where: [amuont > 1]", "unknown_field", "没有名为“amuont”的字段"),
        ("where: [state is sent]", "where: [amount > this.tolt]", "unknown_field", "没有名为“tolt”的call 的字段"),
        ("where: [state is sent]", "where: [amount > this.subject]", "type_mismatch", SUBJECT),
        ("sum of sent.amount", "sum of sent.case", "type_mismatch", NO_SUM),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(old: str, new: str, code: str, message: str) -> None:
    assert (code, message) in found(changed(old, new))


GROUND = "personal: 个人信息保护法第十三条第一款第三项"
CALLER = CALL.replace("subject: {title: 标题}", f"subject: {{title: 标题, {GROUND}}}")
COPIED = CALL.replace("set: {due_by: closing of open}", "set: {due_by: first of parts.subject}").replace(
    "columns: [case, state]", "columns: [case, state, subject]"
)
PRIVATE = PART.replace("subject: {title: 标题}", f"subject: {{title: 标题, {GROUND}}}")


def test_personal_data_stay_personal_in_the_case_they_are_handed_to() -> None:
    open_there = "个人信息“标题”填入 part 的“标题”，而那里没有写明是个人信息"
    assert found(CALLER) == [("personal_undeclared", open_there)]
    assert found(CALLER, PRIVATE) == []
    assert found(CALLER.replace("call: case, subject: subject", "call: case, subject: units")) == []


def test_personal_data_stay_personal_in_the_case_that_reads_them() -> None:
    assert found(COPIED) == []
    assert found(COPIED, PRIVATE) == [
        ("personal_undeclared", "个人信息“标题”填入 call 的“报送时限”，而那里没有写明是个人信息")
    ]


def test_one_that_is_nowhere_is_taken_on_trust() -> None:
    assert check.linked(parse(CALL.encode(), "call.yaml"), {}) == []


def test_a_register_is_not_asked_where_nobody_acts() -> None:
    text = CALL.replace("deadline: {within: 5wd, closes", 'deadline: {until: "until if count of sent > 1", closes')
    problems = parse(text.encode(), "call.yaml").problems
    assert [(one.code, one.message[:9]) for one in problems] == [("bad_name", "此处不能用台账“s")]


def test_a_folder_is_checked_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(changed("event: lock}", "event: send}"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(PART, encoding="utf-8")
    first, second = check_files([tmp_path])
    assert ([one.code for one in first.problems], first.workflow) == (["not_by_system"], None)
    assert first.problems[0].place.endswith("a.yaml:59")
    assert second.problems == ()
