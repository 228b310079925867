"""One process of the gallery: prints a case and measures it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cases
import sheet

from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob
from zhuli_flow.documents.ruler.table import measure
from zhuli_flow.documents.templates.catalog import load_kinds, packaged_notices
from zhuli_flow.documents.templates.render import render, title_of
from zhuli_flow.errors import ZhuliError


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case: a row's code → (deviation, measured, right); pages; why it failed."""

    case: cases.Case
    rows: dict[str, tuple[float, str, bool]]
    pages: int
    failed: str = ""


class Worker:
    """What one process keeps: a warm press and the kinds."""

    def __init__(self, out: Path | None) -> None:
        self.out = out
        self.printer = PrintingChild(packaged_notices(), timeout_s=60)
        self.kinds = load_kinds([cases.HARD, packaged_notices()])

    def work(self, case: cases.Case) -> Result:
        """Print and measure one case."""
        kind = self.kinds[case.kind]
        try:
            html = render(kind, case.values)
        except ZhuliError as error:
            details = "；".join(map(str, getattr(error, "problems", ())))
            return Result(case, {}, 0, f"{error.message} {details}")
        job = PrintJob(html, title_of(html), kind.issuer, kind.genre, case.name)
        data = self.printer.outcome(job)
        if isinstance(data, PrintFailed):
            return Result(case, {}, 0, data.message)
        report = measure(data, kind.layout)  # type: ignore[arg-type]  # the two rooms name layouts alike
        found = {
            row.rule.code: (row.deviation, row.measured, row.verdict == "合格")
            for row in report.rows
            if row.deviation is not None
        }
        if self.out:
            sheet.pictures(self.out, case, data, keep=bool(report.wrong))
        return Result(case, found, report.pages)


_worker: list[Worker] = []


def begin(out: Path | None) -> None:
    """Set up a process of the pool."""
    _worker.append(Worker(out))


def work(case: cases.Case) -> Result:
    """One case in this process."""
    return _worker[0].work(case)
