"""Letters shown on the error output, for whoever watches the program run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TextIO

from zhuli_flow.channels.base import Letter, Receipt


@dataclass(slots=True)
class Console:
    """Writes one line per letter. In a rehearsal it stands in for every channel, under that channel's name."""

    name: str = "console"
    title: str = "控制台"
    leaves: bool = False
    stream: TextIO | None = None

    def send(self, letter: Letter) -> Receipt:
        words = " ".join("".join(one if one.isprintable() else " " for one in letter.text).split())
        stream = self.stream or sys.stderr
        stream.write(f"[{self.title} → {letter.to}] {letter.subject}：{words}\n")
        stream.flush()
        return Receipt(letter.key, "已显示，未发出")
