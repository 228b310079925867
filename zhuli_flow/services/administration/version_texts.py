"""A version of a definition read from where it is named: a file, or a workflow in use with or without its version."""

from __future__ import annotations

from pathlib import Path

from zhuli_flow.definitions import check, differences
from zhuli_flow.definitions.check import Parse
from zhuli_flow.definitions.differences import Difference
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES
from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound
from zhuli_flow.services import lookup
from zhuli_flow.services.administration.workflows import parts_beside
from zhuli_flow.services.office import Office
from zhuli_flow.store import workflows
from zhuli_flow.support.bounded_read import read_beyond

ENDINGS = (".yaml", ".yml")


def is_file(named: str) -> bool:
    """Whether a definition file is meant, and no workflow in use."""
    return named.endswith(ENDINGS)


def parsed(office: Office | None, named: str) -> Parse:
    """The definition ``FILE.yaml``, ``NAME`` (a title too; the version of new cases) or ``NAME@VERSION``.

    Raises NotFound with what there is, InvalidInput with every problem of a file.
    """
    if is_file(named):
        path = Path(named)
        return _sound(check.parse(read_beyond(path, MAX_BYTES), named, parts=parts_beside(path)), named)
    if office is None:
        raise InvalidInput(f"“{named}”不是文件，须在办公环境中查找", fix="请加 --home，或写定义文件（*.yaml）")
    name, _, version = named.partition("@")
    with office.database.read() as connection:
        if not workflows.current(connection, name):
            name = lookup.titled(connection, office, name)
        known = workflows.known_versions(connection, name)
        digest = known.get(version) if version else workflows.current(connection, name)
        stored = workflows.by_digest(connection, digest) if digest else None
    if stored is None:
        there = f"“{name}”启用过的版本：{'、'.join(known)}" if known else "查看已启用的流程：zhuli workflow show"
        raise NotFound(f"没有流程“{named}”", fix=there)
    found = check.parse(stored.text.encode(), f"{name}@{stored.version}")
    if found.workflow is None:
        raise IntegrityBroken(f"流程“{named}”的存储文本已损坏", fix="请从备份恢复，或运行 zhuli db check")
    return found


def compared(office: Office | None, old: str, new: str) -> tuple[Workflow, Workflow, tuple[Difference, ...]]:
    """Both definitions and what the newer says otherwise. Raises as ``parsed``; InvalidInput for two workflows."""
    one, other = parsed(office, old), parsed(office, new)
    if one.sound.name != other.sound.name:
        message = f"“{old}”是 {one.sound.name}，“{new}”是 {other.sound.name}，不是同一流程"
        raise InvalidInput(message, fix="请写同一流程的两个版本")
    return one.sound, other.sound, differences.differences(one, other)


def _sound(found: Parse, file: str) -> Parse:
    if found.problems or found.workflow is None:
        raise check.refuse(file, found.problems)
    return found
