"""``zhuli db …``: care of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context, os_user
from zhuli_flow.cli.framework.options import administering, owning

db = Group(
    "db",
    help="数据库：升级、备份、恢复、检查。",
    examples="""
    zhuli db backup 备份.db
    zhuli db check
    """,
)


@db.command(
    "upgrade",
    help="把数据库升级到本程序的结构；升级前自动备份。",
    examples="""
    zhuli db upgrade
    zhuli db upgrade --home /srv/zhuli
    """,
)
@administering()
@owning()
@click.pass_obj
def upgrade(context: Context, officer: str | None, database_owner: str) -> None:
    """Upgrade the schema."""
    from zhuli_flow.bootstrap import upgrade_database
    from zhuli_flow.services.administration.officers import in_charge

    token = context.environment.get("ZHULI_TOKEN")
    with context.working("正在升级数据库"):
        copy = upgrade_database(
            context.home,
            os_user(),
            lambda office: in_charge(office, officer, token, ("administrator",), "升级数据库").officer,
            database_owner,
        )
    words = f"已升级；升级前的备份在 {copy}" if copy else "已是最新结构，无须升级"
    told = {"upgraded": copy is not None, "backup": str(copy) if copy else None}
    context.tell(told, lambda out: out.print(words, soft_wrap=True), "db check")


@db.command(
    "backup",
    help="备份数据库到一个新文件（可在使用中进行，备份后自行核对）；附件在 files 文件夹，请一并复制。",
    examples="""
    zhuli db backup 备份.db
    zhuli db backup /mnt/备份/2018-12-10.db
    """,
)
@click.argument("target", metavar="文件")
@click.pass_obj
def backup(context: Context, target: str) -> None:
    """Back the database up."""
    with context.working("正在备份"):
        path = context.office.database.backup(Path(target).absolute())
    told = {"backup": str(path), "bytes": path.stat().st_size}
    context.tell(
        told, lambda out: out.print(f"已备份到 {path}（{told['bytes']} 字节）", soft_wrap=True), f"db restore {path}"
    )


@db.command(
    "restore",
    help="用备份换下现在的数据库；换下的另存一份。",
    examples="""
    zhuli db restore 备份.db
    zhuli db restore /mnt/备份/2018-12-10.db
    """,
)
@click.argument("source", metavar="文件")
@administering()
@owning()
@click.pass_obj
def restore(context: Context, source: str, officer: str | None, database_owner: str) -> None:
    """Put a backup back."""
    from zhuli_flow.bootstrap import put_back
    from zhuli_flow.errors import IntegrityBroken, InvalidInput, NotFound

    try:
        who = context.in_charge(officer, "恢复备份", "administrator").officer
    except (IntegrityBroken, InvalidInput, NotFound) as error:
        if error.code == "no_home":
            raise
        who = ""  # the database that is to be replaced can't be asked: whoever runs the machine puts it right
    context.close()
    with context.working("正在恢复"):
        kept = put_back(context.home, Path(source).absolute(), os_user(), who, database_owner)
    told = {"restored": str(Path(source).absolute()), "kept": str(kept) if kept else None}
    words = f"已恢复；换下的数据库存为 {kept}" if kept else "已恢复；原处没有数据库"
    context.tell(told, lambda out: out.print(words, soft_wrap=True), "audit verify")


@db.command(
    "move",
    help="""把办公环境从文件搬到 PostgreSQL 服务器：逐行搬，逐行核对，留痕的哈希不变。

先停下 zhuli serve 和 zhuli run。中途断了就再运行一次；原来的文件保留，不再写入。""",
    examples="""
    zhuli db move --to postgresql://zhuli@db/zhuli
    zhuli db move --to postgresql://zhuli@db/zhuli --database-owner postgresql://owner@db/zhuli
    """,
)
@click.option("--to", required=True, metavar="URL", help="空的库：postgresql://用户@主机/库名")
@administering()
@owning()
@click.pass_obj
def move(context: Context, to: str, officer: str | None, database_owner: str) -> None:
    """Bring the office to a server."""
    from zhuli_flow.bootstrap import move_database
    from zhuli_flow.errors import InvalidInput

    try:
        who = context.in_charge(officer, "搬数据库", "administrator").officer
    except InvalidInput as error:
        if error.code != "moved_database":
            raise
        who = ""  # the rest of a move that was broken off: who began it is in the history
    context.close()
    with context.working("正在搬数据库"):
        found = move_database(context.home, to, os_user(), who, database_owner)
    context.tell(
        {"moved": True, "entries": found}, lambda out: out.print(f"已搬到服务器：留痕 {found} 条，逐条相符"), "db check"
    )


@db.command(
    "check",
    help="检查数据库、留痕、事项与文件是否前后一致；不符时退出码 7。",
    examples="""
    zhuli db check
    zhuli db check --json
    """,
)
@click.pass_obj
def check(context: Context) -> None:
    """Check everything stored."""
    from zhuli_flow.services.administration import erased_words
    from zhuli_flow.services.administration.upkeep import faults

    with context.working("正在检查数据库"):
        found = faults(context.office)
        if not found:
            erased_words.finish(context.office)
    context.code = 7 if found else 0

    def words(out: Any) -> None:
        out.print("数据库、留痕、事项与文件前后一致" if not found else f"发现 {len(found)} 处不符：", style="bold")
        for one in found:
            out.print(f"  {one}", soft_wrap=True)

    context.tell({"ok": not found, "faults": found}, words, "db restore 备份文件" if found else "db backup 备份.db")
