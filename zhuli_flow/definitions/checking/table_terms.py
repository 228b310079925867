"""Checks of terms that give a whole table (``rows of``, ``total of``, ``lines of``): where they stand, of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhuli_flow.definitions.building.parsed_lines import Parsed
from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.model.workflow import Workflow
from zhuli_flow.definitions.reading.problems import Report

IN_FIELDS = frozenset({"rows", "total"})
"""The tables that a field of type rows can keep; the others only go into a document."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Notes what is wrong with the tables that one ``line`` of ``workflow`` names; ``known`` as for ``Grammarian``."""

    workflow: Workflow
    known: Mapping[str, frozenset[str]]
    report: Report
    line: Parsed

    def check(self, node: expressions.Aggregate) -> None:
        """Note what is wrong with one of ``guards.TABLES``: first of all a place where no table is taken."""
        if not self._is_taken(node):
            self._note_place(node)
        elif node.kind == "lines":
            self._lines(node)
        else:
            self._register(node)

    def _is_taken(self, node: expressions.Aggregate) -> bool:
        """Alone in a document's ``with``, or filling a field of type rows."""
        tree, target = self.line.tree, self.workflow.fields.get(self.line.target)
        whole = isinstance(tree, expressions.Choice) and tree.term is node
        filled = node.kind in IN_FIELDS and self.line.where == "act" and target is not None and target.type == "rows"
        return whole and (filled or self.line.path[-2:-1] == ("with",))

    def _note_place(self, node: expressions.Aggregate) -> None:
        alone = "，或 set 中类型为 rows 的字段" if node.kind in IN_FIELDS else ""
        fix = f"写在公文的 with 中{alone}，独占一项；条件中用 count of、sum of 或 first of"
        self.report.add(self.line.path, "misplaced_table", f"此处不能用“{node.kind} of”（{self.line.text}）", fix)

    def _register(self, node: expressions.Aggregate) -> None:
        names = self.known["registers"]
        if node.source not in names:
            self.report.unknown(self.line.path, "台账", node.source, sorted(names), "unknown_register")
        elif node.column:
            self._mismatch(
                f"{node.kind} of 之后只写台账，不写列", f"写 {node.kind} of {node.source}；列写在台账的 columns"
            )
        elif node.kind == "total":
            self._total(node)
        elif self.line.target:
            self._keys(node, self.line.target)

    def _keys(self, node: expressions.Aggregate, target: str) -> None:
        """A field keeps only its own columns: every key of the register has to be one of them."""
        register = self.workflow.registers.get(node.source)
        if target not in self.workflow.fields:
            return  # told where it is written
        columns = [column.name for column in self.workflow.fields[target].columns]
        for key, column in register.keyed if register else ():
            if key not in columns:
                message = f"字段“{target}”没有列“{key}”（{self.line.text}）"
                fix = f"在台账 {node.source} 的 columns 中写 {{键: {column}}}，键用：{'、'.join(columns)}；或给字段加列"
                self.report.add(self.line.path, "unknown_column", message, fix)

    def _total(self, node: expressions.Aggregate) -> None:
        """Only of a register that says how it is put together; a field that keeps it has a column for every key."""
        register = self.workflow.registers.get(node.source)
        if register is not None and register.total is None:
            self._mismatch(f"台账“{node.source}”没有规定汇总办法", "在这本台账中写 total")
        field = self.workflow.fields.get(self.line.target)
        columns = [column.name for column in field.columns] if field else []
        for key in register.total.keys if register and register.total and field else ():
            if key not in columns:
                message = f"字段“{self.line.target}”没有列“{key}”（{self.line.text}）"
                self.report.add(self.line.path, "unknown_column", message, f"给字段加列 {key}")

    def _lines(self, node: expressions.Aggregate) -> None:
        """A form of this workflow; one of another is for ``definitions.linked``."""
        if node.column and node.source != self.workflow.name:
            return
        form = node.column or node.source
        if form not in self.known["forms"]:
            self.report.unknown(self.line.path, "表单", form, sorted(self.known["forms"]), "unknown_form")

    def _mismatch(self, message: str, fix: str) -> None:
        self.report.add(self.line.path, "type_mismatch", f"{message}（{self.line.text}）", fix)
