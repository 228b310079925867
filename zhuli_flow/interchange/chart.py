"""An SCXML document as a tree of states with their places in the file; whatever else it holds is named as a problem.

Read by expat itself, which knows lines; a document type, from which entities could unfold, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from zhuli_flow.errors import InvalidInput, Problem

SPACE = "http://www.w3.org/2005/07/scxml"
TITLES = "urn:zhuli_flow"
"""The name space of what SCXML has no word for: titles."""
_DEEPEST = 64
"""How many elements may lie in each other."""
_HELD = {
    "scxml": {"state", "parallel", "final", "initial"},
    "state": {"state", "parallel", "final", "initial", "history", "transition"},
    "parallel": {"state", "parallel", "history", "transition"},
    "final": set[str](),
    "history": {"transition"},
    "initial": {"transition"},
    "transition": set[str](),
}
_NO_WORD = {
    "onentry": "进入环节时执行的内容",
    "onexit": "离开环节时执行的内容",
    "datamodel": "数据模型",
    "data": "数据模型",
    "invoke": "调用别的服务",
    "script": "脚本",
    "donedata": "终结时带出的数据",
    "send": "发送事件",
    "raise": "内部事件",
    "assign": "赋值",
    "log": "日志",
}
_KEYS = {
    "scxml": {"initial", "name", "version", "datamodel", "binding"},
    "state": {"id", "initial"},
    "parallel": {"id"},
    "final": {"id"},
    "history": {"id", "type"},
    "initial": set[str](),
    "transition": {"event", "cond", "target", "type"},
}


@dataclass(slots=True, eq=False)
class Node:
    """One element at ``line`` (1-based), inside ``parent``; ``title`` from our own name space."""

    tag: str
    keys: Mapping[str, str]
    line: int
    parent: Node | None = None
    inside: list[Node] = field(default_factory=list)
    title: str = ""

    @property
    def name(self) -> str:
        """Its id."""
        return self.keys.get("id", "")

    def all(self, *tags: str) -> list[Node]:
        """Those directly in it that are of these tags."""
        return [one for one in self.inside if one.tag in tags]

    @property
    def states(self) -> list[Node]:
        """The states directly in it."""
        return self.all("state", "parallel", "final")

    @property
    def around(self) -> Iterator[Node]:
        """Itself and every element around it, the innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def every(self) -> Iterator[Node]:
        """Itself and all in it, in the order written."""
        yield self
        for one in self.inside:
            yield from one.every()


class Reading:
    """The problems found on the way, each with its line in ``file``."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, code: str, message: str, fix: str) -> None:
        """Note a problem at a line."""
        self.problems.append(Problem(f"{self.file}:{line}", code, message, fix))

    def require_none(self) -> None:
        """Raise InvalidInput with all that was noted, if anything was."""
        if self.problems:
            raise self.refusal()

    def refusal(self) -> InvalidInput:
        """All that was noted, by line."""
        told = sorted(dict.fromkeys(self.problems), key=lambda one: int(one.place.rpartition(":")[2]))
        message = f"{self.file} 中有 {len(told)} 处本系统说不出来，未写成流程"
        return InvalidInput(message, told, fix="请按所列位置改写后重试")

    def stop(self, line: int, message: str, fix: str) -> InvalidInput:
        """Note that the file is none, and what to raise then."""
        self.add(line, "xml", message, fix)
        return self.refusal()


def read(data: bytes, reading: Reading) -> Node:
    """The root of the document. Raises InvalidInput for what is no XML or no SCXML."""
    found = _Builder(reading)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, keys: found.start(tag, keys, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _tag: found.end()
    parser.StartDoctypeDeclHandler = lambda *_: found.doctype(parser.CurrentLineNumber)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise reading.stop(error.lineno, "不是合格的 XML", "请用编写它的软件重新导出") from error
    except (LookupError, ValueError) as error:  # an encoding that expat does not know, GBK among them
        raise reading.stop(1, "文件的编码不能读取", '请另存为 UTF-8 编码（文件头写 encoding="UTF-8"）') from error
    if found.root is None or found.root.tag != "scxml":
        raise reading.stop(1, "不是 SCXML 文件（最外层应为 scxml）", "请选 SCXML 文件")
    return found.root


class _Builder:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.root: Node | None = None
        self._open: list[Node | None] = []  # None: within what was refused

    def doctype(self, line: int) -> None:
        raise self.reading.stop(line, "写有 DOCTYPE", "请删去这一行")

    def start(self, tag: str, keys: Mapping[str, str], line: int) -> None:
        space, _, name = tag.rpartition(" ")
        parent = self._open[-1] if self._open else None
        if self._open and parent is None:
            self._open.append(None)
            return
        if space != SPACE or name not in _HELD or (parent and name not in _HELD[parent.tag]):
            what = _NO_WORD.get(name, f"元素 {name}")
            self.reading.add(
                line, "element", f"{what}（{name}）在流程定义中没有对应的写法", "请删去，或写进流程定义后另行补上"
            )
            self._open.append(None)
            return
        if len(self._open) >= _DEEPEST:
            raise self.reading.stop(line, f"层次超过 {_DEEPEST} 层", "请把里层的环节摊平")
        own = {key: " ".join(value.split()) for key, value in keys.items() if " " not in key}
        for key in own.keys() - _KEYS[name]:
            self.reading.add(line, "attribute", f"{name} 的 {key} 没有对应的写法", "请删去这一项")
        node = Node(name, own, line, parent, title=" ".join(keys.get(f"{TITLES} title", "").split()))
        if parent is not None:
            parent.inside.append(node)
        self.root = self.root or node
        self._open.append(node)

    def end(self) -> None:
        self._open.pop()
