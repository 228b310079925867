"""What the person who looks may read: one case, a part of it, or how far his lists go.

``seen_by`` makes an office as one person sees it; whatever shows something asks here with it. The office itself,
without a reader, is seen whole: by its duties, and by who runs it on its own machine.
"""

from __future__ import annotations

from dataclasses import replace

from zhuli_flow.engine.authority.reach import EVERYTHING, Reach
from zhuli_flow.engine.authority.reach import reach as reach_of
from zhuli_flow.engine.authority.reading import may_see
from zhuli_flow.engine.model.people import Actor
from zhuli_flow.errors import NoRight, NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import cases, workflows
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection

WHAT = {
    "materials": "材料",
    "papers": "公文",
    "history": "留痕",
    "registers": "台账",
    "totals": "总览与汇总",
}
"""The parts of a case that are opened apart, as people call them."""


def seen_by(office: Office, actor: Actor | None, *, besides_sheets: bool = False) -> Office:
    """The office as ``actor`` sees it (``besides_sheets``: not as an author of sheets); None: as who runs it."""
    return replace(office, reader=actor, besides_sheets=besides_sheets)


def reader(office: Office, person: str) -> Office:
    """The office as the person of the directory sees it today. Raises NotFound."""
    with office.database.read() as connection:
        return seen_by(office, lookup.actor(connection, office, person))


def stored(connection: Connection, office: Office, case_id: str, part: str = "case") -> Stored:
    """A case that the reader may see.

    Raises NotFound, which reads the same for a case that is not there; NoRight where he may not read this ``part``.
    """
    if office.reader is None:
        return lookup.stored(connection, case_id)
    found = cases.load(connection, case_id, again=True)
    if found is None or not sees(connection, office, found):
        raise NotFound(f"没有事项“{case_id}”，或您无权查看", fix="请从工作台（zhuli todo）或事项列表进入")
    if not sees(connection, office, found, part):
        raise NoRight(f"事项 {case_id} 的{WHAT[part]}不对您开放", fix="谁可以查看写在流程定义的 reading 中")
    return found


def require(office: Office, case_id: str, part: str = "case") -> Stored:
    """``stored`` in a look of its own."""
    with office.database.read() as connection:
        return stored(connection, office, case_id, part)


def opens(office: Office, case_id: str, part: str) -> bool:
    """Whether ``part`` of a case is open to the reader. Raises NotFound."""
    with office.database.read() as connection:
        return sees(connection, office, stored(connection, office, case_id), part)


def sees(connection: Connection, office: Office, found: Stored, part: str = "case") -> bool:
    """Whether ``part`` of this case is open to the reader."""
    if office.reader is None:
        return True
    book, apart = lookup.definition(connection, office, found.case.digest), office.besides_sheets
    return may_see(book, found.case, office.reader, part, besides_sheets=apart)


def reach(connection: Connection, office: Office, part: str = "case") -> Reach:
    """How far the reader may read ``part`` of all cases there are."""
    if office.reader is None:
        return EVERYTHING
    books = (lookup.definition(connection, office, row[2]) for row in workflows.listed(connection))
    return reach_of(books, office.reader, part, besides_sheets=office.besides_sheets)


def reach_in(connection: Connection, office: Office, workflow: str, part: str = "case") -> Reach:
    """How far the reader may read ``part`` of the cases of one workflow."""
    if office.reader is None:
        return EVERYTHING
    books = lookup.every_version(connection, office, workflow)
    return reach_of(books, office.reader, part, besides_sheets=office.besides_sheets)


def opened(connection: Connection, office: Office, workflow: str, part: str) -> bool:
    """Whether there is anything of ``part`` in a workflow that the reader may look at by his role or unit.

    Who is only named in a case, or was handed one, may still read that one.
    """
    found = reach_in(connection, office, workflow, part)
    return found.everything or bool(found.whole or found.areas)


def oversees(office: Office) -> bool:
    """Whether the reader looks at the office as a whole: the totals of some workflow are open to him."""
    with office.database.read() as connection:
        books = lookup.every_latest(connection, office)
        return any(opened(connection, office, one.name, "totals") for one in books)


def require_opened(connection: Connection, office: Office, workflow: str, part: str) -> None:
    """Raises NoRight unless ``opened``."""
    if not opened(connection, office, workflow, part):
        raise NoRight(f"{WHAT[part]}合计各单位的事项，不对您开放", fix="您可以看工作台、事项和本单位、本地区的台账")


def require_everything(office: Office, part: str = "history") -> None:
    """Raises NoRight for a reader who may not read ``part`` of every case there is."""
    with office.database.read() as connection:
        if not reach(connection, office, part).everything:
            raise NoRight(f"全部事项的{WHAT[part]}不对您开放", fix="请由可以查看全部事项的人员办理，如安全审计员")
