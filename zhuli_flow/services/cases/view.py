"""Looking without touching: options, one case, its history, lists, a person's work list. Sealed sheets stay sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from zhuli_flow.clock import local_date, parse_instant
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine import decide as law
from zhuli_flow.engine import stale_refusals
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.reading import Reader
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines.lights import light_of, lights, rest
from zhuli_flow.engine.history.entry import Entry, read
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.deadline import Deadline, Span, ends_at
from zhuli_flow.engine.model.decision import Option
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import as_json
from zhuli_flow.engine.naming import states_meant
from zhuli_flow.engine.position import running
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import facts
from zhuli_flow.services.cases.case_view import (
    CaseLine,
    CasePage,
    DeadlineShown,
    PaperLine,
    Pinned,
    RegionShown,
    SigningShown,
    SpanShown,
    StaleShown,
    Suspension,
)
from zhuli_flow.services.cases.signing import answer, handed_in, under_way
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Page
from zhuli_flow.store import audit, cases, notices
from zhuli_flow.store.case_filter import Filter, Lit
from zhuli_flow.store.cases import Order, Place, Stored
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.suggest import did_you_mean
from zhuli_flow.vocabulary import OFFICERS


class Titled(Protocol):
    """Whatever has a title in the definition."""

    @property
    def title(self) -> str: ...


def options(office: Office, case_id: str, person: str) -> tuple[Option, ...]:
    """What this person might do with the case now, each allowed or not with all reasons. Raises NotFound."""
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        actor = lookup.actor(connection, office, person)
        question = facts.question(connection, office, workflow, stored.case, actor, None)
        last = audit.latest_act(connection, case_id)
        return law.options(question, read(last.body) if last else None)


def signing(office: Office, case_id: str, person: str) -> list[SigningShown]:
    """What of the case is being signed, as ``person`` may see it (``signing.under_way``). Raises NotFound."""
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        return under_way(connection, office, lookup.definition(connection, office, stored.case.digest), stored, person)


def show(office: Office, case_id: str, viewer: str | None = None) -> CasePage:
    """Everything about one case as it stands: fields, materials, lights, deadlines, signatures, documents."""
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        papers = notices.of_case(connection, case_id) if reading.sees(connection, office, stored, "papers") else []
        handed = stored.case.materials if reading.sees(connection, office, stored, "materials") else {}
        signing = under_way(connection, office, workflow, stored, viewer)
    case, body = stored.case, stored.case.body
    return CasePage(
        *msgspec.structs.astuple(line_of(office, workflow, stored)),
        definition=Pinned(workflow.name, workflow.version, workflow.digest),
        clause=workflow.states[case.state].clause,
        fields=tuple(answer(workflow, name, case.fields[name]) for name in workflow.fields if name in case.fields),
        materials=tuple(handed_in(workflow, name, handed[name]) for name in workflow.materials if name in handed),
        sheets=tuple(Reader(workflow, case, viewer).sheets()),
        signoffs=body.get("signoffs", {}),
        signing=tuple(signing),
        signed=body.get("signed", {}),
        stale=tuple(_to_give_again(office, workflow, case)),
        assignments=case.assignments,
        deadlines=tuple(deadline_of(office, workflow, name, one) for name, one in case.deadlines.items()),
        suspended=case.mark("suspended"),
        path=case.path,
        links=body.get("links", {}),
        notices=tuple(PaperLine(one.id, one.kind, one.number, one.state, one.sha256) for one in papers),
        entries=stored.seq,
        head=stored.head.hex(),
    )


def _to_give_again(office: Office, workflow: Workflow, case: Case) -> Iterator[StaleShown]:
    """What has gone stale, in the order it was given."""
    question = Question(workflow, case, SYSTEM_ACTOR, Facts(office.clock.now(), office.calendar, hours=office.hours))
    for key in sorted(case.stale, key=lambda one: case.evidence[one].act if one in case.evidence else 0):
        [found] = stale_refusals.refusals(question, case, [key])
        yield StaleShown(key, stale_refusals.what(question, key), found.because, found.who, found.fix)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry as one may read it: ``entry`` with what is under seal masked, its ``hash`` in hex, its stored bytes."""

    entry: Entry
    hash: str
    stored: bytes
    secret: bool

    def json(self) -> Json:
        """The wire form: all that the entry keeps, masked likewise, and its hash."""
        body = msgspec.json.decode(self.stored, type=dict) | {"changes": as_json(self.entry.changes)}
        if self.secret:
            body |= {"opinion": self.entry.opinion, "refusals": []}
        return {**body, "hash": self.hash}


