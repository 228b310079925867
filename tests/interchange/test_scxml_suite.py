"""What the W3C's SCXML test suite asks of compound, parallel and history states, told anew as charts of office work.

Each chart is read as a definition, walked by the engine, and walked by python-statemachine as the chart that it is:
both must stand where the specification says. The numbers are the suite's, of the tests whose assertion a chart is
about; none of its texts is here. What of the suite has no like here, and why, stands in docs/scxml.md.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from statemachine import StateChart
from statemachine.io.scxml.processor import SCXMLProcessor

from zhuli_flow.definitions import check
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import decide
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Command, Decision
from zhuli_flow.engine.position import standing
from zhuli_flow.errors import InvalidInput
from zhuli_flow.interchange.scxml_in import definition
from zhuli_flow.modelcheck.world import World, world_of


class Told(NamedTuple):
    """``tests``: the suite's numbers; ``way``: what happens, and the states in which the chart stands then."""

    tests: str
    about: str
    chart: str
    way: tuple[tuple[str, str], ...]
    begins: str = ""
    judged: bool = True


HEARING = """<state id="hearing"><state id="unheard"><transition event="hear" target="heard"/></state>
<state id="heard"/></state>"""
END = '<final id="closed"/>'
CASES = (
    Told(
        "355", "without a word about it, the first state written is the one to begin in",
        f'<state id="draft"><transition event="send_in" target="closed"/></state>'
        f'<state id="other"><transition event="send_in" target="closed"/></state>{END}',
        (), "draft",
    ),
    Told(
        "364", "what is entered in a compound state: what its attribute names, what its element names, else its first",
        """<state id="office" initial="desk"><state id="hall"><transition event="move" target="hall"/></state>
        <state id="desk"><initial><transition target="drawer"/></initial><state id="shelf"/>
        <state id="drawer"><state id="file"><transition event="close" target="closed"/></state><state id="box"/></state>
        </state></state>""" + END,
        (), "file",
    ),
    Told(
        "387, 580", "a history that remembers nothing yet leads to its default, and is never where a case stands",
        """<state id="draft"><transition event="enter" target="kept"/></state>
        <state id="review"><history id="kept" type="deep"><transition target="first"/></history>
        <state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="close" target="closed"/></state></state>""" + END,
        (("enter", "first"), ("next", "second"), ("close", "closed")), "draft",
    ),
    Told(
        "387", "so it is with one that remembers no deeper than its own states",
        """<state id="draft"><transition event="enter" target="kept"/></state>
        <state id="review"><history id="kept"><transition target="first"/></history>
        <state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="pause" target="draft"/></state></state>""",
        (("enter", "first"), ("next", "second"), ("pause", "draft"), ("enter", "second")), "draft",
    ),
    Told(
        "388", "a deep history leads back to the innermost state that was left, however often",
        """<state id="review" initial="hall"><history id="kept" type="deep"><transition target="hall"/></history>
        <state id="hall"><transition event="go_up" target="clerk"/></state>
        <state id="upstairs"><state id="clerk"><transition event="pass_on" target="head"/></state>
        <state id="head"><transition event="go_down" target="hall"/></state></state>
        <transition event="pause" target="waiting"/></state>
        <state id="waiting"><transition event="go_back" target="kept"/>
        <transition event="close" target="closed"/></state>"""
        + END,
        (("go_up", "clerk"), ("pass_on", "head"), ("pause", "waiting"), ("go_back", "head"), ("go_down", "hall"),
         ("pause", "waiting"), ("go_back", "hall")), "hall",
    ),
    Told(
        "403a", "the inner state answers before the one around it; where it does not, that one does",
        """<state id="review" initial="first"><transition event="send_on" target="closed"/>
        <state id="first"><transition event="send_on" target="second"/></state>
        <state id="second"/></state>""" + END,
        (("send_on", "second"), ("send_on", "closed")), "first",
    ),
    Told(
        "403a", "of two that fit in one state the first written is taken, and the next where its condition fails",
        f"""<parallel id="work"><state id="desk"><state id="first">
        <transition event="decide" cond="In('heard')" target="agreed"/>
        <transition event="decide" target="asked"/></state>
        <state id="asked"><transition event="again" target="first"/></state>
        <state id="agreed"><transition event="close" target="closed"/></state></state>
        {HEARING}
        </parallel>""" + END,
        (("decide", "asked unheard"), ("again", "first unheard"), ("hear", "first heard"), ("decide", "agreed heard")),
        "first unheard",
    ),
    Told(
        "403b", "what is written around both branches of a parallel state is done once for both",
        f"""<state id="draft"><transition event="begin_work" target="work"/>
        <transition event="close" target="closed"/></state>
        <parallel id="work"><transition event="drop" target="draft"/>
        <state id="desk"><state id="first"><transition event="next" target="second"/></state>
        <state id="second"/></state>
        {HEARING}
        </parallel>""" + END,
        (("begin_work", "first unheard"), ("hear", "first heard"), ("drop", "draft"), ("begin_work", "first unheard"),
         ("next", "second unheard")), "draft",
    ),
    Told(
        "403c", "an answer in one branch comes before that of the parallel state around it",
        f"""<state id="draft"><transition event="begin_work" target="work"/></state>
        <parallel id="work"><transition event="go_on" target="closed"/>
        <state id="desk"><state id="first"><transition event="go_on" target="second"/></state>
        <state id="second"/></state>
        {HEARING}
        </parallel>""" + END,
        (("begin_work", "first unheard"), ("go_on", "second unheard"), ("hear", "second heard"), ("go_on", "closed")),
        "draft",
    ),
    Told(
        "404, 405, 406", "each branch moves by itself, all end together as the parallel state is left",
        """<parallel id="work"><state id="desk"><state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="leave" target="after"/></state></state>
        <state id="hearing"><state id="unheard"><transition event="hear" target="heard"/></state>
        <state id="heard"><transition event="object" target="after"/></state></state></parallel>
        <state id="after"><transition event="close" target="closed"/></state>""" + END,
        (("next", "second unheard"), ("hear", "second heard"), ("object", "after"), ("close", "closed")),
        "first unheard",
    ),
    Told(
        "409, 411", "what a condition asks of where one stands is true of where one stands now",
        """<state id="review" initial="first"><state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="test_it" cond="In('first')" target="closed"/>
        <transition event="test_it" cond="In('review') and not In('first')" target="third"/></state>
        <state id="third"><transition event="close" target="closed"/></state></state>""" + END,
        (("next", "second"), ("test_it", "third")), "first",
    ),
    Told(
        "423", "what nothing answers to changes nothing",
        """<state id="draft"><transition event="send_in" target="review"/></state>
        <state id="review"><transition event="close" target="closed"/></state>""" + END,
        (("close", "draft"), ("send_in", "review"), ("send_in", "review"), ("close", "closed")), "draft",
    ),
    Told(
        "503", "without a target nothing is left, nor begun anew",
        f"""<parallel id="work"><transition event="note"/>
        <state id="desk"><state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="close" target="closed"/></state></state>
        {HEARING}
        </parallel>""" + END,
        (("hear", "first heard"), ("note", "first heard"), ("next", "second heard"), ("note", "second heard")),
        "first unheard",
    ),
    Told(
        "504", "from a compound state back into it: all of it is left, and entered where the target is",
        """<state id="review" initial="first"><transition event="anew" target="first"/>
        <state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="close" target="closed"/></state></state>""" + END,
        (("next", "second"), ("anew", "first"), ("next", "second"), ("close", "closed")), "first",
    ),
    Told(
        "505", "an internal one does not leave the state that it is written in, and what runs in it goes on",
        f"""<parallel id="work"><state id="desk" initial="first">
        <transition event="anew" type="internal" target="first"/>
        <state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="close" target="closed"/></state></state>
        {HEARING}
        </parallel>""" + END,
        (("next", "second unheard"), ("hear", "second heard"), ("anew", "first heard")), "first unheard",
    ),
    Told(
        "506", "an internal one that leads out is as any other (python-statemachine refuses to read it)",
        """<state id="review" initial="first"><transition event="out" type="internal" target="after"/>
        <state id="first"><transition event="next" target="second"/></state><state id="second"/></state>
        <state id="after"><transition event="close" target="closed"/></state>""" + END,
        (("next", "second"), ("out", "after"), ("close", "closed")), "first", judged=False,
    ),
    Told(
        "533", "nor is one that is written in a plain state anything else (nor does it read this)",
        """<state id="first"><transition event="next" type="internal" target="second"/></state>
        <state id="second"><transition event="close" target="closed"/></state>""" + END,
        (("next", "second"), ("close", "closed")), "first", judged=False,
    ),
    Told(
        "419, 570", "a branch that has come to its last state stays there until the other leads on",
        f"""<parallel id="work"><state id="desk"><state id="first"><transition event="next" target="second"/></state>
        <state id="second"><transition event="finish" cond="In('heard')" target="closed"/></state></state>
        {HEARING}
        </parallel>""" + END,
        (("next", "second unheard"), ("finish", "second unheard"), ("hear", "second heard"), ("finish", "closed")),
        "first unheard",
    ),
)  # fmt: skip
REFUSED = (
    ("413, 576", "begins in states of both branches that are not their first",
     """<state id="all" initial="second heard"><parallel id="work">
     <state id="desk"><state id="first"/><state id="second"/></state>
     <state id="hearing"><state id="unheard"/><state id="heard"/></state></parallel></state>""", "或不止一个"),
    ("388", "a shallow history over states that have states of their own",
     """<state id="review"><history id="kept"><transition target="hall"/></history><state id="hall"/>
     <state id="upstairs"><state id="clerk"/></state><transition event="pause" target="waiting"/></state>
     <state id="waiting"><transition event="go_back" target="kept"/></state>""", "最里层"),
    ("403c", "both branches answer at once",
     """<parallel id="work"><state id="desk"><state id="first"><transition event="e" target="second"/></state>
     <state id="second"/></state><state id="hearing"><state id="unheard"><transition event="e" target="heard"/></state>
     <state id="heard"/></state></parallel>""", "同时响应“e”"),
    ("504", "a parallel state left and entered anew in one",
     """<parallel id="work"><transition event="anew" target="work"/><state id="desk"/>
     <state id="hearing"/></parallel>""",
     "立即回到其中"),
    ("416, 417, 570", "an answer to the end of a part",
     """<state id="review"><state id="first"><transition event="next" target="done"/></state><final id="done"/>
     <transition event="done.state.review" target="closed"/></state>""" + END, "“done.state.review”不能作操作的名称"),
    ("419, 421", "what happens without an event, or by one of the machine's own",
     """<state id="draft"><transition target="closed"/></state>""" + END, "没有写事件的转移"),
    ("407, 412, 579", "what is done on entering, leaving or in a default",
     """<state id="draft"><onexit><raise event="e"/></onexit><transition event="e" target="closed"/></state>""" + END,
     "离开环节时执行的内容"),
)  # fmt: skip


