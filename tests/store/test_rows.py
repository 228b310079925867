"""Definitions, deadlines, outbox, inbox and documents as rows."""

from datetime import date, timedelta

import pytest

from tests.store.making import AT, integrity_error, open_case
from zhuli_flow.engine.retries import USUAL
from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import deadlines, inbox, notices, outbox, workflows
from zhuli_flow.store.deadlines import Open, StoredDeadline
from zhuli_flow.store.sql.database import Database

LEASE = timedelta(minutes=5)
ZONE = {"name": "zone", "version": "1", "digest": "d1", "text": "name: zone", "document": {}, "at": AT}


@pytest.fixture
def opened(ready: Database) -> Database:
    with ready.write() as connection:
        for case_id in ("A", "B"):
            open_case(connection, case_id)
    return ready


def test_a_definition_is_taken_into_use_once(database: Database) -> None:
    with database.write() as connection:
        assert workflows.put(connection, **ZONE)  # type: ignore[arg-type]
        assert not workflows.put(connection, **ZONE)  # type: ignore[arg-type]
        assert workflows.put(connection, **(ZONE | {"version": "2", "digest": "d2", "document": {"状态": [1]}}))  # type: ignore[arg-type]
        newest, pinned = workflows.latest(connection, "zone"), workflows.by_digest(connection, "d1")
        assert workflows.known_versions(connection, "zone") == {"1": "d1", "2": "d2"}
        assert [row[:3] for row in workflows.listed(connection)] == [("zone", "1", "d1"), ("zone", "2", "d2")]
        assert workflows.latest(connection, "other") is None
    assert newest is not None
    assert pinned is not None
    assert (newest.version, newest.document, pinned.version, pinned.text) == ("2", {"状态": [1]}, "1", "name: zone")


@pytest.mark.parametrize("changed", [{"digest": "other"}, {"version": "2"}, {"name": "zone2"}])
def test_a_version_in_use_keeps_its_content(ready: Database, changed: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as told, ready.write() as connection:
        workflows.put(connection, **(ZONE | changed))  # type: ignore[arg-type]
    assert told.value.problems[0].code == "version_in_use"
    with ready.read() as connection:
        assert len(workflows.listed(connection)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE definition SET text = 'other'",
        "DELETE FROM definition",
        "INSERT OR REPLACE INTO definition VALUES (1, 'zone', '1', 'd1', 'other', '{}', 'x')",
        "INSERT OR REPLACE INTO definition VALUES (9, 'zone', '1', 'd9', 'other', '{}', 'x')",
    ],
)
def test_what_cases_are_pinned_to_never_changes(ready: Database, statement: str) -> None:
    with pytest.raises(Exception, match="definition:"), ready.write() as connection:
        connection.execute(statement)


REVIEW = StoredDeadline("A", "review", 1, "running", "2018-10-20", "2018-10-15", "初审", provisional=True)


def test_a_sweep_finds_what_is_due_the_oldest_first(opened: Database) -> None:
    with opened.write() as connection:
        later = REVIEW._replace(case_id="B", next_on="2018-10-14", whole_case=True)
        stopped = REVIEW._replace(name="stopped", state="suspended", next_on="2018-01-01")
        done = REVIEW._replace(name="done", next_on=None)
        deadlines.mirror(connection, [REVIEW, later, stopped, done])
        assert deadlines.due(connection, date(2018, 10, 13)) == []
        assert deadlines.due(connection, date(2018, 10, 14)) == [later]
        assert deadlines.due(connection, date(2018, 10, 15)) == [later, REVIEW]
        assert deadlines.due(connection, date(2018, 10, 15), limit=1) == [later]
        assert [d.name for d in deadlines.of_case(connection, "A")] == ["done", "review", "stopped"]
        by = Open(until=date(2018, 10, 20))
        assert [d.name for d in deadlines.page(connection, by, 9)] == ["done", "review", "review"]
        assert deadlines.page(connection, Open(until=date(2018, 10, 19)), 9) == []


def test_the_search_for_what_is_due_uses_its_index(opened: Database) -> None:
    with opened.read() as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM deadline WHERE state = 'running' AND next_on <= '2018-10-15'"
            " ORDER BY next_on, case_id, name LIMIT 100"
        ).fetchall()
    assert "ix_deadline_next_on" in str(plan)


