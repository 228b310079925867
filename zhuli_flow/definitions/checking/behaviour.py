"""Checks of what happens: events with their signatures and effects, deadlines, the operations every office knows."""

from __future__ import annotations

from zhuli_flow.definitions.building.effects import EVERY_NOTICE, advances, issues
from zhuli_flow.definitions.building.parsed_lines import Kinds, marked
from zhuli_flow.definitions.building.parsed_lines import names as listed
from zhuli_flow.definitions.building.regions import timed
from zhuli_flow.definitions.checking.declarations import need_number, need_word, resolve
from zhuli_flow.definitions.checking.names import Names
from zhuli_flow.definitions.model import workflow as model
from zhuli_flow.definitions.model.workflow import HOLDER, SAME, START, SYSTEM
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.literals import as_period, reminders
from zhuli_flow.definitions.reading.yaml_reader import Path


def check_verbs(shape: schema.WorkflowShape, workflow: model.Workflow, names: Names, kinds: Kinds | None) -> None:
    """Note every problem of the events, deadlines and operations; documents are looked up when ``kinds`` is given."""
    for name, event in shape.events.items():
        path: Path = ("events", name)
        _check_who(event, path, names)
        _check_where(event, path, names)
        _check_asks(event, path, workflow, names)
        _check_effects(event, path, workflow, names)
        for index, issue in enumerate(issues(event.issue)):
            _check_issue(issue, _issue_path(event, path, index), names, kinds)
    for name, state in shape.states.items():
        if state.deadline is not None:
            _check_deadline(state.deadline, ("states", name, "deadline"), workflow, names, own=True)
    for _, _, timed_deadline, place in timed(shape.regions):
        _check_deadline(timed_deadline, place, workflow, names, own=True)
    for name, deadline in shape.deadlines.items():
        _check_deadline(deadline, ("deadlines", name), workflow, names, own=False)
    _check_operations(shape.operations, workflow, names)
    _check_period(shape.yellow.step, ("yellow", "step"), workflow, names)
    _check_period(shape.yellow.whole_case, ("yellow", "whole_case"), workflow, names)
    resolve(shape.yellow.at_most, ("yellow", "at_most"), workflow, names)


def _check_who(event: schema.EventShape, path: Path, names: Names) -> None:
    if (event.by is None) == (event.sign is None):
        message = "没有写由谁办理" if event.by is None else "by 与 sign 只能写一个"
        names.report.add(path, "by_or_sign", f"操作“{event.title}”{message}", "写 by: 角色，或 sign: {all_of: [角色]}")
    if event.by is not None:
        names.need_roles(listed(event.by), (*path, "by"))
        if not event.by:
            names.report.add((*path, "by"), "missing_value", "by 不能为空", "写上角色")
    if event.sign is not None:
        _check_sign(event.sign, (*path, "sign"), names)


def _check_sign(sign: schema.SignShape, path: Path, names: Names) -> None:
    written = [key for key in ("all_of", "any_of", "ratio") if getattr(sign, key) is not None]
    if len(written) != 1:
        names.report.add(
            path, "bad_sign", "all_of、any_of、ratio 须写一个且只写一个", "会签 all_of，或签 any_of，票签 ratio 加 of"
        )
    if (sign.ratio is not None) != bool(sign.of):
        names.report.add(path, "bad_sign", "ratio 与 of 须一起写", "票签写 {ratio: 2/3, of: [角色]}")
    for key in ("all_of", "any_of", "of"):
        roles = [text.partition(" if ")[0].strip() for text in getattr(sign, key) or []]
        names.need_roles(roles, (*path, key), also=())
        if getattr(sign, key) == [] and key in sign.model_fields_set:
            names.report.add((*path, key), "missing_value", f"{key} 不能为空", "写上签署的角色")


def _check_where(event: schema.EventShape, path: Path, names: Names) -> None:
    sources = listed(event.from_)
    names.need("states", sources, (*path, "from"), also=(START, *names.beside))
    names.need("states", [event.to], (*path, "to"), also=(SAME, *names.beside))
    if not sources:
        names.report.add((*path, "from"), "missing_value", "from 不能为空", "写上环节；开启事项写 start")
    if START in sources and len(sources) > 1:
        names.report.add((*path, "from"), "bad_opening", "start 不能与其他环节并列", "开启事项另写一个操作")


