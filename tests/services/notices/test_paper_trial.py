"""Papers printed on trial under every choice of every parameter: what a template says by itself is found."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from zhuli_flow.bootstrap import bundle
from zhuli_flow.calendar.bundled_years import bundled
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.notices.paper_trial import contradictions

NOW = datetime(2018, 12, 10, 2, tzinfo=UTC)
KINDS = load_kinds([packaged_notices()])
ZONE = "zone_creation.yaml"
COMPUTED = '{{ "为" ~ t.words ~ "，" if t.words }}'


@pytest.fixture(scope="module")
def checked():
    """Every shipped definition by its file name."""
    found = workflows.check_files([bundle("workflows")], (bundle("notices"),))
    return {one.path.name: one.workflow for one in found}


def test_shipped_papers_say_what_the_case_says(checked):
    for workflow in checked.values():
        assert contradictions(workflow, KINDS, bundled(), NOW) == []


def told(workflow, **written):
    """What is found with the template of the reply written otherwise."""
    template = KINDS["reply"].template
    for old, new in written.values():
        assert old in template
        template = template.replace(old, new)
    kinds = {**KINDS, "reply": replace(KINDS["reply"], template=template)}
    return [(one.code, one.message) for one in contradictions(workflow, kinds, bundled(), NOW)]


def test_a_period_written_as_a_word_shows_when_its_parameter_changes(checked):
    ((code, message),) = told(checked[ZONE], period=(COMPUTED, "为三年，"))
    assert code == "paper_period"
    assert "五年" in message
    assert "参数有效期限取“5y”时" in message


def test_a_first_day_that_is_counted_twice_is_found(checked):
    ((code, _),) = told(checked[ZONE], day=("{{ t.first | date }}起", "{{ valid_from | date }}起"))
    assert code == "paper_period"


@pytest.mark.parametrize(
    ("old", "new"),
    [('"的" ~ answer.word]', '"的批复"]'), ("现{{ answer.verb }}如下", "现批复如下")],
    ids=["in the title", "in the text"],
)
def test_an_answer_that_is_a_reply_whatever_was_asked_is_found(checked, old, new):
    found = told(checked[ZONE], genre=(old.removeprefix('"'), new.removeprefix('"')))
    assert {code for code, _ in found} == {"paper_genre"}
    assert any("应为复函" in message and "来文为函时" in message for _, message in found)


def test_a_kind_that_does_not_say_what_it_answers_is_found(checked):
    kinds = {**KINDS, "reply": replace(KINDS["reply"], answers="")}
    found = contradictions(checked[ZONE], kinds, bundled(), NOW)
    assert [(one.code, "现函复如下" in one.message) for one in found] == [("paper_genre", True)]


def test_an_amount_that_no_field_holds_is_found(checked):
    found = told(checked[ZONE], amount=("{{ answer.close }}", "{{ 3 + 4 }}万元。{{ answer.close }}"))
    assert [code for code, _ in found] == ["paper_amount"]
