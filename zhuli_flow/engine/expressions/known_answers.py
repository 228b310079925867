"""What an answer is compared with: what the system itself holds of it, and what the same unit gave the time before.

Nobody is asked twice for what is here already; and an answer that differs may be true, so it passes when explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from zhuli_flow.definitions.model.expressions import Aggregate, Choice, walk
from zhuli_flow.definitions.model.form_lines import part_numbers
from zhuli_flow.definitions.model.known_answers import Comparison, Sentence
from zhuli_flow.definitions.model.workflow import Event, Field, Workflow
from zhuli_flow.engine.expressions.case_scope import CaseScope, cell, held
from zhuli_flow.engine.expressions.evaluate import first_choice
from zhuli_flow.engine.expressions.names import bare
from zhuli_flow.engine.expressions.values import NOT_APPLICABLE, plain, typed, worded
from zhuli_flow.engine.model.case import Json
from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.engine.model.json_values import Values

BLANK: tuple[Json, ...] = (None, "", [])
_FIX = "请核对；确实如此的"
"""The half of the advice that comes before being asked to explain."""


def value_held(field: Field, scope: CaseScope) -> Json:
    """What the system holds of ``field`` for this case, as the case would keep it; None when it does not know."""
    if field.known is None:
        return None
    if field.known.term is None:
        found = [_read_out(sentence, scope) for sentence in field.known.sentences]
        return "\n".join(text for text in found if text) or None
    value = plain(_value(field.known.term, scope))
    return str(value) if value is not None and field.type == "decimal" else value


def value_before(field: Field, event: Event, scope: CaseScope) -> Json:
    """What the same unit gave for ``field`` the time before; None where the act compares with no earlier one."""
    for comparison in event.compared:
        if earlier := held(scope, scope.workflow.registers[comparison.register]):
            return plain(cell(earlier[0], field.name))
    return None


def compares(workflow: Workflow, event: Event) -> bool:
    """Whether there is anything that the answers to ``event`` are compared with: asked once a definition."""
    key = (workflow.digest, event.name)
    found = _COMPARES.get(key)
    if found is None:
        fields = [workflow.fields[ask.name] for ask in event.fill]
        asks = any(ask.required for ask in event.fill)
        found = _COMPARES[key] = asks and (bool(event.compared) or any(field.known is not None for field in fields))
    return found


_COMPARES: dict[tuple[str, str], bool] = {}


def differing(scope: CaseScope, event: Event, given: Values) -> list[Refusal]:
    """What has to be explained of ``given``, the answers as they stand after the act.

    An act of which nothing must be filled in is a draft: it is not compared.
    """
    if not compares(scope.workflow, event):
        return []
    apart = [one for ask in event.fill for one in _apart(scope, scope.workflow.fields[ask.name], given.get(ask.name))]
    return [*apart, *(one for comparison in event.compared for one in _changed(scope, comparison, given))]


def in_words(field: Field, value: Json) -> str:
    """A value as people say it, with its unit."""
    said = _said(typed(field, value)) if value != NOT_APPLICABLE else NOT_APPLICABLE
    return f"{said} {field.unit}" if field.unit and value != NOT_APPLICABLE else said


def _apart(scope: CaseScope, field: Field, value: Json) -> Iterator[Refusal]:
    if field.known is None or field.known.term is None or value in BLANK:
        return
    own = value_held(field, scope)
    if own is not None and not _same(field, value, own):
        why = f"{_named(scope.workflow, field)}填 {in_words(field, value)}，系统登记为 {in_words(field, own)}"
        yield Refusal("differs_from_known", why, _FIX, field.clause)


def _same(field: Field, value: Json, own: Json) -> bool:
    """Names are the same in any order; 不适用 is no difference where the system holds nothing either."""
    if value == NOT_APPLICABLE:
        return not typed(field, own)
    one, other = typed(field, value), typed(field, own)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return {bare(str(name)) for name in one} == {bare(str(name)) for name in other}
    return bare(one) == bare(other) if isinstance(one, str) and isinstance(other, str) else one == other


def _changed(scope: CaseScope, comparison: Comparison, given: Values) -> Iterator[Refusal]:
    """The numbers further from the ones before than the share of those allows; from 0, or from nothing, any may go."""
    earlier = held(scope, scope.workflow.registers[comparison.register])
    for name in comparison.fields if earlier else ():
        field = scope.workflow.fields[name]
        old, new = cell(earlier[0], name), typed(field, given.get(name))
        if not isinstance(old, Decimal) or not isinstance(new, Decimal) or old == 0:
            continue
        if abs(Fraction(new) - Fraction(old)) > Fraction(*comparison.share) * abs(Fraction(old)):
            told = f"上次为 {in_words(field, plain(old))}，本次为 {in_words(field, plain(new))}"
            why = f"{_named(scope.workflow, field)}{told}，相差超过上次的 {_share(comparison)}"
            yield Refusal("changed_much", why, _FIX, field.clause)


def _share(comparison: Comparison) -> str:
    part, full = comparison.share
    return f"{part}/{full}" if part < full else "全部"


def _named(workflow: Workflow, field: Field) -> str:
    """``13a 国家级学会服务站数量``, by the first printed form that has the field; its title without one."""
    for form in workflow.forms.values():
        if field.name in (numbers := part_numbers(form.lines)):
            return f"{numbers[field.name]} {field.title}"
    return f"“{field.title}”"


def _read_out(sentence: Sentence, scope: CaseScope) -> str:
    """The sentence with its terms filled in; nothing when one of them is unknown."""
    words = [part if isinstance(part, str) else _said(_value(part, scope)) for part in sentence]
    return "".join(words) if all(words) else ""


def _value(choice: Choice, scope: CaseScope) -> object:
    """A register into which no case of the office could come holds nothing: that is not knowing, not none."""
    sources = {node.source for node in walk(choice) if isinstance(node, Aggregate)}
    empty = [name for name in sources & set(scope.workflow.registers) if not scope.facts.registers.get(name)]
    return None if empty else first_choice([choice], scope)


def _said(value: object) -> str:
    """As ``worded``, but a date as a sentence has it."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return worded(plain(value))