def history(office: Office, case_id: str, viewer: str | None = None) -> list[HistoryLine]:
    """Every entry of the case, oldest first, with its hash; what is in a sealed sheet is shown to its author alone.

    A reader to whom the history is closed sees what he did himself. Raises NotFound.
    """
    return _entries(office, case_id, viewer, "history")


def _entries(office: Office, case_id: str, viewer: str | None, part: str) -> list[HistoryLine]:
    """The entries as the viewer may read them; only his own where ``part`` of the case is closed to the reader."""
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        workflow = lookup.definition(connection, office, stored.case.digest)
        found, whole = audit.entries(connection, case_id), reading.sees(connection, office, stored, part)
    reader = Reader(workflow, stored.case, viewer)
    told = [_history_line(reader, read(one.body), one) for one in found]
    return told if whole else [one for one in told if one.entry.actor.person == viewer]


def file_name(office: Office, case_id: str, viewer: str | None, sha256: str) -> str | None:
    """Under which name a file was handed in that an entry names which the viewer may read; None without one.

    Raises NotFound for a case that the reader may not see.
    """
    named = (file for line in _entries(office, case_id, viewer, "materials") for _, file in line.entry.files())
    return next((file.filename for file in named if file.sha256 == sha256), None)


def _history_line(reader: Reader, entry: Entry, one: audit.Entry) -> HistoryLine:
    return HistoryLine(reader.masked(entry), one.hash.hex(), one.body, secret=not reader.hears(entry))


def titles(office: Office, case_id: str) -> dict[str, str]:
    """What people call the states, roles, materials … of a case's own definition, by ``kind/name``."""
    with office.database.read() as connection:
        workflow = lookup.definition(connection, office, reading.stored(connection, office, case_id).case.digest)
    named: dict[str, Mapping[str, Titled]] = {
        "state": workflow.states,
        "region": workflow.regions,
        "role": workflow.roles,
        "event": workflow.events,
        "sheet": workflow.sheets,
        "material": workflow.materials,
        "field": workflow.fields,
        "deadline": workflow.deadlines,
    }
    beside = {f"state/{name}": title for one in workflow.regions.values() for name, title in one.states.items()}
    officers = {f"role/{name}": title for name, title in OFFICERS.items()}
    declared = {f"{kind}/{name}": item.title for kind, items in named.items() for name, item in items.items()}
    return officers | beside | declared


def page(
    office: Office, wanted: Filter, *, light: str = "", limit: int = 200, after: str = "", order: Order = "changed"
) -> Page[CaseLine]:
    """Cases that fit, in this order; ``light`` narrows to 红、黄、绿、灰 of either light, before the limit.

    ``after`` is the ``next`` of the page before. Raises InvalidInput for anything else.
    """
    start, wanted = Place.read(after) if after else None, _lit(office, wanted, light)
    with office.database.read() as connection:
        wanted = replace(_by_name(connection, office, wanted), reach=reading.reach(connection, office))
        found = cases.page(connection, wanted, limit + 1, start, order, "line")
        lines = tuple(_line_of(connection, office, one.stored) for one in found[:limit])
        most = MANY if wanted.lit is None else COUNTED
        total = cases.count(connection, wanted, most + 1)
    following, more = str(found[limit - 1].place) if len(found) > limit else "", wanted != EVERY and total > most
    return Page(lines, most if more else total, following, more=more)


COUNTED, MANY = 1000, 10_000
"""Up to how many cases are counted: at a light, which no index knows; narrowed by anything else."""
EVERY = Filter()


def _by_name(connection: Connection, office: Office, wanted: Filter) -> Filter:
    """The filter with names for titles: a workflow's, and that of a state of it, or of any, of regions too."""
    if not (wanted.workflow or wanted.state):
        return wanted
    one = lookup.latest(connection, office, wanted.workflow) if wanted.workflow else None
    found = replace(wanted, workflow=one.name if one else "")
    if not wanted.state:
        return found
    books = [one] if one else lookup.every_latest(connection, office)
    return replace(found, state="", states=_states(connection, office, books, wanted.state))


