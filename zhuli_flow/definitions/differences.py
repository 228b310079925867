"""What one version of a definition says otherwise than another, in words: what came, what went, what reads differently.

Whether a piece differs is asked of the checked models, so that another spelling of the same is no difference; how it
differs is told in the words of the files. A piece that went and one that came under the same title is one renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

from zhuli_flow.definitions.check import Parse
from zhuli_flow.definitions.model.workflow import OPERATIONS, SAME, START, Workflow
from zhuli_flow.definitions.reading.validate import description

Kind = Literal["增", "减", "改", "改名"]
SECTIONS = {
    "parameters": "参数",
    "roles": "角色",
    "fields": "字段",
    "filters": "公用条件",
    "checks": "公用检查",
    "forms": "表格",
    "materials": "材料",
    "sheets": "评分表",
    "quotas": "名额",
    "states": "环节",
    "compounds": "大环节",
    "regions": "并行环节",
    "deadlines": "期限",
    "events": "操作",
    "operations": "通用操作",
    "laws": "铁律",
    "registers": "台账",
}
_HEAD = {
    "title": "名称",
    "basis": "依据",
    "prefix": "编号字头",
    "applicant_kinds": "可申报的机构",
    "one_open_case": "一家一件",
}
_WORDS = {SAME: "本环节", START: "开启事项", True: "是", False: "否", None: "无"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One piece that differs: its ``section``, ``name`` and ``title``; ``was``: its name before, when that changed.

    ``lines`` say what reads differently, none for a piece that came or went.
    """

    section: str
    kind: Kind
    name: str
    title: str
    lines: tuple[str, ...] = ()
    was: str = ""


def differences(old: Parse, new: Parse) -> tuple[Difference, ...]:
    """Every difference of two sound definitions, section by section in the order of the language."""
    names = {**_titles(old.sound), **_titles(new.sound)}
    found = list(_head(old.sound, new.sound))
    for section in SECTIONS:
        found += _section(section, _Side(old, section), _Side(new, section), names)
    return tuple(found)


def renamed(found: Sequence[Difference], section: str) -> dict[str, str]:
    """Of one section, the names that became others: old → new."""
    return {one.was: one.name for one in found if one.section == SECTIONS[section] and one.was}


class _Side:
    """The pieces of one section: as written (``texts``), and as what they mean (``means``)."""

    def __init__(self, parsed: Parse, section: str) -> None:
        data: Any = parsed.document.data
        written = data.get(section) or {}
        means = getattr(parsed.workflow, section, None)
        if section == "laws":
            self.texts: Mapping[str, object] = {str(title): told for law in written for title, told in law.items()}
            self.means: Mapping[str, object] = {law.title: law for law in means or ()}
        elif section == "compounds":
            self.texts = {name: {} for name in means or {}}
            self.means = dict(means or {})
        else:
            self.texts, self.means = written, written if means is None else means

    def title(self, name: str) -> str:
        return str(getattr(self.means.get(name), "title", "") or OPERATIONS.get(name, ""))

    def same(self, name: str, other: _Side, other_name: str) -> bool:
        """Whether a piece means the same here and there, whatever it is called."""
        mine: Any = self.means.get(name)
        theirs: Any = other.means.get(other_name)
        if name != other_name and getattr(theirs, "name", "") == other_name:
            theirs = replace(theirs, name=name)
        return bool(_bare(mine) == _bare(theirs))


def _bare(piece: Any) -> Any:
    """A piece without the lines that its parts stand at."""
    if is_dataclass(piece) and not isinstance(piece, type):
        known = {one.name for one in fields(piece)} - {"line"}
        return (type(piece).__name__, *(_bare(getattr(piece, one)) for one in sorted(known)))
    if isinstance(piece, Mapping):
        return {key: _bare(value) for key, value in piece.items()}
    return tuple(map(_bare, piece)) if isinstance(piece, tuple | list) else piece


def _head(old: Workflow, new: Workflow) -> Iterator[Difference]:
    lines = [
        f"{word}：{_value(getattr(old, key), {})} → {_value(getattr(new, key), {})}"
        for key, word in _HEAD.items()
        if getattr(old, key) != getattr(new, key)
    ]
    if lines:
        yield Difference("流程", "改", new.name, new.title, tuple(lines))


def _section(section: str, old: _Side, new: _Side, names: Mapping[str, str]) -> Iterator[Difference]:
    gone = {old.title(name): name for name in old.texts if name not in new.texts and old.title(name)}
    word = SECTIONS[section]
    followed: set[str] = set()
    for name, written in new.texts.items():
        was = name if name in old.texts else gone.get(new.title(name), "")
        title = new.title(name)
        if not was:
            yield Difference(word, "增", name, title, tuple(_told(written, section, names)))
            continue
        followed.add(was)
        if old.same(was, new, name) and was == name:
            continue
        lines = tuple(_changed(old.texts[was], written, (section, name), names)) if not old.same(was, new, name) else ()
        if was != name:
            yield Difference(word, "改名", name, title, lines, was)
        else:
            yield Difference(word, "改", name, title, lines or ("写法未变，随别处的改动而变",))
    for name in old.texts:
        if name not in new.texts and name not in followed:
            yield Difference(word, "减", name, old.title(name))


def _told(written: Any, section: str, names: Mapping[str, str]) -> Iterator[str]:
    """A new piece, key by key."""
    if isinstance(written, Mapping):
        for key, value in written.items():
            if key != "title":
                yield f"{_word((section, '', key))}：{_value(value, names)}"


def _changed(old: Any, new: Any, path: tuple[str, ...], names: Mapping[str, str]) -> Iterator[str]:
    """What reads differently, each at the key where it does."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*new, *old)):
            if old.get(key) != new.get(key):
                yield from _changed(old.get(key), new.get(key), (*path, str(key)), names)
        return
    word = "·".join(_word(path[: depth + 1]) for depth in range(2, len(path))) or "内容"
    if isinstance(old, list) and isinstance(new, list):
        came, went = [one for one in new if one not in old], [one for one in old if one not in new]
        names = {} if _value(came, names) == _value(went, names) else names  # renamed under one title
        came, went = [_value(one, names) for one in came], [_value(one, names) for one in went]
        told = [f"增 {'、'.join(came)}"] * bool(came) + [f"减 {'、'.join(went)}"] * bool(went) or ["次序有改动"]
        yield f"{word}：{'；'.join(told)}"
    else:
        yield f"{word}：{_value(old, names)} → {_value(new, names)}"


def _word(path: tuple[str, ...]) -> str:
    """What a key is called: the first words of its description in the language, else the key itself."""
    told = description(path)
    for mark in "；，：（。":
        told = told.split(mark)[0]
    return told or path[-1]


def _value(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        return "，".join(f"{names.get(str(key), key)} {_value(one, names)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "、".join(_value(one, names) for one in value) or "无"
    if value is None or isinstance(value, bool) or value in {SAME, START}:
        return _WORDS[value]
    return names.get(str(value), str(value))


def _titles(workflow: Workflow) -> dict[str, str]:
    """What the names of a definition are called: roles, states, events and the rest, by their titles."""
    rooms: tuple[Mapping[str, object], ...] = (
        *(workflow.fields, workflow.forms, workflow.materials, workflow.sheets, workflow.quotas, workflow.deadlines),
        *(workflow.roles, workflow.events, workflow.compounds, workflow.regions, workflow.states),
    )
    titles = ((name, getattr(one, "title", "")) for room in rooms for name, one in room.items())
    return {name: f"“{title}”" for name, title in titles if title}
