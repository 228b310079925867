"""The shape as written → the frozen model: short forms written out, forms expanded, every condition parsed once.

What cannot be parsed is told to ``ParsedLines.note`` and replaced by something harmless, so that all of it is found in
one go; names are taken on trust here and looked up by ``definitions.check``, which reads the trees that were collected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from zhuli_flow.definitions.building import guards
from zhuli_flow.definitions.building.effects import effects
from zhuli_flow.definitions.building.laws import laws
from zhuli_flow.definitions.building.parsed_lines import ParsedLines, marked, names
from zhuli_flow.definitions.building.regions import moving, regions, timed
from zhuli_flow.definitions.model import graph, workflow
from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.model.form_lines import Line
from zhuli_flow.definitions.model.known_answers import Comparison, Known, Sentence
from zhuli_flow.definitions.model.quota import Quota
from zhuli_flow.definitions.model.register import Register, Total
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.literals import reminders
from zhuli_flow.definitions.reading.yaml_reader import Path

EARLIER = "earlier"
ANY = "any"
_BRACES = re.compile(r"\{([^{}]*)\}")


def build(shape: schema.WorkflowShape, text: str, digest: str, parsing: ParsedLines) -> workflow.Workflow:
    """The model of ``shape``; ``text`` is the file as written and ``digest`` its SHA-256."""
    forms = {name: _form(name, form, shape.checks, parsing) for name, form in shape.forms.items()}
    events = {name: moving(_event(name, event, shape, forms, parsing), event) for name, event in shape.events.items()}
    return workflow.Workflow(
        name=shape.workflow,
        version=shape.version,
        title=shape.title,
        prefix=shape.prefix,
        basis=shape.basis,
        applicant_kinds=tuple(shape.applicant.kinds),
        one_open_case=shape.applicant.one_open_case,
        parameters={name: _parameter(name, each) for name, each in shape.parameters.items()},
        roles={name: _role(name, role) for name, role in shape.roles.items()},
        fields={name: _field(name, each, parsing) for name, each in shape.fields.items()},
        forms=forms,
        materials={name: _material(name, material) for name, material in shape.materials.items()},
        sheets={name: _sheet(name, sheet, parsing) for name, sheet in shape.sheets.items()},
        quotas={name: _quota(name, quota) for name, quota in shape.quotas.items()},
        states={name: _state(name, state) for name, state in shape.states.items()},
        deadlines=_deadlines(shape, parsing),
        events=events,
        operations=_operations(shape, events),
        laws=laws(shape.laws, parsing),
        yellow_step=shape.yellow.step,
        yellow_case=shape.yellow.whole_case,
        registers={name: _register(name, each, shape.filters, parsing) for name, each in shape.registers.items()},
        regions=regions(shape),
        reading=_reading(shape.reading),
        yellow_part=_part(shape.yellow.at_most, ("yellow", "at_most"), shape, parsing),
        text=text,
        digest=digest,
    )


def _reading(shape: schema.ReadingShape) -> dict[str, tuple[str, ...]]:
    written = {
        "case": shape.case,
        "materials": shape.materials,
        "papers": shape.papers,
        "history": shape.history,
        "registers": shape.registers,
        "totals": shape.totals,
    }
    return {part: names(words) for part, words in written.items() if words is not None}


def with_compounds(
    built: workflow.Workflow, compounds: Mapping[str, Compound], histories: Mapping[str, str]
) -> workflow.Workflow:
    """The workflow with its compound states, and with the events that lead back into one."""
    events = {name: replace(event, history=histories.get(name, "")) for name, event in built.events.items()}
    return replace(built, compounds=compounds, events=events) if compounds else built


def _parameter(name: str, shape: schema.ParameterShape) -> workflow.Parameter:
    value = tuple(shape.value) if isinstance(shape.value, list) else shape.value
    return workflow.Parameter(name, value, shape.source, shape.title, tuple(shape.choices))


def _role(name: str, shape: schema.RoleShape) -> workflow.Role:
    return workflow.Role(name, shape.title, shape.of, shape.named_in, tuple(shape.not_from))


def _field(name: str, shape: schema.FieldShape, parsing: ParsedLines) -> workflow.Field:
    only = None if shape.only is None else parsing.condition(("fields", name, "only"), shape.only, "only")
    return workflow.Field(
        name=name,
        title=shape.title,
        type=shape.type,
        unit=shape.unit,
        choices=tuple(shape.choices),
        at_least=shape.at_least or 0,
        minimum=shape.min,
        maximum=shape.max,
        columns=tuple(workflow.Column(key, each.title, each.type, each.unit) for key, each in shape.columns.items()),
        accept=tuple(shape.accept) or ("pdf",),
        max_mb=shape.max_mb,
        role=shape.role,
        clause=shape.clause,
        may_be=shape.may_be,
        only=only,
        agg=shape.agg,
        counts=shape.counts,
        known=_known(name, shape, parsing),
        kinds=tuple(shape.kinds),
        personal=shape.personal,
    )


def _known(name: str, shape: schema.FieldShape, parsing: ParsedLines) -> Known | None:
    """One term; or sentences, when terms stand in braces or several are listed."""
    if shape.known is None:
        return None
    path: Path = ("fields", name, "known")
    if isinstance(shape.known, str) and "{" not in shape.known:
        return Known(parsing.choice(path, shape.known, "known", target=name))
    return Known(sentences=tuple(_sentence(text, path, parsing) for text in names(shape.known)))


def _sentence(text: str, path: Path, parsing: ParsedLines) -> Sentence:
    parts = enumerate(_BRACES.split(text))
    return tuple(
        parsing.choice(path, part, "known") if index % 2 else part for index, part in parts if part or index % 2
    )


def _form(name: str, shape: schema.FormShape, named: guards.Named, parsing: ParsedLines) -> workflow.Form:
    checks = guards.listed(shape.checks, ("forms", name, "checks"), named, parsing)
    lines = tuple(map(_line, shape.fields)) if shape.asked() != shape.fields else ()
    return workflow.Form(name, shape.title, _asks(shape.asked()), checks, lines)


def _line(shape: str | schema.LineShape) -> Line:
    if isinstance(shape, str):
        return Line("label", "", tuple(name for name, _ in marked([shape])))
    if shape.group is not None:
        return Line("group", shape.group)
    if shape.heading is not None:
        return Line("heading", shape.heading)
    return Line("label", shape.label or "", tuple(name for name, _ in marked(shape.fields)))


def _asks(texts: Iterable[str]) -> tuple[workflow.Ask, ...]:
    return tuple(workflow.Ask(name, required=mark != "?", anew=mark == "!") for name, mark in marked(texts))


def _material(name: str, shape: schema.MaterialShape) -> workflow.Material:
    return workflow.Material(name, shape.title, tuple(shape.accept), shape.max_mb, shape.clause)


def _sheet(name: str, shape: schema.SheetShape, parsing: ParsedLines) -> workflow.Sheet:
    path: Path = ("sheets", name, "valid")
    valid = tuple(
        parsing.condition((*path, index), text, "sheet", shape.form) for index, text in enumerate(shape.valid)
    )
    return workflow.Sheet(name, shape.title, shape.by, shape.form, tuple(shape.total), valid, shape.sealed_until)


def _quota(name: str, shape: schema.QuotaShape) -> Quota:
    return Quota(name, shape.title, shape.counts, shape.max, shape.queued_by, shape.source, shape.at_least)


def _register(
    name: str, shape: schema.RegisterShape, filters: Mapping[str, str | list[str]], parsing: ParsedLines
) -> Register:
    placed = guards.filtered(shape.where, ("registers", name, "where"), filters, parsing)
    where = tuple(parsing.condition(here, text, "register", name) for here, text in placed)
    total = _total(shape.total) if shape.total else None
    columns = tuple(column for _, column in shape.keyed())
    aliases = {key: column for key, column in shape.keyed() if key != column}
    found = Register(name, shape.title, shape.workflow, columns, shape.linked_by, where, shape.order, total)
    return replace(found, aliases=aliases)


def _total(shape: schema.TotalShape) -> Total:
    return Total(shape.by, dict(shape.blocks), shape.distinct, dict(shape.head), shape.same, shape.kept_in)


def _state(name: str, shape: schema.StateShape) -> workflow.State:
    return workflow.State(name, shape.title, shape.kind, shape.step, shape.clause, shape.note)


def _deadlines(shape: schema.WorkflowShape, parsing: ParsedLines) -> dict[str, workflow.DeadlineRule]:
    """Deadlines of single states, of regions too, named like the state, then those that run across states."""
    rules = {}
    for name, state in shape.states.items():
        if state.deadline is not None:
            path: Path = ("states", name, "deadline")
            title = state.deadline.title or f"{state.title}期限"
            rules[name] = _deadline(name, title, frozenset({name}), state.deadline, path, parsing)
    for name, titled, each, path in timed(shape.regions):
        rules[name] = _deadline(name, each.title or titled, frozenset({name}), each, path, parsing)
    for name, rule in shape.deadlines.items():
        rules[name] = _deadline(name, rule.title or name, frozenset(rule.in_), rule, ("deadlines", name), parsing)
    return rules


def _deadline(
    name: str, title: str, states: frozenset[str], shape: schema.DeadlineShape, path: Path, parsing: ParsedLines
) -> workflow.DeadlineRule:
    until = [parsing.choice((*path, "until"), text, "clock", wants="date") for text in names(shape.until)]
    start = None if shape.from_ is None else parsing.choice((*path, "from"), shape.from_, "clock", wants="date")
    return workflow.DeadlineRule(
        name=name,
        title=title,
        states=states,
        suspended_in=frozenset(shape.suspended_in),
        start=start,
        within=shape.within,
        until=tuple(until),
        roll=shape.roll,
        remind=tuple(each for text in shape.remind for each in reminders(text)),
        then=shape.then,
        confirm=shape.confirm,
        met_by=frozenset(shape.met_by),
        overdue_tell=tuple(shape.overdue.tell) if shape.overdue else (),
        urgent_from=shape.urgent.from_ if shape.urgent else None,
        urgent_tell=tuple(shape.urgent.tell) if shape.urgent else (),
        whole_case=shape.whole_case,
        clause=shape.clause,
        every=shape.every,
        closes=shape.closes,
        owes=_signers(shape.owes, (*path, "owes"), parsing),
        tell=tuple(shape.tell),
        again=shape.overdue.again if shape.overdue else None,
        at_most=(shape.overdue.at_most or 0) if shape.overdue else 0,
    )


def _event(
    name: str,
    shape: schema.EventShape,
    whole: schema.WorkflowShape,
    forms: Mapping[str, workflow.Form],
    parsing: ParsedLines,
) -> workflow.Event:
    path: Path = ("events", name)
    asks = _expand(asked := _with_sheet_form(shape, whole), forms)
    used = [forms[each] for each, _ in marked(asked) if each in forms]
    return workflow.Event(
        name=name,
        title=shape.title,
        sources=names(shape.from_),
        target=shape.to,
        by=names(shape.by),
        sign=_sign(shape.sign, (*path, "sign"), whole, parsing) if shape.sign else None,
        fill=asks,
        attach=_asks(shape.attach),
        opinion_required=shape.opinion == "required",
        guards=(
            *(check for form in used for check in form.checks),
            *guards.not_after_today(asks, whole.fields, parsing),
            *guards.listed(shape.when, (*path, "when"), whole.checks, parsing),
        ),
        effects=effects(shape, path, whole, parsing),
        sheet=shape.sheet,
        at_most=shape.at_most,
        can_be_withdrawn=shape.withdraw == "allowed",
        clause=shape.clause,
        line=parsing.line(path),
        compared=tuple(one for each in used for one in _compared(each, whole, parsing)),
        rests_on=tuple(ask.name for ask in _expand(shape.rests_on, forms)),
        keeps=dict(shape.keeps),
        proof=names(shape.proof),
    )


def _compared(form: workflow.Form, whole: schema.WorkflowShape, parsing: ParsedLines) -> Iterable[Comparison]:
    """The numbers of a form that says how far they may ``change``."""
    shape, path = whole.forms[form.name].change, ("forms", form.name, "change", "at_most")
    if shape is not None:
        declared = [(ask.name, whole.fields[ask.name]) for ask in form.fields if ask.name in whole.fields]
        numbers = tuple(name for name, field in declared if field.type in {"int", "decimal"})
        yield Comparison(shape.from_, _part(shape.at_most, path, whole, parsing), numbers)


def _with_sheet_form(shape: schema.EventShape, whole: schema.WorkflowShape) -> list[str]:
    """What is filled in; an event that files a sheet asks for the sheet's form whether or not ``fill`` says so."""
    sheet = whole.sheets.get(shape.sheet or "")
    return shape.fill if sheet is None or sheet.form in shape.fill else [*shape.fill, sheet.form]


