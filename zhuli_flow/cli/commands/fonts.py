"""``zhuli fonts …``: the faces that official documents are printed with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context

if TYPE_CHECKING:
    from zhuli_flow.documents.fonts.roles import Kit

fonts = Group(
    "fonts",
    help="印制字体：建立一次，全部公文共用；单位自有的方正等字体已安装的优先。",
    examples="""
    zhuli fonts install
    zhuli fonts check
    """,
)


@fonts.command(
    "install",
    help="""建立印制字体：取自由字体（Fandol、Noto），裁成规范汉字，统一基线，放进缓存文件夹。

只需做一次，约一分钟，不需要管理员权限；可以中断、可以重做。""",
    examples="""
    zhuli fonts install
    zhuli fonts install --from 下载好的文件夹
    """,
)
@click.option("--from", "origin", metavar="文件夹", help="不联网：用该文件夹中的 .deb 安装包或字体文件")
@click.pass_obj
def install(context: Context, origin: str | None) -> None:
    """Make the kit."""
    from zhuli_flow.documents.fonts import kit as fontkit
    from zhuli_flow.errors import NotFound

    folder = Path(origin) if origin else None
    if folder is not None and not folder.is_dir():
        raise NotFound(f"没有文件夹 {folder}", fix="请核对路径")

    def say(words: str) -> None:
        if not context.quiet:
            context.err.print(f"{words}……", style="dim")

    kit = fontkit.install(folder, say)
    context.tell(_document(kit), lambda out: _page(out, kit), "doctor")


@fonts.command(
    "check",
    help="逐个核对印制字体的 SHA-256，列出各用途由哪种字体印出。不符退出码 7。",
    examples="""
    zhuli fonts check
    zhuli fonts check --json
    """,
)
@click.pass_obj
def check(context: Context) -> None:
    """Compare the kit with its manifest."""
    from zhuli_flow.documents.fonts import kit as fontkit

    kit = fontkit.verify()
    context.tell(_document(kit), lambda out: _page(out, kit), "doctor")


def _document(kit: Kit) -> dict[str, Any]:
    from dataclasses import asdict

    return {"folder": str(kit.folder), "faces": [asdict(one) for one in kit.faces]}


def _page(out: Any, kit: Kit) -> None:
    from zhuli_flow.cli.views.primitives import table
    from zhuli_flow.documents.fonts.roles import TITLES, font_report

    printed = dict(font_report(kit))
    made = table("用途", "字体", "来源", "字数")
    for one in kit.faces:
        made.add_row(TITLES[one.role], printed.get(TITLES[one.role]) or one.family, one.origin, str(one.characters))
    out.print(made)
    out.print(f"印制字体在 {kit.folder}，文件逐个相符。", soft_wrap=True)
    if kit.substitutes():
        told = "、".join(kit.substitutes())
        out.print(
            f"{told}没有取到 Fandol，以 Noto 代替；联网后先运行 sudo apt-get update 再 zhuli fonts install",
            style="yellow",
            soft_wrap=True,
        )
