"""The book of an office: its definition files checked all at once, taken into use, shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from zhuli_flow.calendar.bundled_years import bundled
from zhuli_flow.definitions import check
from zhuli_flow.definitions import stored as catalog
from zhuli_flow.definitions.building.parsed_lines import Kinds
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.definitions.reading.compose import Parts
from zhuli_flow.definitions.reading.schema import json_schema
from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES, Document
from zhuli_flow.documents.templates.catalog import load_kinds
from zhuli_flow.engine.history.new_entry import Content
from zhuli_flow.engine.model.case import Json
from zhuli_flow.errors import InvalidInput, NotFound, Problem
from zhuli_flow.services import lookup
from zhuli_flow.services.administration import versions
from zhuli_flow.services.history import entries
from zhuli_flow.services.history.office_record import fingerprint
from zhuli_flow.services.notices import paper_trial
from zhuli_flow.services.office import Office
from zhuli_flow.store import workflows
from zhuli_flow.support.bounded_read import first_bytes

_TRIAL_DAY = datetime(2018, 12, 10, 2, tzinfo=UTC)
"""The moment at which papers are printed on trial: a working day of a year that the calendar knows."""
SHARED = "shared"
"""The folder beside the definition files that holds their shared parts."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: its bytes, the workflow (None when anything is wrong with it), every problem by line, and hints."""

    path: Path
    data: bytes
    workflow: Workflow | None
    problems: tuple[Problem, ...]
    hints: tuple[str, ...] = ()
    document: Document | None = None
    """Where everything in it is written."""


def check_files(paths: Sequence[Path], notices: Sequence[Path] = (), office: Office | None = None) -> list[Checked]:
    """Every definition file with its problems. ``notices``: folders of the documents they may issue (none: on trust).

    With an office, a version in use with other content is a problem too. Raises NotFound for a path that isn't there.
    """
    return _check_all(paths, kinds_of(notices), office)


def unheld(office: Office, found: Sequence[Checked]) -> list[str]:
    """The roles of these definitions that nobody in the office's directory holds at all, in words."""
    with office.database.read() as connection:
        held = lookup.held(connection, office)
        return [
            f"{one.path.name}：角色 {role.name}（{role.title}）在名录中没有人担任"
            for one in found
            for role in (one.workflow.roles.values() if one.workflow else ())
            if role.name not in held
        ]


def require_sound(found: Sequence[Checked]) -> None:
    """Raises InvalidInput carrying the problems of all files, if there are any."""
    problems = [problem for one in found for problem in one.problems]
    if problems:
        bad = sum(not one.workflow or bool(one.problems) for one in found)
        raise InvalidInput(
            f"{bad} 个流程定义文件共有 {len(problems)} 处问题，未作任何改动", problems, fix="请按所列位置改正后重新检查"
        )


def require_true_papers(found: Sequence[Checked], folders: Sequence[Path], office: Office | None) -> None:
    """Raises InvalidInput with all that papers of these definitions say otherwise than their cases."""
    kinds, calendar = load_kinds(folders), office.calendar if office else bundled()
    problems = [
        problem
        for one in found
        if one.workflow
        for problem in paper_trial.contradictions(one.workflow, kinds, calendar, _TRIAL_DAY)
    ]
    if problems:
        fix = "请改正所列公文的模板"
        raise InvalidInput(f"公文试印有 {len(problems)} 处与事项不符", problems, fix=fix)


class Registered(msgspec.Struct, frozen=True):
    """What became of a ``file`` of definitions: ``new``, or in use already."""

    file: str
    workflow: str
    version: str
    digest: str
    new: bool


class InUse(msgspec.Struct, frozen=True):
    """A definition taken into use, ``since`` when (UTC, ISO 8601), and what it is used for (``for``)."""

    workflow: str
    version: str
    digest: str
    since: str
    use: Literal["new", "under_way", "retired"] = msgspec.field(name="for")


class TakenIntoUse(Content, frozen=True):
    """What the entry of a definition says: digest of its text, and of the checked model that is kept beside it."""

    changes: Sequence[Json]
    definition: str
    model: str


def register(office: Office, *, dry_run: bool = False) -> list[Registered]:
    """Take the definitions in the home's ``workflows/`` into use: all of them or none. Cases under way keep theirs.

    One for each file. Raises InvalidInput with all problems.
    """
    kinds = kinds_of(office.notices)
    found = _check_all([office.home / "workflows"], kinds, office)
    require_sound(found)
    ready = [(one, one.workflow) for one in found if one.workflow]
    if dry_run:
        known = _in_use(office)
        return [_told(one, workflow, (workflow.name, workflow.version) not in known) for one, workflow in ready]
    told = []
    with office.database.write() as connection:
        for one, workflow in ready:
            document = catalog.to_stored(workflow.text.encode(), one.path.name, kinds)
            new = workflows.put(
                connection,
                name=workflow.name,
                version=workflow.version,
                digest=workflow.digest,
                text=workflow.text,
                document=document,
                at=office.clock.now(),
            )
            told.append(_told(one, workflow, new))
            if new:
                versions.take_over(connection, workflow)
                taken = TakenIntoUse(
                    changes=[["definition", workflow.name, None, workflow.version]],
                    definition=workflow.digest,
                    model=fingerprint(document),
                )
                entries.write_office(connection, office, "register", f"启用流程“{workflow.title}”", content=taken)
    return told


