"""Event logs are of the standards' form, and a replay of them by another program finds every step allowed."""

import json
import re
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.services.staging import Stage
from zhuli_flow.definitions.model.workflow import START
from zhuli_flow.engine.history.entry import read
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup
from zhuli_flow.services.archiving.event_logs import export_ocel, export_xes
from zhuli_flow.store import audit, cases

SPACE = "{http://www.xes-standard.org/}"
VALUES = {"string": r".*", "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", "int": r"-?\d{1,18}"}
NAME = re.compile(r"[A-Za-z_:][\w:.-]*")


@pytest.fixture
def acted(stage: Stage) -> Stage:
    """Three cases: in force, under review after a refused attempt, just begun."""
    stage.walk(stage.open(), "valid")
    second = stage.walk(stage.open(), "review")
    stage.refused(second, "approve", "领导")
    stage.open()
    return stage


def xes(stage: Stage, name: str = "log.xes") -> Path:
    target = stage.office.home / name
    export_xes(stage.office, target)
    return target


def require_attributes(elements: list[ET.Element]) -> None:
    keys = [one.get("key", "") for one in elements]
    assert len(keys) == len(set(keys)), "a key stands once"
    for one in elements:
        kind = one.tag.removeprefix(SPACE)
        assert NAME.fullmatch(one.get("key", ""))
        assert re.fullmatch(VALUES[kind], one.get("value", ""), re.DOTALL), one.attrib
        assert set(one.attrib) == {"key", "value"}


def test_xes_has_the_parts_of_the_standard_in_their_order(acted: Stage) -> None:
    root = ET.parse(xes(acted)).getroot()
    assert root.tag == f"{SPACE}log"
    assert root.get("xes.version") == "1849.2016"
    order = [one.tag.removeprefix(SPACE) for one in root]
    ranks = ["extension", "global", "classifier", "string", "trace"]
    assert [ranks.index(tag) for tag in order] == sorted(ranks.index(tag) for tag in order)
    prefixes = {one.get("prefix") for one in root.iter(f"{SPACE}extension")}
    for trace in root.iter(f"{SPACE}trace"):
        tags = [one.tag.removeprefix(SPACE) for one in trace]
        assert tags == sorted(tags, key=lambda tag: tag == "event"), "attributes come before events"
        require_attributes([one for one in trace if one.tag != f"{SPACE}event"])
        for event in trace.iter(f"{SPACE}event"):
            require_attributes(list(event))
            keys = {one.get("key", "") for one in event}
            assert {"concept:name", "time:timestamp", "lifecycle:transition"} <= keys
            assert {key.partition(":")[0] for key in keys if ":" in key} <= prefixes


def test_every_act_is_an_event_and_what_was_refused_is_none(acted: Stage) -> None:
    root = ET.parse(xes(acted)).getroot()
    told = {}
    for trace in root.iter(f"{SPACE}trace"):
        name = next(one.get("value") for one in trace if one.get("key") == "concept:name")
        told[name] = [int(one.get("value", "")) for one in trace.iter(f"{SPACE}int") if one.get("key") == "seq"]
    with acted.office.database.read() as connection:
        for stored in cases.every(connection, 10):
            history = [read(link.body) for link in audit.entries(connection, stored.case.id)]
            done = [one.seq for one in history if one.kind in ("move", "sign", "operation")]
            assert told[stored.case.id] == done
    assert len(told) == 3


def test_no_opinion_and_no_value_is_handed_on(acted: Stage) -> None:
    case = acted.walk(acted.open(), "review")
    acted.do(case, "look", "专家", points="87", opinion="给八十七分")
    assert "八十七" not in xes(acted).read_text("utf-8")
    export_ocel(acted.office, acted.office.home / "log.json")
    assert "八十七" not in (acted.office.home / "log.json").read_text("utf-8")