def test_a_deadline_that_moved_leaves_nothing_behind(opened: Database) -> None:
    moved = REVIEW._replace(version=2, due_on="2018-11-20", next_on="2018-11-15")
    with opened.write() as connection:
        deadlines.mirror(connection, [REVIEW])
        deadlines.mirror(connection, [moved])
        assert deadlines.of_case(connection, "A") == [moved]
        assert not deadlines.mark(connection, REVIEW, state="fired", next_on=None)
        assert deadlines.mark(connection, moved, state="running", next_on=date(2018, 11, 21))
        assert deadlines.of_case(connection, "A")[0].next_on == "2018-11-21"
        deadlines.mirror(connection, [])
        assert len(deadlines.of_case(connection, "A")) == 1


def test_a_reminder_goes_out_once_for_each_day_a_deadline_had(opened: Database) -> None:
    with opened.write() as connection:
        deadlines.mirror(connection, [REVIEW])
        assert deadlines.record_reminder(connection, REVIEW, "-3wd", AT)
        assert not deadlines.record_reminder(connection, REVIEW, "-3wd", AT)
        assert deadlines.record_reminder(connection, REVIEW, "-1wd", AT, merged=True)
        assert deadlines.record_reminder(connection, REVIEW._replace(version=2), "-3wd", AT)
        assert deadlines.reminders_sent(connection, REVIEW) == {"-3wd", "-1wd"}


def put_letter(database: Database, key: str = "k", **more: object) -> bool:
    with database.write() as connection:
        return outbox.put(connection, key=key, kind="email", payload={"to": "县"}, at=AT, **more)  # type: ignore[arg-type]


def claim(database: Database, after: timedelta = timedelta()) -> list[outbox.Letter]:
    with database.write() as connection:
        return outbox.claim(connection, AT + after, LEASE, USUAL.attempts)


def test_a_letter_of_one_key_is_written_once(database: Database) -> None:
    assert put_letter(database)
    assert not put_letter(database)
    assert [letter.payload for letter in claim(database)] == [{"to": "县"}]


def test_a_claimed_letter_is_nobody_elses_until_its_lease_ends(database: Database) -> None:
    put_letter(database)
    (first,) = claim(database)
    assert claim(database, LEASE - timedelta(seconds=1)) == []
    (second,) = claim(database, LEASE)
    assert (first.attempt, second.attempt, first.key) == (1, 2, second.key)


def test_a_sender_that_comes_back_too_late_is_not_believed(database: Database) -> None:
    put_letter(database)
    (late,) = claim(database)
    (fresh,) = claim(database, LEASE)
    with database.write() as connection:
        assert not outbox.done(connection, late)
        assert outbox.failed(connection, late, "timeout", AT) == ""
        assert outbox.done(connection, fresh)
        assert not outbox.done(connection, fresh)
    assert claim(database, timedelta(days=1)) == []


def test_a_letter_waits_longer_after_each_failure_and_ends_with_a_person(database: Database) -> None:
    put_letter(database)
    after, waits = timedelta(), []
    for attempt in range(1, USUAL.attempts + 1):
        (letter,) = claim(database, after)
        assert letter.attempt == attempt
        with database.write() as connection:
            wait = USUAL.wait(attempt, "k")
            state = outbox.failed(connection, letter, "refused", None if wait is None else AT + after + wait)
        waits.append(USUAL.longest_wait if wait is None else wait)
        assert state == ("failed" if attempt == USUAL.attempts else "pending")
        assert claim(database, after + waits[-1] - timedelta(seconds=1)) == []
        after += waits[-1]
    assert waits == sorted(waits)
    assert waits[0] >= USUAL.first_wait
    assert waits[-1] <= USUAL.longest_wait * 1.2
    with database.write() as connection:
        (incident,) = outbox.listed(connection, "failed")
        assert (incident.key, incident.last_error) == ("k", "refused")
        assert outbox.retry(connection, incident.id, AT + after)
        assert not outbox.retry(connection, incident.id, AT + after)
    assert [letter.attempt for letter in claim(database, after)] == [1]


def test_a_sender_that_always_dies_can_not_loop_for_ever(database: Database) -> None:
    put_letter(database)
    claims = [claim(database, LEASE * turn) for turn in range(USUAL.attempts + 3)]
    assert sum(map(len, claims)) == USUAL.attempts
    with database.read() as connection:
        assert [letter.key for letter in outbox.listed(connection, "failed")] == ["k"]


def test_a_letter_for_later_is_not_sent_before(database: Database) -> None:
    put_letter(database, not_before=AT + timedelta(hours=1))
    assert claim(database) == []
    assert len(claim(database, timedelta(hours=1))) == 1
    with database.read() as connection:
        found = outbox.by_key(connection, "k")
    assert found is not None
    assert found.not_before == "2018-10-08T02:00:00+00:00"


