"""From Core to text: compiles every statement of ``core`` for each database into ``compiled``, for run time to read."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import BindParameter, ClauseElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler, SQLiteDialect

from zhuli_flow.store.sql import core
from zhuli_flow.store.sql.core.constructs import PerDialect

COMPILED = Path(__file__).parent / "compiled"


class _Sqlite(SQLiteCompiler):
    def visit_bindparam(self, bindparam: BindParameter[Any], *given: Any, **options: Any) -> Any:
        return super().visit_bindparam(bindparam, *given, **_literal(bindparam, options))  # type: ignore[no-untyped-call]


class _Postgresql(PGCompiler_psycopg):
    def visit_bindparam(self, bindparam: BindParameter[Any], *given: Any, **options: Any) -> Any:
        return super().visit_bindparam(bindparam, *given, **_literal(bindparam, options))  # type: ignore[no-untyped-call]


def _literal(bindparam: BindParameter[Any], options: dict[str, Any]) -> dict[str, Any]:
    """A value known here stands in the text; only those given at run time are bound."""
    return options if bindparam.required else {**options, "literal_binds": True}


def _sqlite() -> SQLiteDialect:
    made = sqlite.dialect(paramstyle="named")
    made.statement_compiler = _Sqlite
    made.supports_native_boolean = True  # else a condition becomes ``(…) = 1``, for which no index is used
    return made


def _postgresql() -> PGDialect_psycopg:
    made = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    made.statement_compiler = _Postgresql
    return made


DIALECTS = {"sqlite": (_sqlite, sqlite.insert), "postgresql": (_postgresql, postgresql.insert)}


def statements() -> dict[str, ClauseElement | PerDialect]:
    """Every statement and condition by its name: ``LOAD`` of ``core/cases.py`` is ``cases.load``."""
    found: dict[str, ClauseElement | PerDialect] = {}
    for module in iter_modules(core.__path__):
        for name, made in vars(import_module(f"{core.__name__}.{module.name}")).items():
            if name.isupper() and not name.startswith("_") and isinstance(made, ClauseElement | PerDialect):
                found[f"{module.name}.{name.lower()}"] = made
    return found


def compiled(dialect: str) -> dict[str, str]:
    """The text of every statement for ``sqlite`` or ``postgresql``, by name."""
    make, insert = DIALECTS[dialect]
    spoken = make()
    found: dict[str, str] = {}
    for name, made in sorted(statements().items()):
        expression = made.build(insert) if isinstance(made, PerDialect) else made
        found[name] = " ".join(str(expression.compile(dialect=spoken)).split())
    return found


def committed(dialect: str) -> dict[str, str]:
    """What stands in ``compiled`` now."""
    found: dict[str, str] = json.loads((COMPILED / f"{dialect}.json").read_text(encoding="utf-8"))
    return found


def write() -> None:
    """Write the compiled texts where run time reads them."""
    for dialect in DIALECTS:
        text = json.dumps(compiled(dialect), ensure_ascii=False, indent=1)
        (COMPILED / f"{dialect}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
