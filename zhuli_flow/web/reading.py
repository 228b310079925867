"""Who may look at what, as pages ask it: one case by the law, and lists that run over every case."""

from __future__ import annotations

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases
from zhuli_flow.store.sql.statements import Connection

PROVINCE = "province"


def require(connection: Connection, office: Office, case_id: str, actor: Actor) -> Case:
    """The case, if this person may see it; NotFound reads the same for one that is not there."""
    stored = cases.load(connection, case_id)
    if stored is None or not may_see(lookup.definition(connection, office, stored.case.digest), stored.case, actor):
        raise NotFound(f"没有事项“{case_id}”，或您无权查看", fix="请从工作台或事项列表进入")
    return stored.case


def require_case(office: Office, case_id: str, actor: Actor) -> Case:
    """``require`` in a look of its own."""
    with office.database.read() as connection:
        return require(connection, office, case_id, actor)


def reads_all(office: Office, actor: Actor, workflow: str = "") -> bool:
    """Whether this person may see every case of a workflow, or of every workflow: he holds a role of the province's."""
    with office.database.read() as connection:
        newest = lookup.newest(connection, office, workflow) if workflow else None
        books = [newest] if newest else lookup.every_latest(connection, office)
    return all(_wide(book, actor) for book in books)


def oversees(office: Office, actor: Actor) -> bool:
    """Whether this person may look at the office as a whole: he holds a role of the province's in some workflow."""
    return bool(read_wholly(office, actor))


def read_wholly(office: Office, actor: Actor) -> frozenset[str]:
    """The workflows of which this person may see every case."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    return frozenset(book.name for book in books if _wide(book, actor))


def _wide(book: Workflow, actor: Actor) -> bool:
    wide = {name for name, role in book.roles.items() if role.of == PROVINCE and not role.named_in}
    standings = [(actor.organisation, actor.roles), *((one.organisation, one.roles) for one in actor.acts_for)]
    return any(organisation.level == PROVINCE and wide & roles for organisation, roles in standings)


def sees(office: Office, case_id: str, actor: Actor) -> bool:
    """Whether this person may see the case."""
    with office.database.read() as connection:
        found = cases.load(connection, case_id)
        return found is not None and may_see(
            lookup.definition(connection, office, found.case.digest), found.case, actor
        )


def area(office: Office, actor: Actor, workflow: str) -> list[str] | None:
    """The conditions to which a look at every case of a workflow is narrowed for this person; None: none at all.

    A city's people see their city's cases where the workflow has a role of the city that they hold, and so a county's.
    """
    if reads_all(office, actor, workflow):
        return []
    with office.database.read() as connection:
        book = lookup.newest(connection, office, workflow)
    held = {book.roles[name].of for name in actor.roles & book.roles.keys()} if book else set()
    own = actor.organisation
    if "city" in held and own.level == "city":
        return [f"applicant.city={own.city}"]
    if "county" in held and own.level == "county":
        return [f"applicant.city={own.city}", f"applicant.county={own.county}"]
    return None