def _expand(texts: Iterable[str], forms: Mapping[str, workflow.Form]) -> tuple[workflow.Ask, ...]:
    """Forms become their fields; ``form!`` asks each of them anew; a field named twice is asked once, the last way."""
    asks: dict[str, workflow.Ask] = {}
    for ask in _asks(texts):
        inner = forms[ask.name].fields if ask.name in forms else (ask,)
        for each in inner:
            asks[each.name] = workflow.Ask(each.name, each.required, each.anew or ask.anew)
    return tuple(asks.values())


def _sign(shape: schema.SignShape, path: Path, whole: schema.WorkflowShape, parsing: ParsedLines) -> workflow.SignOff:
    if shape.ratio is not None:
        signers = _signers(shape.of, (*path, "of"), parsing)
        share = _share(shape.ratio, path, whole, parsing)
        return workflow.SignOff("ratio", signers, shape.ordered, share, same_hand=shape.same_hand)
    mode: Literal["all_of", "any_of"] = "any_of" if shape.any_of is not None else "all_of"
    signers = _signers(shape.any_of or shape.all_of or [], (*path, mode), parsing)
    return workflow.SignOff(mode, signers, shape.ordered, same_hand=shape.same_hand)


def _signers(texts: Iterable[str], path: Path, parsing: ParsedLines) -> tuple[workflow.Signer, ...]:
    """``role`` or ``role if condition``."""
    found = []
    for index, text in enumerate(texts):
        role, _, condition = text.partition(" if ")
        when = parsing.condition((*path, index), condition, "sign") if condition else None
        found.append(workflow.Signer(role.strip(), when))
    return tuple(found)


