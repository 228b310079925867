"""``zhuli workflow show|draw|export|import|coverage|replay``: for people, other programs, stories and traces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from zhuli_flow.cli.framework.commands import Command
from zhuli_flow.cli.framework.context import Context
from zhuli_flow.cli.framework.options import looking
from zhuli_flow.errors import InvalidInput
from zhuli_flow.support import new_file

if TYPE_CHECKING:
    from zhuli_flow.definitions.model.workflow import Workflow
    from zhuli_flow.drawing.diagram import Diagram


@click.command(
    "draw",
    cls=Command,
    help="把流程画成图：环节、期限、操作走向；加 --case 则画出一件事项实际走过的路。",
    examples="""
    zhuli workflow draw zone_creation --out 示范区创建流程.svg
    zhuli workflow draw --case SFQ-2018-0001 --out 办理过程.svg
    """,
)
@click.argument("name", required=False, default="", metavar="[流程或文件]")
@click.option("--case", "case_id", default="", metavar="事项编号", help="画这件事项实际走过的路")
@click.option("--format", "form", type=click.Choice(["svg", "mermaid", "dot"]), default="svg", help="图的格式")
@click.option("--out", "target", type=click.Path(path_type=Path), metavar="文件", help="写到哪个新文件")
@looking()
@click.pass_obj
def draw(context: Context, name: str, case_id: str, form: str, target: Path | None, person: str | None) -> None:
    """Draw a workflow, or how a case went through it."""
    from zhuli_flow.drawing import svg, text_forms

    write = {"svg": svg.drawn, "mermaid": text_forms.mermaid, "dot": text_forms.dot}[form]
    _written(context, form, write(_diagram(context, name, case_id, person)), target)


def _diagram(context: Context, name: str, case_id: str, person: str | None) -> Diagram:
    """The picture of a case that the person may see, of a definition file, or of the newest version in use."""
    from zhuli_flow.drawing import diagram
    from zhuli_flow.services.administration import version_texts
    from zhuli_flow.services.cases import case_picture

    if bool(name) == bool(case_id):
        raise InvalidInput("请写一个流程，或用 --case 写一件事项", fix="两者写其一，如 zhuli workflow draw 流程名")
    if case_id:
        return case_picture.picture(context.seen_by(person), case_id)
    office = None if version_texts.is_file(name) else context.office
    return diagram.of_workflow(version_texts.parsed(office, name).sound)


@click.command(
    "export",
    cls=Command,
    help="把流程写成别的程序能读的格式：BPMN 2.0、SCXML、PNML（Petri 网）。",
    examples="""
    zhuli workflow export zone_creation --format bpmn --out 示范区创建.bpmn
    zhuli workflow export workflows/station.yaml --format scxml
    """,
)
@click.argument("name", metavar="流程[@版本]|文件")
@click.option("--format", "form", type=click.Choice(["bpmn", "scxml", "pnml"]), required=True, help="格式")
@click.option("--out", "target", type=click.Path(path_type=Path), metavar="文件", help="写到哪个新文件")
@click.pass_obj
def export(context: Context, name: str, form: str, target: Path | None) -> None:
    """Write a workflow in a form that other programs read."""
    from zhuli_flow.interchange import bpmn, pnml, scxml
    from zhuli_flow.services.administration import version_texts

    office = None if version_texts.is_file(name) else context.office
    found = version_texts.parsed(office, name).sound
    write = {"bpmn": bpmn.bpmn, "scxml": scxml.scxml, "pnml": pnml.pnml}[form]
    _written(context, form, write(found), target)


def _written(context: Context, form: str, text: str, target: Path | None) -> None:
    if target is None:
        context.tell({"format": form, "text": text}, lambda _: click.echo(text, nl=False))
        return
    new_file.write_new(target, text.encode())
    context.tell({"format": form, "file": str(target)}, lambda out: out.print(f"已写成 {target}", soft_wrap=True))


@click.command(
    "show",
    cls=Command,
    help="看一个流程：环节、操作、谁能办；不写名称则列出已启用的流程。加 --document 写成给人看的办理说明。",
    examples="""
    zhuli workflow show zone_creation
    zhuli workflow show zone_creation --document --out 示范区创建办理说明.pdf
    """,
)
@click.argument("name", required=False, metavar="[流程[@版本]|文件]")
@click.option("--document", is_flag=True, help="写成办理说明：谁在哪个环节办什么、条件、期限、公文、参数及其出处")
@click.option(
    "--out", "target", type=click.Path(path_type=Path), metavar="文件", help="说明写到哪个新文件：.pdf、.docx 或 .txt"
)
@click.pass_obj
def show(context: Context, name: str | None, document: bool, target: Path | None) -> None:
    """Show a workflow, or list them; or write one out as a paper."""
    from zhuli_flow.cli.views.lists import workflow as page
    from zhuli_flow.cli.views.lists import workflows as listing
    from zhuli_flow.services.administration import workflows
    from zhuli_flow.services.administration.workflow_summary import summary

    if target and not document:
        raise InvalidInput("--out 只与 --document 一起用", fix="请加 --document")
    if document:
        _document(context, name or "", target)
    elif name:
        told = summary(_found(context, name))
        context.tell(told, lambda out: page(out, told), f"case open {told.workflow} --help")
    else:
        found = workflows.in_use(context.office)
        after = f"workflow show {found[-1].workflow}" if found else "workflow register"
        context.tell({"workflows": found}, lambda out: listing(out, found), after)


def _found(context: Context, name: str) -> Workflow:
    from zhuli_flow.services.administration import version_texts, workflows

    if version_texts.is_file(name) or "@" in name:
        return version_texts.parsed(None if version_texts.is_file(name) else context.office, name).sound
    return workflows.newest(context.office, name)


def _document(context: Context, name: str, target: Path | None) -> None:
    """The definition as a paper for people: on the screen, or in a new file of the form that its ending names."""
    from zhuli_flow.bootstrap import bundle
    from zhuli_flow.services.administration import handbook, version_texts

    if not name:
        raise InvalidInput("没有写哪个流程", fix="如 zhuli workflow show 流程名 --document")
    ending = target.suffix.lower() if target else ".txt"
    if target and ending not in (".pdf", ".docx", ".txt"):
        raise InvalidInput(f"不能写成“{target.name}”", fix="文件名请以 .pdf、.docx 或 .txt 结尾")
    office = None if version_texts.is_file(name) and not context.home_option and ending != ".pdf" else context.office
    workflow, told = handbook.written(office, name, office.notices if office else (bundle("notices"),))
    if target is None:
        text = handbook.text(told)
        context.tell({"workflow": workflow.name, "text": text}, lambda _: click.echo(text, nl=False))
        return
    new_file.require_new(target)
    with context.working("正在写办理说明"):
        if office and ending == ".pdf":
            data = handbook.pdf(office, told)
        else:
            data = handbook.docx(told) if ending == ".docx" else handbook.text(told).encode()
    new_file.write_new(target, data)
    answer = {"workflow": workflow.name, "file": str(target)}
    context.tell(answer, lambda out: out.print(f"已写成 {target}", soft_wrap=True))


@click.command(
    "import",
    cls=Command,
    help="把 SCXML 状态图写成流程定义：环节、大环节、并行环节、操作；本系统说不出来的逐行指出，不写。",
    examples="""
    zhuli workflow import 状态图.scxml --out workflows/field_visit.yaml
    zhuli workflow import 状态图.scxml --name field_visit --drop-conditions
    """,
)
@click.argument("source", type=click.Path(path_type=Path), metavar="文件")
@click.option("--out", "target", type=click.Path(path_type=Path), metavar="文件", help="写到哪个新文件；不写则在其旁边")
@click.option("--name", default="", metavar="流程", help="流程名；不写则用文件中写的")
@click.option("--title", default="", metavar="名称", help="流程的中文名称")
@click.option("--drop-conditions", "dropping", is_flag=True, help="写不出来的条件留作注释，待补写")
@click.pass_obj
def import_(context: Context, source: Path, target: Path | None, name: str, title: str, dropping: bool) -> None:
    """Write a definition from an SCXML document."""
    from zhuli_flow.services.administration import importing

    made, place = importing.write(importing.Asked(source, name, title, dropping), target)

    def words(out: Any) -> None:
        out.print(f"已写成 {place}", soft_wrap=True)
        for note in made.notes:
            out.print(f"  {note}", soft_wrap=True, markup=False, highlight=False)

    context.tell({"workflow": made.name, "file": str(place), "notes": made.notes}, words, f"workflow check {place}")


@click.command(
    "coverage",
    cls=Command,
    help="演流程定义的故事，说明哪些环节、操作、条件、公文、期限演到了，哪些没有；不写故事则为同名的 .scenario。",
    examples="""
    zhuli workflow coverage workflows/field_visit.yaml
    zhuli workflow coverage workflows/zone_creation.yaml tests/workflows/zone_*.scenario
    """,
)
@click.argument("definition", type=click.Path(path_type=Path), metavar="文件")
@click.argument("stories", nargs=-1, type=click.Path(path_type=Path), metavar="[故事]…")
@click.pass_obj
def coverage(context: Context, definition: Path, stories: Sequence[Path]) -> None:
    """Play stories and tell what of the definition they reach."""
    from zhuli_flow.bootstrap import sample, temporary_office
    from zhuli_flow.cli.framework.context import os_user
    from zhuli_flow.cli.views.definitions import covered
    from zhuli_flow.services.administration import version_texts
    from zhuli_flow.services.rehearsal import beginning, coverage

    context.after_error = f"workflow try {definition}"
    chosen = list(stories) or [definition.with_suffix(".scenario")]
    steps = sorted(sample("directory.yaml").parent.glob("*.steps"))
    entries: list[Any] = []
    workflow = version_texts.parsed(None, str(definition)).sound
    with context.counting("正在演故事") as each:
        for done, story in enumerate(chosen):
            with temporary_office(beginning.first_day(story, steps), os_user()) as office:
                beginning.take_in(office, definition)
                entries += coverage.of_story(office, story, steps)
            each(done + 1, len(chosen))
    parts = coverage.reached(workflow, entries)
    told = {"workflow": workflow.name, "version": workflow.version, "stories": len(chosen), "parts": parts}
    context.tell(told, lambda out: covered(out, workflow.title, len(chosen), parts), f"workflow try {definition}")


@click.command(
    "replay",
    cls=Command,
    help="把 check --traces 写出的轨迹按定义逐步重走一遍，看是否仍然如此；不写定义则为发现它的文件。",
    examples="""
    zhuli workflow check workflows/field_visit.yaml --traces 轨迹
    zhuli workflow replay 轨迹/field_visit.trap.review.json workflows/field_visit.yaml
    """,
)
@click.argument("trace", type=click.Path(path_type=Path), metavar="轨迹")
@click.argument("definition", required=False, type=click.Path(path_type=Path), metavar="[定义]")
@click.pass_obj
def replay(context: Context, trace: Path, definition: Path | None) -> None:
    """Walk a finding's trace again by the engine, step by step."""
    from zhuli_flow.cli.views.proofs import replayed, steps
    from zhuli_flow.services.administration import traces

    with context.working("正在重走"):
        found = traces.replay(trace, definition)
    told = {"workflow": found.trace.workflow, "code": found.trace.code, "changed": found.changed, "steps": steps(found)}
    told["against"] = [one.because for one in found.against]
    place = found.trace.place.rpartition(":")[0]
    context.tell(told, lambda out: replayed(out, found), f"workflow check {definition or place}")
