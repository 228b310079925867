"""A small working definition with its story, to begin a new workflow from; and trying such a story out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zhuli_flow.clock import RehearsalClock, parse_instant
from zhuli_flow.errors import InvalidInput
from zhuli_flow.services.administration import workflows
from zhuli_flow.services.office import Office
from zhuli_flow.services.rehearsal.play import play_file
from zhuli_flow.support.bounded_read import read_bounded
from zhuli_flow.support.new_file import write_new, write_over

_LONGEST = 256 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Begun:
    """The two files written."""

    definition: Path
    story: Path


def begin(name: str, title: str, prefix: str, folder: Path, samples: Path) -> Begun:
    """Write ``name``.yaml and its story into ``folder``, from the texts in ``samples``.

    Raises InvalidInput for a name that is none, and for a file that is there already.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"“{name}”不能作流程名", fix="用小写英文字母、数字和下划线，以字母开头，如 field_visit")
    prefix = prefix or "".join(word[0] for word in name.split("_") if word).upper()
    begun = Begun(folder / f"{name}.yaml", folder / f"{name}.scenario")
    if begun.story.exists():
        raise InvalidInput(f"{begun.story} 已经存在，未覆盖", fix="请换一个流程名")
    words = {"NAME": name, "TITLE": title or name, "PREFIX": prefix}
    for target in (begun.definition, begun.story):
        text = (samples / f"new{target.suffix}").read_text("utf-8")
        write_new(target, re.sub("NAME|TITLE|PREFIX", lambda found: words[found[0]], text).encode())
    return begun


def first_day(story: Path, steps: Sequence[Path] = ()) -> datetime:
    """The morning (UTC) of the first day that a story, or what it refers to, names. Raises NotFound, InvalidInput.

    ``steps``: files of steps that it may refer to, besides those beside it.
    """
    known = {one.name: one for one in (*steps, *story.parent.glob("*.steps"), *story.parent.glob("*.scenario"))}
    days, waiting, seen = list[str](), [story], set[Path]()
    while waiting:
        text = _text(waiting.pop())
        days += re.findall(r"(?m)^\s*(?:照做 .*? )?(\d{4}-\d{2}-\d{2})\b", text)
        named = [known[name] for name in re.findall(r"(?m)^引用 (\S+)", text) if name in known]
        waiting += [one for one in named if one not in seen]
        seen.update(named)
    if not days:
        loose = re.search(r"(?m)^\s*(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)", _text(story))
        why = f"{story} 中的“{loose.group(1)}”不是日期" if loose else f"{story} 没有写日期"
        raise InvalidInput(why, fix="在第一行写明日期，年月日用短横连接、月日各两位，如 2026-03-02 开启 …")
    return parse_instant(min(days))


def _text(story: Path) -> str:
    fix = "在流程定义旁边写一个同名的 .scenario 文件"
    return read_bounded(story, _LONGEST, fix=fix).decode("utf-8", "replace")


def try_out(office: Office, definition: Path, story: Path) -> int:
    """Play a story of ``definition`` in ``office``, a rehearsal home made for it; returns how many acts were played.

    Raises InvalidInput when the definition or the story is wrong, StoryBroken where something comes otherwise.
    """
    take_in(office, definition)
    if not isinstance(office.clock, RehearsalClock):
        raise TypeError("a story is played on a rehearsal clock")
    return play_file(office, office.clock, story).count


def take_in(office: Office, definition: Path) -> None:
    """Take a definition into use in ``office``, a rehearsal home made for it. Raises InvalidInput with its problems."""
    workflows.require_sound(workflows.check_files([definition], office.notices))
    write_over(office.home / "workflows" / definition.name, definition.read_bytes())
    workflows.register(office)