def _states(connection: Connection, office: Office, books: list[Workflow], word: str) -> tuple[str, ...]:
    """The states that a word names, by name or title, alone or as parts of a compound or region. Or InvalidInput."""
    state, several = states_meant(word, books)
    if several:
        return several
    for looked in (books, (one for book in books for one in lookup.every_version(connection, office, book.name))):
        if named := {name for book in looked for name, title in _titled(book) if word in (name, title)}:
            return tuple(sorted(named | {state} if state != word else named))
    titles = list(dict.fromkeys(title for book in books for _, title in _titled(book)))
    where = "各流程的环节见 zhuli workflow show 流程" if len(books) > 1 else ""
    raise InvalidInput(f"没有环节“{word}”", fix=did_you_mean(word, titles, otherwise=where))


def _titled(book: Workflow) -> Iterator[tuple[str, str]]:
    """Every state of the main line and of the regions, with its title."""
    yield from ((one.name, one.title) for one in book.states.values())
    for region in book.regions.values():
        yield from region.states.items()


def listed(office: Office, wanted: Filter, *, light: str = "") -> list[CaseLine]:
    """Every case that fits, the latest changed first, one line each; ``light`` as for ``page``."""
    with office.database.read() as connection:
        wanted = replace(_lit(office, wanted, light), reach=reading.reach(connection, office))
        return [_line_of(connection, office, one) for one in cases.walk(connection, wanted)]


def _lit(office: Office, wanted: Filter, light: str) -> Filter:
    return replace(wanted, lit=Lit(light, office.clock.now())) if light else wanted


def _line_of(connection: Connection, office: Office, stored: Stored) -> CaseLine:
    return line_of(office, lookup.definition(connection, office, stored.case.digest), stored)


def line_of(office: Office, workflow: Workflow, stored: Stored) -> CaseLine:
    """A case in a list, with its lights as of now."""
    case = stored.case
    step, whole = lights(workflow, case, office.today, office.calendar, office.clock.now())
    state = workflow.states[case.state]
    return CaseLine(
        case=case.id,
        workflow=case.workflow,
        title=workflow.title,
        applicant=case.applicant.name,
        city=case.applicant.city,
        state=case.state,
        state_title=state.title,
        kind=state.kind,
        step=state.step,
        version=case.version,
        opened_at=case.opened_at,
        light_step=step,
        light_case=whole,
        beside=tuple(_beside(workflow, case)),
    )


def suspension(case: Case) -> Suspension | UnsetType:
    """Since when a case is suspended and by whom; UNSET when it is not."""
    held = case.mark("suspended")
    if not isinstance(held, dict):
        return UNSET
    return Suspension(local_date(parse_instant(str(held["at"]))), str(held["by"]))


def _beside(workflow: Workflow, case: Case) -> Iterator[RegionShown]:
    for name, state in running(workflow, case).items():
        region = workflow.regions[name]
        since = [visit.since for key, visit in case.region_path.items() if key.startswith(f"{name}/")]
        yield RegionShown(name, region.title, state, region.states[state], since[-1])


def deadline_of(office: Office, workflow: Workflow, name: str, deadline: Deadline) -> DeadlineShown:
    """A deadline with its title, its own light while it lives, and how many days each span has lasted."""
    rule, parts = workflow.deadlines[name], msgspec.structs.asdict(deadline)
    light = light_of(workflow, name, deadline, office.clock.now(), office.calendar) if deadline.live else UNSET
    shown = DeadlineShown(
        **{**parts, "spans": tuple(_span(office, span) for span in deadline.spans)},
        name=name,
        title=rule.title,
        whole_case=rule.whole_case,
        due_at=ends_at(deadline).isoformat(timespec="seconds"),
        light=light,
    )
    if deadline.state != "suspended":
        return shown
    before, left = deadline.due_on, rest(deadline)  # its old last day says nothing any more
    return msgspec.structs.replace(shown, due_on=None, due_at=None, due_before=before, rest=left)


def _span(office: Office, span: Span) -> SpanShown:
    days = ((span.to or office.today) - span.since).days
    return SpanShown(since=span.since, counted=span.counted, to=span.to, days=days)
