"""The paper for people: nothing of a definition is left out, and nothing stands in it that only a program reads."""

import re
from pathlib import Path

import pytest

from zhuli_flow.definitions import check
from zhuli_flow.definitions.handbook.conditions import condition
from zhuli_flow.definitions.handbook.paper import Handbook, handbook
from zhuli_flow.definitions.handbook.titles import Notice, Titles
from zhuli_flow.definitions.model.workflow import IssueNotice, Tell, Workflow
from zhuli_flow.definitions.reading.parser import parse_condition
from zhuli_flow.documents.templates.catalog import load_named
from zhuli_flow.services.administration.workflows import parts_beside

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "workflows").glob("*.yaml"))
MAXIMAL = ROOT / "tests" / "definitions" / "maximal.yaml"


def loaded(path: Path) -> Workflow:
    return check.load(path.read_bytes(), path.name, parts=parts_beside(path))


@pytest.fixture(scope="module")
def others() -> dict[str, Workflow]:
    return {path.stem: loaded(path) for path in SHIPPED}


def named(workflow: Workflow, others: dict[str, Workflow]) -> Titles:
    issued = [one.notice for event in workflow.events.values() for one in event.effects if isinstance(one, IssueNotice)]
    kinds = load_named([ROOT / "notices"], issued)
    notices = {
        name: Notice(one.title, {key: it.title for key, it in one.known().items()}) for name, one in kinds.items()
    }
    return Titles(workflow, notices, others)


def text(told: Handbook) -> str:
    rows = ("\n".join("|".join(row) for row in part.rows) for part in told.parts if not isinstance(part, str))
    return "\n".join([told.title, *(part for part in told.parts if isinstance(part, str)), *rows])


def plain(words: str) -> str:
    """Without the kind of quotation marks, which change within others."""
    return words.translate(str.maketrans("‘’", "“”"))


@pytest.mark.parametrize("path", [*SHIPPED, MAXIMAL], ids=lambda path: path.stem)
def test_every_piece_of_a_definition_is_told(path: Path, others: dict[str, Workflow]) -> None:
    workflow = loaded(path)
    told = plain(text(handbook(named(workflow, others))))
    pieces = (workflow.states, workflow.events, workflow.roles, workflow.deadlines, workflow.fields, workflow.materials)
    more = (workflow.forms, workflow.sheets, workflow.quotas, workflow.registers, workflow.compounds, workflow.regions)
    titles = [one.title for room in (*pieces, *more) for one in room.values()]
    titles += [one.title or one.name for one in workflow.parameters.values()]
    titles += [one.source for one in workflow.parameters.values()] + [law.title for law in workflow.laws]
    titles += [guard.say for event in workflow.events.values() for guard in event.guards]
    titles += [one.clause for one in (*workflow.events.values(), *workflow.deadlines.values())]
    assert [title for title in titles if plain(title) not in told] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_name_of_the_file_is_left_untitled(path: Path, others: dict[str, Workflow]) -> None:
    workflow = loaded(path)
    rooms = (workflow.states, workflow.events, workflow.roles, workflow.deadlines, workflow.fields, workflow.materials)
    names = {name for room in (*rooms, workflow.registers, workflow.forms) for name in room if "_" in name}
    said = re.findall(r"[a-z]+(?:_[a-z]+)+", text(handbook(named(workflow, others))))
    written = " ".join(
        (
            *(guard.say + guard.fix for event in workflow.events.values() for guard in event.guards),
            *(state.note for state in workflow.states.values()),
            *(one.title for room in (workflow.parameters, workflow.fields, *rooms) for one in room.values()),
        )
    )
    assert [one for one in said if one in names and one not in written and one != workflow.name] == []


def test_an_act_tells_who_is_told_and_each_event_once(others: dict[str, Workflow]) -> None:
    workflow = others["zone_creation"]
    told = text(handbook(named(workflow, others)))
    for event in workflow.events.values():
        roles = [workflow.roles[one.role].title for one in event.effects if isinstance(one, Tell)]
        assert not roles or f"知会{'、'.join(roles)}" in told
        assert len(re.findall(rf"^\d+\.{re.escape(event.title)}。(?:由|在)", told, re.MULTILINE)) >= 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("consent_date <= request_date", "“市委组织部同意函成文日期”不晚于“请示成文日期”"),
        ("not consent_date <= request_date", "“市委组织部同意函成文日期”晚于“请示成文日期”"),
        ("count of experts >= $experts_min", "“专家组成员”的数目不小于参数“专家组最少人数”（5）"),
        ("count of experts is odd", "“专家组成员”的数目为单数"),
        ("consented is yes", "“市委组织部现持同意意见”为是"),
        ("goals absent", "没有“主要目标”"),
        ("goals present and not (tasks present or consented is no)",
         "已有“主要目标”，且并非（已有“主要任务”，或者“市委组织部现持同意意见”为否）"),
        ("fired request since give_consent", "“同意申报”之后已办理“联合报送请示”"),
        ("not overdue intake", "期限“受理或一次性告知补正”未逾期"),
        ("room in zones", "名额“在有效期内的示范区”尚有空额"),
        ("applicant.kind in [park, county]", "申报单位的类型在园区、县之内"),
        ("today <= valid_until - $review_opens", "今天不晚于“有效期末日”减参数“期满前多久可报复核”（6个月）"),
        ("actor has_role office", "办理人是省科协学会学术部（领导小组办公室）"),
        ("elapsed since reply_date >= 3m", "自“批复成文日期”起的时间不小于3个月"),
        ("state within in_force", "处在大环节“有效期内”之中"),
        ("reply_letter.number present", "已有reply_letter的文号"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_clause(line: str, words: str, others: dict[str, Workflow]) -> None:
    assert condition(Titles(others["zone_creation"]), parse_condition(line)) == words
