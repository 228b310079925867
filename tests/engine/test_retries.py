"""When what did not leave the house is tried again."""

from datetime import timedelta

from zhuli_flow.engine.retries import USUAL, Retries


def test_the_wait_doubles_up_to_the_longest_and_ends_with_the_last_attempt() -> None:
    rule = Retries(attempts=5, first_wait=timedelta(seconds=10), longest_wait=timedelta(seconds=35))
    waits = [rule.wait(attempt, "") for attempt in range(1, 6)]
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=35), timedelta(seconds=35), None]


def test_what_failed_together_is_not_tried_again_together() -> None:
    waits = {USUAL.wait(1, f"message:{number}") for number in range(20)}
    assert len(waits) > 10
    assert all(wait and USUAL.first_wait <= wait <= USUAL.first_wait * 1.2 for wait in waits)
