"""Every way a definition can be wrong: its code, at its line, with what would be right."""

from pathlib import Path

import pytest

from zhuli_flow.definitions.check import load, problems
from zhuli_flow.definitions.reading.yaml_reader import MAX_PROBLEMS
from zhuli_flow.errors import InvalidInput

MAXIMAL = (Path(__file__).parent / "maximal.yaml").read_text("utf-8")
KINDS = {"reply": {"verdict": True, "industries": False}, "letter_out": {"subject": True, "until": True}}


def found_after(old: str, new: str) -> tuple[list[tuple[int, str]], int, str]:
    """What is found once the one ``old`` became ``new``: (line, code) pairs, the line of the change, all the words."""
    assert MAXIMAL.count(old) == 1, f"{old!r} stands {MAXIMAL.count(old)} times"
    line = MAXIMAL[: MAXIMAL.index(old)].count("\n") + 1
    workflow, found = problems(MAXIMAL.replace(old, new).encode(), "f.yaml", KINDS)
    assert (workflow is None) == bool(found)
    pairs = [(int(problem.place.removeprefix("f.yaml:")), problem.code) for problem in found]
    return pairs, line, "\n".join(map(str, found))


def test_a_definition_with_every_word_is_clean() -> None:
    assert problems(MAXIMAL.encode(), "f.yaml", KINDS)[1] == []


