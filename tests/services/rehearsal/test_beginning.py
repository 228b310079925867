"""A new workflow begins from a small one that works: its check is silent, its story comes out, mistakes lead out."""

from pathlib import Path

import pytest

from zhuli_flow import bootstrap
from zhuli_flow.errors import InvalidInput, NotFound
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.rehearsal.beginning import Begun, begin, first_day, try_out
from zhuli_flow.services.rehearsal.play import StoryBroken

MISTAKES = [
    ("by: office, opinion", "by: ofice, opinion", "是否指“office”"),
    ("to: review, by", "to: reviewing, by", "是否指“review”"),
    ("title: 待审核", "\ttitle: 待审核", "请改用空格"),
    ('version: "1"', "version: 1", '加引号：version: "1"'),
    ("fill: [held_on, people]", "fill: held_on", "写成列表：fill: [held_on]"),
    ("people >= 10: 参加", "people => 10: 参加", "第 7 个字符起无法识别"),
    ("within: $review_limit", "within: 10工作日", "写成数字加单位：5wd（工作日）"),
    ("type: int", "type: integer", "是否指“int”"),
    ("kind: final", "kind: finished", "可用：initial、open、in_force、final"),
    ("from: start", "from: begin", "写一个 from: start 的操作"),
    ("applicant: {kinds", "applicants: {kinds", "是否指“applicant”"),
    ("held_on:     {title", "heldOn:     {title", "名称用小写英文字母"),
]
"""What somebody who writes a first workflow gets wrong, and the words that lead out of it."""


@pytest.fixture
def begun(tmp_path: Path) -> Begun:
    return begin("field_visit", "实地走访", "", tmp_path, bootstrap.sample("new.yaml").parent)


def test_what_is_written_is_a_sound_definition_without_a_hint(begun: Begun) -> None:
    (found,) = workflows.check_files([begun.definition], [bootstrap.bundle("notices")])
    assert (found.problems, found.hints) == ((), ())
    assert found.workflow is not None
    assert (found.workflow.name, found.workflow.title, found.workflow.prefix) == ("field_visit", "实地走访", "FV")


def test_its_story_comes_out_and_one_that_does_not_is_told_at_its_line(begun: Begun) -> None:
    with bootstrap.temporary_office(first_day(begun.story), "测试") as office:
        assert try_out(office, begun.definition, begun.story) == 10
    begun.story.write_text(begun.story.read_text("utf-8").replace("people=18", "people=9"), encoding="utf-8")
    with (
        bootstrap.temporary_office(first_day(begun.story), "测试") as office,
        pytest.raises(StoryBroken, match=r"field_visit\.scenario:9"),
    ):
        try_out(office, begun.definition, begun.story)


@pytest.mark.parametrize(("right", "wrong", "words"), MISTAKES)
def test_a_mistake_is_told_with_the_way_out(begun: Begun, right: str, wrong: str, words: str) -> None:
    text = begun.definition.read_text("utf-8")
    assert right in text
    begun.definition.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    (found,) = workflows.check_files([begun.definition])
    assert any(words in str(problem) for problem in found.problems), found.problems


def test_nothing_is_written_over_and_a_name_must_be_one(begun: Begun, tmp_path: Path) -> None:
    samples = bootstrap.sample("new.yaml").parent
    with pytest.raises(InvalidInput, match="已经存在"):
        begin("field_visit", "", "", tmp_path, samples)
    with pytest.raises(InvalidInput, match="不能作流程名"):
        begin("实地走访", "", "", tmp_path, samples)
    with pytest.raises(NotFound):
        first_day(tmp_path / "none.scenario")
