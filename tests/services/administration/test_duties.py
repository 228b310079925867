"""The list of duties stands once."""

from dataclasses import fields

from zhuli_flow import scheduler
from zhuli_flow.services.administration.duties import DUTIES, TITLES, Round


def test_whoever_does_or_tells_of_the_duties_means_the_same_ones() -> None:
    assert list(DUTIES) == list(TITLES) == [field.name for field in fields(Round)] == list(scheduler.DUTIES)
