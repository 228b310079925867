"""``zhuli notice …``: official documents."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from zhuli_flow.cli.framework.commands import Group, Later
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import acting, looking

notice = Group(
    "notice",
    help="公文：预览、印发、列出、查看、作废、补印、度量、验真，文号台账。",
    examples="""
    zhuli notice list
    zhuli notice preview reply --out 批复样张.pdf
    zhuli notice verify 收到的批复.pdf
    """,
    lazy={
        "check": Later(
            "ruler:check", "用尺子量一份 PDF：按 GB/T 9704—2012 逐条列出应为、实测、偏差和结论；.docx 文稿则逐段校对。"
        )
    },
)


@notice.command(
    "preview",
    help="用样例内容印一份样张，或把办理中的公文印成清样，不编号、不入库。",
    examples="""
    zhuli notice preview reply --out 批复样张.pdf
    zhuli notice preview --case GW-2018-0001 --out 清样.pdf --as 省科协办公室核稿人
    """,
)
@click.argument("name", metavar="[公文]", required=False)
@click.option("--sample", metavar="文件", help="内容（JSON，与公文的变量同名）；不写则用模板自带的样例")
@click.option("--case", "case_id", metavar="事项", help="印这件事项正在办理的公文的清样")
@click.option("--event", "act", default="", metavar="操作", help="事项可以出几种公文时，写明按哪一步")
@click.option("--out", "target", required=True, metavar="文件.pdf", help="写到哪个新文件")
@acting(required=False)
@click.pass_obj
def preview(
    context: Context,
    name: str | None,
    sample: str | None,
    case_id: str | None,
    act: str,
    target: str,
    person: str | None,
) -> None:
    """Print a specimen, or a paper under way."""
    from zhuli_flow.services.notices.browse import preview as made

    if (name is None) == (case_id is None) or (case_id and sample):
        raise click.UsageError("请写一种公文，或用 --case 写一件事项，二者只写一个；--sample 只用于样张")
    if case_id:
        _proof_print(context, case_id, act, target, person)
        return
    with context.working("正在印制样张"):
        told = made(folders(context), str(name), Path(sample) if sample else None, Path(target))
    context.tell(told, lambda out: out.print(f"样张已写到 {told.file}", soft_wrap=True), "notice list")


@notice.command(
    "export",
    help="把公文写成可以编辑的 .docx：样例，或事项正在办理的文稿；不带版头、文号、印章。",
    examples="""
    zhuli notice export --case GW-2018-0001 --out 文稿.docx --as 省科协学会学术部经办
    zhuli notice export document --out 样例.docx
    """,
)
@click.argument("name", metavar="[公文]", required=False)
@click.option("--case", "case_id", metavar="事项", help="写这件事项正在办理的公文")
@click.option("--event", "act", default="", metavar="操作", help="事项可以出几种公文时，写明按哪一步")
@click.option("--out", "target", required=True, metavar="文件.docx", help="写到哪个新文件")
@acting(required=False)
@click.pass_obj
def export(context: Context, name: str | None, case_id: str | None, act: str, target: str, person: str | None) -> None:
    """Write a draft for a word processor."""
    from zhuli_flow.services.cases.paper_draft import docx_draft
    from zhuli_flow.services.notices.word_draft import sample_docx

    if (name is None) == (case_id is None) or (case_id and person is None):
        raise click.UsageError("请写一种公文，或用 --case 写一件事项并用 --as 写办理人")
    with context.working("正在写成文稿"):
        if case_id:
            told = docx_draft(context.seen_by(person), case_id, act, str(person), Path(target))
        else:
            told = sample_docx(folders(context), str(name), Path(target))
    context.tell(told, lambda out: out.print(f"文稿已写到 {told.file}", soft_wrap=True), f"notice check {target}")


@notice.command(
    "import",
    help="把改好的 .docx 文稿收回事项：照文稿办一步，只改与现有不同的字段，校对和条件照常。",
    examples="""
    zhuli notice import 文稿.docx --case GW-2018-0001 --event 送核 --as 省科协学会学术部经办 --dry-run
    zhuli notice import 文稿.docx --case GW-2018-0001 --event 送核 --as 省科协学会学术部经办
    """,
)
@click.argument("path", metavar="文件.docx")
@click.option("--case", "case_id", required=True, metavar="事项", help="收回到哪件事项")
@click.option("--event", "act", required=True, metavar="操作", help="办哪一步")
@click.option("--dry-run", is_flag=True, help="只核对，不办理")
@acting()
@click.pass_obj
def import_(context: Context, path: str, case_id: str, act: str, person: str, *, dry_run: bool) -> None:
    """Take an edited draft back."""
    from zhuli_flow.services.cases.paper_draft import import_docx

    with context.working("正在读入文稿"):
        told = import_docx(context.seen_by(person), case_id, act, person, Path(path), dry_run=dry_run)
    verb = "权限和条件都符合，尚未办理（校对用 zhuli notice check）：将改" if dry_run else f"已办理“{told.act}”，改了"
    words = f"{verb} {'、'.join(told.fields)}"
    context.tell(told, lambda out: out.print(words, soft_wrap=True), f"case show {case_id}")


@notice.command(
    "issue",
    help="印发已经决定而尚未印出的公文；不写事项则全部。可以重做，已印发的不变。",
    examples="""
    zhuli notice issue
    zhuli notice issue SFQ-2018-0001
    """,
)
@click.argument("case_id", required=False, metavar="[事项]")
@click.pass_obj
def issue(context: Context, case_id: str | None) -> None:
    """Print what is ordered."""
    from zhuli_flow.cli.views.lists import issued as page
    from zhuli_flow.services.notices.browse import listing
    from zhuli_flow.services.notices.issue import issue_ordered

    listing(context.office, case_id)  # an unknown case is told as such
    with context.working("正在印制公文"), context.counting("印制") as each:
        found = issue_ordered(context.office, case_id, each=each)
    after = f"case history {case_id}" if case_id else "notice list"
    context.tell({"notices": found}, lambda out: page(out, found), after)


@notice.command(
    "list",
    help="列出公文：文号、标题、状态、所属事项、文件。",
    examples="""
    zhuli notice list
    zhuli notice list --case SFQ-2018-0001
    """,
)
@click.option("--case", "case_id", metavar="事项", help="只列这一件的，全部列出")
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="份数", help="一页列多少份")
@click.option("--after", default=0, type=click.IntRange(min=0), metavar="编号", help="下一页：填上一页末尾给出的编号")
@looking()
@click.pass_obj
def list_(context: Context, case_id: str | None, limit: int, after: int, person: str | None) -> None:
    """List documents."""
    from zhuli_flow.cli.views.lists import papers
    from zhuli_flow.services.notices import browse

    office = context.seen_by(person)
    found = browse.listing(office, case_id) if case_id else []
    total = len(found)
    if not case_id:
        found, total = browse.page(office, limit + 1, after)
    shown = found if case_id else found[:limit]
    following = shown[-1].id if len(found) > len(shown) else None
    told = {"notices": shown, **({"total": total, "next": following} if total else {})}
    step = f"case history {shown[0].case}" if shown else "case list"
    context.tell(told, lambda out: papers(out, shown, total, following), step)


@notice.command(
    "show",
    help="一份公文的全部情况：出自哪件事项、内容、经过、文件。",
    examples="""
    zhuli notice show 辽科协函〔2018〕901号
    zhuli notice show 12 --json
    """,
)
@click.argument("which", metavar="编号或文号")
@looking()
@click.pass_obj
def show(context: Context, which: str, person: str | None) -> None:
    """Show one document."""
    from zhuli_flow.cli.views.notices import paper as page
    from zhuli_flow.services.notices.browse import show as told

    found = told(context.seen_by(person), which)
    context.tell(found, lambda out: page(out, found), f"case history {found.case}")


@notice.command(
    "void",
    help="作废一份公文：文号不再使用，理由记入留痕；事项还依据它时不予作废。",
    examples="""
    zhuli notice void 辽科协发〔2018〕1号 --reason 附件有误，另行印发 --as 省科协学会学术部经办
    zhuli notice void 12 --reason 重复印发 --as 省科协学会学术部经办
    """,
)
@click.argument("which", metavar="编号或文号")
@click.option("--reason", required=True, metavar="文字", help="为何作废（必填，记入留痕）")
@acting()
@click.pass_obj
def void(context: Context, which: str, reason: str, person: str) -> None:
    """Declare a document void."""
    from zhuli_flow.services.notices.void import void as declare

    found = declare(context.seen_by(person), which, reason, person)
    words = f"已作废：{found.number or found.id} {found.title}（{found.reason}）"
    context.tell(found, lambda out: out.print(words, soft_wrap=True), f"notice show {found.id}")


@notice.command(
    "reprint",
    help="补印一份已印发的公文，与原件逐字节相同；做不到时说明原因，不印。",
    examples="""
    zhuli notice reprint 辽科协函〔2018〕901号 --out 补印.pdf --as 省科协学会学术部经办
    zhuli notice reprint 辽科协函〔2018〕901号 --overlay --out 套打.pdf --as 省科协办公室文书
    """,
)
@click.argument("which", metavar="编号或文号")
@click.option("--out", "target", required=True, metavar="文件.pdf", help="写到哪个新文件")
@click.option("--filing", is_flag=True, help="印归档件：同一公文的 PDF/A-1b，印前自查，记入留痕")
@click.option("--overlay", is_flag=True, help="套打：印在已有红色版头的纸上，版头和红线不印，其余位置不变")
@click.option(
    "--sealed", is_flag=True, help="印带印章图样的副本（图样在 zhuli.toml 的 [papers.seals] 中写明），须写 --reason"
)
@click.option("--reason", default="", metavar="文字", help="带印章图样的副本给谁、作什么用（记入留痕）")
@acting()
@click.pass_obj
def reprint(
    context: Context, which: str, target: str, person: str, *, filing: bool, overlay: bool, sealed: bool, reason: str
) -> None:
    """Print a document again."""
    from zhuli_flow.services.notices.filing_copy import filing_copy
    from zhuli_flow.services.notices.reprint import reprint as printed

    if filing + overlay + sealed > 1 or (reason and not sealed):
        raise click.UsageError("--filing、--overlay、--sealed 只写一个；--reason 只用于 --sealed")
    if overlay or sealed:
        _special_copy(context, which, target, person, reason, sealed=sealed)
        return
    if filing:
        with context.working("正在印制归档件"):
            found = filing_copy(context.seen_by(person), which, Path(target), person)
        words = f"归档件（PDF/A-1b）已印到 {found.copy}（SHA-256 {str(found.sha256)[:12]}）"
        context.tell(found, lambda out: out.print(words, soft_wrap=True), f"notice verify {target}")
        return
    with context.working("正在补印"):
        again = printed(context.seen_by(person), which, Path(target), person)
    how = "取自存档文件" if again.source == "files" else "存档文件已丢失，按原样重排，与原件一致，并已补存"
    words = f"已补印到 {again.copy}（{how}；SHA-256 {str(again.sha256)[:12]}）"
    context.tell(again, lambda out: out.print(words, soft_wrap=True), f"notice verify {target}")


def _special_copy(context: Context, which: str, target: str, person: str, reason: str, *, sealed: bool) -> None:
    from zhuli_flow.services.notices.special_copy import overlay_copy, sealed_copy

    office = context.seen_by(person)
    with context.working("正在印制副本"):
        if sealed:
            found = sealed_copy(office, which, Path(target), person, reason)
        else:
            found = overlay_copy(office, which, Path(target), person)
    what = "带印章图样的副本" if sealed else "套打件"
    words = f"{what}已印到 {found.copy}（SHA-256 {str(found.sha256)[:12]}），已记入留痕"
    context.tell(found, lambda out: out.print(words, soft_wrap=True), f"notice verify {target}")


@notice.command(
    "ledger",
    help="发文字号台账：每个代字、每年从头到尾一号不缺、一号不重；有缺有重时逐一指出，退出码 7。",
    examples="""
    zhuli notice ledger
    zhuli notice ledger --series 辽科协函 --year 2018
    """,
)
@click.option("--series", default="", metavar="代字", help="只看这个代字，如 辽科协函")
@click.option("--year", type=int, metavar="年份", help="只看这一年")
@click.option("--limit", default=200, type=click.IntRange(1, 10_000), metavar="份数", help="一页列多少份")
@click.option("--after", default="", metavar="文号", help="下一页：填上一页末尾给出的文号")
@looking()
@click.pass_obj
def ledger(context: Context, series: str, year: int | None, limit: int, after: str, person: str | None) -> None:
    """The register of numbers."""
    from zhuli_flow.cli.views.notices import ledger as show
    from zhuli_flow.services.notices.number_register import page

    found = page(context.seen_by(person), series, year, limit=limit, after=after)
    whole = not any(one.faults for one in found.series)
    context.code = 0 if whole else 7
    told = {"ok": whole, "series": [one.json() for one in found.series], "total": found.total, "next": found.next}
    context.tell(told, lambda out: show(out, told), "notice list" if whole else "audit verify")


@notice.command(
    "verify",
    help="""验真：这份 PDF 出自哪一份公文；改动过的指出改在哪里（退出码 7），查不到的说查不到（退出码 5）。

