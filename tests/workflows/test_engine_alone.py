"""The engine alone reaches, step by step, what the office reaches: states, refusals, numbers, deadlines and duties."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine import pure_office
from tests.engine.pure_office import PureOffice, Refused, Told
from tests.workflows.staging import HERE, STORIES, Stage, parameters_of
from zhuli_flow.clock import UTC
from zhuli_flow.definitions.check import load
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Case
from zhuli_flow.engine.model.decision import Decision
from zhuli_flow.services.administration.workflows import parts_beside
from zhuli_flow.services.rehearsal.play import Player
from zhuli_flow.services.rehearsal.scenario import Act
from zhuli_flow.store import audit, cases, directory

pure_decide = pure_office.decide
PAPER = re.compile("paper_")
"""What proof-reading a document finds is a matter of its words, not of the engine."""


class Both:
    """One story told to the office and to the engine alone."""

    def __init__(self, stage: Stage) -> None:
        self.stage, office = stage, stage.office
        texts = sorted((office.home / "workflows").glob("*.yaml"))
        flows = [load(path.read_bytes(), path.name, parts=parts_beside(path)) for path in texts]
        with office.database.read() as connection:
            people = {one.person: one for one in directory.everybody(connection, office.today)}
            units = {one.id: one for one in directory.every_organisation(connection)}
        now = office.clock.now().astimezone(UTC)
        first = office.number_first
        self.seen: dict[str, int] = {}
        self.history: dict[str, list[Told]] = {}
        self.compared: dict[str, Case] = {}
        self.pure = PureOffice({one.name: one for one in flows}, office.calendar, people, units, now, first)

    def step(self, act: Act) -> None:
        """The same act in both; then everything must stand alike in both."""
        player = self.stage.player
        player.forward(act.at)
        self.pure.forward(act.at)
        meanwhile = self._fresh()
        do = self._ready(player, act)
        player.play([act])
        fresh = self._fresh()
        refused = [one["code"] for entry in fresh for one in entry.get("refusals", ()) if entry["kind"] == "refused"]
        if do is not None and not any(map(PAPER.match, refused)):
            codes = do()
            assert sorted(codes) == (sorted(refused) if act.verb == "不予" else []), act.place
        self.compare(act.place, [*meanwhile, *fresh])

    def _ready(self, player: Player, act: Act) -> Callable[[], tuple[str, ...]] | None:
        """What the engine has to do; read now, since names of cases are those before the act."""
        opens = act.verb == "开启" or (act.verb == "不予" and act.words[1] == "开启")
        refused = act.verb == "不予"
        if opens:
            flow, applicant, person = (act.words[0], act.words[4], act.words[2]) if refused else act.words[:3]
            values = player.values(act, self.pure.workflows[flow])
            return lambda: _codes(lambda: self.pure.open(flow, applicant, person, values, " ".join(act.after("意见"))))
        if act.verb in {"办理", "退签", "不予"}:
            case = player.case(act.words[0])
            command = player.command(act, player.workflow(case))
            return lambda: _codes(lambda: self.pure.act(case, act.words[2], command))
        return None

    def _fresh(self) -> list[dict[str, Any]]:
        """The entries that came since it was asked last."""
        with self.stage.office.database.read() as connection:
            grown = {chain: seq for chain, (seq, _) in audit.heads(connection).items() if self.seen.get(chain, 0) < seq}
            found = [link for chain in grown for link in audit.entries(connection, chain)]
        new = [json.loads(link.body) for link in found if link.seq > self.seen.get(link.case_id, 0)]
        self.seen |= grown
        return new

    def compare(self, place: str, fresh: list[dict[str, Any]]) -> None:
        """Cases alike in every part, and in each one's history the same acts, refusals and duties."""
        for entry in fresh:
            told = _told(entry) if entry["case"] != audit.OFFICE else None
            if told is not None:
                self.history.setdefault(str(entry["case"]), []).append(told)
        kept = self.pure.kept.cases
        assert kept.keys() == self.history.keys(), place
        moved = [name for name, case in kept.items() if case is not self.compared.get(name)]
        moved += [str(entry["case"]) for entry in fresh if entry["case"] in kept]
        with self.stage.office.database.read() as connection:
            stored = cases.by_ids(connection, sorted(set(moved)))
        for name in stored:
            mine, case = kept[name], stored[name].case
            assert (mine.version, mine.applicant, mine.opened_at) == (case.version, case.applicant, case.opened_at), (
                place
            )
            assert changes.json(changes.changes(case, mine)) == [], f"{place}: {name}"
            assert self.pure.told(name) == self.history[name], f"{place}: {name}"
        self.compared = dict(kept)


def _codes(do: Callable[[], Any]) -> tuple[str, ...]:
    """The reasons against an act; none when it was done."""
    try:
        do()
    except Refused as refused:
        return refused.codes
    return ()


def _told(entry: dict[str, Any]) -> Told | None:
    codes = tuple(one["code"] for one in entry.get("refusals", ()))
    match entry["kind"]:
        case "move" | "sign" | "operation":
            return Told(entry["kind"], entry["event"])
        case "refused" if not any(map(PAPER.match, codes)):
            return Told("refused", entry["event"], codes)
        case "deadline":
            return Told("deadline", entry["event"], (entry["deadline"], *entry["told"]))
    return None


ZONE = [story for story in STORIES if re.match(r"t\d|op_|rights_|validity_|quota_|yearly|life_", story.stem)]


def _play(stage: Callable[..., Stage], story: Path) -> Both:
    text = story.read_text(encoding="utf-8")
    both = Both(stage(**parameters_of(text)))
    for act in both.stage.acts(text, story.name):
        both.step(act)
    return both


@pytest.mark.parametrize("story", ZONE, ids=lambda path: path.stem)
def test_the_engine_alone_reaches_what_the_office_reaches(story: Path, stage: Callable[..., Stage]) -> None:
    both = _play(stage, story)
    assert any(one.workflow == "zone_creation" for one in both.pure.kept.cases.values())


def _marked(question: Any, command: Any, last: Any = None) -> Any:
    answer = pure_decide(question, command, last)
    return (
        replace(answer, after=changes.put(answer.after, "marks", "odd", 1)) if isinstance(answer, Decision) else answer
    )


def _renamed(question: Any, command: Any, last: Any = None) -> Any:
    answer = pure_decide(question, command, last)
    return answer if isinstance(answer, Decision) else tuple(replace(one, code="guard_too") for one in answer)


def _no_day(*_: Any) -> None:
    return None


def _no_move(*_: Any) -> tuple[()]:
    return ()


@pytest.mark.parametrize(
    ("name", "other", "story"),
    [
        ("decide", _marked, "op_return_walks_again"),
        ("decide", _renamed, "t11_publicity_cannot_be_closed_early"),
        ("reminders", SimpleNamespace(next_look=_no_day), "t21_silent_expiry_is_reminded_and_recorded"),
        ("queues", SimpleNamespace(moves=_no_move, ahead=lambda *_: 9), "t12_quota_full_waits_in_line"),
    ],
)
def test_a_law_that_differs_is_found(
    name: str, other: object, story: str, stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pure_office, name, other)
    with pytest.raises(AssertionError):
        _play(stage, HERE / f"{story}.scenario")
