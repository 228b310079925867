"""The peers, each doing the same eight states in its own way on a SQLite file opened with the same settings."""

from __future__ import annotations

import hashlib
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree
from office import EVENTS
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from statemachine import State, StateMachine

from zhuli_flow.store.sql import sqlite


class Table:
    """One row a case in a file of its own: opened as zhuli_flow opens its writer, in WAL with synchronous=FULL."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.connection: Any = sqlite.connect(sqlite.driver(), path, "writer")
        self.connection.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")

    def add(self, state: str) -> int:
        return int(self.connection.execute("INSERT INTO run (state) VALUES (?)", (state,)).lastrowid)

    def state(self, key: int) -> str:
        return str(self.connection.execute("SELECT state FROM run WHERE id = ?", (key,)).fetchone()[0])

    def put(self, key: int, state: str) -> None:
        self.connection.execute("UPDATE run SET state = ? WHERE id = ?", (state, key))


class RawCommit:
    """The limit: one row inserted and committed, by the same driver, and nothing else."""

    def __init__(self, folder: Path, work: int) -> None:
        self.work, self.table = work, Table(folder / "raw.db")

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for _ in range(self.work):
            self.table.add("drafted")


class ByHand:
    """What remains of an act when nothing is decided: the same two rows, of the usual size, by bare statements."""

    def __init__(self, folder: Path, work: int) -> None:
        path = folder / "by_hand.db"
        path.touch()
        self.work, self.number = work, 0
        self.connection: Any = sqlite.connect(sqlite.driver(), path, "writer")
        self.connection.executescript(
            "CREATE TABLE cases (id INTEGER PRIMARY KEY, version INTEGER, head BLOB, body TEXT);"
            "CREATE TABLE entry (case_id INTEGER, seq INTEGER, request_id TEXT UNIQUE, body BLOB,"
            " PRIMARY KEY (case_id, seq));"
        )

    def prepare(self) -> None:
        self.number += self.work
        rows = [(self.number + each, 0, bytes(32), "x" * 800) for each in range(self.work)]
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO cases VALUES (?, ?, ?, ?)", rows)
        self.connection.execute("COMMIT")

    def run(self) -> None:
        execute, body = self.connection.execute, "x" * 900
        for case_id in range(self.number, self.number + self.work):
            execute("BEGIN IMMEDIATE")
            execute("SELECT * FROM cases WHERE id = ?", (case_id,)).fetchone()
            head = hashlib.sha256(body.encode()).digest()
            execute("INSERT INTO entry VALUES (?, 1, ?, ?)", (case_id, f"r{case_id}", body))
            execute(
                "UPDATE cases SET version = 1, head = ?, body = ? WHERE id = ? AND version = 0", (head, body, case_id)
            )
            execute("COMMIT")


class Durable:
    """A peer that reads its state, carries out one event and writes the state back, one commit for each event."""

    def __init__(self, path: Path, number: int) -> None:
        self.table, self.number, self.work = Table(path), number, number * len(EVENTS)
        self.keys: list[int] = []

    def prepare(self) -> None:
        self.table.connection.execute("BEGIN")
        self.keys = [self.table.add(self.first()) for _ in range(self.number)]
        self.table.connection.execute("COMMIT")

    def run(self) -> None:
        for key in self.keys:
            for event in EVENTS:
                self.table.connection.execute("BEGIN IMMEDIATE")
                self.table.put(key, self.after(self.table.state(key), event))
                self.table.connection.execute("COMMIT")

    def first(self) -> str:
        raise NotImplementedError

    def after(self, state: str, event: str) -> str:
        raise NotImplementedError


class Spiff(Durable):
    """SpiffWorkflow: seven manual tasks in line, the workflow kept as JSON by its own serializer. No conditions."""

    def __init__(self, folder: Path, number: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(_bpmn().encode())), filename="eight_states.bpmn")
        self.spec = parser.get_spec("eight_states")
        self.serializer = BpmnWorkflowSerializer()
        super().__init__(folder / "spiff.db", number)

    def first(self) -> str:
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        return str(self.serializer.serialize_json(workflow))

    def after(self, state: str, event: str) -> str:
        workflow = self.serializer.deserialize_json(state)
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task.task_spec.name != event:
            raise LookupError(event)
        task.run()
        workflow.do_engine_steps()
        return str(self.serializer.serialize_json(workflow))


def _bpmn() -> str:
    nodes = ["start", *EVENTS, "end"]
    tasks = "".join(f'<manualTask id="{event}" name="{event}"/>' for event in EVENTS)
    flows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
        for number, (one, other) in enumerate(pairwise(nodes))
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">'
        f'<process id="eight_states" isExecutable="true"><startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}'
        "</process></definitions>"
    )


class Eight(StateMachine):
    """The same eight states for python-statemachine, each event with its condition."""

    drafted = State(initial=True)
    recommended = State()
    researched = State()
    requested = State()
    assessed = State()
    replied = State()
    expired = State()
    closed = State(final=True)

    recommend = drafted.to(recommended, cond="is_ok")
    research = recommended.to(researched, cond="is_ok")
    request = researched.to(requested, cond="is_ok")
    assess = requested.to(assessed, cond="is_ok")
    reply = assessed.to(replied, cond="is_ok")
    expire = replied.to(expired, cond="is_ok")
    close = expired.to(closed, cond="is_ok")

    def is_ok(self, ok: bool) -> bool:
        return ok


class Statemachine(Durable):
    """python-statemachine: built from the stored state, sent the event, its state written back."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder / "statemachine.db", number)

    def first(self) -> str:
        return "drafted"

    def after(self, state: str, event: str) -> str:
        machine = Eight(start_value=state)
        machine.send(event, ok=True)
        return str(machine.current_state_value)


class EnabledEvents:
    """python-statemachine's answer to "what may be done now", in memory."""

    def __init__(self, work: int) -> None:
        self.work, self.machine = work, Eight()

    def prepare(self) -> None:
        pass

    def run(self) -> None:
        for _ in range(self.work):
            self.machine.enabled_events(ok=True)