def document(inside: str) -> str:
    return f'<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="chart">\n{inside}\n</scxml>'


def taken(inside: str) -> Workflow:
    made = definition(document(inside).encode(), "chart.scxml", "", "")
    return check.load(made.text.encode(), "chart.yaml")


def act(workflow: Workflow, world: World, case: Case, names: list[str]) -> Case:
    """The first of these acts that the law allows; the case as it is where it allows none."""
    allowed = []
    for name in names:
        doer = world.holders["handler"][0]
        answer = decide(Question(workflow, case, doer, world.facts), Command(name, {}, {}, ""))
        if isinstance(answer, Decision):
            allowed.append(answer.after)
    assert len(allowed) <= 1, names  # one chart, one way
    return allowed[0] if allowed else case


def ours(told: Told) -> Iterator[set[str]]:
    workflow = taken(told.chart)
    world = world_of(workflow)
    case = act(workflow, world, world.blank(world.applicants[0]), ["begin"])
    yield set(standing(workflow, case))
    for event, _ in told.way:
        titled = [name for name, one in workflow.events.items() if one.title == event and name != "begin"]
        case = act(workflow, world, case, titled)
        yield set(standing(workflow, case))


def theirs(told: Told) -> Iterator[set[str]]:
    processor = SCXMLProcessor()
    processor.parse_scxml("chart", document(told.chart))
    machine = processor.start()
    leaves = {one.id for one in machine.states_map.values() if one.is_atomic}
    yield {str(one) for one in machine.configuration_values} & leaves
    for event, _ in told.way:
        StateChart.send(machine, event)
        yield {str(one) for one in machine.configuration_values} & leaves


@pytest.mark.parametrize("told", CASES, ids=[f"{one.tests}: {one.about}" for one in CASES])
def test_a_chart_goes_as_the_specification_says_here_and_there(told: Told) -> None:
    expected = [set(told.begins.split()), *(set(places.split()) for _, places in told.way)]
    assert list(ours(told)) == expected
    assert not told.judged or list(theirs(told)) == expected


@pytest.mark.parametrize(("tests", "about", "chart", "words"), REFUSED, ids=[f"{one[0]}: {one[1]}" for one in REFUSED])
def test_what_has_no_like_is_refused(tests: str, about: str, chart: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        definition(document(chart).encode(), "chart.scxml", "", "")
    assert any(words in one.message for one in refused.value.problems), (tests, about, refused.value.problems)
