"""The sheets (评分表) that somebody fills alone: his own, case by case, with the case's papers; nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhuli_flow.engine.model.decision import Option
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import view
from zhuli_flow.services.cases.case_view import CasePage
from zhuli_flow.services.office import Office
from zhuli_flow.services.page import Page
from zhuli_flow.store.case_filter import Filter

MOST = 10
"""How many times as many cases as asked for are looked through, where the first have no sheet."""


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """One sheet of a case: what its author answered, as (title, value); empty while it is not filled in.

    ``fill`` is the act by which he fills it in or changes it, allowed or with the reasons why not; None where the case
    has none for him.
    """

    case: CasePage
    title: str
    answers: Sequence[tuple[str, object]]
    fill: Option | None
    papers: bool


def asked(office: Office, actor: Actor) -> bool:
    """Whether some workflow asks people of this actor's roles for sheets."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    return any(sheet.by in actor.roles for book in books for sheet in book.sheets.values())


def alone(office: Office, actor: Actor) -> bool:
    """Whether sheets are all there is for this actor: he reads no case otherwise than as an author of its sheets.

    His roles are those of authors, or stand on single cases (such as the head of a group) of which there is none.
    """
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    authors = {sheet.by for book in books for sheet in book.sheets.values()}
    named = {role.name for book in books for role in book.roles.values() if role.named_in is not None}
    held = actor.roles.union(*(one.roles for one in actor.acts_for))
    if not held & authors or held - authors - named:
        return False
    return not view.page(reading.seen_by(office, actor, besides_sheets=True), Filter(), limit=1).lines


def of_case(office: Office, person: str, case_id: str) -> list[OwnSheet]:
    """The person's own sheets of one case, filled in or to be filled in. Raises NotFound."""
    return _of(office, person, case_id)


def mine(office: Office, person: str, limit: int, after: str = "") -> Page[OwnSheet]:
    """Sheets that the person filled in or may fill in, of cases the reader may see: of the next ``limit`` cases.

    Where these have none, of those that follow, up to ``MOST`` times as many; with a ``next`` there are more.
    """
    lines, following = list[OwnSheet](), after
    for _ in range(MOST):
        found = view.page(office, Filter(living=True), limit=limit, after=following)
        lines = [sheet for line in found.lines for sheet in _of(office, person, line.case)]
        following = found.next
        if lines or not following:
            break
    return Page(lines, len(lines), following)


def _of(office: Office, person: str, case_id: str) -> list[OwnSheet]:
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        book = lookup.definition(connection, office, stored.case.digest)
    acts = {event.sheet: name for name, event in book.events.items() if event.sheet}
    if not acts:
        return []
    told, titles = view.show(office, case_id, person), view.titles(office, case_id)
    options = {one.event: one for one in view.options(office, case_id, person)}
    answered = {one.sheet: one.answers for one in told.sheets if one.author == person}
    made = []
    for name, sheet in book.sheets.items():
        fill, given = options.get(acts.get(name, "")), answered.get(name)
        if name in answered or (fill is not None and fill.allowed):
            shown = given.items() if isinstance(given, dict) else ()
            answers = [(titles.get(f"field/{field}", field), value) for field, value in shown]
            made.append(OwnSheet(told, sheet.title, answers, fill, reading.opens(office, case_id, "papers")))
    return made
