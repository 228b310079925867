"""Reading one table of the settings strictly: every fault is noted with its place, none stops the reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhuli_flow.errors import Problem
from zhuli_flow.support.suggest import did_you_mean


@dataclass(slots=True)
class Table:
    """The table at ``place`` (``channels.email``) of ``zhuli.toml``; all tables share one list of ``problems``."""

    place: str
    data: Mapping[str, object]
    problems: list[Problem]
    home: Path
    name: str = ""
    _asked: set[str] = field(default_factory=set)

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text on one line; ``otherwise`` when it is not given, a fault when that is None."""
        value = self._value(key, otherwise)
        if isinstance(value, str) and (value.strip() or value == otherwise) and value.isprintable():
            return value.strip()
        if value is not None:
            self.fault(key, "type", f"{value!r} 不是一行文字", "写一行文字，加双引号")
        return otherwise or ""

    def number(self, key: str, otherwise: int, most: int) -> int:
        """A whole number from 1 to ``most``."""
        value = self._value(key, otherwise)
        if type(value) is int and 1 <= value <= most:
            return value
        self.fault(key, "value", f"{value!r} 不是 1 到 {most} 的整数", f"例如 {key} = {otherwise}")
        return otherwise

    def choice(self, key: str, otherwise: str, among: Collection[str]) -> str:
        """One of a few words."""
        value = self._value(key, otherwise)
        if isinstance(value, str) and value in among:
            return value
        self.fault(key, "value", f"{value!r} 不在可选之列", f"可用：{'、'.join(among)}")
        return otherwise

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts, none twice; empty when it is not given."""
        value = self._value(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() and one.isprintable() for one in value):
            return tuple(dict.fromkeys(value))
        self.fault(key, "type", "应为一列文字", f'写成 {key} = ["…", "…"]')
        return ()

    def file(self, key: str, *, needed: bool = True) -> Path | None:
        """A path, relative ones counted from the home; None when it is not given (a fault when ``needed``)."""
        named = self.text(key, None if needed else "")
        return self.home / named if named else None

    def tables(self) -> list[Table]:
        """Every table inside this one; anything else there is a fault."""
        return [inner for key in self.data if (inner := self.table(key)) is not None]

    def table(self, key: str) -> Table | None:
        """The table ``key``; None when it is not given, or is no table (a fault)."""
        self._asked.add(key)
        value = self.data.get(key)
        if isinstance(value, dict):
            return Table(f"{self.place}.{key}", value, self.problems, self.home, key)
        if value is not None:
            self.fault(key, "type", "应为一节", f'写成 [{self.place}."{key}"]，其下每行一项')
        return None

    def ask(self, *keys: str) -> None:
        """These keys may be given; whoever calls this reads them himself."""
        self._asked.update(keys)

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in sorted(set(self.data) - self._asked):
            fix = did_you_mean(key, sorted(self._asked))
            self.problems.append(Problem(f"zhuli.toml: {self.place}", "unknown_key", f"不认识的键 {key}", fix))

    def fault(self, key: str, code: str, message: str, fix: str) -> None:
        """Note one thing wrong with ``key``."""
        self.problems.append(Problem(f"zhuli.toml: {self.place}.{key}", code, message, fix))

    def _value(self, key: str, otherwise: object) -> object:
        self._asked.add(key)
        value = self.data.get(key, otherwise)
        if value is None:
            self.fault(key, "missing", f"缺少 {key}", f"请在 [{self.place}] 下补上")
        return value
