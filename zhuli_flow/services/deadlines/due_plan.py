"""Asking the law what a due deadline needs, for a row of the sweep and the case it speaks for."""

from __future__ import annotations

from zhuli_flow.engine.deadlines import due_plan
from zhuli_flow.engine.deadlines.due_plan import Alike, DueDeadline
from zhuli_flow.engine.model.case import Case
from zhuli_flow.errors import IntegrityBroken
from zhuli_flow.services import lookup
from zhuli_flow.services.deadlines.batch import Batch, Planned
from zhuli_flow.store import deadlines as rows


def plan(batch: Batch, row: rows.StoredDeadline, alike: Alike, doubt: str) -> Planned | None:
    """What a due deadline needs; ``doubt`` says what is odd about the clock (empty: nothing).

    None when the row no longer speaks for its case. Raises IntegrityBroken or NotFound for a damaged case.
    """
    try:
        stored = batch.case(row.case_id)
        found = _due(batch, stored.case, row, alike) if stored else None
        return Planned(row, stored, found, due_plan.plan(found, doubt)) if stored and found else None
    except (LookupError, TypeError, ValueError) as error:
        told = f"事项 {row.case_id} 的期限“{row.name}”读不懂（{error}）"
        raise IntegrityBroken(told, fix="请运行 zhuli audit verify 核对，用备份比对数据库") from error


def _due(batch: Batch, case: Case, row: rows.StoredDeadline, alike: Alike) -> DueDeadline | None:
    workflow = lookup.definition(batch.connection, batch.office, case.digest)
    return due_plan.due(workflow, case, row.name, row.version, batch.facts, batch.sent_of(row), alike)
