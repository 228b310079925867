"""Looking up by name: cases, forms, definitions in use, people, organisations; NotFound says what there is."""

from __future__ import annotations

from zhuli_flow.definitions import stored as catalog
from zhuli_flow.definitions.model.workflow import SYSTEM, Form, Workflow
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.people import Actor, Organisation
from zhuli_flow.engine.naming import called, name_of
from zhuli_flow.errors import NotFound, RulesRefused
from zhuli_flow.services.office import KnownDirectory, Office
from zhuli_flow.store import act_start as act_starts
from zhuli_flow.store import addresses, cases, directory, workflows
from zhuli_flow.store.act_start import ActStart
from zhuli_flow.store.cases import Stored
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.suggest import did_you_mean


def stored(connection: Connection, case_id: str) -> Stored:
    """A case as it is stored. Raises NotFound."""
    found = cases.load(connection, case_id)
    if found is None:
        raise _no_case(case_id)
    return found


def act_start(connection: Connection, case_id: str, request_id: str) -> ActStart:
    """A case with what else an act reads first. Raises NotFound."""
    found = act_starts.read(connection, case_id, request_id)
    if found is None:
        raise _no_case(case_id)
    return found


def _no_case(case_id: str) -> NotFound:
    return NotFound(f"没有事项“{case_id}”", fix="请用 zhuli case list 查看事项编号")


def form(workflow: Workflow, name: str) -> Form:
    """One form of a definition. Raises NotFound with those there are."""
    name = name_of(name, workflow.forms)
    if name not in workflow.forms:
        known = "、".join(called(one, workflow.forms) for one in workflow.forms) or "无"
        raise NotFound(f"“{workflow.title}”没有表单“{name}”", fix=f"已有表单：{known}")
    return workflow.forms[name]


def definition(connection: Connection, office: Office, digest: str) -> Workflow:
    """The definition a case is pinned to, from the store; loaded once per process."""
    found = office.definitions.get(digest)
    if found is None:
        stored = workflows.by_digest(connection, digest)
        if stored is None:
            raise NotFound(f"流程定义 {digest[:12]} 不在库中", fix="请运行 zhuli db check 检查数据库")
        found = office.definitions[digest] = catalog.from_stored(str(stored.document), stored.text, digest)
    return found


def latest(connection: Connection, office: Office, name: str) -> Workflow:
    """The version of a workflow that new cases run on. Raises NotFound with the names there are."""
    digest = workflows.current(connection, name) or workflows.current(connection, titled(connection, office, name))
    if digest is None:
        raise unknown_workflow(connection, office, name)
    return definition(connection, office, digest)


def unknown_workflow(connection: Connection, office: Office, name: str) -> NotFound:
    """What to say when no workflow is called so: the nearest by title, or all there are."""
    known = [one.title for one in every_latest(connection, office)]
    fix = did_you_mean(name, known, otherwise=f"已有流程：{'、'.join(known) or '无'}")
    return NotFound(f"没有流程“{name}”", fix=f"{fix}；登记新流程用 zhuli workflow register")


def for_new_cases(connection: Connection, office: Office, name: str) -> Workflow:
    """As ``latest``. Raises NotFound, and RulesRefused when the workflow has been retired (停用)."""
    found = latest(connection, office, name)
    if workflows.chosen(connection, found.name) == workflows.RETIRED:
        why, fix = f"流程“{found.title}”已停用，不再开启新的事项", f"要恢复：zhuli workflow use {found.name}"
        raise RulesRefused(why, [Refusal("workflow_retired", why, fix)], fix=fix)
    return found


def titled(connection: Connection, office: Office, title: str) -> str:
    """The name of the one workflow in use that bears this title; the title itself without one, or with several."""
    return name_of(title, {one.name: one for one in every_latest(connection, office)})


def newest(connection: Connection, office: Office, name: str) -> Workflow | None:
    """As ``latest``; None without one."""
    digest = workflows.current(connection, name)
    return None if digest is None else definition(connection, office, digest)


def every_latest(connection: Connection, office: Office) -> list[Workflow]:
    """The newest version of every workflow in use, by name."""
    names = sorted({row[0] for row in workflows.listed(connection)})
    return [latest(connection, office, name) for name in names]


def role_titles(office: Office) -> dict[str, str]:
    """What people call a role, by its name; where workflows call it differently, every title."""
    with office.database.read() as connection:
        return titles_of_roles(connection, office)


def titles_of_roles(connection: Connection, office: Office) -> dict[str, str]:
    """As ``role_titles``, within a look at the database."""
    found: dict[str, dict[str, None]] = {}
    for role in (role for book in every_latest(connection, office) for role in book.roles.values()):
        found.setdefault(role.name, {})[role.title] = None
    return {name: "／".join(titles) for name, titles in found.items()}


def every_version(connection: Connection, office: Office, workflow: str) -> list[Workflow]:
    """Every version of a workflow that was ever taken into use, the oldest version first."""
    known = workflows.known_versions(connection, workflow)
    return [definition(connection, office, digest) for digest in known.values()]


def actor(connection: Connection, office: Office, person: str) -> Actor:
    """The person with roles and 委托 as of today. Raises NotFound."""
    if person == SYSTEM:
        return SYSTEM_ACTOR
    known, today = _known(connection, office), office.today
    if known.day != today:
        known.day, known.people = today, {}
    found = known.people.get(person) or directory.find(connection, person, today)
    if found is None:
        raise NotFound(f"名录中没有“{person}”", fix="请用 zhuli directory list 查看，或先登记")
    known.people[person] = found
    return found


class Held:
    """The addresses at which an active person finds work: each is looked up when it is asked for, and remembered."""

    def __init__(self, connection: Connection, found: dict[str, bool]) -> None:
        self._connection, self._found = connection, found

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, str):
            return False
        if address not in self._found:
            self._found[address] = bool(addresses.organisations(self._connection, address, 1))
        return self._found[address]


def held(connection: Connection, office: Office) -> Held:
    """The addresses at which somebody finds work, within this look; known ones last until the directory changes."""
    return Held(connection, _known(connection, office).held)


MOST_LINES = 20_000


def lines(connection: Connection, office: Office) -> dict[object, object]:
    """What work lists told under the directory and in the minute of now: lights turn on whole minutes."""
    known, minute = _known(connection, office), f"{office.clock.now():%Y-%m-%dT%H:%M} {office.calendar.version}"
    if known.minute != minute or len(known.lines) > MOST_LINES:
        known.minute, known.lines = minute, {}
    return known.lines


def _known(connection: Connection, office: Office) -> KnownDirectory:
    """What has been read so far of the directory as it is now."""
    known, state = office.known, directory.state(connection)
    if known is None or known.state != state or known.database is not office.database:
        known = office.known = KnownDirectory(office.database, state)
    return known


def organisation(connection: Connection, name: str) -> Organisation:
    """One organisation of the directory, or the one that stands in its place today (承继). Raises NotFound."""
    name = successor(connection, name)
    found = directory.organisations(connection, [name])
    if name not in found:
        raise NotFound(f"机构名录中没有“{name}”", fix="请用 zhuli directory list 查看，或先登记")
    return found[name]


def successor(connection: Connection, name: str) -> str:
    """The unit that stands in the place of ``name`` today: itself, unless another has succeeded it."""
    after = {one.predecessor: one.successor for one in directory.successions(connection)}
    while name in after:
        name = after[name]
    return name


NOBODY = Organisation("", "")
"""Stands where a question is not about any one applicant."""
