"""What a running office does again and again, in this order: the one list for whoever ticks, does a round, or tells."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhuli_flow.errors import UsageError, ZhuliError
from zhuli_flow.services.administration.heartbeat import beat
from zhuli_flow.services.deadlines import sweep as deadlines
from zhuli_flow.services.delivery import checkpoint_letter
from zhuli_flow.services.delivery import deliver as delivery
from zhuli_flow.services.delivery import digest as letters
from zhuli_flow.services.notices import issue as papers
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import counts
from zhuli_flow.store import jobs

if TYPE_CHECKING:
    from zhuli_flow.channels.registry import Post

log = logging.getLogger(__name__)
PostOf = Callable[[Office], "Post"]
"""Opens the channels of an office; only duties that send ask for them."""


@dataclass(frozen=True, slots=True)
class Round:
    """What each duty came to when all were done once, one after the other."""

    sweep: deadlines.Report
    issue: list[papers.Issued]
    digest: letters.Digest
    checkpoint: int
    deliver: delivery.Report
    count: int


TITLES: Mapping[str, str] = {
    "sweep": "巡检",
    jobs.ISSUE: "印发公文",
    "digest": "每日汇总",
    "checkpoint": "寄检查点",
    jobs.DELIVER: "发信",
    "count": "总览计数",
}
"""What people call each duty."""
DUTIES: Mapping[str, Callable[[Office, PostOf], object]] = {
    "sweep": lambda office, _: deadlines.sweep(office),
    jobs.ISSUE: lambda office, _: papers.issue_ordered(office),
    "digest": lambda office, post_of: letters.digest(office, post_of(office)),
    "checkpoint": lambda office, post_of: checkpoint_letter.send(office, post_of(office)),
    jobs.DELIVER: lambda office, post_of: delivery.deliver(office, post_of(office)),
    "count": lambda office, _: counts.catch_up(office),
}
"""Every duty by its name; a new one is a line here, its title, and a part of ``Round``."""


@dataclass(frozen=True, slots=True)
class Shared:
    """How workers share a duty: ``waiting`` names the cases that it has work in, ``of_case`` does that of one."""

    waiting: Callable[[Office], list[str]]
    of_case: Callable[[Office, str], object]


BY_CASE: Mapping[str, Shared] = {jobs.ISSUE: Shared(papers.waiting_cases, papers.issue_ordered)}
"""The duties whose work several workers do at once, each in another case; any other is one worker's at a time."""
OF_EACH_HOME = frozenset({"count"})
"""The duties whose outcome lies in the folder of a home: every machine does them for itself."""


def require_going_clock(office: Office) -> None:
    """Raises UsageError in a rehearsal: its clock stands still, so nothing there falls due by waiting."""
    if office.rehearsal:
        fix = "请用 zhuli clock advance 推进时钟，再用 zhuli sweep 巡检"
        raise UsageError("演练环境的时钟不会自己走，不能常驻巡检", fix=fix)


def once(office: Office, post_of: PostOf) -> Round:
    """Every duty once, in their order."""
    return Round(*(duty(office, post_of) for duty in DUTIES.values()))  # type: ignore[arg-type]  # in the order of Round


def carry_out(office: Office, name: str, duty: Callable[[], object], pid: int) -> None:
    """One duty, once, as the process ``pid``; a failure is told in the heartbeat, and the duty tried again later."""
    try:
        found = duty()
        trouble = found if isinstance(found, str) else str(getattr(found, "trouble", ""))
    except ZhuliError as error:
        trouble = str(error)
        log.warning("%s: %s", name, error)
    beat(office, name, pid, trouble)
