"""A form of a case out to a spreadsheet and back in: what the pinned definition asks, and what the unit answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from zhuli_flow.definitions.model.form_lines import Line, part_numbers
from zhuli_flow.definitions.model.workflow import Field, Form, Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.known_answers import BLANK, in_words, value_held
from zhuli_flow.engine.expressions.names import split_names
from zhuli_flow.engine.expressions.values import ValueRefused, accept
from zhuli_flow.engine.model.case import Case, Json
from zhuli_flow.engine.model.decision import Command
from zhuli_flow.engine.model.facts import Facts
from zhuli_flow.engine.model.json_values import Values
from zhuli_flow.engine.position import here, standing
from zhuli_flow.errors import InvalidInput, Problem
from zhuli_flow.services import lookup
from zhuli_flow.services.cases import facts
from zhuli_flow.services.cases.advance import advance
from zhuli_flow.services.cases.attachments import Kept
from zhuli_flow.services.cases.outcome import Outcome
from zhuli_flow.services.office import Office
from zhuli_flow.services.reading import stored
from zhuli_flow.store.sql.statements import Connection
from zhuli_flow.support.bounded_read import read_beyond
from zhuli_flow.workbooks.form import Column, FormSheet, Kind, Part, Reading, Value
from zhuli_flow.workbooks.form_reader import read
from zhuli_flow.workbooks.form_writer import write
from zhuli_flow.workbooks.xlsx_package import MAX_FILE

KINDS: Mapping[str, Kind] = {
    "int": "int",
    "decimal": "decimal",
    "text": "text",
    "names": "names",
    "yes_no": "yes_no",
    "choice": "choice",
    "date": "date",
    "rows": "rows",
    "organisation": "text",
    "organisations": "names",
    "people": "names",
    "case": "text",
}
"""How a field of each type is filled in on a sheet; a file can't be, it is handed in with the act."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the act's outcome, what the file says, and the blanks where the case has a value.

    A blank takes nothing back; ``unchanged`` names those fields, so that a person can be told.
    """

    outcome: Outcome
    values: Mapping[str, Value]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form of a case with what is needed to judge the answers."""

    sheet: FormSheet
    workflow: Workflow
    case: Case
    scope: CaseScope


def export_form(office: Office, case_id: str, form: str) -> bytes:
    """The form as a workbook with what the case has already, and where it has nothing, what the system itself holds.

    Raises NotFound (no such case or form).
    """
    with office.database.read() as connection:
        asked = _asked(connection, office, case_id, form)
    names = [part.field for part in asked.sheet.parts]
    given = {name: value for name in names if (value := asked.case.fields.get(name)) not in BLANK}
    fields, held = asked.workflow.fields, _held(asked.sheet, asked.scope)
    told = {name: _told(fields[name], value, name in given) for name, value in held.items()}
    return write(asked.sheet, {**held, **given}, office.clock.now(), told)


def takers(office: Office, case_id: str, form: str) -> tuple[str, ...]:
    """The events that the case's present state allows and that ask for this form, in the order written."""
    with office.database.read() as connection:
        asked = _asked(connection, office, case_id, form)
    wanted = {part.field for part in asked.sheet.parts}
    events = here(asked.workflow, standing(asked.workflow, asked.case))
    return tuple(one.name for one in events if wanted <= {ask.name for ask in one.fill})


def read_form(office: Office, case_id: str, form: str, file: Path) -> Reading:
    """What a filled-in file says, each value checked as the definition wants it, every problem at its cell.

    Raises NotFound, or InvalidInput when the file as a whole can't be taken. Nothing is saved.
    """
    return _read(office, case_id, form, _content(file), file.name)[0]


def import_form(
    office: Office,
    case_id: str,
    form: str,
    file: Path,
    event: str,
    person: str,
    *,
    kept: Kept | None = None,
    opinion: str = "",
    request_id: str = "",
    dry_run: bool = False,
) -> Imported:
    """Do ``event`` with what the file says. The same file for the same case and event is done once.

    ``kept`` are materials and file fields handed in with it (``attachments.keep``). Raises as ``read_form`` and
    ``advance`` do; InvalidInput with every problem when a single cell is wrong, or when nothing is filled in.
    """
    data = _content(file)
    reading, case = _read(office, case_id, form, data, file.name)
    if reading.problems:
        fix = "请在表中改正这些单元格，存盘后再导入"
        raise InvalidInput(
            f"{file.name} 有 {len(reading.problems)} 处填写有误，未作任何改动", reading.problems, fix=fix
        )
    with_it = kept or Kept({}, {})
    values = {**reading.values, **with_it.values}
    if not (values or with_it.materials):
        raise InvalidInput(f"{file.name} 里没有一项填报内容，未作任何改动", fix="请填写后存盘，再导入")
    own_id = request_id or request_of(case_id, event, data)
    outcome = advance(
        office, case_id, person, Command(event, values, with_it.materials, opinion, own_id), dry_run=dry_run
    )
    blank = tuple(name for name in reading.blank if case.fields.get(name) not in (None, "", []))
    return Imported(outcome, reading.values, blank)


def request_of(case_id: str, event: str, data: bytes) -> str:
    """The request id of a file: its SHA-256 with case and event, so that a file taken in twice changes nothing."""
    content = hashlib.sha256(data).hexdigest()
    return "form-" + hashlib.sha256(f"{content}\n{case_id}\n{event}".encode()).hexdigest()[:40]


