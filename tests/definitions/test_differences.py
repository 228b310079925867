"""Two versions of a definition compared: what came, went, changed its name, reads differently; spelling is nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zhuli_flow.definitions import check
from zhuli_flow.definitions.check import Parse
from zhuli_flow.definitions.differences import Difference, differences, renamed
from zhuli_flow.services.administration.workflows import parts_beside

PATH = Path(__file__).resolve().parents[2] / "workflows" / "zone_creation.yaml"
TEXT = PATH.read_text("utf-8")


def parsed(text: str) -> Parse:
    found = check.parse(text.encode(), PATH.name, parts=parts_beside(PATH))
    assert found.problems == []
    return found


OLD = parsed(TEXT)


def changed(*edits: tuple[str, str]) -> tuple[Difference, ...]:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return differences(OLD, parsed(text))


def test_the_same_definition_and_another_spelling_of_it_have_no_difference() -> None:
    assert differences(OLD, OLD) == ()
    spelled = (
        "by: office, fill: [publicity_from!, publicity_to!]",
        "by: [office], fill: [publicity_from!, publicity_to!]",
    )
    assert changed(spelled, ("# T10", "# 第十"), ('version: "2018.1"', 'version: "2018.2"')) == ()


def test_a_parameter_reads_differently_in_its_own_words() -> None:
    (found,) = changed(
        ("市委组织部答复, value: 10wd, source: 本系统默认", "市委组织部答复, value: 12wd, source: 本单位规定")
    )
    assert (found.section, found.kind, found.name) == ("参数", "改", "consent_limit")
    assert found.lines == ("取值：10wd → 12wd", "出处：本系统默认 → 本单位规定")


def test_a_step_between_two_is_told_with_the_way_that_now_leads_to_it() -> None:
    found = changed(
        (
            "  deciding:    {title: 研究审定",
            "  finance: {title: 征求财政厅意见, step: 4}\n  deciding:    {title: 研究审定",
        ),
        ("报出评估报告, from: assessing, to: deciding", "报出评估报告, from: assessing, to: finance"),
        (
            "  start_publicity: ",
            "  consult: {act: {title: 财政厅已答复, from: finance, to: deciding, by: office}}\n  start_publicity: ",
        ),
    )
    told = {(one.section, one.kind, one.name): one.lines for one in found}
    assert told["环节", "增", "finance"] == ("第几步：4",)
    assert "到哪个环节：“研究审定（可含公示）” → “征求财政厅意见”" in told["操作", "改", "submit_assessment"]
    assert "从哪些环节：“征求财政厅意见”" in told["操作", "增", "consult"]
    assert told["通用操作", "改", "return"] == ("写法未变，随别处的改动而变",)  # it leads back to the new step too
    assert len(told) == 4


def test_what_is_asked_for_more_or_less_is_told_by_title() -> None:
    (found,) = changed(("attach: [assessment_report!, signed_summary!, ", "attach: [assessment_report!, "))
    assert found.kind == "改"
    assert any(("减" in line and "signed_summary" in line) or "签字" in line for line in found.lines), found.lines


def test_a_piece_under_another_name_and_the_same_title_is_renamed() -> None:
    found = changed(("start_publicity", "open_publicity"))
    assert renamed(found, "events") == {"start_publicity": "open_publicity"}
    assert [one.kind for one in found] == ["改名", "改"]
    assert found[1].lines == ("在前一操作之后、后一操作之前：增 open_publicity；减 start_publicity",)


def test_a_law_that_went_is_named() -> None:
    title = next(law.title for law in OLD.sound.laws)
    start = TEXT.index("laws:")
    line = next(line for line in TEXT[start:].splitlines(keepends=True) if title in line)
    found = changed((line, ""))
    assert [(one.section, one.kind, one.name) for one in found] == [("铁律", "减", title)]


@pytest.mark.parametrize("same", [lambda text: text, lambda text: text.replace("\n", "\n\n", 40)])
def test_lines_that_moved_are_no_difference(same: Callable[[str], str]) -> None:
    assert differences(OLD, parsed(same("# 另一段说明\n" + TEXT))) == ()
