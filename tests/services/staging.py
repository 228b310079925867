"""An office of a test's own on a real SQLite file: the engine tests' desk, with sheets, a queue and linked cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine.desk import CALENDAR, COLLEGE, COUNTY, DESK, PEOPLE, PROVINCE
from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.definitions import stored as catalog
from zhuli_flow.definitions.check import load
from zhuli_flow.engine.model.case import Attachment
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.people import Organisation
from zhuli_flow.errors import RulesRefused
from zhuli_flow.services.cases.advance import advance, open_case
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, directory, workflows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.directory import Person
from zhuli_flow.store.sql.database import Database

SECOND = Organisation("乙县政府", "乙县政府", "county", "大连市", "乙县", "county")
PARTS = {
    "states:\n": """forms:
  mark: {title: 评分, fields: [points]}
sheets:
  score: {title: 评分表, by: expert, form: mark, total: [points], valid: [author in experts], sealed_until: agree}
quotas:
  places: {title: 名额, max: 1, queued_by: queue}
states:
""",
    "  amount: {title: 金额, type: int}\n": "  amount: {title: 金额, type: int}\n  points: {title: 分, type: int}\n",
    "  repair: {title: 补正}\n": "  repair: {title: 补正}\n  waiting: {title: 候补}\n",
    "deadline: {until: until, then: expire}": "deadline: {until: until, remind: [-10d, 0d], then: expire}",
    "look: {title: 专家意见, from: review, to: same, by: expert}": (
        "look: {title: 评分, from: review, to: same, by: expert, sheet: score}"
    ),
    "  approve: {title: 批准, from: ruling, to: valid, by: head}": (
        "  approve: {title: 批准, from: ruling, to: valid, by: head, "
        "issue: {notice: reply, series: 测函, to: [county]}}\n"
        "  queue: {title: 候补, from: intake, to: waiting, by: office}\n"
        "  recall: {title: 递补, from: waiting, to: intake, by: office, when: [room in places: 没有名额]}\n"
        "  renew: {title: 续期, from: start, to: valid, by: system, fill: [subject, until?], set: {until: today + 1y}}"
    ),
    "expire: {title: 期满, from: valid, to: closed, by: system}": (
        "expire: {title: 期满, from: valid, to: closed, by: system,"
        " open: {workflow: desk, event: renew, set: {subject: subject}}}"
    ),
}


def story(**parts: str) -> str:
    """The definition; ``parts`` replaces ``old`` by new text, given as ``a="old -> new"``."""
    text = DESK
    for old, new in [*PARTS.items(), *(part.split(" -> ") for part in parts.values())]:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


class Stage:
    """One office in a folder; ``do`` and ``refused`` as people would, ``stored`` what the database holds.

    ``where``: the database, when it is not the folder's file.
    """

    def __init__(
        self, home: Path, *, fresh: bool = True, at: str = "2018-10-08", text: str = "", where: str = ""
    ) -> None:
        self.clock = RehearsalClock(parse_instant(at))
        self.office = Office(home, Database(where or home / "zhuli.db"), self.clock, CALENDAR, rehearsal=True)
        if fresh:
            self._furnish(text or story())

    def _furnish(self, text: str) -> None:
        self.office.database.create()
        with self.office.database.write() as connection:
            directory.put_organisations(connection, [COUNTY, SECOND, PROVINCE, COLLEGE])
            people = [Person(one.person, one.organisation.id, one.roles, one.title) for one in PEOPLE.values()]
            directory.put_people(connection, [*people, Person("县乙", SECOND.id, frozenset({"county"}))])
        self.take_into_use(text)

    def take_into_use(self, text: str) -> None:
        data = text.encode()
        flow = load(data, "desk.yaml")
        with self.office.database.write() as connection:
            workflows.put(
                connection,
                name=flow.name,
                version=flow.version,
                digest=flow.digest,
                text=text,
                document=catalog.to_stored(data, "desk.yaml", None),
                at=self.clock.now(),
            )

    def on(self, day: str) -> Stage:
        self.clock.set(parse_instant(day))
        return self

    def open(self, person: str = "县", applicant: str = "甲县政府", request_id: str = "", **values: Any) -> str:
        given = {"subject": "请示", "until": "2019-03-01", "experts": "专家", **values}
        return open_case(self.office, "desk", applicant, person, given, request_id=request_id).case

    def do(self, case: str, event: str, who: str, /, **given: Any) -> Outcome:
        files: dict[str, tuple[Attachment, ...]] = given.pop("files", {})
        dry_run = given.pop("dry_run", False)
        command = Command(
            event,
            {name: value for name, value in given.items() if name not in {"opinion", "request", "seen", "decline"}},
            files,
            given.get("opinion", "同意"),
            given.get("request", ""),
            given.get("seen"),
            given.get("decline", False),
        )
        return advance(self.office, case, who, command, dry_run=dry_run)

    def refused(self, case: str, event: str, who: str, /, **given: Any) -> set[str]:
        try:
            self.do(case, event, who, **given)
        except RulesRefused as refused:
            return {one.code for one in refused.refusals}
        raise AssertionError(f"{event} was accepted")

    def walk(self, case: str, state: str) -> str:
        """Walk the case on to ``state``."""
        ways = (
            ("draft", "submit", "县", {}),
            ("intake", "accept", "甲", {}),
            ("review", "agree", "甲", {"amount": "6"}),
            ("review", "agree", "领导", {}),
            ("ruling", "approve", "领导", {}),
        )
        for source, event, who, given in ways:
            now = self.stored(case).case.state
            if now == source != state:
                self.do(case, event, who, **given)
        assert self.stored(case).case.state == state
        return case

    def stored(self, case: str) -> Stored:
        with self.office.database.read() as connection:
            found = cases.load(connection, case)
        assert found is not None
        return found

    def table(self, query: str) -> list[tuple[Any, ...]]:
        with self.office.database.read() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def everything(self) -> str:
        """Every row of every table, as text: equal before and after means that nothing was written."""
        names = [name for (name,) in self.table("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        content = {name: sorted(self.table(f"SELECT * FROM {name}"), key=repr) for name in names}
        return json.dumps(content, default=repr, ensure_ascii=False)
