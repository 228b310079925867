"""Short forms written out: what the engine gets from what the author wrote."""

from decimal import Decimal
from pathlib import Path

import pytest

from zhuli_flow.calendar import Period
from zhuli_flow.definitions.check import load
from zhuli_flow.definitions.model.expressions import Ask as AskNode
from zhuli_flow.definitions.model.expressions import Choice, Compare, Literal, Name, Present
from zhuli_flow.definitions.model.law import EveryHas, NeverBefore
from zhuli_flow.definitions.model.workflow import (
    AddNote,
    AdvanceCase,
    Ask,
    ChangeClock,
    IssueNotice,
    OpenCase,
    SetField,
    Signer,
    SignOff,
    Tell,
    Workflow,
)
from zhuli_flow.definitions.reading.literals import reminders

DATA = (Path(__file__).parents[1] / "maximal.yaml").read_bytes()
KINDS = {"reply": {"verdict": True, "industries": False}, "letter_out": {"subject": True, "until": True}}


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    return load(DATA, "maximal.yaml", KINDS)


def line_of(text: str) -> int:
    return DATA.decode()[: DATA.decode().index(text)].count("\n") + 1


def test_one_source_or_several_become_a_tuple(workflow: Workflow) -> None:
    assert workflow.events["accept"].sources == ("intake", "waiting")
    assert workflow.events["queue"].sources == ("intake",)
    assert workflow.events["queue"].by == ("office",)
    assert [event.name for event in workflow.opening_events()] == ["start_case", "renew"]
    assert workflow.initial == "draft"


def test_a_form_expands_to_its_fields_with_their_marks_and_brings_its_checks_first(workflow: Workflow) -> None:
    request = workflow.events["request"]
    assert request.fill[:4] == (
        Ask("name_of_zone"),
        Ask("population", required=False),
        Ask("area", anew=True),
        Ask("asked_on", anew=True),
    )
    assert [guard.text for guard in request.guards[:4]] == [
        "population > 0",
        "area <= 5000",
        "area not_applicable or area >= 1",
        "agreed_on <= asked_on",
    ]
    assert [guard.warn for guard in request.guards[:4]] == [False, True, "explained", False]
    assert request.attach == (Ask("report"), Ask("letter", required=False))


def test_an_event_that_files_a_sheet_asks_for_the_sheets_form(workflow: Workflow) -> None:
    event = workflow.events["score_it"]
    assert [ask.name for ask in event.fill] == ["points", "conflict"]
    assert [guard.text for guard in event.guards] == ["conflict is no"]


def test_short_and_long_conditions_become_guards_with_their_lines(workflow: Workflow) -> None:
    guards = {guard.text: guard for guard in workflow.events["request"].guards}
    short, long = guards["agreed_on <= asked_on"], guards["fired start_case"]
    assert (short.say, short.line) == ("须先同意后请示", line_of("agreed_on <= asked_on"))
    assert short.condition == Compare("<=", Name("agreed_on"), Name("asked_on"))
    assert (long.fix, long.condition) == ("先开启", AskNode("fired", "start_case"))
    large = guards["area <= 5000"]
    assert (large.warn, large.clause, large.line) == (True, "样例二", line_of("{check: area"))
    assert workflow.events["request"].line == line_of("  request:\n    title: 报送")


def test_a_states_own_deadline_is_named_like_the_state(workflow: Workflow) -> None:
    intake = workflow.deadlines["intake"]
    assert intake.states == {"intake"}
    assert (intake.within, intake.roll, intake.remind) == ("$intake", "$rolling", ("-3wd", "0d", "1d", "2d", "3d"))
    assert (intake.overdue_tell, workflow.period("$intake")) == (("office",), Period(5, "wd"))
    assert [choice.when is None for choice in workflow.deadlines["valid"].until] == [False, True]
    whole = workflow.deadlines["whole"]
    assert (whole.states, whole.suspended_in, whole.whole_case) == ({"intake", "scoring"}, {"waiting"}, True)
    assert whole.start == Choice(Name("asked_on"), None)


def test_signatures_carry_their_conditions_and_ratios_come_from_parameters(workflow: Workflow) -> None:
    park = Compare("==", Name("applicant.kind"), Name("park"))
    both = (Signer("county"), Signer("park", park))
    assert workflow.events["request"].sign == SignOff("all_of", both, ordered=True, same_hand=True)
    assert workflow.events["sum_up"].sign == SignOff("ratio", (Signer("head"), Signer("office")), share=(2, 3))
    assert workflow.events["accept"].sign == SignOff("any_of", (Signer("office"), Signer("head")))


