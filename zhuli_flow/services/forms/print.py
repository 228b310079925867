"""One form of a case on paper, filled in or blank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from zhuli_flow.engine.expressions.case_scope import CaseScope
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.cases import facts
from zhuli_flow.services.notices.internal_form import SHEET, printed
from zhuli_flow.services.notices.issue import checkpoint_line
from zhuli_flow.services.office import Office
from zhuli_flow.support.new_file import write_new


class LineAnswer(msgspec.Struct, frozen=True):
    """A field on a line of the printed form: its number, title and unit, the answer in words ("": none)."""

    number: str
    title: str
    value: str
    unit: str


class FormRow(msgspec.Struct, frozen=True):
    """A line of the printed form: group, heading or label, with the answers that stand on it."""

    kind: str
    number: str
    text: str
    answers: tuple[LineAnswer, ...]


class FormValues(msgspec.Struct, frozen=True):
    """What a printed form says: whose it is, how far it is filled in, and its lines with the answers."""

    number: str
    form_title: str
    applicant: str
    case_title: str
    version: str
    state: str
    filled: str
    rows: tuple[FormRow, ...]
    checkpoint: str


class PrintedForm(msgspec.Struct, frozen=True):
    """A form that was printed to the new ``file``; ``size`` in bytes."""

    case: str
    form: str
    form_title: str
    applicant: str
    state: str
    filled: str
    file: str
    size: int


def print_form(office: Office, case_id: str, name: str, target: Path) -> PrintedForm:
    """Print form ``name`` of a case, as far as it is filled in, to the new file ``target``.

    Raises NotFound (no such case or form), InvalidInput (``target`` exists or can't be written), PrintFailed.
    """
    values = form_values(office, case_id, name)
    data = printed(office, SHEET, msgspec.to_builtins(values))
    write_new(target, data)
    about = (values.form_title, values.applicant, values.state, values.filled)
    return PrintedForm(case_id, name, *about, file=str(target), size=len(data))


def form_values(office: Office, case_id: str, name: str) -> FormValues:
    """What the printed form says: whose it is, how far it is filled in, and its lines with the answers."""
    with office.database.read() as connection:
        stored = reading.stored(connection, office, case_id)
        case = stored.case
        workflow = lookup.definition(connection, office, case.digest)
        form = lookup.form(workflow, name)
        scope = CaseScope(workflow, case, facts.gather(connection, office, workflow, case, None))
        rows = msgspec.convert(scope.table("lines", name, ""), tuple[FormRow, ...])
    return FormValues(
        number=case.id,
        form_title=form.title,
        applicant=case.applicant.name,
        case_title=workflow.title,
        version=workflow.version,
        state=workflow.states[case.state].title,
        filled=_filled(rows),
        rows=rows,
        checkpoint=checkpoint_line(case.id, stored.seq, stored.head),
    )


def _filled(rows: Sequence[FormRow]) -> str:
    """How far the form is filled in, in words: blank, 0 and 不适用 are three different things."""
    answers = [one for row in rows for one in row.answers]
    given = [one.value for one in answers if one.value]
    apart = given.count(NOT_APPLICABLE)
    told = f"共{len(answers)}项，已填{len(given)}项" + (f"（其中不适用{apart}项）" if apart else "")
    blank = len(answers) - len(given)
    return told + (f"，空白{blank}项" if blank else "")
