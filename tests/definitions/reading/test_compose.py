"""Shared parts and heads: what a definition says in short means what it would mean at length, told at its own place."""

from dataclasses import replace
from hashlib import sha256

import pytest

from zhuli_flow.definitions.check import load, problems
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.definitions.reading.compose import Parts, split

SHORT = """workflow: small
version: "1"
title: 小流程
prefix: XL
applicant: {kinds: [county]}
uses: {people: [office, county], dates: all}
registers:
  others: {title: 其他事项, workflow: small, where: [own, state is draft], columns: [case]}
states:
  draft: {title: 起草, kind: initial}
  closed: {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: draft, by: county}
  close:
    act: {title: 办结, from: draft, to: closed, by: office}
    when:
      - met
      - count of others == 0: 还有其他事项
    fill: [met_on]
"""
PEOPLE = """shared: people
title: 机关与职务
roles:
  office: {title: 省办, of: province}
  county: {title: 区县, of: county}
  head: {title: 省领导, of: province}
"""
DATES = """shared: dates
fields:
  met_on: {title: 会议日期, type: date, not_after_today: 请在会议之后办理}
checks:
  met: {met_on present: 没有开会}
filters:
  own: applicant.id is this.applicant.id
"""
LONG = """workflow: small
version: "1"
title: 小流程
prefix: XL
applicant: {kinds: [county]}
roles:
  office: {title: 省办, of: province}
  county: {title: 区县, of: county}
fields:
  met_on: {title: 会议日期, type: date}
registers:
  others:
    {title: 其他事项, workflow: small, where: [applicant.id is this.applicant.id, state is draft], columns: [case]}
states:
  draft: {title: 起草, kind: initial}
  closed: {title: 办结, kind: final}
events:
  begin: {title: 开启, from: start, to: draft, by: county}
  close:
    title: 办结
    from: draft
    to: closed
    by: office
    fill: [met_on]
    when:
      - met_on <= today: 会议日期晚于今天；请在会议之后办理
      - met_on present: 没有开会
      - count of others == 0: 还有其他事项
"""


def parts(people: str = PEOPLE, dates: str = DATES) -> Parts:
    return {"people": ("shared/people.yaml", people.encode()), "dates": ("shared/dates.yaml", dates.encode())}


def short(text: str = SHORT, known: Parts | None = None) -> Workflow:
    return load(text.encode(), "small.yaml", parts=parts() if known is None else known)


def meaning(workflow: Workflow) -> Workflow:
    """The workflow without what only tells where it was written."""
    events = {
        name: replace(event, line=0, guards=tuple(replace(guard, line=0) for guard in event.guards))
        for name, event in workflow.events.items()
    }
    return replace(workflow, events=events, text="", digest="")


def told(text: str, known: Parts) -> list[str]:
    found = problems(text.encode(), "small.yaml", parts=known)[1]
    return [f"{each.place} {each.code} {each.message} {each.fix}" for each in found]


def test_what_is_said_in_short_is_what_is_said_at_length() -> None:
    assert meaning(short()) == meaning(load(LONG.encode(), "small.yaml"))


def test_only_the_pieces_named_are_taken() -> None:
    assert set(short().roles) == {"office", "county"}


def test_the_digest_and_the_text_hold_the_parts_that_are_used() -> None:
    workflow = short()
    assert workflow.digest == sha256(workflow.text.encode()).hexdigest() != sha256(SHORT.encode()).hexdigest()
    assert workflow.digest != short(known=parts(people=PEOPLE.replace("省领导", "省科协领导"))).digest
    idle = {**parts(), "idle": ("shared/idle.yaml", b"shared: idle\n")}
    assert short(known=idle).digest == workflow.digest


def test_the_complete_text_is_read_back_without_the_parts() -> None:
    workflow = short()
    assert load(workflow.text.encode(), "small.yaml") == workflow
    own, brought = split(workflow.text.encode())
    assert (own.decode(), brought["people"].decode()) == (SHORT, PEOPLE)


def test_a_file_that_uses_nothing_keeps_the_digest_of_its_bytes() -> None:
    assert load(LONG.encode(), "small.yaml").digest == sha256(LONG.encode()).hexdigest()


def test_the_lines_of_an_event_are_those_of_its_own_file_and_none_in_a_part() -> None:
    close = short().events["close"]
    assert close.line == SHORT.split("\n").index("  close:") + 1
    assert [guard.line for guard in close.guards] == [0, 0, SHORT.split("\n").index("      - met") + 2]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[office, county]",
            "[ofice, county]",
            "small.yaml:6 unknown_piece 公用部分“people”中没有“ofice” 是否指",
        ),
        ("uses: {people:", "uses: {peple:", "small.yaml:6 unknown_part 没有名为“peple”的公用部分 是否指“people”"),
        ("      - met\n", "      - meet\n", "small.yaml:17 unknown_check 没有名为“meet”的核对条件 是否指“met”"),
        ("[own,", "[owner,", "small.yaml:8 unknown_filter 没有名为“owner”的收录条件 是否指“own”"),
        ("    fill: [met_on]", "    title: 办", "small.yaml:19 duplicate_key “title”在 act 中已经写过"),
        (
            "registers:",
            "roles: {office: {title: 办, of: city}}\nregisters:",
            "small.yaml:7 duplicate_name “office”已由",
        ),
        ("to: closed, by", "to: closd, by", "small.yaml:15 unknown_state 没有名为“closd”的环节"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(old: str, new: str, expected: str) -> None:
    assert old in SHORT
    assert any(each.startswith(expected) for each in told(SHORT.replace(old, new, 1), parts()))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("of: county", "of: country", "shared/people.yaml:5 bad_choice “of”不能是“country”"),
        ("title: 区县, ", "titel: 区县, ", "shared/people.yaml:5 unknown_key “county”中没有“titel”这个键"),
        ("roles:", "rolls:", "shared/people.yaml:3 unknown_key 公用部分中没有“rolls”这个键 是否指“roles”"),
        ("shared: people", "shared: persons", "shared/people.yaml:1 missing_key 公用部分缺少“shared: people”"),
        ("  head:", "  office:", "shared/people.yaml:6 duplicate_key “office”重复（首次出现在第 4 行）"),
    ],
)
def test_what_is_wrong_in_a_part_is_told_at_its_file_and_line(old: str, new: str, expected: str) -> None:
    assert old in PEOPLE
    found = told(SHORT, parts(people=PEOPLE.replace(old, new, 1)))
    assert any(each.startswith(expected) for each in found), found