def _check_asks(event: schema.EventShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    fill = marked(event.fill)
    names.need("fields", [name for name, _ in fill if name not in names.known["forms"]], (*path, "fill"))
    for name, mark in fill:
        if mark == "?" and name in workflow.forms:
            names.report.add(
                (*path, "fill"), "bad_ask", f"表单“{name}”不能整张可选", "在表单的 fields 中给可选的字段加 ?"
            )
    names.need("materials", [name for name, _ in marked(event.attach)], (*path, "attach"))
    _check_evidence(event, path, names)
    if event.at_most is not None:
        need_number(event.at_most, (*path, "at_most"), workflow, names)
    if event.sheet is not None:
        names.need("sheets", [event.sheet], (*path, "sheet"))
        _check_sheet_event(event, path, workflow, names)


def _check_evidence(event: schema.EventShape, path: Path, names: Names) -> None:
    """What an act rests on exists, and whoever exempts another act says why."""
    given = names.known["forms"] | names.known["materials"] | names.known["sheets"]
    names.need("fields", event.rests_on, (*path, "rests_on"), also=given)
    names.need("events", event.keeps, (*path, "keeps"))
    names.need("events", listed(event.proof), (*path, "proof"))
    for name, why in event.keeps.items():
        if not why.strip():
            names.report.add((*path, "keeps", name), "missing_value", f"没有写明“{name}”为何不必重办", "写上理由")


def _check_sheet_event(event: schema.EventShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    sheet = workflow.sheets.get(event.sheet or "")
    if sheet is None:
        return
    if listed(event.by) != (sheet.by,):
        message = f"评审表“{event.sheet}”由 {sheet.by} 填写，与办理角色不同"
        names.report.add((*path, "by"), "sheet_by", message, f"写 by: {sheet.by}")
    others = [name for name, _ in marked(event.fill) if name != sheet.form]
    if others:
        message = f"填写评审表的操作不能再填“{'”“'.join(others)}”，以免被人看到"
        names.report.add((*path, "fill"), "bad_ask", message, "把这些字段放进评审表的表单，或另写一个操作")


def _check_effects(event: schema.EventShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    names.need("fields", event.set, (*path, "set"))
    names.need_roles(event.tell, (*path, "tell"), also=())
    if event.open is not None and event.open.for_ is not None:
        _check_list(event.open.for_, (*path, "open", "for"), workflow, names)
    for each, here in advances(event.advance, path):
        _check_advance(each, here, workflow, names)
    if event.clock is None:
        return
    for change in ("suspend", "resume", "restart", "cancel"):
        names.need("deadlines", listed(getattr(event.clock, change)), (*path, "clock", change))
    for deadline, period in event.clock.extend.items():
        here = (*path, "clock", "extend", deadline)
        names.need("deadlines", [deadline], here)
        _check_period(period, here, workflow, names)


def _check_list(name: str, path: Path, workflow: model.Workflow, names: Names) -> None:
    names.need("fields", [name], path)
    field = workflow.fields.get(name)
    if field and field.type != "organisations":
        message = f"“{name}”不是机构名单，不能各开一件"
        names.report.add(path, "type_mismatch", message, "把字段的 type 改为 organisations")


def _check_advance(shape: schema.AdvanceShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    if (shape.case is None) == (shape.each is None):
        fix = "推动一件写 case: 事项字段，推动台账中的每一件写 each: 台账"
        names.report.add(path, "case_or_each", "case 与 each 须写一个且只写一个", fix)
    if shape.case is not None:
        names.need("fields", [shape.case], (*path, "case"))
        field = workflow.fields.get(shape.case)
        if field and field.type != "case":
            names.report.add((*path, "case"), "type_mismatch", f"“{shape.case}”不是事项字段", "字段类型改为 case")
    if shape.each is not None:
        names.need("registers", [shape.each], (*path, "each"))
        register = workflow.registers.get(shape.each)
        if register and register.workflow != shape.workflow:
            message = f"台账“{shape.each}”收的是 {register.workflow}，不是 {shape.workflow}"
            names.report.add((*path, "workflow"), "other_workflow", message, f"写 workflow: {register.workflow}")


def _issue_path(event: schema.EventShape, path: Path, index: int) -> Path:
    return (*path, "issue", index) if isinstance(event.issue, list) else (*path, "issue")


def _check_issue(issue: schema.IssueShape, path: Path, names: Names, kinds: Kinds | None) -> None:
    names.need_roles(issue.to, (*path, "to"), also=())
    if issue.series and issue.series.isascii():  # a 代字 is written in Chinese: this is the field that holds it
        names.need("fields", [issue.series], (*path, "series"))
    if kinds is None:
        return
    declared = kinds.get(issue.notice)
    if declared is None:
        names.report.unknown(path, "公文种类", issue.notice, sorted(kinds), "unknown_notice")
        return
    for name in issue.with_:
        if name not in declared and name not in EVERY_NOTICE:
            names.report.unknown((*path, "with", name), "公文变量", name, sorted(declared), "unknown_variable")
    for name, required in declared.items():
        if required and name not in issue.with_ and name not in names.known["fields"]:
            message = f"公文“{issue.notice}”的变量“{name}”没有来处"
            names.report.add(path, "missing_variable", message, f"在 with 中写 {name}: 字段或算式，或定义同名字段")


def _check_deadline(
    shape: schema.DeadlineShape, path: Path, workflow: model.Workflow, names: Names, *, own: bool
) -> None:
    report = names.report
    if own and shape.in_:
        report.add((*path, "in"), "misplaced_key", "环节自己的期限只在本环节计时，不写 in", "删去 in，或移到 deadlines")
    if not own and not shape.in_:
        report.add(path, "missing_key", f"期限“{path[-1]}”没有写在哪些环节计时", "补写 in: [环节]")
    names.need("states", shape.in_, (*path, "in"), also=names.beside)
    names.need("states", shape.suspended_in, (*path, "suspended_in"), also=names.beside)
    for name in sorted(set(shape.in_) & set(shape.suspended_in)):
        report.add((*path, "suspended_in"), "repeated_value", f"环节“{name}”既计时又中止", "只写在一处")
    if sum(key is not None for key in (shape.within, shape.until, shape.every)) != 1:
        fix = "写 within: 5wd，或 until: 日期字段，或 every: quarter"
        report.add(path, "within_or_until", "within、until、every 须写一个且只写一个", fix)
    if shape.within is not None:
        _check_period(shape.within, (*path, "within"), workflow, names)
    if shape.until is not None and shape.from_ is not None:
        report.add((*path, "from"), "misplaced_key", "写了 until 就没有起算日", "删去 from，或改用 within")
    need_word(shape.roll, ("none", "next"), (*path, "roll"), workflow, names)
    for text in shape.remind:
        _check_reminder(text, (*path, "remind"), workflow, names)
    if shape.urgent is not None:
        _check_offset(shape.urgent.from_, (*path, "urgent", "from"), workflow, names)
        names.need_roles(shape.urgent.tell, (*path, "urgent", "tell"), also=())
    names.need_roles([text.partition(" if ")[0].strip() for text in shape.owes], (*path, "owes"), also=())
    names.need_roles(shape.tell, (*path, "tell"), also=())
    _check_due(shape, path, workflow, names)


def _check_reminder(text: str, path: Path, workflow: model.Workflow, names: Names) -> None:
    """One time, or a span of them that ``values.reminders`` could write out."""
    if ".." in text and len(reminders(text)) == 1:
        fix = "首尾同一单位、同在期限之前或之后，由先到后，如 1d..60d、-7d..-1d"
        names.report.add(path, "bad_period", f"“{text}”不是一段提醒时点（remind）", fix)
    elif ".." not in text:
        _check_offset(text, path, workflow, names)


def _check_offset(text: str, path: Path, workflow: model.Workflow, names: Names) -> None:
    value = resolve(text, path, workflow, names)
    if as_period(value) is None:
        _note_period(text, value, path, names)


def _check_due(shape: schema.DeadlineShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    if shape.then is not None and shape.confirm is not None:
        names.report.add(
            (*path, "confirm"), "misplaced_key", "then 与 confirm 只能写一个", "由系统办理写 then，须人确认写 confirm"
        )
    for key in ("then", "confirm"):
        name = getattr(shape, key)
        if name is not None:
            names.need("events", [name], (*path, key))
            _check_possible(name, (*path, key), workflow, names)
    _check_recurring(path, workflow, names)
    fired = workflow.events.get(shape.then or "")
    if fired and SYSTEM not in fired.by:
        message = f"到期后由系统办理“{fired.title}”，但它不由系统办理"
        names.report.add(
            (*path, "then"), "not_by_system", message, f"给操作 {fired.name} 写 by: system，或改用 confirm"
        )
    names.need("events", shape.met_by, (*path, "met_by"))
    if shape.overdue is not None:
        names.need_roles(shape.overdue.tell, (*path, "overdue", "tell"), also=())
        _check_pressing(shape.overdue, (*path, "overdue"), workflow, names)


def _check_pressing(shape: schema.OverdueShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    """督办 repeats by a rule, and comes to an end."""
    if (shape.again is None) != (shape.at_most is None):
        fix = "写 again: 5wd 和 at_most: 3，或都不写"
        names.report.add(path, "missing_key", "again 与 at_most 须一起写：督办按期重复，有次数上限", fix)
    if shape.again is not None:
        _check_period(shape.again, (*path, "again"), workflow, names)
    if shape.at_most is not None:
        need_number(shape.at_most, (*path, "at_most"), workflow, names)


def _deadline_at(path: Path) -> str:
    """The name of the deadline that stands at a place: that of its state, where it has one."""
    return str(path[3] if path[2:3] == ("states",) else path[1])


def _check_recurring(path: Path, workflow: model.Workflow, names: Names) -> None:
    """What ends a period has to stay where the deadline runs, or there would be no next one."""
    rule = workflow.deadlines.get(_deadline_at(path))
    for name in sorted(rule.renewing) if rule else ():
        event = workflow.events.get(name)
        if event and rule and event.target not in {SAME, *rule.states}:
            message = f"“{event.title}”之后离开了计时的环节，“{rule.title}”不会转入下一期"
            names.report.add((*path, "every"), "not_recurring", message, f"给操作 {name} 写 to: same")


def _check_possible(name: str, path: Path, workflow: model.Workflow, names: Names) -> None:
    """What is done when a deadline is over must be possible in a step where the deadline runs."""
    event, rule = workflow.events.get(name), workflow.deadlines.get(_deadline_at(path))
    if event and rule and not rule.states & set(event.sources):
        message = f"到期后办理的“{event.title}”在计时的环节（{'、'.join(sorted(rule.states))}）都不能办理"
        names.report.add(path, "never_possible", message, f"在 {name} 的 from 中加上这些环节，或换一个操作")


def _check_period(text: str, path: Path, workflow: model.Workflow, names: Names) -> None:
    """A length of time ahead: negative and zero lengths are for reminders only."""
    value = resolve(text, path, workflow, names)
    if value is None:
        return
    period = as_period(value)
    if period is None:
        _note_period(text, value, path, names)
    elif period.count < 1:
        names.report.add(path, "bad_period", f"“{text}”不是正的长度", "写成如 5wd、10d、6m、3y；提前量只用于 remind")


def _note_period(text: str, value: object, path: Path, names: Names) -> None:
    if not text.startswith("$") or text[1:] in names.known["parameters"]:
        fix = "写成数字加单位：5wd（工作日）、10d（日）、6m（月）、3y（年），或 $参数"
        shown = f"{text} 的值 {value}" if text.startswith("$") else text
        names.report.add(path, "bad_period", f"“{shown}”不是期限（{path[-1]}）", fix)


def _check_operations(shape: schema.OperationsShape, workflow: model.Workflow, names: Names) -> None:
    also = (HOLDER,)
    if shape.return_ is not None:
        path: Path = ("operations", "return")
        names.need_roles(listed(shape.return_.by), (*path, "by"), also=also)
        names.need("states", listed(shape.return_.from_), (*path, "from"), also=("any",))
        names.need("states", listed(shape.return_.to), (*path, "to"), also=("earlier",))
    for name, field in schema.OperationsShape.model_fields.items():
        each: schema.OperationShape | schema.ReturnShape | None = getattr(shape, name)
        if isinstance(each, schema.OperationShape):
            _check_operation(each, ("operations", field.alias or name), workflow, names)


def _check_operation(shape: schema.OperationShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    names.need_roles(listed(shape.by), (*path, "by"), also=(HOLDER,))
    names.need("states", listed(shape.from_), (*path, "from"), also=("any",))
    ends = path[-1] == "terminate"
    if shape.to is None:
        if ends:
            names.report.add(path, "missing_key", "terminate 缺少必写的“to”", "补写 to: 终结环节")
        return
    names.need("states", [shape.to], (*path, "to"))
    target = workflow.states.get(shape.to)
    if not ends:
        names.report.add((*path, "to"), "misplaced_key", f"只有 terminate 有 to，{path[-1]} 没有", "删去 to")
    elif target and target.kind != "final":
        names.report.add((*path, "to"), "not_final", f"终止须到终结环节，“{target.title}”不是", "写 kind: final 的环节")
