"""zhuli_flow itself: a real home with the shipped definitions and directory, and a small one of eight states."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from zhuli_flow import bootstrap
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.decide import options
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.cases import advance, facts
from zhuli_flow.services.office import Office
from zhuli_flow.settings import DATABASE, Settings
from zhuli_flow.store import cases

EVENTS = ("recommend", "research", "request", "assess", "reply", "expire", "close")
APPLICANT, PERSON = "北票市", "省科协学会学术部经办"
BATCH = 100
_request_ids: Iterator[str] = (f"bench-{number}" for number in count())


def make_office(home: Path, where: str = DATABASE) -> Office:
    """A new home as ``zhuli init --sample`` makes it, on the machine's clock, with eight_states taken into use."""
    bootstrap.make_home(home, Settings(database=where), start=None, sampled=True, os_user="bench")
    shutil.copy(Path(__file__).with_name("eight_states.yaml"), home / "workflows")
    office = bootstrap.open_office(home, os_user="bench")
    workflows.register(office)
    return office


def open_cases(office: Office, number: int) -> list[str]:
    """Ids of new cases, ready for the first of EVENTS."""
    return [advance.open_case(office, "eight_states", APPLICANT, PERSON).case for _ in range(number)]


def command(event: str) -> Command:
    """What a face sends: the answer the condition looks at, and a request id of its own."""
    return Command(event, {"ok": True}, request_id=next(_request_ids))


class Single:
    """``services.advance.advance``: one transaction, committed and synced, for every act."""

    def __init__(self, office: Office, number: int) -> None:
        self.office, self.number, self.work = office, number, number * len(EVENTS)
        self.ids: list[str] = []

    def prepare(self) -> None:
        self.ids = open_cases(self.office, self.number)

    def run(self) -> None:
        for case_id in self.ids:
            for event in EVENTS:
                advance.advance(self.office, case_id, PERSON, command(event))


class Batched:
    """``services.advance.advance_many``: a hundred acts, on as many cases, in each transaction."""

    work = BATCH * len(EVENTS)

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ids: list[str] = []

    def prepare(self) -> None:
        self.ids = open_cases(self.office, BATCH)

    def run(self) -> None:
        for event in EVENTS:
            answers = advance.advance_many(self.office, [(case_id, PERSON, command(event)) for case_id in self.ids])
            wrong = [answer for answer in answers if isinstance(answer, Exception)]
            if wrong:
                raise wrong[0]


class Options:
    """``engine.decide.options`` in memory: all that might be done with a case now, and for each why not."""

    def __init__(self, office: Office, work: int) -> None:
        self.work = work
        case_id = open_cases(office, 1)[0]
        with office.database.read() as connection:
            stored = cases.load(connection, case_id)
            assert stored is not None
            definition = lookup.definition(connection, office, stored.case.digest)
            known = facts.gather(connection, office, definition, stored.case, None)
            self.question = Question(definition, stored.case, lookup.actor(connection, office, PERSON), known)

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for _ in range(self.work):
            options(self.question)
