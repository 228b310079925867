"""``zhuli demo``: the sample programme, played through the real services on a rehearsal clock, then looked at."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhuli_flow.cli.framework.context import Context, os_user
from zhuli_flow.clock import local_date

if TYPE_CHECKING:
    from rich.console import Console

    from zhuli_flow.services.notices.browse import PaperShown
    from zhuli_flow.services.office import Office
    from zhuli_flow.services.rehearsal.play import Player
    from zhuli_flow.services.rehearsal.scenario import Act

STORY, QUOTA, SHOWN = "demo.scenario", "quota.scenario", "demo.toml"
START = "2018-06-19"
"""Where the story's clock stands first: on the day of the call for returns, before the first county is recommended."""
FIRST_NUMBERS = dict.fromkeys(("辽科协发", "辽科协函", "辽科协办发", "辽科协办函"), 901)
"""The numbers of a rehearsal stay clear of real ones."""


def play(context: Context, folder: Path | None) -> None:
    """Make a rehearsal home, play the story in it, issue its documents, verify it, and show what came of it."""
    home = _free(folder) / "演示"
    office = _found(home)
    try:
        player, issued = _run(context, office)
        told = _report(office, home, player, issued)
    finally:
        office.database.close()
    told["quota"] = _second_run(home)
    context.home_option = str(home)
    reply = _at_hand(home, next((one for one in issued if one.kind == "reply"), None))
    shown = reply.case if reply else str(next(iter(player.labels.values())))
    context.tell(told, lambda out: _show(out, context, told, reply, shown), "serve")
    context.code = 0 if told["audit"].ok and told["quota"]["audit"].ok else 7


def _free(folder: Path | None) -> Path:
    """A folder with nothing in it: the one named, else a temporary one."""
    from zhuli_flow.errors import InvalidInput

    if folder is None:
        return Path(tempfile.mkdtemp(prefix="zhuli-demo-"))
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InvalidInput(f"{folder} 已经存在，未演示", fix="请用 --to 指明一个空的或还不存在的文件夹")
    return folder


def _found(home: Path) -> Office:
    from zhuli_flow import bootstrap
    from zhuli_flow.clock import parse_instant
    from zhuli_flow.settings import Settings

    chosen = Settings(rehearsal=True, number_first=FIRST_NUMBERS)
    bootstrap.make_home(home, chosen, start=parse_instant(START), sampled=True, os_user=os_user())
    return bootstrap.open_office(home, os_user=os_user())


def _run(context: Context, office: Office) -> tuple[Player, list[PaperShown]]:
    """Play, keep the clock where the story ended, and print every document it ordered."""
    from zhuli_flow import bootstrap
    from zhuli_flow.clock import RehearsalClock
    from zhuli_flow.services.administration.upkeep import set_clock
    from zhuli_flow.services.rehearsal.play import play_file

    if not isinstance(office.clock, RehearsalClock):  # never: the home was made for rehearsal
        raise TypeError("a demo plays on a rehearsal clock")
    with _progress(context) as each:
        player = play_file(office, office.clock, bootstrap.sample(STORY), each, printing=True)
    set_clock(office, office.clock.now())
    return player, _papers(office)


def _second_run(home: Path) -> dict[str, Any]:
    """Go on in a copy until the quota is full: whose approval was refused for want of room."""
    from zhuli_flow import bootstrap
    from zhuli_flow.clock import RehearsalClock
    from zhuli_flow.services.administration.upkeep import set_clock
    from zhuli_flow.services.history.verify import verify
    from zhuli_flow.services.rehearsal.play import play_file

    copy = Path(shutil.copytree(home, home.with_name("名额")))
    office = bootstrap.open_office(copy, os_user=os_user())
    refused: list[str] = []

    def each(act: Act) -> None:
        if act.verb == "不予" and "批复同意" in act.words and "quota_full" in act.words:
            refused.append(f"{local_date(act.at)} {act.words[0]}")

    try:
        if isinstance(office.clock, RehearsalClock):
            play_file(office, office.clock, bootstrap.sample(QUOTA), each)
        set_clock(office, office.clock.now())
        places = _in_force(office, _shown()["ledger"])
        told = {"in_force": places, "refused": refused, "audit": verify(office)}
    finally:
        office.database.close()
    return {"home": str(copy), **told}


