"""Where a chart's states go in a definition: steps and compound states on the main line, the others into regions.

Of the children of a parallel state the first is the main line, each other one a region beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhuli_flow.interchange.chart import Node, Reading

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Chart:
    """The states of a document by name, and the questions asked of them."""

    def __init__(self, root: Node, reading: Reading) -> None:
        self.root, self.reading = root, reading
        self.states: dict[str, Node] = {}
        self.histories: dict[str, Node] = {}
        for node in root.every():
            if node.tag in {"state", "parallel", "final"}:
                self._take(node)
            elif node.tag == "history":
                self.histories[node.name] = node
        self.parallels = [node for node in self.states.values() if node.tag == "parallel"]
        self.regions = {one.name: one for node in self.parallels for one in node.states[1:]}
        self._check()

    def _take(self, node: Node) -> None:
        if not NAME.fullmatch(node.name):
            near = re.sub(r"\W+", "_", node.name, flags=re.ASCII).strip("_").lower() or "review"
            self.reading.add(
                node.line, "name", f"“{node.name}”不能作环节的名称", f"用小写英文字母、数字和下划线，如 {near}"
            )
        elif node.name in self.states:
            self.reading.add(node.line, "name", f"“{node.name}”写了两次", "每个环节一个名称")
        self.states[node.name] = node

    def _check(self) -> None:
        for node in self.parallels:
            if len(node.states) < 2:
                self.reading.add(node.line, "parallel", f"并行的“{node.name}”不足两支", "请写成普通环节")
        for one in self.regions.values():
            deep = [state for state in one.every() if state is not one and (state.states or state.tag == "history")]
            if deep or any(other in self.parallels for other in list(one.around)[2:]):
                words = f"并行环节“{one.name}”里又有层次，或其外另有并行"
                self.reading.add(one.line, "region", words, "并行环节只有一层：请把里面的环节摊平")
        for node in self.states.values():
            held = node.parent is not None and node.tag == "final" and node.parent.tag != "scxml"
            if held and any(one.all("transition") for one in list(node.around)[1:]):
                words = f"“{node.name}”只终结它外面的环节，并不终结事项"
                self.reading.add(node.line, "final", words, "请写成普通环节，由一项操作离开")

    def region_of(self, node: Node) -> Node | None:
        """The region that a state is in, or is."""
        return next((one for one in node.around if self.regions.get(one.name) is one), None)

    def first(self, node: Node) -> Node | None:
        """What is entered first directly in a state; None for a plain one."""
        if not node.states:
            return None
        if node.tag == "parallel":
            return node.states[0]
        inner = node.all("initial")
        named = node.keys.get("initial") or (self._default(inner[0]) if inner else "")
        found = self.states.get(named) if named else node.states[0]
        if found is None or node not in list(found.around)[1:]:
            self.reading.add(
                node.line, "initial", f"“{named}”不在“{node.name or '最外层'}”之中，或不止一个", "请写其中的一个环节"
            )
            return node.states[0]
        return found

    def _default(self, node: Node) -> str:
        moves = node.all("transition")
        return moves[0].keys.get("target", "") if moves else ""

    def entered(self, node: Node) -> Node:
        """The plain state of the main line in which entering ``node`` ends."""
        while (inner := self.first(node)) is not None:
            node = inner
        return node

    def leaves(self, node: Node) -> Iterator[Node]:
        """The plain states of the line that ``node`` is in: of the main line, or of its region."""
        if not node.states:
            yield node
        for one in node.states[:1] if node.tag == "parallel" else node.states:
            yield from self.leaves(one)

    def history(self, node: Node) -> Node | None:
        """The compound state that a history leads back into as ours do: to its innermost state, at first its first."""
        around = node.parent or self.root
        target = self.states.get(self._default(node))
        deep = node.keys.get("type", "shallow") == "deep" or not any(one.states for one in around.states)
        known = around.tag == "state" and not any(one in self.parallels for one in around.every())
        if not known or not deep or self.region_of(around):
            words = f"“{node.name}”要记住的不是大环节里最里层的环节"
            self.reading.add(
                node.line, "history", words, '本系统回到大环节时总是回到里面原来所在的环节：请写 type="deep"'
            )
            return None
        if target is None or self.entered(target) is not next(self.leaves(around)):
            words = f"“{node.name}”初次进入时不到大环节的第一个环节"
            self.reading.add(node.line, "history", words, f"请把初次进入的环节写在“{around.name}”的最前")
            return None
        return around