扫描件、照片凭印着的公文校验码查到公文，由人与存档件对照（退出码 7）。""",
    examples="""
    zhuli notice verify 收到的批复.pdf
    zhuli notice verify --code ZLF:GW-2018-0001:6:0123456789ABCDEF01234567:1
    """,
)
@click.argument("path", metavar="[文件]", required=False)
@click.option("--code", metavar="文字", help="手机扫公文校验码得到的文字，以 ZLF: 开头")
@click.pass_obj
def verify(context: Context, path: str | None, code: str | None) -> None:
    """Tell which record a PDF, a scan or a printed code is."""
    from zhuli_flow.cli.views.notices import verified as page
    from zhuli_flow.services.notices.verify import EXIT_CODES, verify_code, verify_paper

    if (path is None) == (code is None):
        raise click.UsageError("请写一个文件，或用 --code 写校验码，二者只写一个")
    with context.working("正在验真"):
        found = verify_code(context.office, code) if code else verify_paper(context.office, Path(path or ""))
    context.code = EXIT_CODES[found.verdict]
    after = f"notice show {found.record.id}" if found.record else "notice list"
    context.tell(found, lambda out: page(out, found), after)


def _proof_print(context: Context, case_id: str, act: str, target: str, person: str | None) -> None:
    from zhuli_flow.services.cases.paper_draft import proof_print

    if person is None:
        raise click.UsageError("印事项的清样须用 --as 写明办理人")
    with context.working("正在印制清样"):
        told = proof_print(context.seen_by(person), case_id, act, person, Path(target))
    context.tell(told, lambda out: out.print(f"清样已写到 {told.file}", soft_wrap=True), f"case show {case_id}")


def folders(context: Context) -> tuple[Path, ...]:
    """The home's own notices where there is a home, else those that come with the program."""
    from zhuli_flow.bootstrap import bundle

    own = context.home / "notices"
    return (own,) if own.is_dir() else (bundle("notices"),)
