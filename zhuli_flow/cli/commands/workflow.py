"""``zhuli workflow …``: the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Group, Later
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import administering

workflow = Group(
    "workflow",
    help="流程定义：检查、登记启用、查看。",
    examples="""
    zhuli workflow check
    zhuli workflow show zone_creation
    """,
    lazy={
        "diff": Later(
            "workflow_versions:diff",
            "逐项说明一个流程的两个版本有何不同；只写一个则与办公环境 workflows 中的文件比较。",
        ),
        "migrate": Later(
            "workflow_versions:migrate",
            "把在办事项改用流程的另一个版本：逐件重走原来的路，能继续的才改，其余说明缘由；先用 --dry-run 看。",
        ),
        "draw": Later(
            "workflow_forms:draw", "把流程画成图：环节、期限、操作走向；加 --case 则画出一件事项实际走过的路。"
        ),
        "export": Later("workflow_forms:export", "把流程写成别的程序能读的格式：BPMN 2.0、SCXML、PNML（Petri 网）。"),
        "import": Later(
            "workflow_forms:import_",
            "把 SCXML 状态图写成流程定义：环节、大环节、并行环节、操作；本系统说不出来的逐行指出，不写。",
        ),
        "coverage": Later(
            "workflow_forms:coverage",
            "演流程定义的故事，说明哪些环节、操作、条件、公文、期限演到了，哪些没有；不写故事则为同名的 .scenario。",
        ),
        "show": Later(
            "workflow_forms:show",
            "看一个流程：环节、操作、谁能办；不写名称则列出已启用的流程。加 --document 写成给人看的办理说明。",
        ),
        "replay": Later(
            "workflow_forms:replay",
            "把 check --traces 写出的轨迹按定义逐步重走一遍，看是否仍然如此；不写定义则为发现它的文件。",
        ),
    },
)


@workflow.command(
    "check",
    help="检查流程定义，一次列出全部问题；不写文件则检查办公环境中的 workflows。",
    examples="""
    zhuli workflow check workflows/zone_creation.yaml
    zhuli workflow check --papers workflows/zone_creation.yaml
    """,
)
@click.argument("paths", nargs=-1, metavar="[文件]…")
@click.option("--papers", is_flag=True, help="再按各参数的每一种取值试印每件公文，核对日期、期间、机关、金额")
@click.option("--no-proof", "written_only", is_flag=True, help="只检查书写，不走遍各种情形")
@click.option(
    "--traces",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="把每一处发现的经过写成轨迹文件，可用 replay 重走",
)
@click.pass_obj
def check(context: Context, paths: Sequence[str], papers: bool, written_only: bool, traces: Path | None) -> None:
    """Check definition files, by exploring every way of theirs as well; with ``papers`` also what their papers say."""
    from zhuli_flow.bootstrap import bundle
    from zhuli_flow.cli.views.proofs import checked, named, wire
    from zhuli_flow.services.administration import proofs, versions, workflows
    from zhuli_flow.services.administration import traces as trace_files

    context.after_error = " ".join(["workflow check", *paths])
    office = None if paths and not context.home_option else context.office
    folders = office.notices if office else (bundle("notices"),)
    files = [Path(path) for path in paths] or [context.home / "workflows"]
    with context.working("正在检查流程定义"):
        found = workflows.check_files(files, folders, office)
    workflows.require_sound(found)
    if papers:
        with context.working("正在试印各件公文"):
            workflows.require_true_papers(found, folders, office)
    with context.counting("正在走遍各种情形") as each:
        proved = [] if written_only else proofs.prove(found, each, folders)
    kept = trace_files.keep(traces, proved) if traces else []
    proofs.require_proved(proved)
    warned = [hint for one in found for hint in one.hints]
    if office:
        warned += workflows.unheld(office, found)
        warned += versions.outranked(office, [(one.path.name, one.workflow) for one in found if one.workflow])
    told = [named(one.path, one.workflow) for one in found if one.workflow]

    more: dict[str, object] = {"warnings": warned} if warned else {}
    more |= {"proofs": [wire(proof) for proof in proved]} if proved else {}
    more |= {"traces": [str(path) for path in kept]} if traces else {}
    then = f"workflow show {told[0]['workflow']}" if paths else "workflow register"
    context.tell({"ok": True, "workflows": told, **more}, lambda out: checked(out, told, proved, warned, kept), then)


@workflow.command(
    "new",
    help="写一个能用的小流程和它的演练故事，照着改；默认放入办公环境的 workflows。",
    examples="""
    zhuli workflow new field_visit --title 实地走访 --prefix SDZF
    zhuli workflow new field_visit --to .
    """,
)
@click.argument("name", metavar="流程")
@click.option("--title", default="", metavar="名称", help="流程的中文名称")
@click.option("--prefix", default="", metavar="字头", help="事项编号的字头，大写字母；不写则取流程名各词的首字母")
@click.option("--to", "folder", type=click.Path(path_type=Path), metavar="文件夹", help="写到哪里")
@click.pass_obj
def new(context: Context, name: str, title: str, prefix: str, folder: Path | None) -> None:
    """Write a small definition to begin with, and its story."""
    from zhuli_flow.bootstrap import sample
    from zhuli_flow.services.rehearsal.beginning import begin

    begun = begin(name, title, prefix, folder or context.office.home / "workflows", sample("new.yaml").parent)
    told = {"definition": str(begun.definition), "story": str(begun.story)}
    then = f"workflow try {begun.definition}"
    context.tell(told, lambda out: out.print(f"已写好 {begun.definition} 和 {begun.story}", soft_wrap=True), then)


@workflow.command(
    "try",
    help="在临时的演练环境里检查一个流程定义，演一遍它旁边同名的 .scenario；不动办公环境。",
    examples="""
    zhuli workflow try workflows/field_visit.yaml
    zhuli workflow try workflows/field_visit.yaml --json
    """,
)
@click.argument("definition", type=click.Path(path_type=Path), metavar="文件")
@click.pass_obj
def try_(context: Context, definition: Path) -> None:
    """Play the story of a definition on a home made for it."""
    from zhuli_flow.bootstrap import temporary_office
    from zhuli_flow.cli.framework.context import os_user
    from zhuli_flow.services.rehearsal.beginning import first_day, try_out

    context.after_error = f"workflow try {definition}"
    story = definition.with_suffix(".scenario")
    with context.working("正在演练"), temporary_office(first_day(story), os_user()) as office:
        acts = try_out(office, definition, story)
    context.tell(
        {"definition": str(definition), "story": str(story), "acts": acts},
        lambda out: out.print(f"{story}：{acts} 步都如故事所说", soft_wrap=True),
        "workflow register",
    )


@workflow.command(
    "register",
    help="把办公环境中 workflows 的定义登记启用；在办事项仍按原版本办理。",
    examples="""
    zhuli workflow register
    zhuli workflow register --dry-run
    """,
)
@click.option("--dry-run", is_flag=True, help="只看会怎样，不保存")
@administering()
@click.pass_obj
def register(context: Context, dry_run: bool, officer: str | None) -> None:
    """Take definitions into use."""
    from zhuli_flow.services.administration import workflows

    context.in_charge(officer, "登记流程", "administrator")
    with context.working("正在登记流程定义"):
        told = workflows.register(context.office, dry_run=dry_run)

    def words(out: Any) -> None:
        for one in told:
            state = ("将启用" if dry_run else "已启用") if one.new else "原已启用，未变"
            out.print(f"{one.workflow} {one.version}：{state}", soft_wrap=True)

    context.tell({"workflows": told, "dry_run": dry_run}, words, f"workflow show {told[0].workflow}")


@workflow.command(
    "retire",
    help="停用一个流程：不再开启新的事项，在办的照常办完。",
    examples="""
    zhuli workflow retire matching
    zhuli workflow retire matching --json
    """,
)
@click.argument("name", metavar="流程")
@administering()
@click.pass_obj
def retire(context: Context, name: str, officer: str | None) -> None:
    """Let no new case of a workflow be opened."""
    from zhuli_flow.services.administration import versions

    context.in_charge(officer, "停用流程", "administrator")
    told = versions.retire(context.office, name)
    words = "已停用，不再开启新的事项；在办事项照常办理" if told.new else "原已停用"
    context.tell(asdict(told), lambda out: out.print(f"{told.title}：{words}"), f"workflow use {told.workflow}")


@workflow.command(
    "use",
    help="新开启的事项用哪个版本；不写版本则用最新的。停用的流程由此恢复。",
    examples="""
    zhuli workflow use matching
    zhuli workflow use matching 2018.1
    """,
)
@click.argument("name", metavar="流程")
@click.argument("version", required=False, default="", metavar="[版本]")
@administering()
@click.pass_obj
def use(context: Context, name: str, version: str, officer: str | None) -> None:
    """Choose the version that new cases run on."""
    from zhuli_flow.services.administration import versions

    context.in_charge(officer, "选定流程版本", "administrator")
    told = versions.use(context.office, name, version)
    words = "新开启的事项用此版本" if told.new else "原用此版本，未变"
    context.tell(asdict(told), lambda out: out.print(f"{told.title} {told.version}：{words}"), "workflow show")


@workflow.command(
    "schema",
    help="输出流程定义的 JSON Schema，编辑器据此补全和检查。",
    examples="""
    zhuli workflow schema > workflow.schema.json
    zhuli workflow schema --json
    """,
)
@click.pass_obj
def schema(context: Context) -> None:
    """Print the JSON Schema."""
    from zhuli_flow.services.administration.workflows import schema as made

    context.json = True  # a schema is JSON whether asked for or not
    context.tell(made(), lambda _: None)