def in_use(office: Office) -> list[InUse]:
    """Every definition taken into use, oldest first."""
    with office.database.read() as connection:
        found = workflows.listed(connection)
        now = {name: workflows.current(connection, name) for name, *_ in found}
        retired = {name for name in now if workflows.chosen(connection, name) == workflows.RETIRED}
    return [
        InUse(
            name,
            version,
            digest,
            since,
            "retired" if name in retired else "new" if now[name] == digest else "under_way",
        )
        for name, version, digest, since in found
    ]


def newest(office: Office, name: str) -> Workflow:
    """The workflow new cases run on, by name or title. Raises NotFound with the titles there are."""
    with office.database.read() as connection:
        stored = workflows.latest(connection, name) or workflows.latest(
            connection, lookup.titled(connection, office, name)
        )
        if stored is None:
            raise lookup.unknown_workflow(connection, office, name)
    return catalog.from_stored(str(stored.document), stored.text, stored.digest)


def schema() -> dict[str, Any]:
    """The JSON Schema of a definition file, from which editors complete."""
    return json_schema()


def _check_all(paths: Sequence[Path], kinds: Kinds | None, office: Office | None) -> list[Checked]:
    known = _in_use(office) if office else {}
    found = [_check(path, kinds, known) for path in _files(paths)]
    others = {
        **(_newest(office) if office else {}),
        **{one.workflow.name: one.workflow for one, _ in found if one.workflow},
    }
    return [_with_linked(one, parsed, others) for one, parsed in found]


def _newest(office: Office) -> dict[str, Workflow]:
    """The newest version of every workflow in use, by name."""
    return {name: newest(office, name) for name in {one.workflow for one in in_use(office)}}


def _with_linked(one: Checked, parsed: check.Parse | None, others: Mapping[str, Workflow]) -> Checked:
    """What a definition says of others is checked once all of them have been read."""
    more = check.linked(parsed, others) if parsed and one.workflow else []
    return replace(one, workflow=None, problems=(*one.problems, *more)) if more else one


def kinds_of(notices: Sequence[Path]) -> Kinds | None:
    """The kinds of documents in these folders; None without any folder: then they are taken on trust."""
    if not notices:
        return None
    return {
        name: {item.name: item.required for item in kind.variables.values()}
        for name, kind in load_kinds(notices).items()
    }


def _in_use(office: Office) -> dict[tuple[str, str], str]:
    return {(one.workflow, one.version): one.digest for one in in_use(office)}


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.glob("*.yaml"))
        elif path.is_file():
            found.append(path)
        else:
            raise NotFound(f"没有文件 {path}", fix="请核对路径")
    if not found:
        raise NotFound(
            f"{'、'.join(map(str, paths))} 中没有流程定义（*.yaml）", fix="请给出文件，或先把定义放入该文件夹"
        )
    return found


def parts_beside(path: Path) -> Parts:
    """The shared parts in the folder ``shared`` beside a definition file. Raises OSError for one that can't be read."""
    files = sorted((path.parent / SHARED).glob("*.yaml"))
    return {file.stem: (str(file), first_bytes(file, MAX_BYTES)) for file in files}


def _check(path: Path, kinds: Kinds | None, known: dict[tuple[str, str], str]) -> tuple[Checked, check.Parse | None]:
    try:
        data, parts = first_bytes(path, MAX_BYTES), parts_beside(path)
    except OSError as error:
        unreadable = Problem(str(path), "unreadable", f"不能读取（{error.strerror}）", "请检查权限")
        return Checked(path, b"", None, (unreadable,)), None
    parsed = check.parse(data, str(path), kinds, parts)
    workflow, problems = parsed.workflow, parsed.problems
    workflow = None if problems else workflow
    if workflow:
        place = f"{path}:1"
        conflict = catalog.version_conflict(workflow.name, workflow.version, workflow.digest, known, place)
        problems = [conflict] if conflict else problems
    sound = workflow if not problems else None
    return Checked(path, data, sound, tuple(problems), tuple(check.hinted(parsed)), parsed.document), parsed


def _told(one: Checked, workflow: Workflow, new: bool) -> Registered:
    return Registered(str(one.path), workflow.name, workflow.version, workflow.digest, new)
