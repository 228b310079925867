"""Histories of every earlier version, read by this program: whole, replayed to the last value, held to their laws.

``scripts/corpus`` keeps them, once a release. A program that reads an old history otherwise does not pass: a case lives
for years, and its record for longer.
"""

import json
import lzma
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from zhuli_flow.calendar import bundled
from zhuli_flow.definitions import check, stored
from zhuli_flow.definitions.model.workflow import START, Workflow
from zhuli_flow.engine.authority.question import Question
from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.deadlines.lights import lights
from zhuli_flow.engine.history.chain import Link, first_break
from zhuli_flow.engine.history.entry import read
from zhuli_flow.engine.history_laws import breaches
from zhuli_flow.engine.machine import topology
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Body, Case
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.people import Organisation

KEPT = sorted(Path(__file__).parent.glob("*.jsonl.xz"))


class Kept(NamedTuple):
    """A case of an earlier version: as it was stored, its entries as bytes with their hashes, its definition."""

    case: Case
    end: tuple[int, bytes]
    entries: tuple[Link, ...]
    workflow: Workflow


def lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in lzma.decompress(path.read_bytes()).decode().splitlines():
        yield json.loads(line)


def definitions() -> dict[str, dict[str, Any]]:
    told = (line for path in KEPT for line in lines(path))
    return {line["definition"]["digest"]: line["definition"] for line in told if "definition" in line}


DEFINITIONS = definitions()


def every_case() -> Iterator[Kept]:
    for line in (line for path in KEPT for line in lines(path)):
        if "case" in line:
            row, told = line["case"], line["entries"]
            workflow = DEFINITIONS[row["digest"]]
            found = stored.from_stored(_document(workflow), workflow["text"], row["digest"])
            case = Case(
                row["id"],
                row["workflow"],
                row["definition_version"],
                row["digest"],
                Organisation(**json.loads(row["applicant"])),
                row["state"],
                row["version"],
                row["opened_at"],
                msgspec.json.decode(row["body"], type=Body),
            )
            links = (Link(row["id"], one["seq"], one["body"].encode(), bytes.fromhex(one["hash"])) for one in told)
            yield Kept(case, (row["seq"], bytes.fromhex(row["head"])), tuple(links), found)


def _document(row: Mapping[str, Any]) -> str:
    """A stored copy is JSON that is a text of JSON."""
    copy = json.loads(row["document"])
    return copy if isinstance(copy, str) else row["document"]


CASES = {kept.case.id: kept for kept in every_case()}


@pytest.fixture(params=CASES, ids=str)
def kept(request: pytest.FixtureRequest) -> Kept:
    return CASES[request.param]


def replayed(kept: Kept) -> Case:
    case = msgspec.structs.replace(kept.case, state=START, version=0, body={})
    for link in kept.entries:
        entry = read(link.body)
        case = changes.apply(case, entry.steps).having(version=max(case.version, entry.version))
    return case


def test_there_are_histories_of_every_kind_of_life() -> None:
    states = {kept.workflow.states[kept.case.state].kind for kept in CASES.values()}
    assert states == {"initial", "open", "in_force", "final"} - {"initial"}
    assert len({kept.case.workflow for kept in CASES.values()}) >= 5


def test_the_chain_is_whole(kept: Kept) -> None:
    count, broken = first_break(kept.entries, {kept.case.id: kept.end})
    assert (count, broken) == (len(kept.entries), None)


def test_replaying_gives_what_was_stored_to_the_last_value(kept: Kept) -> None:
    again = replayed(kept)
    assert (again.state, again.version) == (kept.case.state, kept.case.version)
    assert {name: part for name, part in again.body.items() if part} == dict(kept.case.body)


def test_no_law_of_its_definition_was_broken(kept: Kept) -> None:
    opened = msgspec.structs.replace(kept.case, state=START, version=0, body={})
    told = [read(link.body) for link in kept.entries]
    assert breaches(kept.workflow, opened, told, lambda at: Facts(at, bundled())) == []


def test_the_engine_still_answers_for_it(kept: Kept) -> None:
    now = datetime.fromisoformat(read(kept.entries[-1].body).at)
    facts = Facts(now, bundled())
    question = Question(kept.workflow, kept.case, SYSTEM_ACTOR, facts)
    assert question.state.title
    assert lights(kept.workflow, kept.case, now.date(), facts.calendar, now)
    assert not topology(kept.workflow).leads("no such act", kept.case.state)


@pytest.mark.parametrize("digest", DEFINITIONS)
def test_its_definition_is_the_same_text_and_still_sound(digest: str) -> None:
    row = DEFINITIONS[digest]
    found = check.load(row["text"].encode(), row["name"])
    assert (found.digest, found.name, found.version) == (digest, row["name"], row["version"])
    assert set(found.events) == set(stored.from_stored(_document(row), row["text"], digest).events)


def test_a_history_read_otherwise_is_seen() -> None:
    kept = next(iter(CASES.values()))
    steps = read(kept.entries[-1].body).steps
    assert steps
    less = kept._replace(entries=kept.entries[:-1])
    assert replayed(less).body != kept.case.body
    assert first_break(less.entries, {kept.case.id: kept.end})[1] is not None
