"""SCXML → a definition to go on from: states, compound states, regions, acts and what of the conditions can be said.

What SCXML has no word for is filled in plainly and said so in the file: one role does everything, titles are the names
where the document has none. What our language cannot say is refused, each by its line, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhuli_flow.interchange.chart import Node, Reading, read
from zhuli_flow.interchange.places import NAME, Chart
from zhuli_flow.interchange.scxml_moves import Act, Moves

ROLE = "handler"
_OPENING = "begin"


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of the definition (YAML), and what was done to names that SCXML may use twice."""

    name: str
    text: str
    notes: tuple[str, ...]


def definition(data: bytes, file: str, name: str, title: str, *, dropping: bool = False) -> Imported:
    """The definition that an SCXML document describes. ``name`` and ``title`` where they are not to be the document's.

    Raises InvalidInput with every line that can't be said.
    """
    reading = Reading(file)
    root = read(data, reading)
    chart = Chart(root, reading)
    name = name or root.keys.get("name", "")
    if not NAME.fullmatch(name):
        reading.add(root.line, "name", f"“{name}”不能作流程名", "请用 --name 另写，用小写英文字母、数字和下划线")
    first = chart.first(root)
    if first is None:
        raise reading.stop(root.line, "一个环节也没有", "请写 state")
    start = chart.entered(first)
    acts = Moves(chart, dropping=dropping).acts()
    reading.require_none()
    idle = _unreached(chart, start, acts)
    for act in acts:
        act.sources = [name for name in act.sources if name not in idle]
    acts = [act for act in acts if act.sources]
    opening = Act(_OPENING, start.name, (), _beside(chart, start), "开启", "", ["start"])
    named, notes = _names([opening, *acts])
    notes += [f"环节“{name}”从起点走不到，没有写入" for name in idle]
    head = _head(name, title or root.title or name, file)
    text = "\n".join((*head, *_states(chart, start, idle), *_regions(chart), *_events(named)))
    return Imported(name, text + "\n", tuple(notes))


def _unreached(chart: Chart, start: Node, acts: Sequence[Act]) -> list[str]:
    """The plain states of the main line that no way leads to, as a definition has none."""
    seen, waiting = set[str](), [start.name]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        beside = {one for act in acts for region in act.begins for one in _inside(chart, region)}
        here = [act for act in acts if name in act.sources or (act.target != "same" and beside & set(act.sources))]
        for target in (act.target for act in here if act.target != "same"):
            waiting += _inside(chart, target)
    lines = (leaf.name for top in chart.root.states for leaf in chart.leaves(top))
    return [name for name in lines if name not in seen]


def _inside(chart: Chart, name: str) -> list[str]:
    return [leaf.name for leaf in chart.leaves(chart.states[name])]


def _beside(chart: Chart, start: Node) -> tuple[str, ...]:
    return tuple(region.name for one in start.around if one in chart.parallels for region in one.states[1:])


def _names(acts: Sequence[Act]) -> tuple[dict[str, Act], list[str]]:
    """A name for each act; what bears the event of another and leads elsewhere is called after where it comes from."""
    found, notes = dict[str, Act](), list[str]()
    taken = {act.event for act in acts[1:]}
    for act in acts:
        name = act.event if act is not acts[0] or act.event not in taken else f"{act.event}_case"
        if name in found:
            name = f"{act.event}_from_{act.origin}"
            at = 2
            while name in found or name in taken:
                name, at = f"{act.event}_from_{act.origin}_{at}", at + 1
            notes.append(f"事件“{act.event}”在不同的环节到不同的去处：从 {act.origin} 起的写成“{name}”")
        found[name] = act
    return found, notes


def _head(name: str, title: str, file: str) -> Iterator[str]:
    yield f"# 由 {file} 写成。SCXML 不说谁来办、填什么、限几日：角色先写成一个“办理人”，"
    yield "# 请照 docs/language.md 补全。"
    yield from (f"workflow: {name}", 'version: "1"', f"title: {_text(title)}")
    yield f"prefix: {''.join(word[0] for word in name.split('_') if word).upper()}"
    yield "applicant: {kinds: [county, county_city, district, park]}"
    yield from ("", "roles:", f"  {ROLE}: {{title: 办理人, of: any}}", "", "states:")


def _text(words: str) -> str:
    """As YAML reads back what it is: in quotation marks."""
    return "'" + words.replace("'", "''") + "'"


def _states(chart: Chart, start: Node, idle: Sequence[str]) -> Iterator[str]:
    for node in chart.root.states:
        yield from _state(chart, node, (start, idle), "  ")


def _state(chart: Chart, node: Node, known: tuple[Node, Sequence[str]], indent: str) -> Iterator[str]:
    start, idle = known
    if all(leaf.name in idle for leaf in chart.leaves(node)):
        return
    title = _text(node.title or node.name)
    if not node.states:
        kind = ", kind: initial" if node is start else ", kind: final" if node.tag == "final" else ""
        yield f"{indent}{node.name}: {{title: {title}{kind}}}"
        return
    yield from (f"{indent}{node.name}:", f"{indent}  title: {title}", f"{indent}  states:")
    for one in node.states[:1] if node.tag == "parallel" else node.states:
        yield from _state(chart, one, known, f"{indent}    ")


def _regions(chart: Chart) -> Iterator[str]:
    if chart.regions:
        yield from ("", "regions:")
    for name, node in chart.regions.items():
        beside = next(one.name for one in chart.parallels if node in one.states)
        head = f"  {name}: {{title: {_text(node.title or name)}, in: [{beside}]"
        if not node.states:
            yield head + "}"
            continue
        first = chart.first(node)
        ordered = sorted(node.states, key=lambda one: one is not first)
        states = ", ".join(f"{one.name}: {{title: {_text(one.title or one.name)}}}" for one in ordered)
        yield f"{head}, states: {{{states}}}}}"


def _events(named: dict[str, Act]) -> Iterator[str]:
    yield from ("", "events:")
    for name, act in named.items():
        yield from (f"  # 原有的条件，须补写：{one}" for one in act.dropped)
        sources = act.sources[0] if len(act.sources) == 1 else f"[{', '.join(act.sources)}]"
        begins = f", begins: [{', '.join(act.begins)}]" if act.begins else ""
        told = f"title: {_text(act.title or act.event)}, from: {sources}, to: {act.target}, by: {ROLE}{begins}"
        if act.guards:
            whole = " and ".join(f"({one})" for one in act.guards)
            told += f", when: [{{check: {_text(whole)}, say: {_text(f'条件不符：{whole}')}}}]"
        yield f"  {name}: {{{told}}}"
