"""``zhuli serve``: the office in a browser. This face and the pages do not know each other; the entry joins them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.errors import UsageError, ZhuliError

if TYPE_CHECKING:
    from zhuli_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where to listen and as what; ``ready`` hears the address once pages are served."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    origin: str
    proxy_header: str
    ticking: bool
    ready: Callable[[str], None]


Server = Callable[["Office", Wanted], None]
_servers: list[Server] = []


def use(server: Server) -> None:
    """Tell this command who serves; called once, by the entry of the program."""
    _servers[:] = [server]


@click.command(
    "serve",
    cls=Command,
    help="在浏览器中办公：提供网页和接口，同时巡检（提醒、逾期、印发），直到收到停止信号。",
    examples="""
    zhuli serve
    zhuli serve --host 0.0.0.0 --port 8443 --tls-cert 证书.pem --tls-key 私钥.pem
    """,
)
@click.option("--host", default="127.0.0.1", metavar="地址", help="在哪个地址上服务，默认只限本机 127.0.0.1")
@click.option("--port", default=8000, type=click.IntRange(0, 65_535), metavar="端口", help="端口，默认 8000；0 任选")
@click.option("--tls-cert", metavar="文件", type=click.Path(path_type=Path), help="TLS 证书（PEM）")
@click.option("--tls-key", metavar="文件", type=click.Path(path_type=Path), help="TLS 私钥（PEM）")
@click.option("--origin", default="", metavar="网址", help="对外网址，如 https://zhuli.example；在代理之后时须写")
@click.option("--proxy-header", default="", metavar="名称", help="代理用哪个请求头写明来访地址，如 X-Real-IP")
@click.option("--no-run", is_flag=True, help="不在本进程巡检（另有 zhuli run 时）")
@click.pass_obj
def serve(
    context: Context,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    origin: str,
    proxy_header: str,
    no_run: bool,
) -> None:
    """Serve pages until SIGTERM or Ctrl-C."""
    if not _servers:
        raise ZhuliError("没有可用的网页程序", fix="请用 zhuli 命令启动")
    if (tls_cert is None) != (tls_key is None):
        raise UsageError("--tls-cert 和 --tls-key 须同时写", fix="证书和私钥各写一个 PEM 文件")
    office = context.office

    def ready(address: str) -> None:
        if not context.quiet:
            context.err.print(f"已在 {address} 提供服务：{context.home}；按 Ctrl-C 停止", soft_wrap=True)

    wanted = Wanted(host, port, tls_cert, tls_key, origin.rstrip("/"), proxy_header, not no_run, ready)
    _servers[0](office, wanted)
    context.tell({"stopped": True}, lambda out: out.print("已停止服务"), "doctor")
