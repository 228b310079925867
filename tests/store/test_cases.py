"""Cases: compare-and-set, numbers, search, queue and quota."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.store.making import AT, COUNTY, a_case, integrity_error, open_case
from zhuli_flow.engine.history.chain import ZERO
from zhuli_flow.engine.queues import next_place
from zhuli_flow.store import cases, deadlines, notices, numbers
from zhuli_flow.store.case_filter import Filter
from zhuli_flow.store.sql.database import Database


class Undone(Exception):
    """Raised to undo a transaction."""


def moved(stored: cases.Stored, state: str, kind: str = "open") -> cases.Stored:
    return replace(stored, case=replace(stored.case, state=state, version=stored.case.version + 1), kind=kind)


def test_a_case_comes_back_as_it_was_stored(ready: Database) -> None:
    body = {
        "fields": {"名称": "“示范区”", "n": 3, "share": "0.5"},
        "marks": {"suspended": None, "list": [1, {"a": True}]},
    }
    with ready.write() as connection:
        stored = cases.Stored(a_case(body=body), 7, bytes(range(32)), "open")
        cases.insert(connection, stored, AT)
    with ready.read() as connection:
        assert cases.load(connection, "SFQ-2018-0001") == stored
        assert cases.load(connection, "SFQ-2018-0002") is None
        assert cases.by_ids(connection, ["SFQ-2018-0001", "none"]) == {"SFQ-2018-0001": stored}


def test_of_two_officers_who_saw_the_same_version_one_wins(ready: Database) -> None:
    other = Database(ready.path)
    with ready.write() as connection:
        seen = open_case(connection)
    with ready.write() as connection:
        assert cases.update(connection, moved(seen, "accepted"), seen.case.version, AT)
    with other.write() as connection:
        assert not cases.update(connection, moved(seen, "returned"), seen.case.version, AT)
        now = cases.load(connection, seen.case.id)
    other.close()
    assert now is not None
    assert (now.case.state, now.case.version) == ("accepted", 1)


def test_a_second_writer_waits_and_then_sees_what_the_first_did(ready: Database) -> None:
    """BEGIN IMMEDIATE: nobody reads a version that another is about to overwrite."""
    other = Database(ready.path)
    with ready.write() as connection:
        seen = open_case(connection)

    def advance(database: Database) -> None:
        for _ in range(25):
            with database.write() as connection:
                now = cases.load(connection, seen.case.id)
                assert now is not None
                assert cases.update(connection, moved(now, "again"), now.case.version, AT)

    with ThreadPoolExecutor() as pool:
        for run in [pool.submit(advance, database) for database in (ready, other, ready, other)]:
            run.result()
    other.close()
    with ready.read() as connection:
        now = cases.load(connection, seen.case.id)
    assert now is not None
    assert now.case.version == 100


def test_an_undone_use_case_leaves_nothing(ready: Database) -> None:
    def give_up_half_way() -> None:
        with ready.write() as connection:
            open_case(connection)
            cases.next_id(connection, "SFQ", 2018)
            raise Undone

    with pytest.raises(Undone):
        give_up_half_way()
    with ready.write() as connection:
        assert cases.load(connection, "SFQ-2018-0001") is None
        assert cases.next_id(connection, "SFQ", 2018) == "SFQ-2018-0001"


def test_a_case_needs_a_definition_that_was_put(database: Database) -> None:
    with pytest.raises(integrity_error(database)), database.write() as connection:
        open_case(connection)


def test_case_numbers_count_by_prefix_and_year(database: Database) -> None:
    with database.write() as connection:
        taken = [cases.next_id(connection, *of) for of in (("SFQ", 2018), ("SFQ", 2018), ("SFQ", 2019), ("XM", 2018))]
    assert taken == ["SFQ-2018-0001", "SFQ-2018-0002", "SFQ-2019-0001", "XM-2018-0001"]


def test_a_document_series_begins_where_the_office_says(database: Database) -> None:
    with database.write() as connection:
        assert [notices.take_number(connection, "晋科协批", 2018, 12) for _ in range(3)] == [12, 13, 14]
        assert notices.take_number(connection, "晋科协批", 2019) == 1


def take_some(path: Path, worker: int) -> list[int]:
    """Take 20 numbers, undoing every third transaction."""
    database, taken = Database(path), []
    for turn in range(20):
        try:
            with database.write() as connection:
                number = numbers.take(connection, "晋科协批", 2018)
                if (turn + worker) % 3 == 0:
                    raise Undone
            taken.append(number)
        except Undone:
            continue
    database.close()
    return taken


def test_numbers_have_no_gap_and_no_double_with_eight_processes_and_undone_work(database: Database) -> None:
    database.close()
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        taken = [n for some in pool.starmap(take_some, [(database.path, w) for w in range(8)]) for n in some]
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) > 100


def test_numbers_have_no_gap_with_eight_threads_on_one_database(database: Database) -> None:
    def take(turn: int) -> int | None:
        try:
            with database.write() as connection:
                number = numbers.take(connection, "晋科协批", 2018)
                if turn % 3 == 0:
                    raise Undone
                return number
        except Undone:
            return None

    with ThreadPoolExecutor(8) as pool:
        taken = [number for number in pool.map(take, range(120)) if number is not None]
    assert sorted(taken) == list(range(1, 81))


def test_search_narrows_by_everything_it_is_given(ready: Database) -> None:
    elsewhere = replace(COUNTY, id="xian-b", city="大同市")
    with ready.write() as connection:
        open_case(connection, "A", state="draft")
        open_case(connection, "B", kind="open", state="review", applicant=elsewhere)
        open_case(connection, "C", kind="open", state="review", workflow="other")
        clock = deadlines.StoredDeadline("B", "review", 1, "running", "2018-10-20", "2018-10-15")
        deadlines.mirror(connection, [clock])
    with ready.read() as connection:

        def found(**wanted: object) -> list[str]:
            return [stored.case.id for stored in cases.walk(connection, Filter(**wanted))]  # type: ignore[arg-type]

        assert found() == ["A", "B", "C"]
        assert found(workflow="zone") == ["A", "B"]
        assert found(state="review") == ["B", "C"]
        assert found(kind="initial") == ["A"]
        assert found(applicant="xian-b") == ["B"]
        assert found(city="太原市") == ["A", "C"]
        assert found(due_by=date(2018, 10, 20)) == ["B"]
        assert found(due_by=date(2018, 10, 19)) == []
        assert found(city="' OR 1=1 --") == []
        (first,) = cases.page(connection, Filter(), 1)
        assert [one.stored.case.id for one in cases.page(connection, Filter(), 1, first.place)] == ["B"]


def test_a_quota_counts_what_is_in_force_and_what_ever_was(ready: Database) -> None:
    with ready.write() as connection:
        one, two = open_case(connection, "A"), open_case(connection, "B")
        for stored in (one, two):
            cases.update(connection, moved(stored, "valid", "in_force"), 0, AT)
        assert cases.count_in_force(connection, "zone") == 2
        cases.update(connection, moved(moved(two, "valid"), "expired", "final"), 1, AT)
        assert cases.count_in_force(connection, "zone") == 1
        assert cases.count_ever_in_force(connection, "zone") == 2
        assert cases.count_in_force(connection, "other") == 0


def test_the_queue_serves_in_the_order_of_arrival(ready: Database) -> None:
    with ready.write() as connection:
        for case_id in ("C", "A", "B"):
            open_case(connection, case_id)
            cases.take_place(connection, "zones", case_id, next_place(cases.places(connection, "zones")), AT)
        assert cases.take_place(connection, "zones", "A", 9, AT) == 2
        assert cases.queue(connection, "zones") == ["C", "A", "B"]
        assert [cases.ahead(connection, "zones", case_id) for case_id in ("C", "A", "B", "unqueued")] == [0, 1, 2, 3]
        cases.leave_queue(connection, "zones", "C")
        assert [cases.ahead(connection, "zones", case_id) for case_id in ("A", "B")] == [0, 1]
        assert cases.ahead(connection, "other", "A") == 0


def test_another_unfinished_case_is_named(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection, "A", kind="open")
        open_case(connection, "B", kind="final", applicant=replace(COUNTY, id="xian-b"))
        assert cases.other_open_case(connection, "zone", COUNTY.id) == "A"
        assert cases.other_open_case(connection, "zone", COUNTY.id, this="A") == ""
        assert cases.other_open_case(connection, "zone", "xian-b") == ""


def test_the_chain_moves_one_entry_at_a_time(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection, "A")
        assert not cases.extend_chain(connection, "A", 3, ZERO)
        assert cases.extend_chain(connection, "A", 2, bytes([1] * 32))
        now = cases.load(connection, "A")
    assert now is not None
    assert (now.seq, now.head, now.case.version) == (2, bytes([1] * 32), 0)
