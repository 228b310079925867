"""Whose turn it is to write: others wait, hear why after a second, and are refused only after the office's limit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from zhuli_flow.errors import InvalidInput
from zhuli_flow.store import meta
from zhuli_flow.store.sql import sqlite
from zhuli_flow.store.sql.database import Database

pytestmark = pytest.mark.sqlite("holds the file")


@contextmanager
def held(path: Path, seconds: float) -> Iterator[None]:
    """Another process's write, from before this returns until so many seconds later."""
    other = sqlite.driver().connect(path, isolation_level=None, check_same_thread=False)  # locks are by library too
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(seconds, other.rollback)
    timer.start()
    try:
        yield
    finally:
        timer.join()
        other.close()


def put(database: Database) -> None:
    with database.write() as connection:
        meta.put(connection, "turn", "mine")


def test_a_write_waits_for_another_process_and_somebody_is_told_once(database: Database) -> None:
    told: list[str] = []
    database.on_wait = lambda: told.append("waits")
    with held(database.path, 1.5):
        put(database)
    assert told == ["waits"]
    put(database)
    assert told == ["waits"]


def test_a_short_wait_is_not_worth_a_word(database: Database) -> None:
    told: list[str] = []
    database.on_wait = lambda: told.append("waits")
    with held(database.path, 0.3):
        put(database)
    assert told == []


def test_after_the_offices_limit_a_write_is_given_up_in_words(database: Database) -> None:
    hurried = Database(database.path, wait_s=1)
    with held(database.path, 3.5), pytest.raises(InvalidInput) as told:
        put(hurried)
    assert (told.value.code, told.value.exit_code) == ("busy", 6)
    put(hurried)
    hurried.close()


def test_a_thread_waits_for_the_others_of_its_process_in_the_same_way(database: Database) -> None:
    told: list[str] = []
    hurried = Database(database.path, wait_s=1)
    hurried.on_wait = lambda: told.append("waits")
    begun, over, wrong = threading.Event(), threading.Event(), list[str]()

    def long() -> None:
        with hurried.write() as connection:
            meta.put(connection, "turn", "long")
            begun.set()
            over.wait(30)

    def short() -> None:
        try:
            put(hurried)
        except InvalidInput as refused:
            wrong.append(refused.code)

    first, second = threading.Thread(target=long), threading.Thread(target=short)
    first.start()
    begun.wait(30)
    second.start()
    second.join(30)
    over.set()
    first.join(30)
    assert (told, wrong) == (["waits"], ["busy"])
    put(hurried)
    hurried.close()


def test_rewriting_the_file_waits_for_another_process_as_a_write_does(database: Database) -> None:
    put(database)
    with held(database.path, 1.5):
        database.wipe()
