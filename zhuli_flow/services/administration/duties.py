"""What a running office does again and again, in this order: the one list for whoever ticks, does a round, or tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhuli_flow.services.deadlines import sweep as deadlines
from zhuli_flow.services.delivery import checkpoint_letter
from zhuli_flow.services.delivery import deliver as delivery
from zhuli_flow.services.delivery import digest as letters
from zhuli_flow.services.notices import issue as papers
from zhuli_flow.services.office import Office
from zhuli_flow.services.registers import counts

if TYPE_CHECKING:
    from zhuli_flow.channels.registry import Post

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
    "issue": "印发公文",
    "digest": "每日汇总",
    "checkpoint": "寄检查点",
    "deliver": "发信",
    "count": "总览计数",
}
"""What people call each duty."""
DUTIES: Mapping[str, Callable[[Office, PostOf], object]] = {
    "sweep": lambda office, _: deadlines.sweep(office),
    "issue": lambda office, _: papers.issue_ordered(office),
    "digest": lambda office, post_of: letters.digest(office, post_of(office)),
    "checkpoint": lambda office, post_of: checkpoint_letter.send(office, post_of(office)),
    "deliver": lambda office, post_of: delivery.deliver(office, post_of(office)),
    "count": lambda office, _: counts.catch_up(office),
}
"""Every duty by its name; a new one is a line here, its title, and a part of ``Round``."""


def once(office: Office, post_of: PostOf) -> Round:
    """Every duty once, in their order."""
    return Round(*(duty(office, post_of) for duty in DUTIES.values()))  # type: ignore[arg-type]  # in the order of Round