WRONG = [
    # keys and types
    ("basis: 本系统测试", "bases: 本系统测试", "unknown_key", "basis"),
    ('version: "1.0"', "version: 1.0", "wrong_type", "加引号"),
    ("title: 语言样例", "title: true", "wrong_type", "加引号"),
    ("one_open_case: true", "one_open_case: 'true'", "wrong_type", "true 或 false"),
    ("one_open_case: true", "one_open_case: yes", "boolean_trap", "true"),
    ("kinds: [county, park]", "kinds: county", "wrong_type", "列表"),
    ("kinds: [county, park]", "kinds: [county, park, on]", "boolean_trap", "加引号"),
    ("prefix: YL", "prefix: yl", "bad_name", "大写"),
    ("workflow: maximal\nversion", "workflow: Maximal\nversion", "bad_name", "小写"),
    ("kind: initial", "kind: inital", "bad_choice", "initial"),
    ("type: decimal, unit: 平方千米", "type: decimel, unit: 平方千米", "bad_choice", "decimal"),
    ("title: 起草\n    kind: initial", "titel: 起草\n    kind: initial", "unknown_key", "title"),
    ("population > 0: 人口须大于零", "{check: population > 0, say: x, warm: true}", "unknown_key", "warn"),
    ("at_most: 2,", "at_most: 2.5,", "wrong_type", "整数"),
    ("{title: 各市名额, max: 3}", "{title: 各市名额}", "missing_key", "max"),
    ("- {check: fired start_case, say: 尚未开启", "- {check: fired start_case", "missing_key", "say"),
    ("yellow: {step: 5wd,", "yellow: {step: -5wd,", "bad_period", "正的长度"),
    # names
    ("due of scoring present", "due of scorin present", "unknown_deadline", "scoring"),
    ("reply.number absent", "reply.numbers absent", "unknown_field", "reply.number"),
    ("due of scoring present", "due of scoring > 3", "type_mismatch", "日期"),
    ("to: intake\n    clause: 样例六", "to: intak\n    clause: 样例六", "unknown_state", "intake"),
    ("from: [intake, waiting]", "from: [intake, wait]", "unknown_state", "waiting"),
    ("in: [intake, scoring]\n", "in: [intake, scorin]\n", "unknown_state", "scoring"),
    ("suspended_in: [waiting]", "suspended_in: [waitin]", "unknown_state", "waiting"),
    ("sign: {any_of: [office, head]}", "sign: {any_of: [office, heads]}", "unknown_role", "head"),
    ("by: [county, park]\n    fill", "by: [county, parks]\n    fill", "unknown_role", "park"),
    ("tell: [office]\n    note", "tell: [offices]\n    note", "unknown_role", "office"),
    ("overdue: {tell: [office], again", "overdue: {tell: [offise], again", "unknown_role", "office"),
    ("to: [county], with", "to: [countys], with", "unknown_role", "county"),
    ("role: anyone}", "role: anyon}", "unknown_role", "anyone"),
    ("named_in: experts", "named_in: expert", "unknown_field", "experts"),
    ("fill: [application,", "fill: [aplication,", "unknown_field", "申请|可用|是否"),
    ("addressee, industries,", "adressee, industries,", "unknown_field", "addressee"),
    ("- name_of_zone\n", "- name_of_zon\n", "unknown_field", "name_of_zone"),
    ("fields: [population?, area!]", "fields: [populaton?, area!]", "unknown_field", "population"),
    ("agg: union, counts", "agg: sum, counts", "missing_key", "须与 counts 同写"),
    ("counts: industries", "counts: addressee", "type_mismatch", "不是去重汇总的名单"),
    ("counts: industries", "counts: industry", "unknown_field", "industries"),
    ("may_be: not_applicable, agg: sum", "may_be: not_applicable, agg: union", "type_mismatch", "不能按“union”汇总"),
    ("{by: state, blocks", "{by: stat, blocks", "unknown_column", "state"),
    ("blocks: {intake: 在办, valid: 有效}", "blocks: {}", "missing_value", "blocks 不能为空"),
    ("head: {全部: later}", "head: {全部: latter}", "unknown_register", "later"),
    ("      - {label: 1.人口、面积：, fields: [population?, area!]}\n", "", "missing_value", "最后一行之下没有字段"),
    ("heading: （一）人口和面积", "{heading: （一）人口和面积, label: 人口}", "line_kind", "只写一个"),
    ("mean_points: mean of", "mean_point: mean of", "unknown_field", "mean_points"),
    ("attach: [report, letter?]", "attach: [report, leter?]", "unknown_material", "letter"),
    ("sheet: score_sheet", "sheet: score_shet", "unknown_sheet", "score_sheet"),
    ("form: score\n", "form: scor\n", "unknown_form", "score"),
    ("sealed_until: sum_up", "sealed_until: sumup", "unknown_event", "sum_up"),
    ("queued_by: queue", "queued_by: que", "unknown_event", "queue"),
    ("then: expire", "then: expires", "unknown_event", "expire"),
    ("confirm: sum_up", "confirm: sum_upp", "unknown_event", "sum_up"),
    ("met_by: [sum_up]", "met_by: [sumup]", "unknown_event", "sum_up"),
    ("max: $seats", "max: $seat", "unknown_parameter", "seats"),
    ("within: $intake", "within: $intak", "unknown_parameter", "intake"),
    (">= $pass_mark", ">= $passmark", "unknown_parameter", "pass_mark"),
    ("room in zones: 名额已满", "room in zone: 名额已满", "unknown_quota", "zones"),
    ("not overdue scoring", "not overdue scorin", "unknown_deadline", "scoring"),
    ("cancel: intake", "cancel: intak", "unknown_deadline", "intake"),
    ("actor has_role county", "actor has_role conty", "unknown_role", "county"),
    ("check: fired start_case", "check: fired startcase", "unknown_event", "start_case"),
    ("agreed_on <= asked_on", "agreed_no <= asked_on", "unknown_field", "agreed_on"),
    ("sum of budget.amount", "sum of budget.amout", "unknown_column", "amount"),
    ("mean_points: mean of score_sheet.total", "mean_points: mean of score_shet.total", "unknown_field", "score_sheet"),
    ("by: system\n", "by: holder\n", "unknown_role", "roles"),
    ("accept: [pdf], max_mb: 5", "accept: [pfd], max_mb: 5", "unknown_file_type", "pdf"),
    # no door to the program
    ("agreed_on <= asked_on", "os.system is yes", "unknown_field", "程序"),
    ("agreed_on <= asked_on", "os.system('x') is yes", "bad_condition", "写法"),
    ("sign: {any_of: [office, head]}", "sign: {any_of: [office, os.system]}", "unknown_role", "程序"),
    ("then: expire", "then: os.system", "unknown_event", "程序"),
    ("  queue:\n", "  os.system:\n", "bad_name", "小写"),
    # conditions
    ("agreed_on <= asked_on", "agreed_on =< asked_on", "bad_condition", "="),
    ("conflict is no, author", "conflict are no, author", "bad_condition", "are"),
    ("[county, park if applicant.kind is park]", "[county, park if applicant]", "bad_condition", "条件"),
    ("agreed_on <= asked_on", "agreed_on <= population", "type_mismatch", "日期"),
    ("agreed_on <= asked_on", "agreed_on <= 3d", "type_mismatch", "期限"),
    ("agreed_on <= asked_on", "verdict <= agree", "type_mismatch", "<="),
    ("agreed_on <= asked_on", "agreed_on - asked_on > 3", "type_mismatch", "elapsed"),
    ("agreed_on <= asked_on", "verdict is agre", "bad_choice", "agree"),
    ("agreed_on <= asked_on", "verdict is 'agre'", "bad_choice", "agree"),
    ("agreed_on <= asked_on", "$approver is join", "bad_choice", "joint"),
    ("agreed_on <= asked_on", "agree is verdict", "unknown_field", "可用|是否"),
    ("agreed_on <= asked_on", "experts is odd", "type_mismatch", "数"),
    ("agreed_on <= asked_on", "asked_on in experts", "type_mismatch", "名单"),
    ("agreed_on <= asked_on", "count of area > 1", "type_mismatch", "area"),
    ("agreed_on <= asked_on", "mean of experts > 1", "type_mismatch", "列"),
    ("agreed_on <= asked_on", "sum of budget.item > 1", "type_mismatch", "item"),
    ("agreed_on <= asked_on", "elapsed since area >= 60d", "type_mismatch", "日期"),
    ("agreed_on <= asked_on", "elapsed since asked_on >= 60", "type_mismatch", "期限"),
    ("agreed_on <= asked_on", "author present", "unknown_field", "可用|是否"),
    ("applicant.kind in [county, park]", "applicant.kind in [county, parc]", "bad_choice", "park"),
    ("state in [valid, closed]", "state in [valid, close]", "unknown_state", "closed"),
    ("band of mean_points by $bands is not '差'", "band of mean_points by $bands is not '良好'", "bad_choice", "良"),
    (
        "band_reached: band of mean_points by $bands",
        "band_reached: band of mean_points by $seats",
        "type_mismatch",
        "档次",
    ),
    ("valid_until: [today + 3y]", "valid_until: [today + 3]", "type_mismatch", "加减"),
    ("valid_until: [today + 3y]", "valid_until: [area]", "type_mismatch", "valid_until"),
    ("is_public: true", "is_public: 3", "type_mismatch", "is_public"),
    ("agree]\n      is_public", "agreed]\n      is_public", "bad_choice", "agree"),
    ("from: asked_on", "from: area", "type_mismatch", "日期"),
    ("from: asked_on", "from: actor.person", "bad_name", "办理人"),
    ("{always: points <= 100}", "{always: points <= today}", "type_mismatch", "日期"),
    # values
    ("approver:    {value: single,", "approver:    {value: singel,", "bad_choice", "single"),
    ("share:       {value: 2/3,", "share:       {value: 3/2,", "bad_ratio", "2/3"),
    ("within: 20wd", "within: 20w", "bad_period", "5wd"),
    ("within: 20wd", "within: -20wd", "bad_period", "正"),
    ("within: 20wd", "within: 0d", "bad_period", "正"),
    ("within: 20wd", "within: $seats", "bad_period", "期限"),
    ("within: 20wd, ", "", "within_or_until", "until"),
    ("within: 20wd", "within: 20wd, until: asked_on", "within_or_until", "until"),
    ("extend: {whole: 10wd}", "extend: {whole: ten}", "bad_period", "5wd"),
    ("remind: [-6m, -1m]", "remind: [-6m, soon]", "bad_period", "5wd"),
    ("remind: [-6m, -1m]", "remind: [-1d..3d]", "bad_period", "-7d..-1d"),
    ("remind: [-6m, -1m]", "remind: [1d..3wd]", "bad_period", "同一单位"),
    ("remind: [-6m, -1m]", "remind: [3d..1d]", "bad_period", "由先到后"),
    ("known: count of later}", "known: '{count of later}家'}", "type_mismatch", "是一项算式"),
    ("known: count of later}", "known: count of latter}", "unknown_field", "later"),
    ("known: count of later}", "known: today}", "type_mismatch", "数"),
    ("known: count of later}", "known: actor.person}", "bad_name", "字段"),
    ("type: organisation, kinds: [county]}", "type: text, kinds: [county]}", "misplaced_key", "organisation"),
    ("change: {from: later, at_most: 1/2}", "change: {from: latter, at_most: 1/2}", "unknown_register", "later"),
    ("change: {from: later, at_most: 1/2}", "change: {from: later, at_most: half}", "bad_ratio", "2/3"),
    ("change: {from: later, at_most: 1/2}", "change: {from: later, at_most: $half}", "unknown_parameter", ""),
    ("roll: $rolling", "roll: $approver", "bad_choice", "next"),
    ("roll: next", "roll: nxt", "bad_choice", "next"),
    ("counts: $counting", "counts: all", "bad_choice", "in_force"),
    ("max: $seats", "max: $intake", "type_mismatch", "整数"),
    ("max: 3}", "max: 0}", "type_mismatch", "整数"),
    ("at_most: 2,", "at_most: $partners,", "type_mismatch", "整数"),
    (
        "type: rows\n    at_least: 1\n    columns:\n      item:",
        "type: rows\n    personal: 同意\n    at_least: 1\n    columns:\n      item:",
        "type_mismatch",
        "已拨",
    ),
    ("min: 1, max: 2000", "min: 3000, max: 2000", "bad_value", "大于"),
    ("choices: [agree, refuse, 再议]", "choices: []", "missing_key", "choices"),
    (
        "area:         {title: 面积, type: decimal",
        "area:         {title: 面积, choices: [a], type: decimal",
        "misplaced_key",
        "choice",
    ),
    # who
    ("by: office\n    when", "opinion: optional\n    when", "by_or_sign", "by"),
    ("sign: {any_of: [office, head]}", "sign: {any_of: [office, head]}\n    by: office", "by_or_sign", "sign"),
    ("ordered: true}", "any_of: [office]}", "bad_sign", "any_of"),
    ("sign: {ratio: $share, of: [head, office]}", "sign: {ratio: $share}", "bad_sign", "of"),
    ("anyone:  {title: 任何人, of: any}", "anyone:  {title: 任何人}", "missing_key", "named_in"),
    ("by: expert\n    form", "by: office\n    form", "not_named", "named_in"),
    ("by: system, issue", "by: office, issue", "not_by_system", "system"),
    ("confirm: sum_up", "confirm: ask_twice", "unknown_event", "ask_again"),
    ("confirm: sum_up", "confirm: request", "never_possible", "scoring"),
    ("{by: head, to: stopped}", "{by: head, to: draft}", "not_final", "final"),
    ("{by: head, to: stopped}", "{by: head}", "missing_key", "to"),
    ("transfer: {by: holder}", "transfer: {by: holder, to: draft}", "misplaced_key", "terminate"),
    # graph
    ("by: office, at_most: 2", "by: office, at_most: 2, withdraw: nevr", "bad_choice", "never"),
    ("kind: initial", "kind: open", "no_initial", "initial"),
    ("waiting: {title: 候补}", "waiting: {title: 候补, kind: initial}", "several_initial", "一个"),
    ("closed: {title: 已终结, kind: final}", "closed: {title: 已终结}", "dead_end", "final"),
    ("waiting: {title: 候补}", "waiting: {title: 候补}\n  lost: {title: 丢失}", "unreachable_state", "lost"),
    ("from: draft\n    to: intake", "from: [draft, closed]\n    to: intake", "leaves_final", "closed"),
    ("to: draft\n    by: [county", "to: intake\n    by: [county", "bad_opening", "起始"),
    # reserved and repeated
    ("  queue:\n", "  transfer:\n", "reserved_name", "保留"),
    ("letter: {title: 复函}", "report: {title: 复函}", "duplicate_key", "首次"),
    ("ask_again: {title: 补问", "accept: {title: 补问", "duplicate_key", "首次"),
    ("area:         {title: 面积", "count:         {title: 面积", "reserved_name", "保留"),
    # documents
    ("issue: {notice: reply}", "issue: {notice: repli}", "unknown_notice", "reply"),
    ("subject: \"'关于'", "subjekt: \"'关于'", "unknown_variable", "subject"),
    (", until: valid_until}}", "}}", "missing_variable", "until"),
    # laws
    ("{never: sum_up, before: accept}", "{never: sum_up, before: acept}", "unknown_event", "accept"),
    ("{every: sum_up, has: verdict}", "{every: sum_up, has: verdikt}", "unknown_field", "verdict"),
    ("has: letter_out.number", "has: letter_ot.number", "unknown_field", "letter_out.number"),
    ("leads_to: closed", "leads_to: close", "unknown_event", "closed"),
    ("{never: sum_up, before: accept}", "{never: sum_up}", "bad_law", "before"),
]


