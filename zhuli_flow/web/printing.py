"""Documents that an act ordered are printed behind its answer, one after the other, in a child that is kept warm."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob
from zhuli_flow.errors import ZhuliError
from zhuli_flow.services.notices.issue import issue_ordered
from zhuli_flow.services.office import Office

log = logging.getLogger(__name__)


class Printing:
    """One queue of orders; what fails stays ordered, and the duties of a running office, or a person, try again."""

    def __init__(self, office: Office, *, behind: bool = True) -> None:
        """``behind`` False prints before the answer: for tests."""
        self._office = office
        self._press: PrintingChild | None = None
        self._queue = ThreadPoolExecutor(1, "printing") if behind else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._queue is not None:
            self._queue.shutdown(wait=True, cancel_futures=True)
        if self._press is not None:
            self._press.close()

    def order(self, case_id: str) -> None:
        """Print what waits to be printed of this case."""
        if self._queue is None:
            self._print(case_id)
        else:
            self._queue.submit(self._print, case_id)

    def trial(self, jobs: Sequence[PrintJob]) -> list[bytes]:
        """Print these and wait for it; nothing is filed. Raises PrintFailed."""
        return self._trial(jobs) if self._queue is None else self._queue.submit(self._trial, jobs).result()

    def _trial(self, jobs: Sequence[PrintJob]) -> list[bytes]:
        self._press = self._press or PrintingChild(self._office.notices[0])
        found = [self._press.outcome(job) for job in jobs]
        if failed := next((one for one in found if isinstance(one, PrintFailed)), None):
            raise failed
        return [one for one in found if isinstance(one, bytes)]

    def _print(self, case_id: str) -> None:
        self._press = self._press or PrintingChild(self._office.notices[0])
        try:
            issue_ordered(self._office, case_id, self._press)
        except ZhuliError as error:
            log.warning("%s: %s", case_id, error.message)
