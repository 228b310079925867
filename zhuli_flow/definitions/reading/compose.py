"""A definition at length: what its file says in short, and the pieces it uses of shared parts (公用部分).

A shared part is a YAML file of its own: roles, parameters, fields, filters, checks … written once for many workflows.
``uses: {offices: [office, head], zone: all}`` takes pieces by name. The *complete text* of a definition is its own text
followed by that of every part it uses, each under a mark; its digest is taken over that, so that what a case is pinned
to holds everything that it means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from zhuli_flow.definitions.model.compound import Compound
from zhuli_flow.definitions.reading.compound_states import (
    ALLOWED,
    Pieces,
    flattened,
    held,
    mapping,
    spread,
    strange_keys,
)
from zhuli_flow.definitions.reading.problems import suggest
from zhuli_flow.definitions.reading.yaml_reader import Document, Path, clip, scan
from zhuli_flow.errors import Problem

Parts = Mapping[str, tuple[str, bytes]]
"""The shared parts at hand: name → (how problems name the file, its bytes)."""

ALL = "all"
SECTIONS = (
    *("parameters", "roles", "fields", "filters", "checks", "forms", "materials", "sheets", "quotas", "registers"),
    *("states", "regions", "deadlines", "events", "operations", "reading"),
)
"""The sections of a definition whose pieces have names, so that a part may hold them."""

_MARK = "--- # 公用部分 "
_MARKED = re.compile(rb"(?m)^" + _MARK.encode() + rb"([a-z][a-z0-9_]*)\n")


@dataclass(frozen=True, slots=True)
class Composed:
    """The document at length, the complete text it stands for, its compounds, and which events lead into one."""

    document: Document
    text: bytes
    compounds: Mapping[str, Compound] = field(default_factory=dict)
    histories: Mapping[str, str] = field(default_factory=dict)


def split(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """A complete text → the definition's own text, and the text of each part that follows it (none: a plain file)."""
    own, *rest = _MARKED.split(data)
    if not rest:
        return data, {}
    return own, dict(zip((name.decode() for name in rest[::2]), rest[1::2], strict=True))


def compose(document: Document, own: bytes, parts: Parts) -> Composed:
    """The document with the pieces it uses of ``parts`` and the heads of its events written out.

    Problems of the parts stand in the document's own list, each at its file and line.
    """
    if not isinstance(document.data, dict):
        return Composed(document, own)
    work = _Composer(document, own, parts, {**document.data}, dict(document.lines), list(document.problems))
    uses = document.data.get("uses")
    for name, wanted in uses.items() if isinstance(uses, dict) else ():
        work.use(name, wanted)
    work.spread_heads()
    work.flatten_states()
    whole = replace(document, data=work.data, lines=work.lines, problems=tuple(work.problems), files=tuple(work.files))
    return Composed(whole, work.text, work.compounds, work.histories)