def _share(text: str, path: Path, whole: schema.WorkflowShape, parsing: ParsedLines) -> tuple[int, int]:
    """``2/3`` or a parameter that says so → (2, 3)."""
    return _part(text, (*path, "ratio"), whole, parsing)


def _part(text: str, path: Path, whole: schema.WorkflowShape, parsing: ParsedLines) -> tuple[int, int]:
    """A fraction of at most one, as written or as a parameter says → (numerator, denominator)."""
    named = whole.parameters.get(text[1:]) if text.startswith("$") else None
    part, _, full = (str(named.value) if named else text).partition("/")
    if part.isdecimal() and full.isdecimal() and len(text) <= 40 and 0 < int(part) <= int(full):
        return int(part), int(full)
    if named or not text.startswith("$"):
        parsing.note(path, "bad_ratio", f"“{text}”不是有效的比例", "写成分数，如 2/3、1/2，分子不大于分母")
    return 1, 1


def _operations(shape: schema.WorkflowShape, events: Mapping[str, workflow.Event]) -> dict[str, workflow.Operation]:
    """The operations this workflow allows; an absent one is not allowed."""
    written = shape.operations
    found = {}
    if written.return_ is not None:
        found["return"] = _return(written.return_, shape, events)
    for name in ("withdraw", "transfer", "delegate", "urge", "copy_", "suspend", "terminate", "correct"):
        each: schema.OperationShape | None = getattr(written, name)
        if each is not None:
            plain = name.rstrip("_")
            sources = () if each.from_ == ANY else names(each.from_)
            required = each.opinion == "required"
            found[plain] = workflow.Operation(plain, names(each.by), sources, required, names(each.to))
    return found


def _return(
    shape: schema.ReturnShape, whole: schema.WorkflowShape, events: Mapping[str, workflow.Event]
) -> workflow.Operation:
    sources = _unfinished(whole) if shape.from_ == ANY else names(shape.from_)
    targets = (
        graph.earlier(sources, _unfinished(whole), events, regions(whole)) if shape.to == EARLIER else names(shape.to)
    )
    return workflow.Operation(
        "return", names(shape.by), sources, shape.opinion == "required", targets, tuple(shape.walk)
    )


def _unfinished(whole: schema.WorkflowShape) -> tuple[str, ...]:
    return tuple(name for name, state in whole.states.items() if state.kind != "final")
