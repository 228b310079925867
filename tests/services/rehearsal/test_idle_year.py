"""One zone is approved and then nobody does anything for a year: who hears of it, and how often."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.services.homes import office_at
from tests.workflows.staging import Stage
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.engine.authority.duties import filled
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.store import cases, inbox
from zhuli_flow.store.inbox import InboxMessage

AIM = 60
STORY = "引用 zone_life.steps\n照做 待审定\n照做 同意批复\n"


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[InboxMessage]]]:
    """An office after the year, and the messages to roles that the year brought."""
    office = office_at(tmp_path_factory.mktemp("idle") / "home", sampled=True)
    assert isinstance(office.clock, RehearsalClock)
    stage = Stage(office, Player(office, office.clock))
    stage.play(STORY)
    before = {one.id for one in messages(office)}
    stage.player.forward(parse_instant("2019-11-03"))
    yield office, [one for one in messages(office) if one.id not in before]
    office.database.close()


def messages(office: Office) -> list[InboxMessage]:
    with office.database.read() as connection:
        roles = {role for book in lookup.every_latest(connection, office) for role in book.roles}
        return inbox.messages(connection, "", sorted(roles), limit=10_000)


def test_a_year_of_nobody_doing_anything_is_told_in_few_words(idle: tuple[Office, list[InboxMessage]]) -> None:
    _, told = idle
    assert 0 < len(told) <= AIM, Counter((one.role, one.text) for one in told).most_common(20)


def test_every_message_reaches_somebody_who_can_act_on_that_case(idle: tuple[Office, list[InboxMessage]]) -> None:
    office, told = idle
    with office.database.read() as connection:
        held = lookup.held(connection, office)
        for one in told:
            stored = cases.load(connection, str(one.case_id))
            assert stored is not None
            book = lookup.definition(connection, office, stored.case.digest)
            assert filled(book, stored.case, str(one.role), held), one


def test_the_chief_hears_of_nothing_that_is_not_his(idle: tuple[Office, list[InboxMessage]]) -> None:
    _, told = idle
    assert not [one for one in told if one.role in ("head", "park_committee", "leading_group")]
