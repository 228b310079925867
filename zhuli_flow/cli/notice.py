"""``zhuli notice …``: official documents."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from zhuli_flow.cli.face import Face
from zhuli_flow.cli.shell import Group

notice = Group(
    "notice",
    help="公文：预览、印发、列出。",
    examples="""
    zhuli notice list
    zhuli notice preview reply --out 批复样张.pdf
    """,
)


@notice.command(
    "preview",
    help="用样例内容印一份样张，不编号、不入库。",
    examples="""
    zhuli notice preview reply --out 批复样张.pdf
    zhuli notice preview reply --sample 内容.json --out 批复样张.pdf
    """,
)
@click.argument("name", metavar="公文")
@click.option("--sample", metavar="文件", help="内容（JSON，与公文的变量同名）；不写则用模板自带的样例")
@click.option("--out", "target", required=True, metavar="文件.pdf", help="写到哪个新文件")
@click.pass_obj
def preview(face: Face, name: str, sample: str | None, target: str) -> None:
    """Print a specimen."""
    from zhuli_flow.services.papers import preview as made

    with face.working("正在印制样张"):
        told = made(_folders(face), name, Path(sample) if sample else None, Path(target))
    face.tell(told, lambda out: out.print(f"样张已写到 {told['file']}", soft_wrap=True), "notice list")


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
def issue(face: Face, case_id: str | None) -> None:
    """Print what is ordered."""
    from zhuli_flow.cli.pages import issued as page
    from zhuli_flow.services.issue_notice import issue_ordered
    from zhuli_flow.services.papers import listing

    listing(face.office, case_id)  # an unknown case is told as such
    with face.working("正在印制公文"):
        found = issue_ordered(face.office, case_id)
    after = f"case history {case_id}" if case_id else "notice list"
    face.tell({"notices": found}, lambda out: page(out, found), after)


@notice.command(
    "list",
    help="列出公文：文号、状态、所属事项、文件。",
    examples="""
    zhuli notice list
    zhuli notice list --case SFQ-2018-0001
    """,
)
@click.option("--case", "case_id", metavar="事项", help="只列这一件的")
@click.pass_obj
def list_(face: Face, case_id: str | None) -> None:
    """List documents."""
    from zhuli_flow.cli.pages import papers as page
    from zhuli_flow.services.papers import listing

    found = listing(face.office, case_id)
    after = f"case history {found[0]['case']}" if found else "case list"
    face.tell({"notices": found}, lambda out: page(out, found), after)


def _folders(face: Face) -> tuple[Path, ...]:
    """The home's own notices where there is a home, else those that come with the program."""
    from zhuli_flow.bootstrap import bundle

    own = face.home / "notices"
    return (own,) if own.is_dir() else (bundle("notices"),)
