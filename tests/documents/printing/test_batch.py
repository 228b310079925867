"""Many documents on several presses: the same bytes, one failure costs one document, nobody is waited for in vain."""

import time

import pytest

from zhuli_flow.documents.printing import batch
from zhuli_flow.documents.printing.batch import each_outcome, workers_for
from zhuli_flow.documents.printing.printer import PrintFailed, PrintJob, outcomes
from zhuli_flow.documents.templates.catalog import packaged_notices

PAGE = "<!DOCTYPE html><html lang='zh-CN'><head><title>x</title></head><body>{}</body></html>"


def jobs(count):
    return [PrintJob(PAGE.format(f"第{number}件"), "试验", "某", "函", str(number)) for number in range(count)]


def test_two_presses_print_what_one_does_and_each_result_finds_its_job():
    asked = jobs(6)
    asked[2] = PrintJob(PAGE.format("<img src='http://127.0.0.1:9/x.png'>"), "坏的", "某", "函", "2")
    alone = outcomes(asked, assets=packaged_notices())
    together = dict(each_outcome(asked, assets=packaged_notices(), workers=2))
    assert sorted(together) == list(range(6))
    assert isinstance(together[2], PrintFailed)
    assert "《坏的》" in together[2].message
    assert [together[at] for at in range(6) if at != 2] == [alone[at] for at in range(6) if at != 2]


@pytest.mark.parametrize(
    ("cores", "count", "workers"), [(2, 0, 1), (2, 1, 1), (2, 11, 1), (2, 12, 2), (8, 200, 8), (None, 200, 1)]
)
def test_a_press_more_is_started_where_it_pays(monkeypatch, cores, count, workers):
    monkeypatch.setattr(batch.os, "cpu_count", lambda: cores)
    assert workers_for(count) == workers


def test_who_stops_listening_stops_the_rest(monkeypatch):
    printed = []

    class PrintingChild:
        def __init__(self, *_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            printed.append("closed")

        def outcome(self, job):
            time.sleep(0.005)
            printed.append(job.identifier)
            return b"x"

    monkeypatch.setattr(batch, "PrintingChild", PrintingChild)
    listening = each_outcome(jobs(500), assets=packaged_notices(), workers=1)
    assert next(listening)[1] == b"x"
    listening.close()
    assert printed[-1] == "closed"
    assert len(printed) < 250


def test_nothing_to_print_is_nothing():
    assert list(each_outcome([], assets=packaged_notices())) == []