def _in_force(office: Office, workflow: str) -> int:
    from zhuli_flow.services.cases import view
    from zhuli_flow.store.case_filter import Filter

    return len(view.listed(office, Filter(workflow=workflow, kind="in_force")))


def _shown() -> dict[str, Any]:
    from zhuli_flow import bootstrap
    from zhuli_flow.cli.views import demo

    return demo.wanted(bootstrap.sample(SHOWN))


def _papers(office: Office) -> list[PaperShown]:
    from zhuli_flow.services.notices.browse import listing
    from zhuli_flow.services.notices.issue import issue_ordered

    issue_ordered(office)
    return [one for one in reversed(listing(office)) if one.state == "issued"]


@contextmanager
def _progress(context: Context) -> Iterator[Any]:
    """Tells the year being played on stderr, once each."""
    years: set[int] = set()

    def each(act: Act) -> None:
        if act.at.year not in years and not context.quiet:
            years.add(act.at.year)
            context.err.print(f"演示 {act.at.year} 年……", style="dim")

    yield each


def _at_hand(home: Path, reply: PaperShown | None) -> PaperShown | None:
    """A copy of the reply under its own number, for whoever opens the folder; the record keeps it by its SHA-256."""
    from msgspec.structs import replace

    from zhuli_flow.support.new_file import write_over

    if reply is None:
        return None
    copy = home / f"{reply.number}.pdf"
    write_over(copy, Path(str(reply.file)).read_bytes())
    return replace(reply, file=str(copy))


def _report(office: Office, home: Path, player: Player, issued: Sequence[PaperShown]) -> dict[str, Any]:
    from zhuli_flow.cli.views import demo
    from zhuli_flow.services.cases import view
    from zhuli_flow.services.history.verify import verify
    from zhuli_flow.store.case_filter import Filter

    shown, swept = _shown(), player.report
    listed = view.listed(office, Filter(workflow=shown["ledger"]))
    return {
        "home": str(home),
        "acts": player.count,
        "sweeps": {"reminders": swept.reminders, "overdue": swept.overdue, "fired": swept.fired},
        "cases": sorted(listed, key=lambda one: one.case),
        "in_force": _in_force(office, shown["ledger"]),
        "blocks": demo.blocks(office, player.case, shown["blocks"]),
        "notices": list(issued),
        "audit": verify(office),
    }


def _show(out: Console, context: Context, told: Mapping[str, Any], reply: PaperShown | None, shown: str) -> None:
    from zhuli_flow.cli.views import case, demo, primitives
    from zhuli_flow.services.cases import view

    out.print("台账", style="bold")
    case.cases(out, told["cases"])
    demo.show(out, told["blocks"], told["home"])
    out.print()
    office = context.office
    case.sheet(out, shown, view.history(office, shown), view.titles(office, shown))
    sweeps, audit = told["sweeps"], told["audit"]
    verdict = f"完整，共 {audit.entries} 条" if audit.ok else f"不符：{audit.first_break}"
    primitives.pairs(
        out,
        [
            ("办理", f"{told['acts']} 步"),
            ("巡检", f"提醒 {sweeps['reminders']} 条，逾期告知 {sweeps['overdue']} 条，自动办理 {sweeps['fired']} 件"),
            ("公文", f"印发 {len(told['notices'])} 份，文件在 {Path(told['home']) / 'files'}"),
            ("批复", f"{reply.number} {reply.file}" if reply else ""),
            ("名额", f"在有效期内 {told['in_force']} 个（方案：10-15 个）"),
            ("留痕", verdict),
            ("环境", told["home"]),
        ],
    )
    quota = told["quota"]
    out.print("\n再演一遍名额（在副本中）", style="bold")
    for line in quota["refused"]:
        out.print(f"  {line}：不予批复，名额已满，列入候补", soft_wrap=True)
    whole = "完整" if quota["audit"].ok else "不符"
    out.print(f"  最后在有效期内 {quota['in_force']} 个（末一个由领导小组另行决定）；留痕{whole}", soft_wrap=True)
