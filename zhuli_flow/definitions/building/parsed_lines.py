"""Where ``build`` parses lines, and what it leaves for the checks: each parsed tree with its place and its purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

from zhuli_flow.definitions.model import expressions
from zhuli_flow.definitions.reading import parser
from zhuli_flow.definitions.reading.yaml_reader import Path, clip

Where = Literal["act", "sheet", "clock", "law", "sign", "only", "register", "known"]
NEVER = expressions.Not(expressions.Present(expressions.Literal("不能识别")))
NOTHING = expressions.Choice(expressions.Literal(""), None)
Tree = TypeVar("Tree")
Kinds = Mapping[str, Mapping[str, bool]]
"""Kinds of documents: name → {variable: whether it is required}."""

condition = lru_cache(maxsize=8192)(parser.parse_condition)
choice = lru_cache(maxsize=8192)(parser.parse_choice)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line of the definition as a tree.

    ``where`` tells what its names may mean: in an act an actor is known, in a ``sheet`` the answers of ``form`` are, in
    a ``register`` the fields of another workflow are (checked by ``definitions.linked``);
    ``target`` is the field it fills, ``wants`` the kind of value it must give.
    """

    path: Path
    text: str
    tree: expressions.Condition | expressions.Choice
    where: Where = "act"
    form: str = ""
    target: str = ""
    wants: str = ""


@dataclass(slots=True)
class ParsedLines:
    """``line`` tells the line of a path; ``note`` hears of what does not parse; ``parsed`` collects what does.

    ``kinds`` are the documents known, None when documents are taken on trust.
    """

    line: Callable[[Path], int]
    note: Callable[[Path, str, str, str], None]
    kinds: Kinds | None = None
    parsed: list[Parsed] = field(default_factory=list)

    def condition(self, path: Path, text: str, where: Where = "act", form: str = "") -> expressions.Condition:
        """The condition written in ``text``; one that never holds when it does not parse."""
        tree = self._parse(condition, path, text)
        if tree is None:
            return NEVER
        self.parsed.append(Parsed(path, text, tree, where, form))
        return tree

    def choice(
        self, path: Path, text: str, where: Where = "act", *, target: str = "", wants: str = ""
    ) -> expressions.Choice:
        """The term, or ``term if condition``, written in ``text``; the empty text when it does not parse."""
        tree = self._parse(choice, path, text)
        if tree is None:
            return NOTHING
        self.parsed.append(Parsed(path, text, tree, where, target=target, wants=wants))
        return tree

    def literal(self, path: Path, value: object, *, target: str) -> expressions.Choice:
        """A yes/no or a number that fills ``target``."""
        tree = expressions.Choice(expressions.Literal(value), None)
        self.parsed.append(Parsed(path, str(value), tree, target=target))
        return tree

    def _parse(self, parse: Callable[[str], Tree], path: Path, text: str) -> Tree | None:
        try:
            return parse(text)
        except expressions.GuardError as error:
            fix = "写法见 docs/language.md 的“条件”；文字加单引号"
            self.note(path, "bad_condition", f"“{clip(text, 60)}”：{error}", fix)
            return None


def names(value: str | list[str] | None) -> tuple[str, ...]:
    """``a`` or ``[a, b]`` → a tuple; None → ()."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def marked(texts: Iterable[str]) -> list[tuple[str, str]]:
    """``x``, ``x?``, ``x!`` → (name, mark)."""
    return [(text[:-1], text[-1]) if text[-1:] in {"?", "!"} else (text, "") for text in texts]
