"""A picture as text that other programs draw: Mermaid (state diagram, version 2) and DOT (Graphviz)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zhuli_flow.drawing.diagram import Box, Diagram, Row


def mermaid(diagram: Diagram) -> str:
    """The picture in Mermaid; a compound state as one with states inside, deadlines as notes beside their state."""
    lines = ["---", f"title: {_plain(diagram.title)}", "---", "stateDiagram-v2", "    direction LR"]
    lines += _mermaid_boxes(diagram.boxes, "    ")
    for box in diagram.every():
        if box.kind == "initial" and not box.inside:
            lines.append(f"    [*] --> {box.name}")
        lines += [f"    {box.name} --> {row.target} : {_plain(row.text)}" for row in box.rows if row.target]
        if box.kind == "final":
            lines.append(f"    {box.name} --> [*]")
        lines += _mermaid_look(box)
    return "\n".join([*lines, "    classDef here stroke:#a3161d,stroke-width:3px", ""])


def _mermaid_boxes(boxes: Iterable[Box], indent: str) -> Iterator[str]:
    for box in boxes:
        yield f'{indent}state "{_plain(box.title)}" as {box.name}'
        if box.inside:
            yield f"{indent}state {box.name} {{"
            yield from _mermaid_boxes(box.inside, indent + "    ")
            yield f"{indent}}}"
        limits = [row.text for row in box.rows if row.kind == "deadline"]
        if limits:
            yield f"{indent}note right of {box.name} : {_plain('；'.join(limits))}"


def _mermaid_look(box: Box) -> Iterator[str]:
    if box.look == "now":
        yield f"    class {box.name} here"


def _plain(text: str) -> str:
    """Words without the marks that Mermaid reads as its own."""
    return text.translate(_MARKS)


_MARKS = str.maketrans('":;#{}', "”：；＃（）")


def dot(diagram: Diagram) -> str:
    """The picture in DOT; a compound state as a cluster, arrows to it ending at its edge."""
    lines = [
        "digraph workflow {",
        f"  graph [label={_quoted(diagram.title)}, rankdir=LR, compound=true];",
        "  node [shape=box, style=rounded];",
        *_dot_boxes(diagram.boxes, "  "),
    ]
    doors = {box.name: _door(box) for box in diagram.every()}
    clusters = {box.name for box in diagram.every() if box.inside}
    for box in diagram.every():
        ahead = (row for row in box.rows if row.target)
        lines += [f"  {doors[box.name]} -> {doors[row.target]} [{_arrow(box, row, clusters)}];" for row in ahead]
    return "\n".join([*lines, "}", ""])


def _dot_boxes(boxes: Iterable[Box], indent: str) -> Iterator[str]:
    for box in boxes:
        if box.inside:
            yield f"{indent}subgraph cluster_{box.name} {{"
            yield f"{indent}  label={_quoted(box.title)};"
            yield from _dot_boxes(box.inside, indent + "  ")
            yield f"{indent}}}"
            continue
        limits = [row.text for row in box.rows if row.kind == "deadline"]
        more = ", peripheries=2" if box.kind == "final" else ", penwidth=3" if box.look == "now" else ""
        yield f"{indent}{_node(box.name)} [label={_quoted(chr(10).join([box.title, *limits]))}{more}];"


def _arrow(box: Box, row: Row, clusters: set[str]) -> str:
    parts = [f"label={_quoted(row.text)}"]
    parts += ["style=dashed"] if row.back else []
    parts += [f"ltail=cluster_{box.name}"] if box.name in clusters else []
    parts += [f"lhead=cluster_{row.target}"] if row.target in clusters else []
    return ", ".join(parts)


def _door(box: Box) -> str:
    """The node that stands for a box: of a compound state its first step."""
    return _door(box.inside[0]) if box.inside else _node(box.name)


def _node(name: str) -> str:
    """A name as DOT takes it: its own words only in quotes."""
    return f'"{name}"' if name in _DOT_WORDS else name


_DOT_WORDS = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
