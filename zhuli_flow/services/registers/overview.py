"""A workflow at a glance: places taken, cases by state and light, time spent in each state, who is overdue, sums.

Counted over rows where there are any, else over one case at a time: an office has more cases than memory.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.workflow import StateKind, Workflow
from zhuli_flow.engine.model.case import Json
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Line
from zhuli_flow.services.registers.overdue import Overdue
from zhuli_flow.services.registers.stay_times import times
from zhuli_flow.services.registers.sums import sums
from zhuli_flow.store import cases
from zhuli_flow.store.sql.statements import Connection

KINDS: tuple[StateKind, ...] = ("initial", "open", "in_force", "final")


def overview(office: Office, workflow: str = "") -> Line:
    """``{"at", "workflows", "overdue", "awaited"}`` for one workflow, or for all that have a case. Raises NotFound.

    ``overdue`` counts cases by their applicant, ``awaited`` by every organisation whose move it is on them.
    """
    with office.database.read() as connection:
        used = cases.counts(connection)
        books = (
            lookup.every_latest(connection, office) if not workflow else [lookup.latest(connection, office, workflow)]
        )
        looks = [_Look(connection, office, book) for book in books if workflow or book.name in used]
        late = Overdue(connection, office)
        late.count(look.book.name for look in looks)
        told: list[Json] = [look.json() for look in looks]
    return {
        "at": office.clock.now().isoformat(timespec="seconds"),
        "workflows": told,
        "overdue": _counted(late.applicants),
        "awaited": _counted(late.awaited),
    }


def _counted(names: Counter[str]) -> list[Json]:
    """The most first, then by name."""
    found = sorted(names.items(), key=lambda one: (-one[1], one[0]))
    return [{"organisation": name, "cases": number} for name, number in found]


class _Look:
    """One workflow during one look at the database."""

    def __init__(self, connection: Connection, office: Office, book: Workflow) -> None:
        self.connection, self.office, self.book = connection, office, book
        self.now = office.clock.now()
        self.standing = cases.standing(connection, book.name, self.now)

    def json(self) -> Line:
        """All that is told of it."""
        kinds, words = Counter[str](), Counter[str]()
        for one in self.standing:
            kinds[one.kind] += one.cases
            words[one.light] += one.cases
        return {
            "workflow": self.book.name,
            "title": self.book.title,
            "cases": kinds.total(),
            "kinds": {kind: kinds[kind] for kind in KINDS},
            "lights": {word: words[word] for word in ("红", "黄", "绿", "灰")},
            "quotas": [self._quota(one) for one in self.book.quotas.values()],
            "states": self._states(),
            "sums": [msgspec.structs.asdict(one) for one in sums(self.connection, self.office, self.book)],
        }

    def _quota(self, quota: Quota) -> Line:
        ever = str(self.book.value(quota.counts)) == "ever"
        count = cases.count_ever_in_force if ever else cases.count_in_force
        limit = quota.maximum
        named = limit[1:] if isinstance(limit, str) and limit.startswith("$") else ""
        return {
            "quota": quota.name,
            "title": quota.title,
            "used": count(self.connection, self.book.name),
            "limit": int(str(self.book.value(limit))),
            "waiting": cases.queued(self.connection, quota.name),
            "source": self.book.parameters[named].source if named else quota.source,
        }

    def _states(self) -> list[Json]:
        """By the newest definition's order; a state that only an earlier one has comes last, by its name there."""
        here = Counter[str]()
        for one in self.standing:
            here[one.state] += one.cases
        versions = lookup.every_version(self.connection, self.office, self.book.name)
        titles = {name: state for own in versions for name, state in own.states.items()} | dict(self.book.states)
        order = [*self.book.states, *(name for name in titles if name not in self.book.states)]
        stays = times(self.connection, self.book.name, self.now)
        stays = {name: one for name, one in stays.items() if name in titles and titles[name].kind != "final"}
        return [
            {
                "state": name,
                "title": titles[name].title,
                "kind": titles[name].kind,
                "cases": here[name],
                "stays": stays[name].stays if name in stays else 0,
                "median_days": stays[name].median_days if name in stays else None,
                "longest_days": stays[name].longest_days if name in stays else None,
            }
            for name in order
            if here[name] or name in stays
        ]
