"""``zhuli workflow diff|migrate``: one version of a definition beside another, and running cases moved to it."""

from __future__ import annotations

from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting
from zhuli_flow.errors import InvalidInput


@click.command(
    "diff",
    cls=Command,
    help="逐项说明一个流程的两个版本有何不同；只写一个则与办公环境 workflows 中的文件比较。",
    examples="""
    zhuli workflow diff zone_creation
    zhuli workflow diff zone_creation@2018.1 workflows/zone_creation.yaml
    """,
)
@click.argument("old", metavar="流程[@版本]|文件")
@click.argument("new", required=False, default="", metavar="[流程[@版本]|文件]")
@click.pass_obj
def diff(context: Context, old: str, new: str) -> None:
    """What one version says otherwise than another."""
    from zhuli_flow.cli.views.definitions import differences
    from zhuli_flow.services.administration import version_texts

    new = new or str(context.home / "workflows" / f"{old.partition('@')[0]}.yaml")
    files = version_texts.is_file(old) and version_texts.is_file(new)
    with context.working("正在比较"):
        one, other, found = version_texts.compared(None if files else context.office, old, new)
    told = {"workflow": other.name, "old": one.version, "new": other.version, "differences": found}
    context.tell(told, lambda out: differences(out, (one, other), found), f"workflow show {other.name}")


@click.command(
    "migrate",
    cls=Command,
    help="把在办事项改用流程的另一个版本：逐件重走原来的路，能继续的才改，其余说明缘由；先用 --dry-run 看。",
    examples="""
    zhuli workflow migrate zone_creation --to 2019.1 --dry-run
    zhuli workflow migrate zone_creation --to 2019.1 --case SFQ-2018-0001 --reason 改版 --as 省科协学会学术部经办
    """,
)
@click.argument("name", metavar="流程")
@click.option("--to", "version", default="", metavar="版本", help="改用哪个版本（须已登记启用）")
@click.option("--map", "mapping", multiple=True, metavar="原名=新名", help="改了名的环节、操作、期限；可写多次")
@click.option("--case", "ids", multiple=True, metavar="事项", help="只改这些事项；可写多次")
@click.option("--where", multiple=True, metavar="条件", help="只改符合的事项，如 市=沈阳市；可写多次")
@click.option("--reason", default="", metavar="理由", help="为何迁移，记入留痕")
@click.option("--undo", is_flag=True, help="撤销 --case 所写事项的迁移（此后没有人办理过的）")
@click.option("--dry-run", is_flag=True, help="只看会怎样，不保存")
@acting(required=False)
@click.pass_obj
def migrate(
    context: Context, /, name: str, person: str | None, reason: str, undo: bool, dry_run: bool, **given: Any
) -> None:
    """Move running cases to another version, or back."""
    from zhuli_flow.cli.views.definitions import migrated
    from zhuli_flow.services.administration import migration

    context.after_error = f"workflow migrate {name} --help"
    if undo and dry_run:
        raise click.UsageError("--undo 不能试算，请不要与 --dry-run 同写")
    if not dry_run:
        context.in_charge(person, "版本迁移", "administrator")
    if not dry_run and not person:
        raise InvalidInput("没有写由谁迁移，未作任何改动", fix="请加 --as 人员，或用 --dry-run 只看")
    actor = context.admit(person) if person else ""
    if undo and actor:
        back = migration.move_back(context.office, actor, name, given["ids"], reason)
        context.tell(
            {"undone": back}, lambda out: out.print(f"已撤销 {len(back)} 件的迁移：{'、'.join(back)}"), "case list"
        )
        return
    pairs = dict(_pair(text) for text in given.pop("mapping"))
    wanted = migration.Wanted(name, given["version"], pairs, given["ids"], given["where"])
    chosen = migration.chosen(context.office, wanted)
    with context.counting("正在迁移") as each:
        if dry_run:
            told = list(migration.judge(context.office, wanted, chosen))
        else:
            told = migration.migrate(context.office, actor, wanted, chosen, reason, each)
    context.tell(
        {"to": wanted.version, "dry_run": dry_run, "cases": told},
        lambda out: migrated(out, told),
        "audit verify --laws",
    )


def _pair(text: str) -> tuple[str, str]:
    before, found, after = text.partition("=")
    if not (before.strip() and found and after.strip()):
        raise InvalidInput(f"“{text}”不是对应关系", fix="请写成 原名=新名")
    return before.strip(), after.strip()