def test_a_message_arrives_once_and_only_with_its_receivers(database: Database) -> None:
    with database.write() as connection:
        assert inbox.put(connection, key="1", text="给人", at=AT, person="clerk")
        assert not inbox.put(connection, key="1", text="重复", at=AT, person="clerk")
        assert inbox.put(connection, key="2", text="给角色", at=AT + timedelta(1), role="reviewer")
        inbox.put(connection, key="3", text="别人的", at=AT, person="chief")
        mine = inbox.messages(connection, "clerk", ["reviewer", "' OR 1=1 --"])
        assert [message.text for message in mine] == ["给角色", "给人"]
        assert [message.text for message in inbox.messages(connection, "clerk")] == ["给人"]
        assert inbox.mark_read(connection, mine[0].id, AT)
        assert not inbox.mark_read(connection, mine[0].id, AT)
        assert [m.text for m in inbox.messages(connection, "clerk", ["reviewer"], unread_only=True)] == ["给人"]


def test_a_message_to_nobody_is_refused(database: Database) -> None:
    with pytest.raises(integrity_error(database)), database.write() as connection:
        inbox.put(connection, key="1", text="x", at=AT)


def order(database: Database, **more: object) -> int:
    values = {
        "case_id": "A",
        "seq": 1,
        "kind": "reply",
        "variables": {"名称": "甲县"},
        "at": AT,
        "recipients": ["city"],
    }
    with database.write() as connection:
        return notices.add(connection, **(values | more))  # type: ignore[arg-type]


def test_a_document_is_ordered_then_issued_and_then_stays(opened: Database) -> None:
    number = {
        "series": "晋科协批",
        "year": 2018,
        "n": 12,
        "number": "晋科协批〔2018〕12号",
        "signed_on": date(2018, 12, 3),
    }
    ordered = order(opened, title="关于……的批复", **number)
    with opened.write() as connection:
        before = notices.load(connection, ordered)
        assert notices.issue(connection, ordered, "a" * 64, 1234, AT)
        assert not notices.issue(connection, ordered, "b" * 64, 1, AT)
        after = notices.load(connection, ordered)
        assert notices.by_sha256(connection, "a" * 64) == notices.of_case(connection, "A") == [after]
        assert notices.by_number(connection, "晋科协批〔2018〕12号") == [after]
        assert notices.load(connection, 99) is None
    assert before is not None
    assert after is not None
    assert (before.state, before.variables, before.recipients) == ("ordered", {"名称": "甲县"}, ("city",))
    assert (before.signed_on, before.n) == ("2018-12-03", 12)
    assert (after.state, after.sha256, after.size) == ("issued", "a" * 64, 1234)


def test_a_number_is_printed_once_even_when_its_document_is_void(opened: Database) -> None:
    number = {"series": "晋科协批", "year": 2018, "n": 12}
    first = order(opened, **number)
    with opened.write() as connection:
        assert notices.void(connection, first)
        assert not notices.void(connection, first)
        assert not notices.issue(connection, first, "a" * 64, 1, AT)
    with pytest.raises(integrity_error(opened)):
        order(opened, **number)
    order(opened)
    order(opened)
    with opened.read() as connection:
        assert [notice.state for notice in notices.listed(connection)] == ["ordered", "ordered", "void"]
        assert len(notices.listed(connection, "ordered")) == 2
        assert [notice.id for notice in notices.listed(connection, "void")] == [first]


def test_rows_refuse_a_case_that_does_not_exist(opened: Database) -> None:
    with pytest.raises(integrity_error(opened)):
        order(opened, case_id="none")
    with pytest.raises(integrity_error(opened)), opened.write() as connection:
        deadlines.mirror(connection, [REVIEW._replace(case_id="none")])


def test_documents_are_read_in_pages_without_an_end_that_nobody_sees(ready: Database) -> None:
    with ready.write() as connection:
        open_case(connection)
        paper = {"case_id": "SFQ-2018-0001", "seq": 1, "kind": "reply", "variables": {}, "at": AT}
        ids = [notices.add(connection, **paper, recipients=(), series=None) for _ in range(5)]  # type: ignore[arg-type]
    with ready.read() as connection:
        assert [one.id for one in notices.walk(connection, size=2)] == ids[::-1]
        assert [one.id for one in notices.listed(connection, limit=2, before=ids[3])] == [ids[2], ids[1]]
        assert notices.count(connection) == 5