@pytest.mark.parametrize(("old", "new", "code", "hint"), WRONG, ids=[f"{row[2]}: {row[1][:40]!r}" for row in WRONG])
def test_this_mistake_is_found_at_its_line(old: str, new: str, code: str, hint: str) -> None:
    pairs, line, text = found_after(old, new)
    assert code in {found for _, found in pairs}, text
    near = {at for at, found in pairs if found == code}
    assert near & set(range(line - 1, line + new.count("\n") + 2)) or code in ELSEWHERE, text
    assert any(word in text for word in hint.split("|")), text


ELSEWHERE = {"no_initial", "dead_end", "by_or_sign", "missing_variable", "bad_ratio", "not_by_system"}
"""Found at the item that lacks or uses something, not where the test took it away."""


def test_all_mistakes_are_told_in_one_go_sorted_by_line() -> None:
    text = MAXIMAL
    for old, new in [
        ("basis: 本系统测试", "bases: 本系统测试"),
        ('version: "1.0"', "version: 1.0"),
        ("one_open_case: true", "one_open_case: yes"),
        ("letter: {title: 复函}", "report: {title: 复函}"),
        ("within: $intake", "within: $intak"),
        ("then: expire", "then: expires"),
        ("agreed_on <= asked_on", "agreed_on <= population"),
        ("sign: {any_of: [office, head]}", "sign: {any_of: [office, heads]}"),
        ("agree]\n      is_public", "agreed]\n      is_public"),
        ("{never: sum_up, before: accept}", "{never: sum_up, before: acept}"),
    ]:
        text = text.replace(old, new)
    with pytest.raises(InvalidInput) as refused:
        load(text.encode(), "f.yaml", KINDS)
    found = refused.value.problems
    lines = [int(problem.place.removeprefix("f.yaml:")) for problem in found]
    assert lines == sorted(lines)
    assert {problem.code for problem in found} >= {
        "unknown_key", "wrong_type", "boolean_trap", "duplicate_key", "unknown_parameter", "unknown_event",
        "type_mismatch", "unknown_role", "bad_choice",
    }  # fmt: skip
    assert refused.value.exit_code == 6
    assert refused.value.message == f"流程定义 f.yaml 有 {len(found)} 处问题，未作任何改动"


