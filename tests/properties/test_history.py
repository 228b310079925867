"""Of what is stored: one changed byte is found where it is, and a sweep may be cut in two anywhere."""

import shutil
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.walking import FILE, workflow
from tests.workflows.staging import Stage
from zhuli_flow import bootstrap
from zhuli_flow.clock import SHANGHAI, RehearsalClock, parse_instant
from zhuli_flow.definitions import check
from zhuli_flow.definitions import stored as catalog
from zhuli_flow.engine.history.chain import Link, first_break
from zhuli_flow.services.deadlines.sweep import sweep
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.settings import Settings
from zhuli_flow.store import audit

QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one county came to be in force and another stands midway."""
    home = tmp_path_factory.mktemp("lived") / "home"
    start = parse_instant("2018-10-08")
    bootstrap.make_home(home, Settings(rehearsal=True), start=start, sampled=True, os_user="经办机")
    office = bootstrap.open_office(home)
    Stage(office, player(office)).play(
        "引用 faku.steps\n照做 三年如期\n照做 推荐 新民市 沈阳市 新民市 食用菌 2021-04-01\n"
        "2021-04-10 办理 新民市 催办 省科协学会学术部经办"
    )
    office.database.close()
    return home


def player(office: Office) -> Player:
    assert isinstance(office.clock, RehearsalClock)
    return Player(office, office.clock)


@pytest.fixture(scope="module")
def chains(lived_in: Path) -> Iterator[tuple[list[Link], dict[str, tuple[int, bytes]]]]:
    office = bootstrap.open_office(lived_in)
    with office.database.read() as connection:
        yield list(audit.all_entries(connection)), audit.heads(connection)
    office.database.close()


@QUICK
@given(data=st.data())
def test_one_changed_byte_anywhere_is_found_at_that_entry(
    data: st.DataObject, chains: tuple[list[Link], dict[str, tuple[int, bytes]]]
) -> None:
    links, heads = chains
    assert first_break(links, heads) == (len(links), None)
    place = data.draw(st.integers(0, len(links) - 1))
    link = links[place]
    offset, flip = data.draw(st.integers(0, len(link.body) - 1)), data.draw(st.integers(1, 255))
    body = bytearray(link.body)
    body[offset] ^= flip
    changed = [*links[:place], Link(link.case_id, link.seq, bytes(body), link.hash), *links[place + 1 :]]
    _, found = first_break(changed, heads)
    assert found is not None
    assert (found.case_id, found.seq) == (link.case_id, link.seq)


@QUICK
@given(data=st.data())
def test_an_entry_left_out_anywhere_is_noticed(
    data: st.DataObject, chains: tuple[list[Link], dict[str, tuple[int, bytes]]]
) -> None:
    links, heads = chains
    place = data.draw(st.integers(0, len(links) - 1))
    _, found = first_break([*links[:place], *links[place + 1 :]], heads)
    assert found is not None
    assert found.case_id == links[place].case_id


@pytest.mark.parametrize("cut", [20, 95, 187])
def test_going_on_in_two_stages_comes_to_the_same_as_in_one(cut: int, lived_in: Path, tmp_path: Path) -> None:
    start, end = parse_instant("2021-04-10"), parse_instant("2021-12-31")
    whole = after(lived_in, tmp_path / "whole", [end])
    parts = after(lived_in, tmp_path / "parts", [start + timedelta(days=cut), end])
    assert parts == whole
    assert any('"expire"' in body for body in whole)


def after(template: Path, home: Path, stops: list[datetime]) -> list[str]:
    """Every entry after the clock went on to each of the stops in turn."""
    shutil.copytree(template, home)
    office = bootstrap.open_office(home, os_user="经办机")
    office.clock = RehearsalClock(datetime.combine(parse_instant("2021-04-10").date(), time(9), SHANGHAI))
    walker = player(office)
    for stop in stops:
        walker.forward(stop)
    with office.database.read() as connection:
        bodies = [link.body.decode() for link in audit.all_entries(connection)]
    office.database.close()
    return bodies


def test_one_look_after_a_standstill_reminds_once_and_leaves_nothing_due(lived_in: Path, tmp_path: Path) -> None:
    home = tmp_path / "standstill"
    shutil.copytree(lived_in, home)
    office = bootstrap.open_office(home)
    office.clock = RehearsalClock(parse_instant("2021-10-30"))
    first, again = sweep(office), sweep(office)
    assert first.reminders > 0
    reminded = [(one.case, one.deadline) for one in first.items if one.kind == "remind"]
    assert len(reminded) == len(set(reminded))
    assert (again.reminders, again.overdue, again.fired) == (0, 0, 0)
    office.database.close()


def test_a_definition_read_back_from_the_store_is_the_same() -> None:
    data = workflow().text.encode()  # complete: with the shared parts that it uses
    stored = catalog.to_stored(data, FILE, None)
    found = catalog.from_stored(stored, data.decode(), catalog.digest(data))
    assert found == check.load(data, FILE)
    assert found.digest == workflow().digest
