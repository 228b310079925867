"""Who may look at what, as pages ask it: one case by the law, and lists that run over every case."""

from __future__ import annotations

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


def reads_all(office: Office, actor: Actor) -> bool:
    """Whether this person keeps an eye on the whole province: holds a role that a workflow gives to the province."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
    wide = {name for book in books for name, role in book.roles.items() if role.of == PROVINCE and not role.named_in}
    standings = [(actor.organisation, actor.roles), *((one.organisation, one.roles) for one in actor.acts_for)]
    return any(organisation.level == PROVINCE and wide & roles for organisation, roles in standings)
