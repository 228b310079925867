"""The sample programme goes as told, and the run on the quota after it."""

from collections.abc import Callable
from datetime import date

from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.cli.commands.demo import START, STORY
from zhuli_flow.clock import parse_instant
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.services.cases import view
from zhuli_flow.services.history import verify
from zhuli_flow.services.registers import register, totals
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.store import notices
from zhuli_flow.store.case_filter import Filter

PROVINCE = "辽科协函"
ZONES, CALL = "zone_creation", "六月通知"


def test_the_story_of_the_demo_tells_the_call_and_the_registers_beside_the_programme(
    stage: Callable[..., Stage],
) -> None:
    played = stage()
    office, clock = played.office, played.player.clock
    clock.set(parse_instant(START))
    player = play_file(office, clock, bootstrap.sample(STORY))
    assert office.today == date(2021, 11, 15)
    assert len(view.listed(office, Filter(kind="in_force", workflow=ZONES))) == 9
    counts = {name: len(register.find(office, name).rows) for name in REGISTERS}
    assert counts == REGISTERS
    first = totals.total(office, "returns_call.summarised", player.labels[CALL], ("edition<=1",))
    figures = {line.number: [figure.value for figure in line.blocks] for line in first.lines}
    assert (figures["18a"], figures["13a"]) == ([12, 5], [1, 1])
    assert verify.verify(office).ok
    assert verify.faults(office) == []


REGISTERS = {
    "station.stations": 6,
    "workstation.workstations": 2,
    "matching.matches": 14,
    "matching.contracts": 8,
    "subsidy.subsidies": 4,
}


def test_the_programme_and_the_run_on_its_quota_go_as_told(stage: Callable[..., Stage]) -> None:
    played = stage()
    office, clock = played.office, played.player.clock
    player = play_file(office, clock, bootstrap.sample("programme.scenario"))
    assert office.today == date(2021, 11, 15)
    fired = [line.event for line in player.report.items if line.kind == "fired"]
    assert fired.count("expire") == 1
    lights = {str(one["applicant"]): one["light_case"] for one in as_json(view.listed(office, Filter(kind="in_force")))}
    assert len(lights) == 9
    play_file(office, clock, bootstrap.sample("quota.scenario"))
    assert len(view.listed(office, Filter(kind="in_force"))) == 16
    assert verify.verify(office).ok
    assert verify.faults(office) == []
    with office.database.read() as connection:
        ordered = [one.number for one in notices.listed(connection, "ordered", 1000) if one.number]
    for year, count in ((2018, 9), (2019, 3), (2020, 2), (2021, 12)):
        numbers = sorted(int(one.split("〕")[1][:-1]) for one in ordered if one.startswith(f"{PROVINCE}〔{year}〕"))
        assert numbers == list(range(901, 901 + count))
