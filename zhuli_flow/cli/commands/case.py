"""``zhuli case …`` and ``zhuli todo``: the work itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command, Group, Later
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import Day, Pair, acting, attaching, looking, new_request_id, values_of

if TYPE_CHECKING:
    from zhuli_flow.services.cases.outcome import Outcome
    from zhuli_flow.services.notices.issue import Issued

SET = click.option(
    "--set",
    "pairs",
    multiple=True,
    type=Pair("recommendation_rank=1"),
    metavar="字段=值",
    help="填一个字段；值很长或是表格时写 字段=@文件.json",
)
OPINION = click.option("--opinion", default="", metavar="意见", help="办理意见")
REQUEST = click.option("--request-id", metavar="请求号", help="同一请求号重做只办一次（不写则自动取新号）")
DRY = click.option("--dry-run", is_flag=True, help="只看会怎样，不保存")
CASE = click.argument("case_id", metavar="事项")

case = Group(
    "case",
    help="办理事项：开启、办理、查看。",
    examples="""
    zhuli case list --light 红
    zhuli case show SFQ-2018-0001
    """,
    lazy={
        "fork": Later(
            "case_fork:fork",
            "分叉：把办公环境在某件事项某条留痕之后的样子，另成一个演练环境，从那里试着另办一遍；原环境不动。",
        ),
    },
)


@case.command(
    "open",
    help="开启一件新事项。",
    examples="""
    zhuli case open zone_creation --applicant 法库县 --as 沈阳市科协经办 --set leading_industries=陶瓷、通用航空
    zhuli case open zone_creation --applicant 法库县 --as 沈阳市科协经办 --set leading_industries=陶瓷 --dry-run --json
    """,
)
@click.argument("workflow", metavar="流程")
@click.option("--applicant", required=True, metavar="机构", help="申报单位（名录中的机构）")
@acting()
@SET
@OPINION
@REQUEST
@DRY
@click.pass_obj
def open_(
    context: Context,
    workflow: str,
    applicant: str,
    person: str,
    pairs: Sequence[tuple[str, str]],
    opinion: str,
    request_id: str | None,
    dry_run: bool,
) -> None:
    """Open a case."""
    from zhuli_flow.services.cases.advance import open_case

    context.after_error = f"workflow show {workflow}"
    context.admit(person)
    outcome = open_case(
        context.office,
        workflow,
        applicant,
        person,
        values_of(pairs),
        opinion=opinion,
        request_id=new_request_id(request_id),
        dry_run=dry_run,
    )
    _tell(context, outcome, person)


@case.command(
    "options",
    help="某人现在可以怎样办理，每一项准与不准的理由。",
    examples="""
    zhuli case options SFQ-2018-0001 --as 沈阳市科协经办
    zhuli case options SFQ-2018-0001 --as 省科协学会学术部经办 --json
    """,
)
@CASE
@acting()
@click.pass_obj
def options(context: Context, case_id: str, person: str) -> None:
    """List what a person may do."""
    from zhuli_flow.cli.views import case as show
    from zhuli_flow.services.cases import view

    office = context.seen_by(person)
    found = view.options(office, case_id, person)
    ready = next((one.event for one in found if one.allowed), None)
    after = f"case advance {case_id} {ready} --as {person}" if ready else f"case show {case_id}"
    signing = view.signing(office, case_id, person)
    document = {"case": case_id, "options": found, "signing": signing}
    context.tell(document, lambda out: show.options(out, found, person, signing), after)


@case.command(
    "advance",
    help="办理一步：流转、签署，或退回、撤回、转办、委派、催办等操作（用 --set to=… 写明对象）。",
    examples="""
    zhuli case advance SFQ-2018-0001 submit --as 沈阳市科协经办 --set request_date=2018-10-20 --attach request=请示.pdf
    zhuli case advance SFQ-2018-0001 return --as 省科协学会学术部经办 --set to=recommended --opinion 材料不全
    """,
)
@CASE
@click.argument("event", metavar="操作")
@acting()
@SET
@attaching("交一份材料，可写多次")
@OPINION
@REQUEST
@click.option("--expect-version", type=click.IntRange(min=0), metavar="版本", help="看到的版本；已变动则不办理")
@click.option("--decline", is_flag=True, help="会签、票签时不同意（退签）")
@click.option("--receipt", metavar="文件", help="把这一步的证明写到哪个新文件，自己保存")
@DRY
@click.pass_obj
def advance(context: Context, /, case_id: str, event: str, person: str, **given: Any) -> None:
    """Do one step."""
    from zhuli_flow.engine.model.decision import Command as Request
    from zhuli_flow.services.cases import attachments
    from zhuli_flow.services.cases.advance import advance as do
    from zhuli_flow.support.new_file import require_new
    from zhuli_flow.support.scratch import scratch

    context.after_error = f"case options {case_id} --as {person}"
    context.admit(person)
    if given["receipt"]:
        require_new(Path(given["receipt"]))
    files = [(name, Path(path)) for name, path in given["attached"]]
    with scratch() as aside:
        kept = attachments.keep(context.office, case_id, files, aside if given["dry_run"] else None)
        request = Request(
            event,
            {**values_of(given["pairs"]), **kept.values},
            kept.materials,
            given["opinion"],
            new_request_id(given["request_id"]),
            given["expect_version"],
            given["decline"],
        )
        outcome = do(context.office, case_id, person, request, dry_run=given["dry_run"])
    issued = _issue(context, case_id) if outcome.notices and not given["dry_run"] else []
    if given["receipt"] and outcome.seq is not None:
        _receipt(context, case_id, outcome.seq, given["receipt"])
    _tell(context, outcome, person, issued)


def _receipt(context: Context, case_id: str, seq: int, target: str) -> None:
    from zhuli_flow.services.history.checkpoints import write_proof

    write_proof(context.office, case_id, seq, Path(target))


@case.command(
    "handover",
    help="离职交接：把某人手上的事项一次转办给接手人；不能转办的逐件写明原因。",
    examples="""
    zhuli case handover --to 省科协学会学术部负责人 --as 省科协学会学术部经办 --opinion 离职
    zhuli case handover --to 沈阳市委组织部经办 --as 沈阳市科协经办 --opinion 岗位调整 --json
    """,
)
@click.option("--to", "receiver", required=True, metavar="人员", help="接手人")
@acting()
@OPINION
@click.pass_obj
def hand_over_(context: Context, receiver: str, person: str, opinion: str) -> None:
    """Hand everything that lies with one person to another."""
    from msgspec.structs import asdict

    from zhuli_flow.services.cases.hand_over import hand_over

    context.admit(person)
    done = hand_over(context.office, person, receiver, opinion)

    def words(out: Any) -> None:
        for one in done:
            what = f"未交接：{one.because}" if one.because else "已交回" if one.event == "hand_back" else "已转办"
            out.print(f"{one.case} {one.applicant} {what}", soft_wrap=True)
        if not done:
            out.print(f"{person} 手上没有事项，无须交接。")

    told = {"person": person, "to": receiver, "cases": [asdict(one) for one in done]}
    context.tell(told, words, f"todo --as {receiver}")


@case.command(
    "show",
    help="一件事项的现状：环节、两盏灯、内容、材料；写 --as 时列出此人的下一步。",
    examples="""
    zhuli case show SFQ-2018-0001
    zhuli case show SFQ-2018-0001 --as 省科协学会学术部经办
    """,
)
@CASE
@looking()
@click.pass_obj
def show_(context: Context, case_id: str, person: str | None) -> None:
    """Show one case."""
    from msgspec.structs import asdict

    from zhuli_flow.cli.views import case as show
    from zhuli_flow.services.cases import view

    office = context.seen_by(person)
    page = view.show(office, case_id, person)
    found = view.options(office, case_id, person) if person else ()
    options = {"options": found} if person else {}
    after = f"case history {case_id}"
    context.tell({**asdict(page), **options}, lambda out: show.case(out, page, found, person or ""), after)


@case.command(
    "history",
    help="流转单：每一步的办理人、时间、环节、意见、材料、公文与校验。",
    examples="""
    zhuli case history SFQ-2018-0001
    zhuli case history SFQ-2018-0001 --json
    """,
)
@CASE
@looking()
@click.pass_obj
def history(context: Context, case_id: str, person: str | None) -> None:
    """Print the flow sheet."""
    from zhuli_flow.cli.views import case as show
    from zhuli_flow.services.cases import view
    from zhuli_flow.services.history.verify import break_in

    office = context.seen_by(person)
    entries = view.history(office, case_id, person)
    titles = view.titles(office, case_id)
    broken = break_in(context.office, case_id)
    if broken:
        context.code = 7
        context.err.print(f"注意：第 {broken.seq} 条留痕不符：{broken.reason}；以下内容不可采信", style="bold red")
    document = {"case": case_id, "entries": [one.json() for one in entries], "intact": broken is None}
    context.tell(document, lambda out: show.sheet(out, case_id, entries, titles), "audit verify")


@case.command(
    "list",
    help="列出事项，可按流程、环节、灯色、到期日、市筛选。",
    examples="""
    zhuli case list --light 红
    zhuli case list --workflow zone_creation --state in_force --due-before 2021-12-31
    """,
)
@click.option("--workflow", default="", metavar="流程", help="只列此流程")
@click.option("--state", default="", metavar="环节", help="只列此环节（流程定义中的名称）")
@click.option("--light", type=click.Choice(["红", "黄", "绿", "灰"]), metavar="灯色", help="红、黄、绿、灰")
@click.option("--due-before", type=Day(), metavar="日期", help="此日或之前有期限届满")
@click.option("--city", default="", metavar="市", help="只列此市")
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="件数", help="一页列多少件")
@click.option("--after", default="", metavar="起点", help="下一页：填上一页末尾给出的起点")
@looking()
@click.pass_obj
def list_(
    context: Context,
    person: str | None,
    workflow: str,
    state: str,
    light: str | None,
    due_before: date | None,
    city: str,
    limit: int,
    after: str,
) -> None:
    """List cases."""
    from zhuli_flow.cli.views import case as show
    from zhuli_flow.services.cases import view
    from zhuli_flow.store.case_filter import Filter

    wanted = Filter(workflow=workflow, state=state, city=city, due_by=due_before)
    found = view.page(context.seen_by(person), wanted, light=light or "", limit=limit, after=after)
    lines = found.lines
    narrowed = any((workflow, state, light, due_before, city))
    none = "没有合条件的事项。" if narrowed else "还没有事项。"
    why = f"共 {found.told}，这一页之后没有了。" if found.total else none
    step = f"case show {lines[0].case}" if lines else ("case list" if narrowed or after else "case open --help")

    def words(out: Any) -> None:
        if not lines:
            out.print(why)
            return
        show.cases(out, lines)
        if found.next:
            out.print(f"共 {found.told}，这里是 {len(lines)} 件；下一页加 --after {found.next}", soft_wrap=True)

    context.tell(found.json("cases"), words, step)


LETTERS = 50
"""Messages shown under a work list; that there are more is said, and ``inbox list`` has them."""


@click.command(
    "todo",
    cls=Command,
    help="待办：应办（按期限）、可办、知会、委托来的。",
    examples="""
    zhuli todo --as 省科协学会学术部经办
    zhuli todo --limit 50 --as 沈阳市科协经办 --json
    """,
)
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="件数", help="一页列多少件")
@click.option("--after", default="", metavar="起点", help="下一页：填上一页末尾给出的起点")
@acting()
@click.pass_obj
def todo(context: Context, limit: int, after: str, person: str) -> None:
    """Print the work list."""
    from zhuli_flow.cli.views import case as show
    from zhuli_flow.cli.views import primitives
    from zhuli_flow.services.cases import worklist

    context.admit(person)
    found = worklist.page(context.office, person, limit=limit, after=after)
    lines = found.lines
    letters = worklist.messages(context.office, person, limit=LETTERS + 1)
    unread = worklist.unread(context.office, person, letters)
    first = f"case options {lines[0].case} --as {person}" if lines else "case list"

    def words(out: Any) -> None:
        if lines:
            show.todo(out, found)
        elif found.total:
            out.print(f"共 {found.total} 件，这一页之后没有了。")
        else:
            out.print(f"{person} 没有待办：现在没有轮到此人办理的事项。")
        if letters:
            out.print(f"知会（{unread.messages} 条{'以上' if unread.more else ''}）", style="bold")
        for letter in letters[:LETTERS]:
            out.print(f"消息 {primitives.moment(letter.at)} {letter.text}", soft_wrap=True)
        if len(letters) > LETTERS:
            out.print(f"还有较早的未读消息：zhuli inbox list --as {person}", soft_wrap=True)

    more = {"messages_next": letters[LETTERS - 1].id} if len(letters) > LETTERS else {}
    counted = {"messages_total": unread.messages} if letters else {}
    counted |= {"messages_total_at_least": True} if unread.more else {}
    told = {"person": person, **found.json("todo"), "messages": letters[:LETTERS], **counted, **more}
    context.tell(told, words, first)


def _issue(context: Context, case_id: str) -> list[Issued]:
    """Print what the act ordered; when that fails the act stands, and the order waits for ``notice issue``."""
    from zhuli_flow.errors import ZhuliError
    from zhuli_flow.services.notices.issue import issue_ordered

    try:
        with context.working("正在印制公文"):
            return issue_ordered(context.office, case_id)
    except ZhuliError as error:
        context.err.print(f"这一步已办妥，但公文还没有印出：{error.message}", soft_wrap=True)
        context.err.print(f"下一步：{context.zhuli(f'notice issue {case_id}')}", soft_wrap=True)
        return []


def _tell(context: Context, made: Outcome, person: str, issued: Sequence[Issued] = ()) -> None:
    from msgspec import to_builtins

    from zhuli_flow.cli.views import case as show

    titles = _titles(context, made.case) if made.case else {}
    after = f"case options {made.case} --as {person}" if made.case else "case open --help"
    told = {**to_builtins(made), "notices": issued} if issued else made
    context.tell(told, lambda out: show.outcome(out, made, titles, issued), after)


def _titles(context: Context, case_id: str) -> dict[str, str]:
    from zhuli_flow.services.cases.view import titles

    return {} if context.json else titles(context.office, case_id)