def _asked(connection: Connection, office: Office, case_id: str, name: str) -> _Asked:
    case = stored(connection, office, case_id).case
    workflow = lookup.definition(connection, office, case.digest)
    scope = CaseScope(workflow, case, facts.gather(connection, office, workflow, case, None))
    sheet = _sheet(workflow, lookup.form(workflow, name), case, scope)
    return _Asked(sheet, workflow, case, scope)


def _held(sheet: FormSheet, scope: CaseScope) -> Values:
    """What the system holds of what may be filled in now; nothing of what is over: nobody has answered that."""
    events = here(scope.workflow, standing(scope.workflow, scope.case))
    open_now = {ask.name for event in events for ask in event.fill}
    fields = (scope.workflow.fields[part.field] for part in sheet.parts if part.field in open_now)
    return {field.name: own for field in fields if (own := value_held(field, scope)) is not None}


def _told(field: Field, value: Json, given: bool) -> str:
    """How the sheet says where a value comes from; sentences are a draft, beside an answer there is nothing to say."""
    if field.known is not None and field.known.sentences:
        return "" if given else "系统代拟，请核对"
    return f"系统登记：{in_words(field, value)}"


def _sheet(workflow: Workflow, form: Form, case: Case, scope: CaseScope) -> FormSheet:
    """The form as this unit has to fill it in; what is asked of others only is left out."""
    fields = [workflow.fields[ask.name] for ask in form.fields]
    asked = [field for field in fields if scope.asks(field) is not False]
    parts = _placed(workflow, form, {field.name for field in asked})
    apart = "、".join(field.title for field in asked if field.type not in KINDS)
    notes = (f"（另交文件：{apart}）",) if apart else ()
    return FormSheet(
        form.name,
        form.title,
        workflow.version,
        case.applicant.id,
        case.applicant.name,
        case.id,
        tuple(parts),
        notes,
    )


def _placed(workflow: Workflow, form: Form, asked: set[str]) -> list[Part]:
    """The parts in the order of the printed form, each with the lines that stand over it."""
    parts: list[Part] = []
    group, section = form.title, ""
    above: tuple[str, ...] = ()
    lines = form.lines or tuple(Line("label", "", (ask.name,)) for ask in form.fields)
    numbers = part_numbers(lines)
    for line in lines:
        if line.kind == "group":
            group, section, above = line.text, "", ()
        elif line.kind == "heading":
            section, above = line.text, ()
        elif not line.fields:
            above = (line.text,)
        else:
            found = _answers(workflow, line, asked, above)
            parts += [replace(one, group=group, section=section, number=numbers[one.field]) for one in found]
            above = ()
    return parts


def _answers(workflow: Workflow, line: Line, asked: set[str], above: tuple[str, ...]) -> list[Part]:
    """The parts on one line: a single one bears its label, several stand under it by their titles."""
    fields = [workflow.fields[name] for name in line.fields if name in asked]
    alone = line.text if len(line.fields) == 1 else ""
    over = above if alone or not line.text else (*above, line.text)
    parts = [_part(one, alone or one.title) for one in fields if one.type in KINDS]
    return [replace(parts[0], above=over), *parts[1:]] if parts else []


def _part(field: Field, label: str) -> Part:
    """The part with all that its field says; where it stands is for ``_placed``."""
    return Part(
        field.name,
        "",
        "",
        label,
        KINDS[field.type],
        field.unit,
        field.choices,
        tuple(Column(one.name, one.title, KINDS.get(one.type, "text"), one.unit) for one in field.columns),
        minimum=field.minimum,
        maximum=field.maximum,
        may_not_apply=field.may_be is not None,
    )


def _read(office: Office, case_id: str, form: str, data: bytes, filename: str) -> tuple[Reading, Case]:
    with office.database.read() as connection:
        asked = _asked(connection, office, case_id, form)
        reading = read(asked.sheet, data, filename)
        given = reading.values
        known = facts.gather(connection, office, asked.workflow, asked.case, Command("", given))
    return _checked(asked, reading, known), asked.case


def _checked(asked: _Asked, reading: Reading, known: Facts) -> Reading:
    """The reading with what the engine would refuse told at its cell as well."""
    values: dict[str, Value] = {}
    problems = list(reading.problems)
    for name, raw in reading.values.items():
        field = asked.workflow.fields[name]
        given = _as_before(raw, asked.case.fields.get(name))
        try:
            values[name] = accept(field, given, known)
        except ValueRefused as why:
            problems.append(Problem(reading.cells[name], "bad_value", str(why), f"请改正“{field.title}”"))
    return replace(reading, values=values, problems=tuple(problems))


def _as_before(raw: Value, before: Json) -> Json:
    """Names that stand as they were written out are the names they were, though one has a 、 in it."""
    if isinstance(before, list) and isinstance(raw, list):
        written = "\n".join(str(one) for one in before)
        return before if raw == split_names(written) else raw
    return raw


def _content(file: Path) -> bytes:
    """The file's bytes, one more than is taken at most: what is too big is told, not read."""
    return read_beyond(file, MAX_FILE, undone="未作任何改动")
