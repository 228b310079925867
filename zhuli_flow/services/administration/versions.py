"""Which version of a workflow new cases run on: the newest, another that the office chooses, or none (停用)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.engine.history.new_entry import Noted
from zhuli_flow.errors import NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.history import entries
from zhuli_flow.services.office import Office
from zhuli_flow.store import workflows
from zhuli_flow.store.sql.statements import Connection


@dataclass(frozen=True, slots=True)
class Chosen:
    """What new cases of a workflow run on from now on: a ``version``, None for none; ``new``: not so before."""

    workflow: str
    title: str
    version: str | None
    new: bool


def retire(office: Office, name: str) -> Chosen:
    """Let no new case of a workflow be opened (停用); those under way go on. Raises NotFound."""
    with office.database.write() as connection:
        workflow = lookup.latest(connection, office, name)
        new = workflows.chosen(connection, workflow.name) != workflows.RETIRED
        if new:
            workflows.choose(connection, workflow.name, workflows.RETIRED)
            _note(connection, office, ("retire", f"停用流程“{workflow.title}”"), workflow, None)
    return Chosen(workflow.name, workflow.title, None, new)


def use(office: Office, name: str, version: str = "") -> Chosen:
    """Let new cases run on ``version``, an earlier one or the newest (none named); a retired workflow is back in use.

    Raises NotFound with the versions there are.
    """
    with office.database.write() as connection:
        workflow = lookup.latest(connection, office, name)
        known = workflows.known_versions(connection, workflow.name)
        version = version or next(reversed(known))
        if version not in known:
            raise NotFound(f"流程“{workflow.title}”没有版本“{version}”", fix=f"已启用过的版本：{'、'.join(known)}")
        new = (workflows.chosen(connection, workflow.name), workflow.version) != (version, version)
        if new:
            workflows.choose(connection, workflow.name, version)
            _note(connection, office, ("use", f"流程“{workflow.title}”改用版本 {version}"), workflow, version)
    return Chosen(workflow.name, workflow.title, version, new)


def outranked(office: Office, found: Iterable[tuple[str, Workflow]]) -> list[str]:
    """Of definitions, each with its file's name, those not in use and older than what is: in words, with a way out."""
    told = []
    with office.database.read() as connection:
        for file, one in found:
            known = workflows.known_versions(connection, one.name)
            newest = max(known, key=workflows.order, default="")
            if known and one.version not in known and workflows.order(one.version) < workflows.order(newest):
                why = f"{file}：版本 {one.version} 低于在用的 {newest}，启用后新事项仍按 {newest} 办理"
                told.append(f"{why}；请改写更高的版本，或启用后用 zhuli workflow use {one.name} {one.version} 选用")
    return told


def take_over(connection: Connection, workflow: Workflow) -> None:
    """A version newly taken into use is what new cases run on when it is the newest, whatever was chosen before."""
    newest = next(reversed(workflows.known_versions(connection, workflow.name)))
    if newest == workflow.version and workflows.chosen(connection, workflow.name) is not None:
        workflows.choose(connection, workflow.name, workflow.version)


def _note(
    connection: Connection, office: Office, act: tuple[str, str], workflow: Workflow, version: str | None
) -> None:
    noted = Noted(changes=[["definition", workflow.name, workflow.version, version]])
    entries.write_office(connection, office, *act, content=noted)
