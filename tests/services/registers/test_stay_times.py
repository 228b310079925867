"""The median of stays, read from the index near its middle, is the one of all of them."""

from collections.abc import Iterator, Sequence
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhuli_flow.engine.authority.reach import EVERYTHING
from zhuli_flow.services.registers import stay_times
from zhuli_flow.store import stays
from zhuli_flow.store.sql.statements import Connection

SECONDS = st.lists(st.integers(0, 50))


@given(SECONDS, SECONDS)
def test_the_median_of_ended_stays_and_those_that_go_on(ended: list[int], going_on: list[int]) -> None:
    if not ended and not going_on:
        return

    def ranked(_: Connection, workflow: str, state: str, skip: int, limit: int, *_reach: object) -> Iterator[int]:
        assert (workflow, state) == ("w", "s")
        return iter(sorted(ended)[skip : skip + limit])

    def middle(others: Sequence[int]) -> float:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stays, "ranked", ranked)
            return stay_times._middle(stay_times._Look(None, "w", EVERYTHING), "s", len(ended), others)  # type: ignore[arg-type]

    assert middle(sorted(going_on)) == median([*ended, *going_on])
