"""Taking in what is handed in with an act: into the files first, by the definition's own list of types and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhuli_flow.definitions.model.workflow import Field, Material, Workflow
from zhuli_flow.engine.model.case import Attachment, Json
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.naming import name_of
from zhuli_flow.errors import InvalidInput, NotFound, Problem, ZhuliError
from zhuli_flow.services import lookup
from zhuli_flow.services.office import Office
from zhuli_flow.store import files
from zhuli_flow.support.suggest import nearest

MEBIBYTE = 1 << 20
FILE_FIELDS = frozenset({"file", "files"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was taken in: the files of each material, and the file, or files, of each field that holds such."""

    materials: Mapping[str, tuple[Attachment, ...]]
    values: Values


def keep(office: Office, case_id: str, given: Sequence[tuple[str, Path]], folder: Path | None = None) -> Kept:
    """Store the files given as (material or file field, path). ``folder``: keep them there (a dry run).

    Raises as ``keep_named`` does.
    """
    return keep_named(office, case_id, [(name, path, path.name) for name, path in given], folder)


def keep_named(
    office: Office, case_id: str, given: Sequence[tuple[str, Path, str]], folder: Path | None = None
) -> Kept:
    """The same of files that bear another name than their path: (material or file field, path, name).

    Raises as ``take_in`` does.
    """
    kept = take_in(office, case_id, given, folder)
    return sort_in(office, case_id, kept)


def take_in(
    office: Office, case_id: str, given: Sequence[tuple[str, Path, str]], folder: Path | None = None
) -> dict[str, tuple[Attachment, ...]]:
    """Store files, by the material or field they are for.

    A file kept for an act that is then refused is referred to by nothing. Raises NotFound (no such case), or
    InvalidInput with every file that can't be taken.
    """
    workflow = _workflow(office, case_id)
    holders = {field.name: _holder(field) for field in workflow.fields.values() if field.type in FILE_FIELDS}
    materials = {**workflow.materials, **holders}
    kept: dict[str, tuple[Attachment, ...]] = {}
    problems: list[Problem] = []
    for word, path, filename in given:
        name = name_of(word, materials)
        material = materials.get(name)
        if material is None:
            problems.append(_unknown(name, materials))
            continue
        try:
            stored = files.store_file(
                folder or office.holder, path, material.accept, material.max_mb * MEBIBYTE, filename
            )
        except (InvalidInput, NotFound) as error:
            problems += _problems(name, error)
            continue
        kept[name] = (*kept.get(name, ()), stored)
    if problems:
        raise InvalidInput(f"{len(problems)} 份材料不能收下，未作任何改动", problems, fix=problems[0].fix)
    return kept


def sort_in(office: Office, case_id: str, kept: Mapping[str, tuple[Attachment, ...]]) -> Kept:
    """Stored files by what this case's definition has them for."""
    return sorted_in(_workflow(office, case_id), kept)


def sorted_in(workflow: Workflow, kept: Mapping[str, tuple[Attachment, ...]]) -> Kept:
    """Stored files by the name they were given under: to a field that holds files as its value, else to a material."""
    holders = {name: field for name, field in workflow.fields.items() if field.type in FILE_FIELDS and name in kept}
    fields = {name: _value(field, kept[name]) for name, field in holders.items()}
    return Kept({name: stored for name, stored in kept.items() if name not in holders}, fields)


def _value(field: Field, stored: tuple[Attachment, ...]) -> Json:
    """Of a field that holds one file, the last one given; of one that holds several, all."""
    return stored[-1].json() if field.type == "file" else [one.json() for one in stored]


def _holder(field: Field) -> Material:
    """A field that holds a file takes it in as a material does."""
    return Material(field.name, field.title, field.accept, field.max_mb, field.clause)


def _workflow(office: Office, case_id: str) -> Workflow:
    with office.database.read() as connection:
        return lookup.definition(connection, office, lookup.stored(connection, case_id).case.digest)


def _unknown(name: str, materials: Mapping[str, Material]) -> Problem:
    near = nearest(name, materials)
    titled = [f"{each}（{material.title}）" for each, material in materials.items()]
    fix = f"是否指 {near[0]}（{materials[near[0]].title}）？" if near else f"可用：{'、'.join(titled[:12])}"
    return Problem(name, "unknown_material", f"流程中没有材料“{name}”", fix)


def _problems(name: str, error: ZhuliError) -> list[Problem]:
    found = error.problems if isinstance(error, InvalidInput) else ()
    return [Problem(f"{name}={one.place}", one.code, one.message, one.fix) for one in found] or [
        Problem(name, error.code, error.message, error.fix)
    ]
