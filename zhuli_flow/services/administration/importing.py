"""A definition written from another program's file (SCXML), and read again before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhuli_flow.definitions import check
from zhuli_flow.definitions.reading.yaml_reader import MAX_BYTES
from zhuli_flow.errors import InvalidInput
from zhuli_flow.interchange import scxml_in
from zhuli_flow.interchange.scxml_in import Imported
from zhuli_flow.support.bounded_read import read_beyond
from zhuli_flow.support.new_file import require_new, write_new


@dataclass(frozen=True, slots=True)
class Asked:
    """What to read, and how: another ``name`` or ``title``; ``dropping``: conditions that can't be said as comments."""

    file: Path
    name: str = ""
    title: str = ""
    dropping: bool = False


def imported(asked: Asked) -> Imported:
    """The definition in ``asked.file``. Raises NotFound, and InvalidInput by line where our language has no word."""
    data = read_beyond(asked.file, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{asked.file} 过大", fix=f"请缩到 {MAX_BYTES // 1024} KB 以内")
    made = scxml_in.definition(data, asked.file.name, asked.name, asked.title, dropping=asked.dropping)
    found = check.parse(made.text.encode(), f"{made.name}.yaml")
    if found.problems:
        raise check.refuse(f"由 {asked.file} 写成的流程", found.problems)
    return made


def write(asked: Asked, target: Path | None) -> tuple[Imported, Path]:
    """Write the definition to the new file ``target``, or beside what it was read from. Raises as ``imported``."""
    made = imported(asked)
    place = target or asked.file.with_name(f"{made.name}.yaml")
    require_new(place)
    write_new(place, made.text.encode())
    return made, place
