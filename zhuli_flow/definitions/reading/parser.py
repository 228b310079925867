"""Reading one line: a condition, a term, or an alternative → the tree of ``definitions.guards``. Never ``eval``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from zhuli_flow.calendar import parse_period
from zhuli_flow.definitions.model.expressions import (
    AGGREGATES,
    ASKS,
    COMPARE,
    RESERVED,
    Aggregate,
    Ask,
    Band,
    Choice,
    Compare,
    Condition,
    Distinct,
    Elapsed,
    GuardError,
    Junction,
    Listing,
    Literal,
    Member,
    Name,
    Not,
    Odd,
    Parameter,
    Present,
    Sum,
    Term,
    Within,
)
from zhuli_flow.errors import InvalidInput

MAX_LENGTH = 400
MAX_DEPTH = 12
Tree = TypeVar("Tree")

_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<period>\d+(?:wd|d|m|y)\b)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>'[^']*')|(?P<param>\$[a-z][a-z0-9_]*)|(?P<name>[a-z][a-z0-9_]*(?:\.applicant)?(?:\.[a-z][a-z0-9_]*)?)"
    r"|(?P<op><=|>=|==|!=|[<>+\-*()\[\],]))"
)


def parse_condition(text: str) -> Condition:
    """One line → condition tree. Raises GuardError (Chinese) when it is not in the vocabulary."""
    return _whole(text, _Parser.condition)


def parse_term(text: str) -> Term:
    """One line → term tree. Raises GuardError."""
    return _whole(text, _Parser.term)


def parse_choice(text: str) -> Choice:
    """``term`` or ``term if condition``. Raises GuardError."""
    return _whole(text, _Parser.choice)


def _whole(text: str, read: Callable[[_Parser, int], Tree]) -> Tree:
    parser = _Parser(text)
    tree = read(parser, 0)
    parser.end()
    return tree


def _hint(rest: str) -> str:
    """What was probably meant, in brackets: words that people type and the language spells otherwise."""
    meant = next((words for pattern, words in _MEANT if re.match(pattern, rest.lstrip())), "")
    return f"（{meant}）" if meant else ""


_MEANT = (
    (r"=(?![=<>])", "相等写 is 或 =="),
    (r"[=>]>|=>|=<|≥|≤|≠|＞|＜|＝", "比较写 <、<=、>、>=、is、is not"),
    (r"并且|而且|且|和|或者|或|不是|非|&|\|", "并且写 and，或者写 or，不是写 not"),
    (r"[（）“”‘’，]", "括号、引号、逗号用半角"),
    (r"[\u4e00-\u9fff]", "字段写它的英文名，即 fields 中冒号前的名称；文字加单引号"),
)
"""By what the text that is not understood begins with."""


class _Parser:
    """Recursive descent over one line; depth is bounded so that a definition cannot exhaust the stack."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise GuardError(f"条件过长（{len(text)} 字符，上限 {MAX_LENGTH}）")
        self.text, self.at = text, 0
        self.tokens = list(self._tokens())

    def _tokens(self) -> Iterator[tuple[str, str]]:
        at = 0
        while self.text[at:].strip():
            found = _TOKEN.match(self.text, at)
            if found is None:
                raise GuardError(
                    f"第 {at + 1} 个字符起无法识别：“{self.text[at:].strip()[:20]}”{_hint(self.text[at:])}"
                )
            at = found.end()
            yield str(found.lastgroup), found.group(str(found.lastgroup))

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ("end", "")

    def take(self, word: str) -> bool:
        if self.peek()[1] == word and self.peek()[0] in {"name", "op"}:
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise GuardError(f"此处应为“{word}”，实为“{self.peek()[1] or '行尾'}”")

    def plain_name(self) -> str:
        kind, text = self.peek()
        if kind != "name":
            raise GuardError(f"此处应为名称，实为“{text or '行尾'}”")
        self.at += 1
        return text

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise GuardError(f"“{self.peek()[1]}”起多余或不认识")

    def choice(self, depth: int) -> Choice:
        term = self.term(depth)
        return Choice(term, self.condition(depth) if self.take("if") else None)

    def condition(self, depth: int) -> Condition:
        return self._joined("or", "any", self._conjunct, depth)

    def _conjunct(self, depth: int) -> Condition:
        return self._joined("and", "all", self._negation, depth)

    def _joined(self, word: str, kind: str, part: Callable[[int], Condition], depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise GuardError(f"条件嵌套超过 {MAX_DEPTH} 层")
        parts = [part(depth + 1)]
        while self.take(word):
            parts.append(part(depth + 1))
        return parts[0] if len(parts) == 1 else Junction(kind, tuple(parts))

    def _negation(self, depth: int) -> Condition:
        if depth > 3 * MAX_DEPTH:
            raise GuardError(f"条件嵌套超过 {MAX_DEPTH} 层")
        if self.take("not"):
            return Not(self._negation(depth + 1))
        if self.peek()[1] == "(" and self._group_is_condition():
            self.expect("(")
            inner = self.condition(depth + 1)
            self.expect(")")
            return inner
        return self._predicate(depth)

    def _group_is_condition(self) -> bool:
        """A parenthesis holds a condition unless what follows its end compares it as a term."""
        level = 0
        for offset in range(len(self.tokens) - self.at):
            level += {"(": 1, ")": -1}.get(self.peek(offset)[1], 0)
            if level == 0:
                after = self.peek(offset + 1)[1]
                return after not in COMPARE | {"+", "-", "*", "present", "absent", "is", "in"}
        raise GuardError("括号没有闭合")

    def _predicate(self, depth: int) -> Condition:
        first, second = self.peek()[1], self.peek(1)[1]
        asked = {("actor", "has_role"): "has_role", ("room", "in"): "room"}.get((first, second))
        if asked or first in ASKS:
            self.at += 2 if asked else 1
            return self._asked(asked or first)
        if self.take("elapsed"):
            return self._elapsed(depth)
        return self._about(self.term(depth), depth)

    def _asked(self, kind: str) -> Ask:
        name = self.plain_name()
        return Ask(kind, name, self.plain_name() if kind == "fired" and self.take("since") else "")

    def _elapsed(self, depth: int) -> Condition:
        self.expect("since")
        since = self.term(depth)
        return Elapsed(since, self._operator(), self.term(depth))

    def _operator(self) -> str:
        text = self.peek()[1]
        if text not in COMPARE:
            raise GuardError(f"此处应为比较符（< <= > >= == !=）、is、in、present 或 absent，实为“{text or '行尾'}”")
        self.at += 1
        return text

    def _about(self, term: Term, depth: int) -> Condition:
        if self.take("present"):
            return Present(term)
        if self.take("absent"):
            return Not(Present(term))
        if self.take("not_applicable"):
            return _not_applicable(term)
        if self.take("distinct"):
            return Distinct(term)
        if self.take("is"):
            positive = not self.take("not")
            node: Condition = Odd(term) if self.take("odd") else Compare("==", term, self.term(depth))
            return node if positive else Not(node)
        if self.peek()[1] == "not" and self.peek(1)[1] == "in":
            self.at += 2
            return Not(Member(term, self.term(depth)))
        if self.take("in"):
            return Member(term, self.term(depth))
        if self.take("within"):
            return self._asked("within") if term == Name("state") else Within(term, self.term(depth))
        return Compare(self._operator(), term, self.term(depth))

    def term(self, depth: int) -> Term:
        if depth > 3 * MAX_DEPTH:
            raise GuardError(f"条件嵌套超过 {MAX_DEPTH} 层")
        node = self._product(depth + 1)
        while self.peek()[1] in {"+", "-"} and self.peek()[0] == "op":
            sign = self.peek()[1]
            self.at += 1
            node = Sum(sign, node, self._product(depth + 1))
        return node

    def _product(self, depth: int) -> Term:
        node = self._factor(depth)
        while self.take("*"):
            node = Sum("*", node, self._factor(depth))
        return node

    def _factor(self, depth: int) -> Term:
        kind, text = self.peek()
        if text == "(":
            self.expect("(")
            inner = self.term(depth)
            self.expect(")")
            return inner
        if text == "[":
            return self._listing(depth)
        if kind in {"op", "end"}:
            raise GuardError(f"此处应为一个值，实为“{text or '行尾'}”")
        self.at += 1
        return self._atom(kind, text, depth)

    def _listing(self, depth: int) -> Term:
        self.expect("[")
        items = [self.term(depth)]
        while self.take(","):
            items.append(self.term(depth))
        self.expect("]")
        return Listing(tuple(items))

    def _atom(self, kind: str, text: str, depth: int) -> Term:
        if kind == "param":
            return Parameter(text[1:])
        if kind != "name":
            return Literal(_literal(kind, text))
        if text in {"yes", "no"}:
            return Literal(text == "yes")
        if text in AGGREGATES and self.take("of"):
            source, _, column = self.plain_name().partition(".")
            return Aggregate(AGGREGATES[text], source, column)
        if text == "band" and self.take("of"):
            term = self.term(depth)
            self.expect("by")
            kind, text = self.peek()
            if kind != "param":
                raise GuardError("“band of … by”之后应为参数（$名称）")
            self.at += 1
            return Band(term, Parameter(text[1:]))
        if text in RESERVED - {"today"}:
            raise GuardError(f"“{text}”是保留词，此处应为一个值")
        return Name(text)


def _not_applicable(term: Term) -> Condition:
    if not isinstance(term, Name):
        raise GuardError("“not_applicable”之前应为字段")
    return Ask("not_applicable", term.text)


def _literal(kind: str, text: str) -> object:
    readers: dict[str, Callable[[str], object]] = {
        "date": date.fromisoformat,
        "period": parse_period,
        "number": Decimal,
    }
    try:
        return readers[kind](text) if kind in readers else text[1:-1]
    except (ValueError, InvalidInput):
        raise GuardError(f"“{text}”不是有效的日期或期限") from None
