"""Documents that an act ordered are printed behind its answer, one after the other, in a child that is kept warm."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from zhuli_flow.documents.printing.printer import PrintingChild
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

    def _print(self, case_id: str) -> None:
        self._press = self._press or PrintingChild(self._office.notices[0])
        try:
            issue_ordered(self._office, case_id, self._press)
        except ZhuliError as error:
            log.warning("%s: %s", case_id, error.message)