def test_ocel_names_every_object_and_type_that_events_point_at(acted: Stage) -> None:
    target = acted.office.home / "log.json"
    made = export_ocel(acted.office, target)
    log = json.loads(target.read_text("utf-8"))
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    objects = {one["id"]: one for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert len(log["events"]) == made.events == len({one["id"] for one in log["events"]})
    types = {one["name"]: {each["name"] for each in one["attributes"]} for one in log["objectTypes"]}
    for one in log["objects"]:
        assert {value["name"] for value in one["attributes"]} <= types[one["type"]]
        assert all(value["time"] for value in one["attributes"])
        assert all(link["objectId"] in objects for link in one["relationships"])
    kinds = {one["name"]: {each["name"] for each in one["attributes"]} for one in log["eventTypes"]}
    for one in log["events"]:
        assert {value["name"] for value in one["attributes"]} <= kinds[one["type"]]
        assert {link["qualifier"] for link in one["relationships"]} >= {"case"}
        assert all(link["objectId"] in objects for link in one["relationships"])
    assert [one["time"] for one in log["events"]] == sorted(one["time"] for one in log["events"])


def test_nothing_is_written_over(acted: Stage) -> None:
    place = xes(acted)
    with pytest.raises(InvalidInput):
        export_xes(acted.office, place)
    with pytest.raises(InvalidInput):
        export_ocel(acted.office, place)


# ── another program replays it ────────────────────────────────────────────────────────────────────────────────────────


def net_of(stage: Stage):
    """The workflow as a Petri net: a place for each state, a transition for each event from each of its states."""
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    with stage.office.database.read() as connection:
        stored = next(iter(cases.every(connection, 1)))
        workflow = lookup.definition(connection, stage.office, stored.case.digest)
    net = PetriNet(workflow.name)
    places = {name: PetriNet.Place(name) for name in (START, *workflow.states)}
    net.places.update(places.values())

    def step(label: str | None, source: str, target: PetriNet.Place) -> None:
        made = PetriNet.Transition(f"{label}/{source}/{target.name}", label)
        net.transitions.add(made)
        add_arc_from_to(places[source], made, net)
        add_arc_from_to(made, target, net)

    for event in workflow.events.values():
        for source in event.sources:
            step(event.title, source, places[source if event.target == "same" else event.target])
            if event.sign:  # one of several signatures moves nothing yet
                step(event.title, source, places[source])
    end = PetriNet.Place("end")
    net.places.add(end)
    for name in workflow.states:
        step(None, name, end)
    return net, Marking({places[START]: 1}), Marking({end: 1})


@pytest.fixture
def pm4py(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The oracle, where the extra ``bench`` is installed; it wants a home to keep its settings of pictures in."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("pm4py", reason="the oracle is in the extra bench")


@pytest.mark.filterwarnings("ignore")
def test_pm4py_finds_real_histories_fit_and_a_planted_skip_unfit(acted: Stage, pm4py) -> None:
    log = pm4py.read_xes(str(xes(acted)))
    net, first, last = net_of(acted)
    fitness = pm4py.fitness_alignments(log, net, first, last)
    assert fitness["percentage_of_fitting_traces"] == 100.0
    assert fitness["log_fitness"] == pytest.approx(1.0, abs=1e-4)  # the silent way to the end costs a ten thousandth
    text = xes(acted, "again.xes").read_text("utf-8")
    events = re.findall(r"<event>.*?</event>\n", text)
    skipped = acted.office.home / "skipped.xes"
    skipped.write_text(text.replace(events[1], "", 1), "utf-8")
    broken = pm4py.fitness_alignments(pm4py.read_xes(str(skipped)), net, first, last)
    assert broken["log_fitness"] < 0.99
    assert broken["percentage_of_fitting_traces"] < 100.0


@pytest.mark.filterwarnings("ignore")
def test_pm4py_reads_the_object_centric_log(acted: Stage, pm4py) -> None:
    target = acted.office.home / "log.json"
    made = export_ocel(acted.office, target)
    found = pm4py.read_ocel2_json(str(target))
    assert len(found.events) == made.events
    assert set(found.objects[found.object_type_column]) >= {"person", "organisation"}
