"""The body of a case: typed within, the same JSON as ever at the store's door and in the history."""

import json
from typing import Any

import msgspec
import pytest

from tests.engine.desk import Desk
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.model import changes
from zhuli_flow.engine.model.case import Body
from zhuli_flow.engine.model.deadline import Deadline

plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
typed = msgspec.json.Decoder(Body).decode
text = msgspec.json.Encoder(order="sorted").encode

SUSPENDED = {
    "version": 2,
    "state": "suspended",
    "started_on": "2018-10-08",
    "due_on": "2018-11-12",
    "spans": [{"from": "2018-10-08", "counted": True, "to": "2018-10-15"}, {"from": "2018-10-15", "counted": False}],
    "provisional": False,
    "why": ["自2018年10月8日起算"],
    "set_on": "2018-10-08",
    "calendar": "2018-abc",
    "reckoning": {"from": "2018-10-08", "by": ["20wd"], "added": 0},
    "remaining": 0,
    "suspended_on": "2018-10-15",
    "extended": "5wd",
    "held": True,
    "used": 3,
    "closes_at": "2018-11-12T09:00:00+00:00",
}
FILE = {"filename": "甲.pdf", "sha256": "0" * 64, "size": 1, "type": "pdf"}
SIGNED = {
    "seat": "office",
    "role": "office",
    "person": "甲",
    "organisation": "某局",
    "on_behalf_of": "",
    "agree": True,
    "opinion": "",
    "at": "2018-10-08T01:00:00+00:00",
}
BODY: dict[str, Any] = {
    "fields": {"n": 1, "share": "0.5", "rows": [{"a": None}], "file": FILE},
    "materials": {"letter": [FILE]},
    "sheets": {"score/乙": {"points": 5}},
    "signoffs": {"agree": {"values": {"amount": "5"}, "materials": {"letter": [FILE]}, "signatures": [SIGNED]}},
    "signed": {"approve": [SIGNED]},
    "assignments": {"office/甲": {"to": "乙", "kind": "transfer", "at": "2018-10-08T01:00:00+00:00"}},
    "deadlines": {"whole": SUSPENDED},
    "counts": {"accept": 1},
    "marks": {"last": {"by": "甲", "event": "accept", "title": "受理", "at": "2018-10-08T01:00:00+00:00"}},
    "path": {"00001": {"state": "intake", "since": "2018-10-08T01:00:00+00:00", "event": "submit"}},
    "regions": {"publicity": "posted"},
    "region_path": {"publicity/001": {"state": "posted", "since": "2018-10-08T01:00:00+00:00", "event": "post"}},
    "notices": {"reply": {"number": "某发〔2018〕1号", "n": 1, "signed_on": "2018-10-08"}},
    "evidence": {
        "accept": {"act": 2, "state": "intake", "visit": 1, "by": "甲", "role": "office", "digest": "0" * 64},
        "score/乙": {
            "act": 3,
            "state": "review",
            "visit": 2,
            "by": "乙",
            "role": "expert",
            "digest": "0" * 64,
            "round": 2,
        },
    },
    "stale": {"accept": {"why": "changed", "event": "agree", "by": "乙", "at": SIGNED["at"], "names": ["amount"]}},
    "links": {"FB-2018-0001": "expire"},
    "hands": {"clerk": "丙"},
}


def test_a_body_is_stored_in_the_bytes_it_was_read_from() -> None:
    assert set(BODY) == set(Body.__annotations__)
    assert text(typed(plain(BODY))).decode() == plain(BODY)


def test_a_deadline_from_before_days_were_explained_keeps_its_parts() -> None:
    old = {name: SUSPENDED[name] for name in ("version", "state", "started_on", "due_on", "provisional", "set_on")}
    body = {"deadlines": {"whole": old}}
    assert text(typed(plain(body))).decode() == plain(body)


@pytest.mark.parametrize("broken", [{"due_on": "2018-13-01"}, {"state": "asleep"}, {"version": "x"}])
def test_what_is_no_deadline_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**SUSPENDED, **broken}, Deadline)


def test_changes_go_into_an_entry_as_json_and_come_back_as_they_were() -> None:
    desk = Desk().to("review")
    desk.do("agree", "甲", amount="6")
    desk.do("ask", "甲")
    desk.do("delegate", "甲", person="乙")
    for decision in desk.log:
        told = changes.json(decision.changes)
        assert json.loads(canonical(told)) == told
        assert changes.from_json(told) == decision.changes
