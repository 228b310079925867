"""What ``zhuli demo`` shows of a story that was played: editions, totals, registers and refusals, as a file asks.

No workflow is named here. ``samples/demo.toml``, which lies beside the story, says what a person is to see; every
figure comes from the services that the commands use.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhuli_flow.clock import local_date

if TYPE_CHECKING:
    from rich.console import Console

    from zhuli_flow.services.office import Office
    from zhuli_flow.services.registers.register import Table

Wanted = Mapping[str, Any]
Find = Callable[[str], str]
"""The number of the case that the story calls so."""


def wanted(path: Path) -> dict[str, Any]:
    """What the file asks to be shown: ``ledger`` (a workflow) and ``blocks``, in the order of the page."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def blocks(office: Office, find: Find, asked: Sequence[Wanted]) -> list[dict[str, Any]]:
    """Every block with what the office holds of it, JSON-safe. Raises NotFound or InvalidInput for what isn't there."""
    return [_block(office, find, one) for one in asked]


def _block(office: Office, find: Find, one: Wanted) -> dict[str, Any]:
    case_id = find(one["case"]) if "case" in one else ""
    return {
        "title": one["title"],
        "case": case_id,
        "register": one.get("register", ""),
        "part": next(iter(one.get("parts", ())), ""),
        "face": _face(office, case_id, one["register"]) if "register" in one else [],
        "editions": list(_editions(office, case_id, one)) if "register" in one else [],
        "registers": [_register(office, each) for each in one.get("registers", ())],
        "refused": [line for each in one.get("refused", ()) for line in _refused(office, find, each)],
    }


def _face(office: Office, case_id: str, register: str) -> list[str]:
    """Who has reported, who late, who not, as it stands now."""
    from zhuli_flow.services.registers import totals

    return list(totals.head_lines(totals.total(office, register, case_id)))


def _editions(office: Office, case_id: str, one: Wanted) -> Iterator[dict[str, Any]]:
    """Every edition of the totals as it was kept, with the parts asked for."""
    from msgspec import to_builtins

    from zhuli_flow.services.registers import editions
    from zhuli_flow.services.registers.totals_shown import of_edition
    from zhuli_flow.workbooks.entry import text_of

    for found in editions.editions(office, one["register"], case_id):
        sheet = editions.printed(found, "")
        rows = {str(row["number"]): {key: text_of(cell) for key, cell in row.items()} for row in sheet.rows}
        yield {
            **to_builtins(of_edition(found)),
            "columns": {heading.name: heading.title for heading in sheet.headings},
            "rows": [rows[part] for part in one["parts"]],
        }


def _register(office: Office, one: Wanted) -> dict[str, Any]:
    """How many rows, how many of each content of its columns, and the sums."""
    from zhuli_flow.services.registers.filter import typed
    from zhuli_flow.services.registers.find import found
    from zhuli_flow.workbooks.entry import text_of

    table = found(office, one["name"], one.get("where", ()))
    counts = [Counter(text_of(typed(table, by, row[by])) for row in table.rows) for by in one.get("by", ())]
    return {
        "register": one["name"],
        "title": one.get("title", table.title),
        "rows": len(table.rows),
        "counts": [dict(each) for each in counts],
        "sums": {_titled(table, column): str(_sum(table, column)) for column in one.get("sum", ())},
    }


def _titled(table: Table, column: str) -> str:
    unit = table.units.get(column)
    return dict(table.columns)[column] + (f"（{unit}）" if unit else "")


def _sum(table: Table, column: str) -> Decimal:
    return sum((Decimal(str(row[column])) for row in table.rows if row[column] is not None), Decimal(0))


def _refused(office: Office, find: Find, one: Wanted) -> list[dict[str, str]]:
    """What was refused of a case, each reason once, oldest first; ``code`` narrows it to one."""
    from zhuli_flow.services.cases import view

    case_id = find(one["case"])
    unit = view.show(office, case_id).applicant
    told: dict[tuple[str, str], dict[str, str]] = {}
    for shown in view.history(office, case_id):
        for why in shown.entry.refusals:
            line = {"on": _day(shown.entry.at), "unit": unit, "event": shown.entry.title}
            if one.get("code", why.code) == why.code:
                told.setdefault((why.code, why.because), {**line, "code": why.code, "message": why.because})
    return list(told.values())


def _day(at: object) -> str:
    return local_date(datetime.fromisoformat(str(at))).isoformat()


def show(out: Console, told: Sequence[Mapping[str, Any]], home: str) -> None:
    """The blocks as a person reads them; ``home``: where the commands that tell more are to look."""
    for block in told:
        out.print(f"\n{block['title']}{'　' if block['case'] else ''}{block['case']}", style="bold")
        for line in block["face"]:
            out.print(f"  {line}", soft_wrap=True)
        _show_editions(out, block["editions"])
        if block["register"]:
            asked = f"{block['register']} --case {block['case']} --part {block['part']}"
            out.print(f"  逐家查看：zhuli --home {home} register total {asked}", soft_wrap=True)
        _show_registers(out, block["registers"])
        _show_refused(out, block["refused"])


def _show_editions(out: Console, told: Sequence[Mapping[str, Any]]) -> None:
    from zhuli_flow.cli.views.primitives import table

    for one in told:
        counts = "、".join(f"{title} {value}" for title, value in one["told"].items())
        out.print(f"\n  第 {one['edition']} 版（{_day(one['at'])}）　{counts}", soft_wrap=True)
        made = table(*one["columns"].values())
        for row in one["rows"]:
            made.add_row(*(row.get(name, "") for name in one["columns"]))
        out.print(made)


def _show_registers(out: Console, told: Sequence[Mapping[str, Any]]) -> None:
    from zhuli_flow.cli.views.primitives import table

    if not told:
        return
    made = table("台账", "件数", "其中", "合计")
    for one in told:
        counts = "；".join("、".join(f"{word} {count}" for word, count in each.items()) for each in one["counts"])
        sums = "、".join(f"{title} {value}" for title, value in one["sums"].items())
        made.add_row(one["title"], str(one["rows"]), counts, sums)
    out.print(made)


def _show_refused(out: Console, told: Sequence[Mapping[str, str]]) -> None:
    from zhuli_flow.cli.views.primitives import table

    if not told:
        return
    made = table("不予办理", "单位", "操作", "理由", "")
    for one in told:
        made.add_row(one["on"], one["unit"], one["event"], one["message"], one["code"])
    out.print()
    out.print(made)