def test_a_faulty_item_still_counts_as_existing() -> None:
    pairs, line, text = found_after("verdict:      {title: 意见,", "verdict:      {titel: 意见,")
    assert {code for _, code in pairs} == {"unknown_key", "missing_key"}, text
    assert {at for at, _ in pairs} == {line}


def test_documents_are_taken_on_trust_without_their_kinds() -> None:
    assert problems(MAXIMAL.replace("{notice: reply}", "{notice: anything}").encode(), "f.yaml")[1] == []


def test_a_problem_reads_place_code_message_fix() -> None:
    _, line, text = found_after("tell: [office]\n", "tell: [offic]\n")
    assert text == f"f.yaml:{line}: unknown_role: 没有名为“offic”的角色；是否指“office”？"


def test_a_flood_of_mistakes_is_cut_off_and_says_so() -> None:
    flood = MAXIMAL.replace("laws:\n", "laws:\n" + "  - 1\n" * 3_000)
    _, found = problems(flood.encode(), "f.yaml", KINDS)
    assert len(found) == MAX_PROBLEMS + 1
    assert "too_many" in {problem.code for problem in found}


def test_a_wrong_title_does_not_hide_what_is_wrong_with_the_steps() -> None:
    text = MAXIMAL.replace("title: 语言样例", "title: 1").replace(
        "waiting: {title: 候补}", "waiting: {title: 候补}\n  lost: {title: 丢失}"
    )
    codes = {problem.code for problem in problems(text.encode(), "f.yaml", KINDS)[1]}
    assert codes == {"wrong_type", "unreachable_state", "dead_end"}
