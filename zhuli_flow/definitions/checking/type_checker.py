"""What kind of value each term of a condition has, and whether the parts of a condition go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as later
from typing import assert_never

from zhuli_flow.definitions.building.parsed_lines import Parsed
from zhuli_flow.definitions.checking.table_terms import Tables
from zhuli_flow.definitions.checking.value_types import (
    ANY,
    ITEM,
    KINDS,
    OF_ANY_CASE,
    OF_FIELD,
    SYSTEM,
    Kind,
    fits,
    is_number,
    kind_of,
    literal_kind,
    parameter_kind,
)
from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.model.workflow import IssueNotice, Workflow
from zhuli_flow.definitions.reading.problems import Report

_NO_ACTOR = frozenset({"clock", "law", "only", "register", "known"})
"""Lines of which nobody's act is the occasion."""
_ASKED = {
    "has_role": "roles",
    "room": "quotas",
    "overdue": "deadlines",
    "fired": "events",
    "not_applicable": "fields",
}
_NAMES_WHAT = {
    "has_role": "角色",
    "room": "名额",
    "overdue": "期限",
    "fired": "操作",
    "not_applicable": "字段",
}


@dataclass(slots=True)
class Grammarian:
    """Checks parsed lines of one workflow; ``known`` lists every name written in the file, section by section."""

    workflow: Workflow
    known: Mapping[str, frozenset[str]]
    report: Report
    this: Workflow | None = None
    """Whose register it is, when the lines look at the cases of ``workflow`` from another one."""
    others: Mapping[str, Workflow] = later(default_factory=dict)
    """The definitions that registers look at, by name, as far as they are at hand."""
    line: Parsed = later(init=False)

    def check(self, line: Parsed) -> None:
        """Note everything in ``line`` that does not resolve or does not fit."""
        self.line = line
        if not isinstance(line.tree, expressions.Choice):
            self.condition(line.tree)
            return
        if line.tree.when is not None:
            self.condition(line.tree.when)
        if line.target:
            self._fill(line.tree.term, line.target)
        else:
            found = self.kind(line.tree.term)
            if line.wants and found.name not in {line.wants, "any"}:
                self._mismatch(f"此处应为{KINDS[line.wants]}，“{line.text}”是{KINDS[found.name]}")

    def _fill(self, term: expressions.Term, target: str) -> None:
        wanted = self._field(target) if target in self.known["fields"] else ANY
        found = self._against(term, wanted)
        if not fits(found, wanted):
            self._mismatch(f"字段“{target}”是{KINDS[wanted.name]}，填入的是{KINDS[found.name]}")

    def condition(self, node: expressions.Condition) -> None:
        """Check one condition and what it is made of."""
        match node:
            case expressions.Compare(op, left, right):
                self._compare(op, left, right)
            case expressions.Member(term, among):
                self._member(term, among)
            case expressions.Present() | expressions.Odd() | expressions.Distinct() | expressions.Within():
                self._about(node)
            case expressions.Elapsed(since, _, period):
                self._want(since, "date")
                self._want(period, "period")
            case expressions.Ask(kind, name, since):
                self._ask(kind, name)
                if since:
                    self._ask(kind, since)
            case expressions.Junction(_, parts):
                for part in parts:
                    self.condition(part)
            case expressions.Not(part):
                self.condition(part)
            case _:
                assert_never(node)

    def _about(self, node: expressions.Present | expressions.Odd | expressions.Distinct | expressions.Within) -> None:
        """What is asked of one value, or of names."""
        match node:
            case expressions.Present(term):
                self.kind(term)
            case expressions.Odd(term):
                self._want(term, "number")
            case expressions.Distinct(term):
                self._want(term, "names")
            case expressions.Within(term, among):
                self._want(term, "names")
                self._want(among, "names")
            case _:
                assert_never(node)

    def _want(self, term: expressions.Term, wanted: str) -> None:
        found = self.kind(term)
        if found.name not in {wanted, "any"}:
            self._mismatch(f"此处应为{KINDS[wanted]}，实为{KINDS[found.name]}")

    def _compare(self, op: str, left: expressions.Term, right: expressions.Term) -> None:
        one = self.kind(left)
        other = self._against(right, one)
        if not fits(one, other):
            self._mismatch(f"{KINDS[one.name]}不能与{KINDS[other.name]}比较")
        elif op in {"<", "<=", ">", ">="} and one.name not in {"number", "date", "any"}:
            self._mismatch(f"{KINDS[one.name]}不分先后大小，不能用 {op}")
        elif one.name in {*ITEM, "rows", "map", "file", "files"}:
            self._mismatch(f"{KINDS[one.name]}不能整个比较，可用 in、present 或 count of")

    def _member(self, term: expressions.Term, among: expressions.Term) -> None:
        one = self.kind(term)
        items = among.items if isinstance(among, expressions.Listing) else ()
        for item in items:
            other = self._against(item, one)
            if not fits(one, other):
                self._mismatch(f"{KINDS[one.name]}不能与{KINDS[other.name]}比较")
        if items:
            return
        many = self.kind(among)
        if many.name not in {*ITEM, "any"}:
            self._mismatch(f"in 之后应为列表或名单，实为{KINDS[many.name]}")
        elif not fits(one, Kind(ITEM.get(many.name, "any"))):
            self._mismatch(f"{KINDS[one.name]}不会在{KINDS[many.name]}中")

    def _against(self, term: expressions.Term, other: Kind) -> Kind:
        """The kind of a term that stands opposite ``other``: there a bare word may be one of its choices."""
        if isinstance(term, expressions.Literal) and isinstance(term.value, str) and other.words is not None:
            return self._word(term.value, other)
        if not isinstance(term, expressions.Name) or "." in term.text:
            return self.kind(term)
        named = term.text in self.known["fields"] or term.text in SYSTEM
        if other.words is not None and term.text in other.words and named:
            self._note("ambiguous_name", f"“{term.text}”既是字段又是选项", f"指选项时加引号：'{term.text}'")
            return ANY
        if named or term.text in self._own():
            return self.kind(term)
        if other.words is not None:
            return self._word(term.text, other)
        # Organisations live in the directory, which a definition does not know: their ids are taken as written.
        return other if other.name in {"organisation", "any"} else self.kind(term)

    def _word(self, text: str, kind: Kind) -> Kind:
        if kind.words is not None and text not in kind.words:
            what = "环节" if kind.name == "state" else "选项"
            self.report.unknown(
                self.line.path, what, text, kind.words, "bad_choice" if what == "选项" else "unknown_state"
            )
        return kind

    def _ask(self, kind: str, name: str) -> None:
        if kind == "within":
            regions = self.workflow.regions
            known = {*self.workflow.compounds, *regions, *(state for each in regions.values() for state in each.states)}
            if name not in known:
                what = "大环节或并行环节" if regions else "大环节"
                self.report.unknown(self.line.path, what, name, known, "unknown_state")
            return
        section = _ASKED[kind]
        if name not in self.known[section]:
            self.report.unknown(
                self.line.path, _NAMES_WHAT[kind], name, self.known[section], f"unknown_{section.removesuffix('s')}"
            )
        if kind == "not_applicable" and (found := self.workflow.fields.get(name)) and found.may_be is None:
            self._note("type_mismatch", f"字段“{name}”不能填“不适用”", "给字段写 may_be: not_applicable")
        if kind == "has_role" and self.line.where in _NO_ACTOR:
            self._note("bad_name", "此处没有办理人，不能用 actor", "改用字段、state 或 applicant")

    def kind(self, node: expressions.Term) -> Kind:
        """The kind of a term; problems inside it are noted."""
        match node:
            case expressions.Literal(value):
                return Kind(literal_kind(value))
            case expressions.Name(text):
                return self._name(text)
            case expressions.Parameter(name):
                return self._parameter(name)
            case expressions.Aggregate():
                return self._aggregate(node)
            case expressions.Band(term, bands):
                return self._band(term, bands)
            case expressions.Sum(sign, left, right):
                return self._sum(sign, self.kind(left), self.kind(right))
            case expressions.Listing(items):
                for item in items:
                    self.kind(item)
                self._mismatch("列表 […] 只能写在 in 之后")
                return ANY
            case _:
                assert_never(node)

    def _own(self) -> set[str]:
        """The names that only this line knows: a sheet's own answers and its author."""
        if self.line.where != "sheet":
            return set()
        form = self.workflow.forms.get(self.line.form)
        return {"author", *(ask.name for ask in form.fields)} if form else {"author"}

    def _name(self, text: str) -> Kind:
        if text == "author" and self.line.where == "sheet":
            return Kind("person")
        if text in self.known["fields"]:
            return self._field(text)
        if text.startswith("actor.") and self.line.where in _NO_ACTOR:
            self._note("bad_name", f"此处没有办理人，不能用“{text}”", "改用字段、state 或 applicant")
            return ANY
        if self.this is not None and text.startswith("this."):
            return self._of_this(self.this, text.partition(".")[2])
        if text in self._papers():
            return Kind("date" if text.endswith(".signed_on") else "text")
        if text not in SYSTEM:
            known = [*self.known["fields"], *self._own(), *SYSTEM, *self._papers()]
            self.report.unknown(self.line.path, "字段", text, known, "unknown_field")
            return ANY
        words = {"state": tuple(self.known["states"]), "applicant.kind": self.workflow.applicant_kinds}
        return Kind(SYSTEM[text], words.get(text))

    def _of_this(self, this: Workflow, name: str) -> Kind:
        """``this.x``: a field of the case whose register it is, its number, or its applicant's."""
        if name in OF_ANY_CASE - {"state"}:
            return Kind(SYSTEM[name], this.applicant_kinds if name == "applicant.kind" else None)
        found = this.fields.get(name)
        if found is None:
            known = [*this.fields, *sorted(OF_ANY_CASE - {"state"})]
            self.report.unknown(self.line.path, f"{this.name} 的字段", name, known, "unknown_field")
            return ANY
        return kind_of(found)

    def _papers(self) -> set[str]:
        """What may be asked of the documents this workflow issues: their number and their date."""
        effects = (effect for event in self.workflow.events.values() for effect in event.effects)
        issued = {effect.notice for effect in effects if isinstance(effect, IssueNotice)}
        return {f"{notice}.{part}" for notice in issued for part in ("number", "signed_on")}

    def _field(self, name: str) -> Kind:
        found = self.workflow.fields.get(name)
        return ANY if found is None else kind_of(found)

    def _parameter(self, name: str) -> Kind:
        found = self.workflow.parameters.get(name)
        if found is None:
            if name not in self.known["parameters"]:
                self.report.unknown(self.line.path, "参数", name, self.known["parameters"], "unknown_parameter")
            return ANY
        return parameter_kind(found)

    def _aggregate(self, node: expressions.Aggregate) -> Kind:
        match node.kind:
            case "due" | "start" | "closing":
                return self._due(node)
            case "rows" | "lines" | "total":
                Tables(self.workflow, self.known, self.report, self.line).check(node)
                return Kind("rows")
            case "first":
                return self._first(node)
            case "count" | "sum" | "mean" | "min" | "max":
                return self._figure(node)
            case _:
                assert_never(node.kind)

    def _figure(self, node: expressions.Aggregate) -> Kind:
        columns = self._columns(node.source, node.column)
        if columns is not None and node.column and node.column not in columns:
            self.report.unknown(self.line.path, "列", node.column, columns, "unknown_column")
        elif columns is not None and node.kind != "count":
            if not node.column:
                self._mismatch(f"{node.kind} of 须指明一列，如 {node.kind} of {node.source}.列名")
            elif columns[node.column] != "number":
                self._mismatch(f"“{node.source}.{node.column}”不是数，不能求 {node.kind}")
        return Kind("number")

    def _due(self, node: expressions.Aggregate) -> Kind:
        name = f"{node.source}.{node.column}" if node.column else node.source
        if name not in self.known["deadlines"]:
            self.report.unknown(self.line.path, "期限", name, self.known["deadlines"], "unknown_deadline")
        return Kind("text" if node.kind == "closing" else "date")

    def _columns(self, source: str, column: str) -> Mapping[str, str] | None:
        """The columns of a list field, rows field or sheet with their kinds; None when nothing is known of it."""
        sheet, found = self.workflow.sheets.get(source), self.workflow.fields.get(source)
        if sheet is not None:
            form = self.workflow.forms.get(sheet.form)
            asked = {ask.name: self._field(ask.name).name for ask in form.fields} if form else {column: "number"}
            return {**asked, "author": "person", **({"total": "number"} if sheet.total else {})}
        if source in self.known["registers"]:
            return self._register(source)
        if found is None:
            if source not in self.known["fields"] | self.known["sheets"]:
                known = [*self.known["fields"], *self.known["sheets"], *self.known["registers"]]
                self.report.unknown(self.line.path, "字段、评审表或台账", source, known, "unknown_field")
            return None
        if found.type not in {*ITEM, "rows", "files"}:
            self._mismatch(f"“{source}”是{KINDS[self._field(source).name]}，不是名单或表格，不能计数或汇总")
            return None
        return {each.name: OF_FIELD.get(each.type, each.type) for each in found.columns}

    def _register(self, source: str) -> Mapping[str, str] | None:
        """Its columns, taken for numbers where summed: what they are only the other workflow knows."""
        register = self.workflow.registers.get(source)
        if self.line.where not in {"act", "known"}:
            message = f"此处不能用台账“{source}”：没有办理人在办时不查其他事项"
            self._note("bad_name", message, "在 when 或 set 中用，把结果填入字段")
        return None if register is None else dict.fromkeys([*register.columns, *register.aliases], "number")

    def _first(self, node: expressions.Aggregate) -> Kind:
        """Any field of the first case; of which kind only the other workflow knows."""
        if node.source not in self.known["registers"]:
            self.report.unknown(self.line.path, "台账", node.source, self.known["registers"], "unknown_register")
            return ANY
        self._register(node.source)
        if not node.column:
            self._mismatch(f"first of 须指明一个字段，如 first of {node.source}.字段")
        register = self.workflow.registers.get(node.source)
        other = self.others.get(register.workflow) if register else None
        if register is None or other is None or not node.column:
            return ANY
        return self._of_other(other, register.aliases.get(node.column, node.column), register.aliases)

    def _of_other(self, other: Workflow, column: str, keys: Iterable[str]) -> Kind:
        """The kind of a field, or of what there is of any case, in the workflow that a register looks at."""
        if column in OF_ANY_CASE:
            words = {"state": tuple(other.states), "applicant.kind": other.applicant_kinds}
            return Kind(SYSTEM[column], words.get(column))
        if column not in other.fields:
            known = [*keys, *other.fields, *sorted(OF_ANY_CASE)]
            self.report.unknown(self.line.path, f"{other.name} 的字段", column, known, "unknown_field")
            return ANY
        return kind_of(other.fields[column])

    def _band(self, term: expressions.Term, bands: expressions.Parameter) -> Kind:
        self._want(term, "number")
        table = self.workflow.parameters.get(bands.name)
        if self._parameter(bands.name).name == "any" or table is None:
            return ANY
        floors = table.value
        if not isinstance(floors, Mapping) or not all(is_number(floor) for floor in floors.values()):
            self._mismatch(f"${bands.name} 应为“档次: 起点分”的对照表")
            return ANY
        return Kind("choice", tuple(str(label) for label in floors))

    def _sum(self, sign: str, one: Kind, other: Kind) -> Kind:
        pair = (one.name, other.name)
        if "any" in pair or pair == ("number", "number") or (pair == ("date", "period") and sign != "*"):
            return one if one.name != "any" else ANY
        fix = "只有数与数、日期与期限可以加减，数与数可以相乘"
        fix = "两个日期之间隔多久，用 elapsed since" if pair == ("date", "date") else fix
        self._note("type_mismatch", f"{KINDS[one.name]} {sign} {KINDS[other.name]} 没有意义（{self.line.text}）", fix)
        return ANY

    def _mismatch(self, message: str) -> None:
        self._note("type_mismatch", f"{message}（{self.line.text}）", "")

    def _note(self, code: str, message: str, fix: str) -> None:
        self.report.add(self.line.path, code, message, fix)
