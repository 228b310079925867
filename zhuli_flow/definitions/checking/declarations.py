"""Checks of what a definition declares: parameters, roles, readers, fields, forms, sheets, quotas, registers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhuli_flow.definitions.building.parsed_lines import marked
from zhuli_flow.definitions.checking.names import WHAT, Names
from zhuli_flow.definitions.checking.value_types import SYSTEM_NAMES
from zhuli_flow.definitions.model import readers
from zhuli_flow.definitions.model import workflow as model
from zhuli_flow.definitions.model.expressions import RESERVED
from zhuli_flow.definitions.model.workflow import HOLDER, OPERATIONS, SAME, START, SYSTEM
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.literals import FILE_TYPES
from zhuli_flow.definitions.reading.problems import Report, suggest
from zhuli_flow.definitions.reading.yaml_reader import Path

TAKEN: Mapping[str, frozenset[str]] = {
    "fields": RESERVED | SYSTEM_NAMES | {START, SAME, SYSTEM, HOLDER},
    "roles": frozenset({SYSTEM, HOLDER, "any", *readers.WORDS}),
    "states": frozenset({START, SAME, "any", "earlier"}),
    "regions": frozenset({START, SAME, "any", "earlier"}),
    "events": frozenset(OPERATIONS) | {START, SAME, SYSTEM},
}
"""Names that the language itself uses, by section."""

ONLY_FOR: Mapping[str, frozenset[str]] = {
    "unit": frozenset({"int", "decimal"}),
    "choices": frozenset({"choice"}),
    "at_least": frozenset({"names", "rows", "people", "organisations", "files"}),
    "min": frozenset({"int", "decimal"}),
    "max": frozenset({"int", "decimal"}),
    "columns": frozenset({"rows"}),
    "accept": frozenset({"file", "files"}),
    "role": frozenset({"people"}),
    "kinds": frozenset({"organisation", "organisations"}),
    "counts": frozenset({"int"}),
    "not_after_today": frozenset({"date"}),
    "personal": frozenset({"text", "names", "rows"}),
    "known": frozenset("text int decimal date yes_no choice names organisation organisations people case".split()),
}
"""Keys of a field that only some types have."""

_AGGREGATED: Mapping[str, frozenset[str]] = {
    "sum": frozenset({"int", "decimal"}),
    "repeats": frozenset({"int", "decimal"}),
    "union": frozenset({"int", "names"}),
    "tally": frozenset({"yes_no", "choice"}),
    "list": frozenset({"text", "names", "int", "decimal", "date", "yes_no", "choice"}),
}
"""The types of field that each way to put returns together is for."""


def check_nouns(shape: schema.WorkflowShape, workflow: model.Workflow, names: Names) -> None:
    """Note every problem of the declarations of one definition."""
    report = names.report
    for section, taken in TAKEN.items():
        for name in sorted(getattr(shape, section).keys() & taken):
            message = f"“{name}”是语言的保留词，不能作{WHAT[section]}的名称"
            report.add((section, name), "reserved_name", message, "换一个名称")
    _check_sections(shape, report)
    for name, parameter in workflow.parameters.items():
        _check_parameter(parameter, ("parameters", name), report)
    _check_books(shape, workflow, names)
    _check_counted(shape, names)
    for name, role in shape.roles.items():
        _check_role(role, ("roles", name), workflow, names)
    _check_reading(workflow, names)
    for name, field in shape.fields.items():
        _check_field(field, ("fields", name), names)
    for name, material in shape.materials.items():
        _check_file_types(material.accept, ("materials", name, "accept"), report)
        _check_positive(material.max_mb, ("materials", name, "max_mb"), report)
    for name, form in shape.forms.items():
        _check_form(form, ("forms", name, "fields"), names)


def _check_books(shape: schema.WorkflowShape, workflow: model.Workflow, names: Names) -> None:
    """What gathers: sheets, quotas, registers."""
    for name, sheet in shape.sheets.items():
        _check_sheet(sheet, ("sheets", name), workflow, names)
    for name, quota in shape.quotas.items():
        _check_quota(quota, ("quotas", name), workflow, names)
    for name, register in shape.registers.items():
        _check_register(register, ("registers", name), names)
        if register.total is not None:
            _check_total(register, register.total, ("registers", name, "total"), shape, names)


def _check_sections(shape: schema.WorkflowShape, report: Report) -> None:
    """A form shares its name with no field, a sheet with no field, a deadline with no timed state."""
    timed = {name for name, state in shape.states.items() if state.deadline is not None}
    for section, others, what in (
        ("forms", shape.fields.keys(), "字段"),
        ("sheets", shape.fields.keys(), "字段"),
        ("registers", {*shape.fields, *shape.sheets}, "字段或评审表"),
        ("deadlines", timed, "某环节自己的期限"),
    ):
        for name in sorted(getattr(shape, section).keys() & set(others)):
            report.add((section, name), "duplicate_name", f"“{name}”已是{what}的名称", f"给这个{WHAT[section]}另起名称")
    if not shape.applicant.kinds:
        report.add(("applicant",), "missing_value", "kinds 不能为空", "写上可申报的机构类别，如 [county, park]")


def _check_parameter(parameter: model.Parameter, path: Path, report: Report) -> None:
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    for value in values if parameter.choices else ():
        if value not in parameter.choices:
            fix = suggest(str(value), parameter.choices, "取值")
            report.add((*path, "value"), "bad_choice", f"取值“{value}”不在 choices 中", fix)
    _check_repeats(parameter.choices, (*path, "choices"), report)


def _check_reading(workflow: model.Workflow, names: Names) -> None:
    """Readers are roles or words for several; nobody reads a part of what he does not read as a whole."""
    areas = {name: role.of if role.named_in is None else None for name, role in workflow.roles.items()}
    whole = readers.readers(workflow.reading, areas, "case")
    for part, written in workflow.reading.items():
        names.need("roles", written, ("reading", part), also=readers.WORDS)
        alone = readers.readers({"case": written}, areas, "case")
        if alone.among(whole) != alone:
            message = f"“{part}”中有人不在 case 之中：不能查看事项的人，也不能查看它的一部分"
            names.report.add(("reading", part), "not_among_readers", message, "把他们写进 case，或从此处删去")


def _check_role(role: schema.RoleShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    if role.of is None and role.named_in is None:
        fix = "写 of: province/city/county/applicant/any，或 named_in: 字段"
        names.report.add(path, "missing_key", f"角色“{path[-1]}”没有写属于谁", fix)
    if role.named_in is None:
        return
    names.need("fields", [role.named_in], (*path, "named_in"))
    field = workflow.fields.get(role.named_in)
    if field and field.type not in {"people", "organisation", "organisations", "names"}:
        message = f"named_in 的字段“{role.named_in}”不是人员或机构字段"
        names.report.add(
            (*path, "named_in"), "type_mismatch", message, "字段类型改为 people、organisation 或 organisations"
        )


def _check_field(field: schema.FieldShape, path: Path, names: Names) -> None:
    report = names.report
    for key, types in ONLY_FOR.items():
        if key in field.model_fields_set and field.type not in types:
            fix = f"删去 {key}，或把 type 改为 {'、'.join(sorted(types))}"
            report.add((*path, key), "misplaced_key", f"{field.type} 字段没有“{key}”", fix)
    needed = {"choice": "choices", "rows": "columns"}.get(field.type)
    if needed and not getattr(field, needed):
        report.add(path, "missing_key", f"{field.type} 字段须写 {needed}", f"补写 {needed}: …")
    if field.min is not None and field.max is not None and field.min > field.max:
        report.add((*path, "min"), "bad_value", f"最小值 {field.min:g} 大于最大值 {field.max:g}", "核对 min 和 max")
    _check_positive(field.at_least, (*path, "at_least"), report)
    _check_positive(field.max_mb, (*path, "max_mb"), report)
    _check_repeats(field.choices, (*path, "choices"), report)
    _check_repeats(field.kinds, (*path, "kinds"), report)
    _check_file_types(field.accept, (*path, "accept"), report)
    if field.role is not None:
        names.need_roles([field.role], (*path, "role"), also=())
    _check_aggregated(field, path, report)
    _check_known(field, path, report)
    _check_personal(field, path, report)


def _check_personal(field: schema.FieldShape, path: Path, report: Report) -> None:
    """What is withheld from history, and erased, is text: a number would stay, a day erased would be none."""
    for name, column in field.columns.items() if field.personal else ():
        if column.type != "text":
            message = f"个人信息的表格只有文字列才能依法清除，“{column.title}”是 {column.type} 列"
            report.add((*path, "columns", name), "type_mismatch", message, "把这一列写成 type: text")


def _check_known(field: schema.FieldShape, path: Path, report: Report) -> None:
    """Sentences fill in text only; of anything else there is one value."""
    written = field.known
    if written is not None and field.type != "text" and (isinstance(written, list) or "{" in written):
        fix = "写一项算式，如 count of 台账；句子和 {…} 只用于文字字段"
        report.add((*path, "known"), "type_mismatch", f"{field.type} 字段的 known 是一项算式，不是句子", fix)


def _check_aggregated(field: schema.FieldShape, path: Path, report: Report) -> None:
    if field.agg is None:
        return
    if field.type not in _AGGREGATED[field.agg]:
        fix = f"用于 {'、'.join(sorted(_AGGREGATED[field.agg]))}"
        report.add((*path, "agg"), "type_mismatch", f"{field.type} 字段不能按“{field.agg}”汇总", fix)
    elif field.type == "int" and (field.agg == "union") != (field.counts is not None):
        fix = "写 agg: union 和 counts: 名单字段；没有名单的数用 sum 或 repeats"
        report.add(path, "missing_key", "agg: union 的数须与 counts 同写，以名单去重后的家数为准", fix)


def _check_counted(shape: schema.WorkflowShape, names: Names) -> None:
    """``counts`` names a list of names that is itself put together by union."""
    for name, field in shape.fields.items():
        if field.counts is None:
            continue
        path: Path = ("fields", name, "counts")
        names.need("fields", [field.counts], path)
        counted = shape.fields.get(field.counts)
        if counted is not None and (counted.type, counted.agg) != ("names", "union"):
            message = f"“{field.counts}”不是去重汇总的名单"
            names.report.add(path, "type_mismatch", message, "给它写 type: names 和 agg: union")


def _check_positive(value: int | None, path: Path, report: Report) -> None:
    if value is not None and value < 1:
        report.add(path, "bad_value", f"“{path[-1]}”至少为 1，写的是 {value}", "写正整数，或删去这一行")


def _check_repeats(values: Iterable[str], path: Path, report: Report) -> None:
    written = list(values)
    for value in sorted({value for value in written if written.count(value) > 1}):
        report.add(path, "repeated_value", f"“{value}”写了不止一次", "删去重复的一项")


def _check_file_types(types: Iterable[str], path: Path, report: Report) -> None:
    for each in types:
        if each not in FILE_TYPES:
            report.unknown(path, "文件类型", each, FILE_TYPES, "unknown_file_type")


def _check_form(form: schema.FormShape, path: Path, names: Names) -> None:
    for index, line in enumerate(form.fields):
        here = (*path, index)
        if isinstance(line, schema.LineShape):
            _check_line(line, here, names.report)
        names.need("fields", [each for each, _ in marked([line] if isinstance(line, str) else line.fields)], here)
    _check_repeats([each for each, _ in marked(form.asked())], path, names.report)
    if form.change is not None:
        here = (*path[:-1], "change")
        names.need("registers", [form.change.from_], (*here, "from"))
        names.need("parameters", [form.change.at_most[1:]] if form.change.at_most[:1] == "$" else [], here)
    last = form.fields[-1] if form.fields else ""
    if isinstance(last, schema.LineShape) and not last.fields:
        here = (*path, len(form.fields) - 1)
        names.report.add(here, "missing_value", "最后一行之下没有字段", "删去这一行，或补写字段")


def _check_line(line: schema.LineShape, path: Path, report: Report) -> None:
    written = [text for text in (line.group, line.heading, line.label) if text is not None]
    if len(written) != 1 or (line.fields and line.label is None):
        fix = "一行是类别、小标题或内容之一；fields 只写在 label 一行"
        report.add(path, "line_kind", "group、heading、label 须写一个且只写一个", fix)


def _check_sheet(sheet: schema.SheetShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    names.need_roles([sheet.by], (*path, "by"), also=())
    names.need("forms", [sheet.form], (*path, "form"))
    names.need("events", [sheet.sealed_until], (*path, "sealed_until"))
    role, form = workflow.roles.get(sheet.by), workflow.forms.get(sheet.form)
    if role and role.named_in is None:
        message = f"填写角色“{sheet.by}”没有点名到人（named_in），无法分清各人的一份"
        names.report.add((*path, "by"), "not_named", message, f"给角色 {sheet.by} 写 named_in: 人员字段")
    asked = {ask.name for ask in form.fields} if form else set(sheet.total)
    for name in sheet.total:
        field = workflow.fields.get(name)
        if name not in asked:
            names.report.unknown((*path, "total"), "表单字段", name, sorted(asked), "unknown_field")
        elif field and field.type not in {"int", "decimal"}:
            message = f"“{name}”不是数，不能计入总分"
            names.report.add((*path, "total"), "type_mismatch", message, "只列整数或小数字段")


def _check_quota(quota: schema.QuotaShape, path: Path, workflow: model.Workflow, names: Names) -> None:
    need_number(quota.max, (*path, "max"), workflow, names)
    if quota.at_least is not None:
        need_number(quota.at_least, (*path, "at_least"), workflow, names)
    need_word(quota.counts, ("in_force", "ever"), (*path, "counts"), workflow, names)
    if quota.queued_by is not None:
        names.need("events", [quota.queued_by], (*path, "queued_by"))


def _check_register(register: schema.RegisterShape, path: Path, names: Names) -> None:
    """What can be said without the workflow it looks at; the rest is for ``definitions.linked``."""
    report = names.report
    if not register.columns:
        report.add((*path, "columns"), "missing_value", "columns 不能为空", "写上要列的字段")
    columns = [column for _, column in register.keyed()]
    _check_repeats(columns, (*path, "columns"), report)
    keys = [key for key, column in register.keyed() if columns.count(column) == 1]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        fix = "给其中一列另写一个键：{键: 列}"
        report.add((*path, "columns"), "repeated_value", f"键“{key}”用了不止一次", fix)
    order = (register.order or "").removeprefix("-")
    if order and order not in columns:
        report.unknown((*path, "order"), "列", order, columns, "unknown_column")


def _check_total(
    register: schema.RegisterShape, total: schema.TotalShape, path: Path, shape: schema.WorkflowShape, names: Names
) -> None:
    columns = [column for _, column in register.keyed()]
    names.need("registers", total.head.values(), (*path, "head"))
    if total.by not in columns:
        names.report.unknown((*path, "by"), "列", total.by, columns, "unknown_column")
    if not total.blocks:
        names.report.add((*path, "blocks"), "missing_value", "blocks 不能为空", "写上各块，如 {society: 各学会合计}")
    _check_table(total.same, ("name", "same_as"), (*path, "same"), shape, names)
    _check_table(total.kept_in, ("number",), (*path, "kept_in"), shape, names)


def _check_table(
    name: str | None, columns: tuple[str, ...], path: Path, shape: schema.WorkflowShape, names: Names
) -> None:
    """A field of type rows that has these columns."""
    if name is None:
        return
    names.need("fields", [name], path)
    field = shape.fields.get(name)
    if field is not None and field.type != "rows":
        names.report.add(path, "type_mismatch", f"字段“{name}”不是表格", "写 type: rows 的字段")
    elif field is not None:
        for column in columns:
            if column not in field.columns:
                known = sorted(field.columns)
                names.report.unknown(path, f"字段“{name}”的列", column, known, "unknown_column")


def need_number(value: str | int, path: Path, workflow: model.Workflow, names: Names) -> None:
    """A positive whole number, or a parameter that holds one."""
    found = resolve(value, path, workflow, names)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int) or found < 1):
        names.report.add(
            path, "type_mismatch", f"“{value}”不是正整数（{path[-1]}）", "写正整数，或 $参数（其值为正整数）"
        )


def need_word(value: str, words: tuple[str, ...], path: Path, workflow: model.Workflow, names: Names) -> None:
    """One of a few words, or a parameter that holds one of them."""
    found = resolve(value, path, workflow, names)
    if found is not None and found not in words:
        names.report.add(path, "bad_choice", f"“{value}”不能用作 {path[-1]}", f"可用：{'、'.join(words)}，或 $参数")


def resolve(value: str | int, path: Path, workflow: model.Workflow, names: Names) -> object:
    """``$name`` → the parameter's value, None (noted) when there is none; other values as they stand."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    names.need("parameters", [value[1:]], path)
    found = workflow.parameters.get(value[1:])
    return found.value if found else None
