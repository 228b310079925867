"""``zhuli audit …``: does the history hold?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import administering, looking
from zhuli_flow.cli.views import audit as show
from zhuli_flow.errors import InvalidInput

if TYPE_CHECKING:
    from zhuli_flow.services.history.checkpoints import Verdict
    from zhuli_flow.services.office import Office

audit = Group(
    "audit",
    help="留痕：核对历史有没有被改动；导出，供在别处核对。",
    examples="""
    zhuli audit verify
    zhuli audit checkpoint --out 检查点.txt
    """,
)


@audit.command(
    "verify",
    help="逐条核对哈希链和留痕总树；对不上时指出第一处，退出码 7。--laws 再按铁律逐步核对每件事项的办理；"
    "--against 再与寄出过的检查点核对；--since-last 对上次核对过的只重算哈希"
    "（记在 keys/verified.last），其后的逐条核对。",
    examples="""
    zhuli audit verify --since-last
    zhuli audit verify --against 检查点.txt
    """,
)
@click.option("--laws", is_flag=True, help="再核对每一步办理是否违反流程的铁律")
@click.option("--against", "letter", metavar="文件", help="寄出过的检查点，或含有检查点的信件")
@click.option("--key", default="", metavar="公钥", help="外部保存的公钥；不写则以留痕中登记的为准")
@click.option("--since-last", "since", is_flag=True, help="上次核对过的只重算哈希，其后的逐条核对；有出入即全部重核")
@click.pass_obj
def verify(context: Context, laws: bool, letter: str | None, key: str, since: bool) -> None:
    """Verify every chain, the log, every act against the laws of its workflow, all of it against a checkpoint."""
    from msgspec.structs import asdict

    from zhuli_flow.services.history.since_last import Since, verify_since
    from zhuli_flow.services.history.verify import law_breaches
    from zhuli_flow.services.history.verify import verify as walk

    data = _read(letter) if letter else None
    with context.working("正在核对留痕"):
        found, known = verify_since(context.office) if since else Since(walk(context.office), 0)
        unlawful = list(law_breaches(context.office)) if laws and found.ok else []
        outside = _against(context, data, key) if data is not None else None
    told = {
        **asdict(found),
        **({"known": known} if since else {}),
        **({"laws": unlawful} if laws else {}),
        **({"checkpoint": outside} if outside else {}),
    }
    context.code = 0 if found.ok and not unlawful and (outside is None or outside.ok) else 7

    def words(out: Any) -> None:
        if outside:
            show.verdict(out, outside)
        show.verified(out, found, known, unlawful if laws else None)

    context.tell(told, words, "case list" if found.ok else "db restore 备份文件")


def _read(letter: str) -> bytes:
    from zhuli_flow.engine.history.checkpoint import LARGEST
    from zhuli_flow.support.bounded_read import first_bytes

    try:
        return first_bytes(Path(letter), LARGEST)
    except OSError as error:
        raise InvalidInput(f"不能读取 {letter}（{error.strerror}）", fix="请核对路径") from error


def _against(context: Context, data: bytes, key: str) -> Verdict:
    from zhuli_flow.services.history.checkpoints import against

    return against(context.office, data, key)


@audit.command(
    "checkpoint",
    help="签发检查点：名称、条数、根哈希和签名。寄给或交给外部保存，日后凭它核对。",
    examples="""
    zhuli audit checkpoint
    zhuli audit checkpoint --out 检查点.txt
    """,
)
@click.option("--out", "target", metavar="文件", help="写到哪个新文件")
@click.pass_obj
def checkpoint(context: Context, target: str | None) -> None:
    """Sign how the log stands."""
    from zhuli_flow.services.history.checkpoints import take
    from zhuli_flow.support.new_file import write_new

    made = take(context.office)
    if target:
        write_new(Path(target), made.note.whole().encode())
    told = {
        "origin": made.checkpoint.origin,
        "size": made.checkpoint.size,
        "root": made.checkpoint.root.hex(),
        "key": made.key,
        "note": made.note.whole(),
        "file": target,
    }
    context.tell(told, lambda out: show.checkpoint(out, told), f"audit verify --against {target or '检查点.txt'}")


@audit.command(
    "prove",
    help="为一条留痕出具证明（JSON）：原文、到根哈希的路径、签名的检查点；不需要本程序即可核对。",
    examples="""
    zhuli audit prove SFQ-2018-0001 3
    zhuli audit prove SFQ-2018-0001 3 --out 回执.json
    """,
)
@click.argument("case_id", metavar="事项")
@click.argument("seq", type=int, metavar="序号")
@click.option("--out", "target", metavar="文件", help="写到哪个新文件")
@looking()
@click.pass_obj
def prove(context: Context, case_id: str, seq: int, target: str | None, person: str | None) -> None:
    """Prove one entry."""
    from zhuli_flow.services.history.checkpoints import prove as made
    from zhuli_flow.services.history.checkpoints import write_proof

    office = context.seen_by(person)
    told = write_proof(office, case_id, seq, Path(target)) if target else made(office, case_id, seq)
    context.tell(told, lambda out: show.proof(out, told, target or ""))


@audit.command(
    "inspect",
    help="四性检测（DA/T 70）：归档包的真实、完整、可用、安全，逐项写明看了什么、结果如何；有不合格的，退出码 7。",
    examples="""
    zhuli audit inspect SFQ-2018-0001.zip
    zhuli audit inspect SFQ-2018-0001.zip --out 四性检测报告.csv
    """,
)
@click.argument("package", type=click.Path(path_type=Path), metavar="归档包.zip")
@click.option("--out", "target", metavar="文件.csv", help="把报告写到哪个新文件")
@click.pass_obj
def inspect(context: Context, package: Path, target: str | None) -> None:
    """Inspect a package of a case."""
    from zhuli_flow.services.archiving import inspection
    from zhuli_flow.support.new_file import write_new
    from zhuli_flow.workbooks.table import to_csv

    told = inspection.of_file(package)
    context.code = 0 if told.ok else 7
    if target:
        write_new(Path(target), to_csv(inspection.table(told)))
    context.tell(told, lambda out: show.inspection(out, told))


@audit.command(
    "renew",
    help="更换留痕的签名密钥：新旧两把都在留痕中签名，旧私钥随即销毁。",
    examples="""
    zhuli audit renew --because 年度更换
    zhuli audit renew --because 管理员离岗 --json
    """,
)
@click.option("--because", "reason", required=True, metavar="原因", help="为何更换")
@administering()
@click.pass_obj
def renew(context: Context, reason: str, officer: str | None) -> None:
    """Change to a new key."""
    from zhuli_flow.services.history.log_key import renew as made

    context.in_charge(officer, "更换签名密钥", "security_officer")
    _show_key(context, made(context.office, reason).verifier, "已更换签名密钥")


@audit.command(
    "succeed",
    help="封存现有日志并另立新日志（密钥丢失、被盗，或恢复过备份之后）；留痕照旧保留，新日志有新的名称和密钥。",
    examples="""
    zhuli audit succeed --because 恢复12月9日备份
    zhuli audit succeed --because 私钥丢失 --json
    """,
)
@click.option("--because", "reason", required=True, metavar="原因", help="为何封存")
@administering()
@click.pass_obj
def succeed(context: Context, reason: str, officer: str | None) -> None:
    """Close the log and open a successor."""
    from zhuli_flow.services.history.log_key import succeed as made

    context.in_charge(officer, "另立日志", "security_officer")
    _show_key(context, made(context.office, reason).verifier, "已封存旧日志，另立新日志")


def _show_key(context: Context, verifier: str, words: str) -> None:
    def show_words(out: Any) -> None:
        out.print(words, style="bold green")
        out.print(f"公钥（请告知保存检查点的各方）：{verifier}", soft_wrap=True)
        out.print("私钥在本环境的 keys 文件夹，请另存一份，与数据库备份分开保管。")

    context.tell({"key": verifier}, show_words, "audit checkpoint --out 检查点.txt")


@audit.command(
    "export",
    help="把全部留痕连同签名的检查点写成一个包，可在没有本程序的机器上核对；涉及密封表的内容不附。",
    examples="""
    zhuli audit export 留痕.zip
    zhuli audit export 办理.xes --xes
    """,
)
@click.argument("target", metavar="文件")
@click.option("--xes", "form", flag_value="xes", help="改写成事件日志（IEEE 1849 XES），供流程挖掘")
@click.option("--ocel", "form", flag_value="ocel", help="改写成对象事件日志（OCEL 2.0，JSON）")
@looking()
@click.pass_obj
def export(context: Context, target: str, form: str | None, person: str | None) -> None:
    """Write every chain to a package, or the acts as an event log."""
    if form:
        _event_log(context, context.seen_by(person), Path(target), form)
        return
    from zhuli_flow.services.archiving.archive import export_audit

    with context.working("正在导出留痕"):
        told = export_audit(context.seen_by(person), Path(target))

    def words(out: Any) -> None:
        out.print(f"已写到 {told.file}：{told.chains} 条链、{told.entries} 条留痕", soft_wrap=True)
        out.print(f"SHA-256 {told.sha256}", soft_wrap=True)
        out.print("核对（不需要本程序）：解开后在其中运行 python3 -I -S verify.py", soft_wrap=True)
        out.print("与外部保存的检查点核对：再加 --letter 检查点.txt --key 公钥", soft_wrap=True)

    context.tell(told, words, "audit verify")


def _event_log(context: Context, office: Office, target: Path, form: str) -> None:
    from zhuli_flow.services.archiving.event_logs import export_ocel, export_xes

    with context.working("正在导出事件日志"):
        told = export_xes(office, target) if form == "xes" else export_ocel(office, target)
    words = f"已写到 {told.file}：{told.cases} 件事项、{told.events} 步办理（不含意见和所填内容）"
    context.tell(told, lambda out: out.print(words, soft_wrap=True))


@audit.command(
    "security",
    help="安全日志：登录、身份核对、系统管理的成败，新的在前；与留痕分开，不含口令和令牌。",
    examples="""
    zhuli audit security
    zhuli audit security --person 沈阳市科协经办 --limit 20
    """,
)
@click.option("--person", default="", metavar="人员", help="只看此人的")
@click.option("--limit", default=200, type=click.IntRange(1, 100_000), metavar="条数", help="列多少条")
@administering()
@click.pass_obj
def security(context: Context, person: str, limit: int, officer: str | None) -> None:
    """Show the security log."""
    from zhuli_flow.cli.views.primitives import moment
    from zhuli_flow.services.administration.security import EVENTS, latest

    context.in_charge(officer, "查看安全日志", "auditor", "security_officer")
    found = latest(context.office, limit, person)

    def words(out: Any) -> None:
        for one in found:
            told = [moment(one.at), EVENTS.get(one.event, one.event), one.note, one.person, one.address]
            out.print("  ".join(filter(None, told)), "" if one.ok else "未通过", soft_wrap=True)
        if not found:
            out.print("没有记录。")

    context.tell({"events": found}, words)
