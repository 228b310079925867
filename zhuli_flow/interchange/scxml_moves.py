"""The transitions of a chart as acts of ours: in which steps each may be done, on which conditions, and where it leads.

A chart takes the first transition that fits, from the innermost state outwards; an act of ours is chosen by its name.
So one that comes later also asks that those before it do not hold, and one that leads elsewhere bears another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from zhuli_flow.definitions.model import expressions as x
from zhuli_flow.definitions.model.operation_names import OPERATIONS
from zhuli_flow.definitions.reading.parser import parse_condition
from zhuli_flow.interchange.chart import Node
from zhuli_flow.interchange.places import NAME, Chart

_IN = re.compile(r"\bIn\(\s*(['\"])([\w.-]+)\1\s*\)")
_TAKEN = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "start", "same", *OPERATIONS))
"""Words that YAML, or our own language, reads as something else; an operation that every office knows is no act."""
_SIGNS = ((re.compile(r"&&"), " and "), (re.compile(r"\|\|"), " or "), (re.compile(r"!(?!=)"), " not "))


@dataclass(slots=True)
class Act:
    """One act: ``event`` as the chart calls it, conditions in our words, ``target`` a state, a compound or "same"."""

    event: str
    target: str
    guards: tuple[str, ...]
    begins: tuple[str, ...]
    title: str
    origin: str
    sources: list[str] = field(default_factory=list)
    dropped: tuple[str, ...] = ()


class Moves:
    """Reads the acts of a chart; ``dropping``: conditions that can't be said are left out and kept as notes."""

    def __init__(self, chart: Chart, *, dropping: bool) -> None:
        self.chart, self.dropping = chart, dropping
        self._acts: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], Act] = {}
        self._conditions: dict[Node, tuple[str, str]] = {}

    def acts(self) -> list[Act]:
        """Every act in the order in which the chart first has it."""
        chart = self.chart
        lines = chart.root.states
        for top in (*lines, *chart.regions.values()):
            for leaf in chart.leaves(top):
                for event in self._events(leaf):
                    self._of(leaf, event)
        self._check_parallel()
        return list(self._acts.values())

    def _events(self, leaf: Node) -> list[str]:
        """What may be answered to in a leaf; a region's own only, what lies around it is the main line's."""
        found = [move for node in self._line(leaf) for move in node.all("transition")]
        return list(dict.fromkeys(one.keys.get("event", "") for one in found if self._named(one)))

    def _line(self, leaf: Node) -> Iterator[Node]:
        region = self.chart.region_of(leaf)
        for node in leaf.around:
            yield node
            if node is region:
                return

    def _named(self, move: Node) -> bool:
        event, reading = move.keys.get("event", ""), self.chart.reading
        if NAME.fullmatch(event) and event not in _TAKEN:
            return True
        if move not in self._conditions:  # told once
            self._conditions[move] = "", ""
            if not event:
                reading.add(move.line, "event", "没有写事件的转移", "操作都由人或到期的期限办理：请给它一个事件名")
            else:
                fix = "请写一个名称，用小写英文字母、数字和下划线"
                reading.add(move.line, "event", f"“{event}”不能作操作的名称", fix)
        return False

    def _of(self, leaf: Node, event: str) -> None:
        before: list[str] = []
        for node in self._line(leaf):
            for move in node.all("transition"):
                if move.keys.get("event") != event:
                    continue
                told, dropped = self._condition(move)
                guards = (*(f"not ({one})" for one in before), *([told] if told else []))
                self._add(leaf, node, move, guards, dropped)
                if not told and not dropped:
                    return
                before += [told] if told else []

    def _condition(self, move: Node) -> tuple[str, str]:
        """The condition as ours, and as it stood where it was left out."""
        written = move.keys.get("cond", "")
        if move not in self._conditions:
            self._conditions[move] = self._said(move, written) if written else ("", "")
        return self._conditions[move]

    def _said(self, move: Node, written: str) -> tuple[str, str]:
        text = _IN.sub(lambda found: self._place(found[2]), written)
        for sign, word in _SIGNS:
            text = sign.sub(word, text)
        text = " ".join(text.split())
        try:
            unknown = [one for one in x.walk(parse_condition(text)) if not self._known(one)]
        except x.GuardError:
            unknown = [None]
        if not unknown:
            return text, ""
        if not self.dropping:
            fix = "能写的有 In('环节') 和 and、or、not；其余请删去后写进流程定义，或加 --drop-conditions 只留作注释"
            self.chart.reading.add(move.line, "condition", f"条件“{written}”说的是文件里没有的内容", fix)
        return "", written

    def _place(self, name: str) -> str:
        node = self.chart.states.get(name)
        plain = node is not None and not node.states and self.chart.region_of(node) is None
        return f"(state is {name})" if plain else f"(state within {name})"

    def _known(self, node: object) -> bool:
        match node:
            case x.Junction() | x.Not():
                return True
            case x.Compare("==" | "!=", x.Name("state"), x.Name(name)):
                return name in self.chart.states
            case x.Name(name):
                return name == "state" or name in self.chart.states
            case x.Ask("within", name):
                return name in self.chart.states
            case _:
                return False

    def _add(self, leaf: Node, source: Node, move: Node, guards: tuple[str, ...], dropped: str) -> None:
        target, begins = self._target(leaf, source, move)
        key = move.keys["event"], target, guards, begins
        act = self._acts.setdefault(key, Act(*key, title=move.title, origin=source.name))
        act.sources.append(leaf.name)
        act.dropped = tuple(dict.fromkeys((*act.dropped, *([dropped] if dropped else []))))

    def _target(self, leaf: Node, source: Node, move: Node) -> tuple[str, tuple[str, ...]]:
        named, chart = move.keys.get("target", ""), self.chart
        if not named:
            return "same", ()
        if named in chart.histories:
            around = chart.history(chart.histories[named])
            return (around.name, self._begun(leaf, source, around, move)) if around else ("same", ())
        target = chart.states.get(named)
        if target is None:
            words = f"“{named}”不是一个环节" if " " not in named else f"“{named}”同时到几个环节"
            chart.reading.add(move.line, "target", words, "请写一个环节的 id；进入并行的环节时各支从头开始")
            return "same", ()
        region = chart.region_of(target)
        if region is not None and region not in self._domain(source, target, move).around:
            words = f"从外面直接进入并行环节“{region.name}”里的“{named}”"
            chart.reading.add(move.line, "target", words, "并行环节总是从头开始：请以并行的整个环节为目标")
        return chart.entered(target).name, self._begun(leaf, source, target, move)

    def _begun(self, leaf: Node, source: Node, target: Node, move: Node) -> tuple[str, ...]:
        """The regions that begin as the main line comes to ``target``."""
        chart, found = self.chart, list[str]()
        domain = self._domain(source, target, move)
        entered = [*chart.entered(target).around]
        for one in chart.parallels:
            if chart.region_of(target) is not None or one not in entered:
                continue
            if one not in leaf.around:
                found += [region.name for region in one.states[1:]]
            elif domain in list(one.around)[1:]:
                fix = "并行环节不能在进行之中重新开始：请以其中的环节为目标，或先离开"
                chart.reading.add(move.line, "parallel", f"离开并行的“{one.name}”又立即回到其中", fix)
        return tuple(found)

    def _domain(self, source: Node, target: Node, move: Node) -> Node:
        """The innermost compound state that a transition does not leave (SCXML, appendix D)."""
        inner = source in list(target.around)[1:]
        if move.keys.get("type") == "internal" and inner and source.tag == "state":
            return source
        outer = (one for one in list(source.around)[1:] if one.tag != "parallel" and one in list(target.around)[1:])
        return next(outer, self.chart.root)

    def _check_parallel(self) -> None:
        """An event to which two branches answer at once has no like among acts: each moves one thing."""
        for node in self.chart.parallels:
            own = [
                {move.keys.get("event") for one in branch.every() for move in one.all("transition")}
                for branch in node.states
            ]
            above = {move.keys.get("event") for one in node.around for move in one.all("transition")}
            for at, branch in enumerate(node.states):
                others = set[str | None]().union(*(one for place, one in enumerate(own) if place != at))
                twice = own[at] & (others | above) if at else set[str | None]()
                for event in sorted(filter(None, twice)):
                    words = f"并行的几支同时响应“{event}”"
                    self.chart.reading.add(branch.line, "parallel", words, "一项操作只动一处：请给各支不同的事件名")