def test_effects_stand_in_the_order_they_happen(workflow: Workflow) -> None:
    kinds = [type(effect) for effect in workflow.events["sum_up"].effects]
    assert kinds == [SetField, SetField, SetField, IssueNotice, IssueNotice, OpenCase]
    kinds = [type(effect) for effect in workflow.events["request"].effects]
    assert kinds == [SetField, SetField, SetField, SetField, Tell, AddNote]
    assert workflow.events["accept"].effects == (
        ChangeClock("suspend", "whole"),
        ChangeClock("resume", "whole"),
        ChangeClock("cancel", "intake"),
        ChangeClock("extend", "whole", "10wd"),
    )


def test_set_takes_lines_lists_and_plain_values(workflow: Workflow) -> None:
    sets = {each.name: each.choices for each in workflow.events["request"].effects if isinstance(each, SetField)}
    assert sets["is_public"] == (Choice(Literal(True), None),)
    assert sets["population"] == (Choice(Literal(Decimal(12)), None),)
    assert [choice.when is None for choice in sets["verdict"]] == [False, True]


def test_a_plain_document_name_takes_its_variables_from_the_fields_of_the_same_names(workflow: Workflow) -> None:
    issued = [each for each in workflow.events["sum_up"].effects if isinstance(each, IssueNotice)]
    assert issued[0].variables == {name: Choice(Name(name), None) for name in ("verdict", "industries")}
    assert set(issued[1].variables) == {"subject", "until"}
    assert (issued[1].series, issued[1].to) == ("辽科协函", ("county",))


def test_returning_to_an_earlier_step_names_the_steps_that_lead_here(workflow: Workflow) -> None:
    back = workflow.operations["return"]
    assert back.sources == ("intake", "scoring")
    assert back.targets == ("draft", "intake", "waiting")
    assert (back.walk, back.by, back.opinion_required) == (("again", "straight"), ("office",), True)
    assert set(workflow.operations) == {
        "return", "withdraw", "transfer", "delegate", "urge", "copy", "suspend", "terminate", "correct",
    }  # fmt: skip
    assert workflow.operations["suspend"].sources == ()
    assert workflow.operations["terminate"].targets == ("stopped",)


def test_lists_of_values_are_frozen(workflow: Workflow) -> None:
    assert workflow.parameters["partners"].value == ("甲学会", "乙学会")
    assert workflow.parameters["bands"].value == {"优": 90, "良": 80, "差": 0}


def test_laws_keep_their_words_and_lines(workflow: Workflow) -> None:
    first, second, *_ = workflow.laws
    assert isinstance(first, NeverBefore)
    assert (first.event, first.first) == ("sum_up", "accept")
    assert isinstance(second, EveryHas)
    assert (second.event, second.name) == ("sum_up", "letter_out.number")
    assert workflow.laws[0].line == line_of("- 先受理后批复")


def test_a_sheets_validity_is_parsed(workflow: Workflow) -> None:
    assert workflow.sheets["score_sheet"].valid[2] == Present(Name("points"))


def test_links_registers_and_periods_keep_what_was_written(workflow: Workflow) -> None:
    turn = workflow.events["turn"].effects
    opening = next(one for one in turn if isinstance(one, OpenCase))
    assert (opening.workflow, opening.event, opening.each) == ("maximal", "renew", "units")
    driven = [one for one in turn if isinstance(one, AdvanceCase)]
    assert [(one.case, one.each, one.event) for one in driven] == [("prev_case", None, "turn"), (None, "later", "note")]
    assert (driven[0].when, driven[1].when) == (Present(Name("prev_case")), None)
    register = workflow.registers["later"]
    assert (register.workflow, register.linked_by, register.order) == ("maximal", "prev_case", "-population")
    assert register.columns == ("case", "state", "applicant.name", "population")
    assert len(register.where) == 2
    quarterly = workflow.deadlines["quarterly"]
    assert (quarterly.every, quarterly.renewing, workflow.deadlines["scoring"].closes) == (
        "quarter",
        frozenset({"turn"}),
        "business",
    )
    assert workflow.deadlines["scoring"].renewing == frozenset()


def test_who_is_asked_and_what_may_be_no_answer_are_kept(workflow: Workflow) -> None:
    assert workflow.fields["population"].only == Compare("==", Name("applicant.kind"), Name("county"))
    assert (workflow.fields["area"].may_be, workflow.fields["budget"].may_be) == ("not_applicable", None)


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("-6m", ["-6m"]),
        ("-3wd..-1wd", ["-3wd", "-2wd", "-1wd"]),
        ("0d..2d", ["0d", "1d", "2d"]),
        ("-1d..0d", ["-1d", "0d"]),
        ("1d..366d", [f"{day}d" for day in range(1, 367)]),
        ("1d..367d", ["1d..367d"]),
    ],
)
def test_a_span_of_reminders_is_written_out_day_by_day(written: str, times: list[str]) -> None:
    assert list(reminders(written)) == times
