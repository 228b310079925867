"""The box inside the system: the message is already there, under a key that arrives once; sending only says so."""

from __future__ import annotations

from zhuli_flow.channels.base import Letter, Receipt


class InApp:
    """For people without any other address."""

    name = "in_app"
    title = "站内信箱"
    leaves = False

    def send(self, letter: Letter) -> Receipt:
        return Receipt(letter.key, "已在站内信箱")