@dataclass(slots=True)
class _Composer:
    """What has been put together so far: ``text`` grows by a part at a time, ``lines`` count through all of it."""

    document: Document
    text: bytes
    parts: Parts
    data: Pieces
    lines: dict[Path, int]
    problems: list[Problem]
    files: list[tuple[int, str]] = field(default_factory=list)
    compounds: Mapping[str, Compound] = field(default_factory=dict)
    histories: Mapping[str, str] = field(default_factory=dict)

    def use(self, name: str, wanted: object) -> None:
        """Take the ``wanted`` pieces, a list of names or ``all``, of the part ``name``."""
        if name not in self.parts:
            fix = suggest(name, self.parts, "公用部分") if self.parts else "把它写成 shared 文件夹中的 .yaml 文件"
            self.add(("uses", name), "unknown_part", f"没有名为“{clip(name)}”的公用部分", fix)
            return
        file, data = self.parts[name]
        part = scan(data, file)
        self.problems.extend(part.problems)
        before = self._append(name, file, data)
        sections = self._sections(name, part)
        known = {piece for pieces in sections.values() for piece in pieces}
        names = known if wanted == ALL else self._wanted(name, wanted, known)
        taken = {(section, piece) for section, pieces in sections.items() for piece in pieces if piece in names}
        self._take(name, part, taken)
        fresh = {path: before + line for path, line in part.lines.items() if path[:2] in taken}
        self.lines = {**fresh, **self.lines}

    def _append(self, name: str, file: str, data: bytes) -> int:
        """Put a part's text under its mark; returns how many lines stand before its first."""
        joint = b"" if self.text.endswith(b"\n") else b"\n"
        self.text += joint + _MARK.encode() + name.encode() + b"\n"
        before = self.text.count(b"\n")
        self.text += data if data.endswith(b"\n") else data + b"\n"
        self.files.append((before, file))
        return before

    def _sections(self, name: str, part: Document) -> dict[str, Pieces]:
        """The sections of a part with their pieces; what else it says is told at its place."""
        written = part.data if isinstance(part.data, dict) else {}
        if not part.problems and written.get("shared") != name:
            self._tell(part, ("shared",), "missing_key", f"公用部分缺少“shared: {name}”", f"首行写 shared: {name}")
        for key in written.keys() - {*SECTIONS, "shared", "title"}:
            fix = suggest(str(key), SECTIONS, "键")
            self._tell(part, (key,), "unknown_key", f"公用部分中没有“{clip(key)}”这个键", fix)
        return {key: pieces for key, pieces in written.items() if key in SECTIONS and isinstance(pieces, dict)}

    def _wanted(self, name: str, wanted: object, known: set[str]) -> set[str]:
        names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
        for index, piece in enumerate(names):
            if piece not in known:
                message = f"公用部分“{name}”中没有“{clip(piece)}”"
                self.add(("uses", name, index), "unknown_piece", message, suggest(str(piece), sorted(known), "名称"))
        return {piece for piece in names if isinstance(piece, str)}

    def _take(self, name: str, part: Document, taken: set[tuple[str, str]]) -> None:
        """Put pieces into their sections, before the definition's own; none may be there twice."""
        for section in SECTIONS:
            written, own = mapping(part.data.get(section)), self.data.get(section, {})
            pieces = {piece: value for piece, value in written.items() if (section, piece) in taken}
            if not pieces or not isinstance(own, dict):
                continue
            for piece in pieces.keys() & own.keys():
                message = f"“{piece}”已由公用部分“{name}”给出"
                self.add((section, piece), "duplicate_name", message, f"删去此处，或在 uses 中不取 {piece}")
            self.data[section] = {**pieces, **own}

    def spread_heads(self) -> None:
        """``act: {…}``, the first line of an event, → its keys as keys of the event itself."""
        events = mapping(self.data.get("events"))
        heads = {name: mapping(mapping(each).get("act")) for name, each in events.items()}
        if not any(heads.values()):
            return
        whole = dict(events)
        for name, head in heads.items():
            if head:
                rest = {key: value for key, value in mapping(whole[name]).items() if key != "act"}
                for key in head.keys() & rest.keys():
                    self.add(("events", name, key), "duplicate_key", f"“{clip(key)}”在 act 中已经写过", "删去一处")
                whole[name] = {**rest, **head}
        self.data["events"] = whole
        self.lines = {**self.lines, **{_lifted(path): line for path, line in self.lines.items() if _in_head(path)}}

    def flatten_states(self) -> None:
        """Compound states → plain ones, each at its line, and everywhere the states that a compound stands for."""
        states, regions = mapping(self.data.get("states")), held(mapping(self.data.get("regions")))
        if not (regions or any("states" in mapping(state) for state in states.values())):
            return
        self.data["states"], self.compounds, written = flattened(states)
        self.histories = spread(self.data, self.compounds, regions)
        for plain, place in written.items():
            self.lines |= {(*plain, *path[len(place) :]): self.lines[path] for path in _under(place, self.lines)}
        for path, key in strange_keys(states):
            allowed = "、".join(ALLOWED)
            self.add(path, "unknown_key", f"大环节“{clip(path[-2])}”中没有“{clip(key)}”这个键", f"可用：{allowed}")

    def add(self, path: Path, code: str, message: str, fix: str) -> None:
        """Note a problem of the definition's own file, or of the part that gave what stands at ``path``."""
        place = replace(self.document, lines=self.lines, files=tuple(self.files)).place(path)
        self.problems.append(Problem(place, code, message, fix))

    def _tell(self, part: Document, path: Path, code: str, message: str, fix: str) -> None:
        self.problems.append(Problem(part.place(path), code, message, fix))


def _under(place: Path, lines: Mapping[Path, int]) -> list[Path]:
    return [path for path in lines if path[: len(place)] == place]


def _in_head(path: Path) -> bool:
    return len(path) > 3 and path[0] == "events" and path[2] == "act"


def _lifted(path: Path) -> Path:
    return (*path[:2], *path[3:])
