"""Words that take from registers and forms: what they may name, where a table may stand, and what kind a value has."""

import pytest

from tests.definitions.checking.test_links import found
from tests.services.calls import CALL, PART
from zhuli_flow.definitions.check import load, parse
from zhuli_flow.definitions.model.expressions import Aggregate, GuardError
from zhuli_flow.definitions.reading.parser import parse_term

FORMS = "forms:\n  short: {title: 简表, fields: [subject]}\n"
TABLE = "  told: {title: 得知, type: int}\n  kept: {title: 表, type: rows, columns: {unit: {title: 单位}}}\n"
BASE = CALL.replace("  told: {title: 得知, type: int}\n", TABLE).replace("registers:\n", f"{FORMS}registers:\n", 1)
SUM = "set: {total: sum of sent.amount}"
RUN = "run: {title: 运行, from: open, to: running, by: office}"
NO_COLUMN = "first of 须指明一个字段，如 first of sent.字段（first of sent）"
NO_NUMBER = "字段“told”是数，填入的是文字（first of sent.subject）"
NO_DATE = "数不能与日期比较（first of sent.amount > today）"


def problems(old: str, new: str) -> list[tuple[str, str, str]]:
    assert old in BASE
    told = parse(BASE.replace(old, new, 1).encode(), "call.yaml").problems
    return [(one.code, one.message, one.fix) for one in told]


def run_with(more: str) -> tuple[str, str]:
    return RUN, f"{RUN[:-1]}, {more}}}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("first of sent.amount", Aggregate("first", "sent", "amount")),
        ("first of sent.applicant.name", Aggregate("first", "sent", "applicant.name")),
        ("rows of sent", Aggregate("rows", "sent", "")),
        ("lines of part.sheet", Aggregate("lines", "part", "sheet")),
    ],
)
def test_a_line_reads_as_this_tree(text: str, tree: object) -> None:
    assert parse_term(text) == tree


@pytest.mark.parametrize("text", ["first of", "rows of 'sent'", "lines of a.b.c", "this.applicant.id.name"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(GuardError):
        parse_term(text)


def test_the_words_may_still_be_names() -> None:
    text = CALL.replace("told", "lines").replace("total", "rows")
    assert {"first", "lines", "rows"} <= load(text.encode(), "call.yaml").fields.keys()


@pytest.mark.parametrize(
    "more",
    [
        "when: [{rows of sent present: 无}]",
        "when: [{count of sent > 1 and rows of sent is subject: 无}]",
        "set: {subject: rows of sent}",
        "set: {kept: lines of short}",
        "set: {total: rows of sent + 1}",
        "issue: {notice: x, with: {a: 1 + lines of short}}",
        'issue: {notice: x, with: {a: "subject if lines of short present"}}',
        "open: {workflow: part, event: begin, set: {subject: rows of sent}}",
    ],
)
def test_a_table_stands_only_where_a_whole_one_is_taken(more: str) -> None:
    codes = [code for code, _, _ in problems(*run_with(more))]
    assert codes[0] == "misplaced_table"


def test_who_puts_a_table_in_a_condition_is_told_what_to_write() -> None:
    [(_, message, fix)] = problems(*run_with("when: [{rows of sent present: 无}]"))
    assert message == "此处不能用“rows of”（rows of sent present）"
    assert fix == "写在公文的 with 中，或 set 中类型为 rows 的字段，独占一项；条件中用 count of、sum of 或 first of"


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ("set: {kept: rows of sends}", "unknown_register", "没有名为“sends”的台账"),
        ("set: {kept: rows of sent.case}", "type_mismatch", "rows of 之后只写台账，不写列（rows of sent.case）"),
        ("set: {kept: rows of parts}", "unknown_column", "字段“kept”没有列“case”（rows of parts）"),
        ("issue: {notice: x, with: {a: lines of shortt}}", "unknown_form", "没有名为“shortt”的表单"),
        ("issue: {notice: x, with: {a: lines of call.long}}", "unknown_form", "没有名为“long”的表单"),
        ("set: {told: first of sends.amount}", "unknown_register", "没有名为“sends”的台账"),
        (
            "set: {told: first of sent}",
            "type_mismatch",
            NO_COLUMN,
        ),
    ],
)
def test_what_a_word_names_has_to_be_there(more: str, code: str, message: str) -> None:
    assert [one[:2] for one in problems(*run_with(more))][:1] == [(code, message)]


