"""A server that is stopped at once and begun anew under load: what was acknowledged is there, once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.postgresql.lost_answer import Between
from tests.postgresql.server import LACKING, Server, serving
from tests.postgresql.test_at_once import require_whole
from tests.services.staging import Stage
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.notices import number_register
from zhuli_flow.store import audit

CLERKS, CRASHES, BETWEEN = 4, 5, 10
MAY_BE_TOLD = {"cannot_connect", "unknown_outcome"}


@pytest.fixture(scope="module")
def careful() -> Iterator[Server]:
    """A server that writes as carefully as an office's does."""
    with serving(fsync="on", full_page_writes="on") as found:
        if found is None:
            pytest.skip(LACKING)
        yield found


class Clerk:
    """Opens and hands in cases until told to stop; repeats what failed under the same request id until answered."""

    def __init__(self, name: str, stage: Stage, load: Load) -> None:
        self.name, self.stage, self.load = name, stage, load
        self.answered: dict[str, str] = {}
        self.told = Counter[str]()

    def work(self) -> None:
        while not self.load.over:
            request = f"{self.name}-{len(self.answered)}"
            case = self.until_answered(request, partial(self.stage.open, request_id=request))
            self.until_answered(f"{request}-in", partial(self.hand_in, case, f"{request}-in"))
        self.stage.office.database.close()

    def hand_in(self, case: str, request: str) -> str:
        return self.stage.do(case, "submit", "县", request=request).case

    def until_answered(self, request: str, act: Callable[[], str]) -> str:
        while True:
            try:
                case = act()
            except InvalidInput as error:
                if error.code not in MAY_BE_TOLD:
                    raise
                self.told[error.code] += 1
                self.load.back.wait()
            else:
                self.answered[request] = case
                self.load.note()
                return case


class Load:
    """What the clerks and whoever crashes the server know of each other."""

    def __init__(self) -> None:
        self.over = False
        self.back = threading.Event()
        self.back.set()
        self._noted = threading.Condition()
        self._count = 0

    def note(self) -> None:
        with self._noted:
            self._count += 1
            self._noted.notify_all()

    def crash(self, server: Server) -> None:
        """Stop the server at once and begin it anew; who was told of it meanwhile waits for that."""
        self.back.clear()
        server.stop()
        server.start()
        self.back.set()

    def after(self, more: int) -> None:
        """Wait until so many more acts are acknowledged."""
        with self._noted:
            aim = self._count + more
            assert self._noted.wait_for(lambda: self._count >= aim, 60)


def test_five_crashes_under_load_lose_nothing_acknowledged(careful: Server, tmp_path: Path) -> None:
    where, load = careful.url(careful.fresh()), Load()
    stage = Stage(tmp_path, where=where)
    clerks = [Clerk(f"clerk{one}", Stage(tmp_path, fresh=False, where=where), load) for one in range(CLERKS)]
    with ThreadPoolExecutor(CLERKS) as pool:
        working = [pool.submit(clerk.work) for clerk in clerks]
        try:
            for _ in range(CRASHES):
                load.after(BETWEEN)
                load.crash(careful)
            load.after(BETWEEN)
        finally:
            load.over = True
            for one in working:
                one.result()
    assert sum((clerk.told for clerk in clerks), Counter()).total() >= CRASHES
    require_recorded(stage, {request: case for clerk in clerks for request, case in clerk.answered.items()})
    require_whole(stage)
    stage.office.database.close()


def require_recorded(stage: Stage, answered: dict[str, str]) -> None:
    """Each request that was answered has the one entry it names, and there is no other act."""
    with stage.office.database.read() as connection:
        found = {request: audit.by_request(connection, request) for request in answered}
        acts = sum(link.case_id != "office" for link in audit.all_entries(connection))
    assert {request: entry and entry.case_id for request, entry in found.items()} == answered
    assert acts == len(answered)


@pytest.mark.parametrize("reached", [True, False], ids=["saved", "never came"])
def test_who_is_told_that_nobody_knows_repeats_and_is_answered_rightly(
    careful: Server, tmp_path: Path, reached: bool
) -> None:
    """The server crashes at the commit: behind it, before its answer is heard; or before the commit comes there."""
    name = careful.fresh()
    stage = Stage(tmp_path, where=careful.url(name))
    first, second = (stage.walk(stage.open(), "ruling") for _ in range(2))
    with Between(careful, reached) as between:
        clerk = Stage(tmp_path, fresh=False, where=between.url(name))
        assert clerk.stored(first).case.state == "ruling"
        between.crash_at_commit()
        with pytest.raises(InvalidInput, match="不知道是否已经保存") as told:
            clerk.do(first, "approve", "领导", request="once")
        assert told.value.code == "unknown_outcome"
        assert (stage.stored(first).case.state == "valid") is reached
        before = stage.stored(first)
        answer = clerk.do(first, "approve", "领导", request="once")
        after = stage.stored(first)
        assert (after == before) is reached
        assert (answer.seq, answer.version, answer.hash) == (after.seq, after.case.version, after.head.hex())
        assert clerk.do(first, "approve", "领导", request="once") == answer
        clerk.do(second, "approve", "领导")
        clerk.office.database.close()
    (series,) = number_register.page(stage.office).series
    assert ([int(str(line.n)) for line in series.lines], series.faults) == ([1, 2], ())
    require_whole(stage)
    stage.office.database.close()
