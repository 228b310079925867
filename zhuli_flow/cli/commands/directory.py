"""``zhuli directory …``: organisations, people, tokens, 委托."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import Day, administering

if TYPE_CHECKING:
    from zhuli_flow.services.administration.directory import Imported

directory = Group(
    "directory",
    help="名录：机构、人员、角色、身份令牌、委托、承继。",
    examples="""
    zhuli directory import 名录.yaml
    zhuli directory list
    """,
)


@directory.command(
    "import",
    help="导入名录（YAML）：新的加入，变了的更新，没写的不动；有一处错就全部不导入。",
    examples="""
    zhuli directory import 名录.yaml
    zhuli directory import 名录.yaml --json
    """,
)
@click.argument("file", metavar="文件")
@administering()
@click.pass_obj
def import_(context: Context, file: str, officer: str | None) -> None:
    """Import a directory file."""
    from zhuli_flow.services.administration.directory import import_file

    context.in_charge(officer, "导入名录", "administrator")
    context.after_error = f"directory import {file}"
    with context.working("正在导入名录"):
        told = import_file(context.office, Path(file))
    context.tell(told, lambda out: out.print(_counted(told)), "directory list")


def _counted(told: Imported) -> str:
    words = []
    for count, name in ((told.organisations, "机构"), (told.people, "人员")):
        words.append(f"{name}：新增 {count.added}，更新 {count.changed}，未变 {count.same}")
    words += [
        f"已无人可办：{one.case}（{one.applicant}），缺{'、'.join(one.seats) or '申报单位的人员'}"
        for one in told.unattended or ()
    ]
    if told.unattended:
        words.append(
            "单位更名、合并的，请登记承继：zhuli directory succeed 原单位 新单位 --kind 更名 --since 日期 --paper 文号"
        )
    words += [f"{one.person}离岗：{one.case}（{one.applicant}）{one.what}" for one in told.open_work or ()]
    return f"已导入 {told.file}\n" + "\n".join(words)


@directory.command(
    "list",
    help="列出机构、人员和委托（编号、起止、事由），可只看含某个词的。",
    examples="""
    zhuli directory list
    zhuli directory list 沈阳
    """,
)
@click.argument("word", required=False, default="", metavar="[词]")
@click.pass_obj
def list_(context: Context, word: str) -> None:
    """List organisations and people."""
    from msgspec.structs import asdict

    from zhuli_flow.cli.views.lists import directory as page
    from zhuli_flow.services.administration.directory import listing

    told = listing(context.office).containing(word)
    document = {name: found for name, found in asdict(told).items() if found or name in {"organisations", "people"}}
    first = f"todo --as {told.people[0].id}" if told.people else "directory import 名录.yaml"
    context.tell(document, lambda out: page(out, told, word), first)


@directory.command(
    "token",
    help="给一人发新的身份令牌（只显示这一次，旧的随即作废）。",
    examples="""
    zhuli directory token 省科协学会学术部经办
    ZHULI_TOKEN=令牌 zhuli todo --as 省科协学会学术部经办
    """,
)
@click.argument("person", metavar="人员")
@administering()
@click.pass_obj
def token(context: Context, person: str, officer: str | None) -> None:
    """Make a token."""
    from zhuli_flow.services.administration.directory import issue_token

    context.in_charge(officer, "发放身份令牌", "security_officer")
    made = issue_token(context.office, person)

    def words(out: Any) -> None:
        out.print(made, soft_wrap=True)
        context.err.print(
            f"这是 {person} 的身份令牌，只显示这一次，请当面交给本人。用时：export ZHULI_TOKEN=令牌", soft_wrap=True
        )

    context.tell({"person": person, "token": made}, words, f"todo --as {person}")


@directory.command(
    "invite",
    help="发一个设密链接（只显示这一次，本人用一次）：设置浏览器登录的密码；原密码和已有登录随即作废。",
    examples="""
    zhuli directory invite 省科协学会学术部经办
    zhuli directory invite 省科协学会学术部经办 --url https://zhuli.example
    """,
)
@click.argument("person", metavar="人员")
@click.option("--url", default="http://127.0.0.1:8000", metavar="网址", help="zhuli serve 的网址")
@administering()
@click.pass_obj
def invite(context: Context, person: str, url: str, officer: str | None) -> None:
    """Make a link by which a person sets a password."""
    from datetime import timedelta

    from zhuli_flow import settings
    from zhuli_flow.services.administration.accounts import invite as made

    context.in_charge(officer, "发放设密链接", "security_officer")
    hours = settings.load(context.home).web.link_hours
    link = f"{url.rstrip('/')}/invite/{made(context.office, person, timedelta(hours=hours))}"

    def words(out: Any) -> None:
        out.print(link, soft_wrap=True)
        told = f"这是 {person} 的设密链接，只显示这一次，{hours} 小时内有效，请当面交给本人"
        context.err.print(told, soft_wrap=True)

    context.tell({"person": person, "link": link, "hours": hours}, words, "serve")


@directory.command(
    "entrust",
    help="登记委托：在起止日内（含两端），受托人可代委托人办理。",
    examples="""
    zhuli directory entrust --from 甲岗 --to 乙岗 --since 2018-12-01 --until 2018-12-09 --reason 出差
    zhuli directory revoke 1
    """,
)
@click.option("--from", "giver", required=True, metavar="人员", help="委托人")
@click.option("--to", "receiver", required=True, metavar="人员", help="受托人")
@click.option("--since", required=True, type=Day(), metavar="日期", help="开始日")
@click.option("--until", required=True, type=Day(), metavar="日期", help="结束日")
@click.option("--reason", required=True, metavar="事由", help="事由")
@administering()
@click.pass_obj
def entrust(
    context: Context, giver: str, receiver: str, since: date, until: date, reason: str, officer: str | None
) -> None:
    """Record an entrustment."""
    from zhuli_flow.services.administration.directory import entrust as do

    context.in_charge(officer, "登记委托", "administrator", "security_officer")
    number = do(context.office, giver=giver, receiver=receiver, since=since, until=until, reason=reason)
    told = {
        "entrustment": number,
        "from": giver,
        "to": receiver,
        "since": since.isoformat(),
        "until": until.isoformat(),
    }
    words = f"已登记第 {number} 号委托：{since} 至 {until}，{receiver} 可代 {giver} 办理"
    context.tell(told, lambda out: out.print(words, soft_wrap=True), f"directory revoke {number}")


@directory.command(
    "succeed",
    help="登记承继：单位更名、合并、划转后，在办事项由新单位接着办，名额和台账随之；已发公文和已结事项仍用原名。",
    examples="""
    zhuli directory succeed 甲县 甲区 --kind 更名 --since 2018-11-01 --paper 国函〔2018〕1号
    zhuli directory list 甲区
    """,
)
@click.argument("old", metavar="原单位")
@click.argument("new", metavar="新单位")
@click.option("--kind", required=True, metavar="种类", help="更名、合并或划转")
@click.option("--since", required=True, type=Day(), metavar="日期", help="生效日")
@click.option("--paper", required=True, metavar="文号", help="依据的文件")
@administering()
@click.pass_obj
def succeed(context: Context, old: str, new: str, kind: str, since: date, paper: str, officer: str | None) -> None:
    """Record a succession."""
    from msgspec.structs import asdict

    from zhuli_flow.services.administration.succession import succeed as do

    context.in_charge(officer, "登记承继", "administrator")
    made = do(context.office, old, new, kind=kind, since=since, paper=paper)
    words = [f"已登记：{made.succession.words()}"]
    words += [f"由新单位接着办：{'、'.join(made.continued)}"] if made.continued else []
    words += [f"已结、仍用原名：{'、'.join(made.ended)}"] if made.ended else []
    words += [f"仍登记在原单位的人员：{'、'.join(made.people)}；请在名录中改到新单位"] if made.people else []
    context.tell(
        asdict(made.succession) | {"continued": made.continued, "ended": made.ended, "people": made.people},
        lambda out: out.print("\n".join(words), soft_wrap=True),
        f"directory list {new}",
    )


@directory.command(
    "revoke",
    help="撤销一项委托，立即生效。",
    examples="""
    zhuli directory revoke 1
    zhuli directory revoke 2 --json
    """,
)
@click.argument("number", type=click.IntRange(min=1), metavar="编号")
@administering()
@click.pass_obj
def revoke(context: Context, number: int, officer: str | None) -> None:
    """End an entrustment."""
    from zhuli_flow.services.administration.directory import revoke as do

    context.in_charge(officer, "撤销委托", "administrator", "security_officer")
    do(context.office, number)
    context.tell(
        {"entrustment": number, "revoked": True}, lambda out: out.print(f"已撤销第 {number} 号委托"), "directory list"
    )