def test_the_fix_of_a_missing_column_is_the_spelling_of_a_key() -> None:
    [*_, (_, _, fix)] = problems(*run_with("set: {kept: rows of parts}"))
    assert fix == "在台账 parts 的 columns 中写 {键: state}，键用：unit；或给字段加列"


@pytest.mark.parametrize(
    ("columns", "code", "message"),
    [
        ("[case, {unit: applicant.name}, {unit: amount}]", "repeated_value", "键“unit”用了不止一次"),
        ("[amount, {amount: case}, subject]", "repeated_value", "键“amount”用了不止一次"),
        ("[amount, {money: amount}]", "repeated_value", "“amount”写了不止一次"),
        ("[amount, {金额: case}]", "bad_name", "“金额”不能作名称"),
    ],
)
def test_every_column_has_a_key_of_its_own(columns: str, code: str, message: str) -> None:
    assert [one[:2] for one in problems("[case, applicant.name, amount]", columns)][:1] == [(code, message)]


def test_columns_are_read_with_their_keys() -> None:
    text = BASE.replace("[case, applicant.name, amount]", "[case, {unit: applicant.name}, {amount: amount}]")
    register = load(text.encode(), "call.yaml").registers["sent"]
    assert register.columns == ("case", "applicant.name", "amount")
    assert register.keyed == (("case", "case"), ("unit", "applicant.name"), ("amount", "amount"))


def linked(old: str, new: str, part: str = PART) -> list[tuple[str, str]]:
    assert old in BASE
    return found(BASE.replace(old, new, 1), part)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("set: {told: first of sent.amuont}", ("unknown_field", "没有名为“amuont”的part 的字段")),
        (
            "set: {told: first of sent.subject}",
            ("type_mismatch", NO_NUMBER),
        ),
        (
            "when: [{first of sent.amount > today: 无}]",
            ("type_mismatch", NO_DATE),
        ),
        ("when: [{first of parts.state is send: 无}]", ("unknown_state", "没有名为“send”的环节")),
        ("issue: {notice: x, with: {a: lines of part.sheet}}", ("unknown_form", "没有名为“sheet”的part 的表单")),
    ],
)
def test_a_value_is_of_the_kind_that_the_other_workflow_says(more: str, problem: tuple[str, str]) -> None:
    assert linked(*run_with(more)) == [problem]


def test_what_fits_the_other_workflow_has_no_problems() -> None:
    filled = "set: {told: first of parts.amount, subject: first of parts.applicant.name}"
    assert linked(*run_with(f"{filled}, when: [{{first of parts.state is sent: 无}}]")) == []


def test_a_key_is_summed_as_its_column() -> None:
    columns = "[case, {unit: applicant.name}, {money: amount}]"
    summed = BASE.replace(SUM, "set: {total: sum of sent.money}")
    assert found(summed.replace("[case, applicant.name, amount]", columns)) == []
    named = found(summed.replace("sent.money", "sent.unit").replace("[case, applicant.name, amount]", columns))
    assert named == [("type_mismatch", "“sent.unit”不是数，不能求 sum（sum of sent.unit）")]


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("case is not this.case, applicant.id is this.applicant.id", None),
        ("applicant.kind is this.applicant.kind, applicant.name is not this.applicant.name", None),
        ("applicant.city is this.applicant.city, applicant.county is this.applicant.county", None),
        ("applicant.id is this.applicant.ids", ("unknown_field", "没有名为“applicant.ids”的call 的字段")),
        ("state is this.state", ("unknown_field", "没有名为“state”的call 的字段")),
        ("amount > this.applicant.id", ("type_mismatch", "数不能与机构比较（amount > this.applicant.id）")),
    ],
)
def test_a_register_may_ask_of_the_case_and_its_applicant(where: str, problem: tuple[str, str] | None) -> None:
    assert linked("where: [state is sent]", f"where: [{where}]") == ([] if problem is None else [problem])


def test_a_problem_of_one_of_several_documents_is_told_at_its_line() -> None:
    several = "\n    issue:\n      - {notice: one}\n      - notice: two\n        with:\n          a: lines of shortt\n"
    text = BASE.replace(
        f"  {RUN}\n", f"  run:\n    title: 运行\n    from: open\n    to: running\n    by: office{several}"
    )
    [problem] = parse(text.encode(), "call.yaml").problems
    line = text[: text.index("          a: lines")].count("\n") + 1
    assert problem.place == f"call.yaml:{line}"
