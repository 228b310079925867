"""Finding a register by the name people write."""

from __future__ import annotations

from collections.abc import Sequence

from zhuli_flow.services.office import Office
from zhuli_flow.services.registers.filter import filtered
from zhuli_flow.services.registers.register import BUILTIN, Table, find, named


def found(office: Office, name: str, where: Sequence[str], sort: str = "", case_id: str = "") -> Table:
    """The register ``name``, one of a workflow or one every office has. Raises NotFound, InvalidInput."""
    name = named(office, name)
    if name in BUILTIN:
        from zhuli_flow.services.registers.builtin import builtin

        return filtered(builtin(office, name), where, sort)
    return filtered(find(office, name, case_id), where, sort)
