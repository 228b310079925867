"""Entries of the system that differ only in case, place and text: put into JSON once, filled in many times."""

from __future__ import annotations

from datetime import datetime

from zhuli_flow.engine.authority.rights import SYSTEM_ACTOR
from zhuli_flow.engine.history.canonical import canonical
from zhuli_flow.engine.history.chain import chain_hash
from zhuli_flow.engine.history.new_entry import NewEntry
from zhuli_flow.store import audit
from zhuli_flow.store.sql.statements import instant


class EntryTemplate:
    """Entries of the system on many cases that differ only in case, place in the chain and ``text``.

    The bytes are those that ``write`` would give each of them; what all have in common is put into JSON once.
    """

    def __init__(self, entry: NewEntry) -> None:
        """``entry`` as from ``of_system``; its own text, if any, does not matter. ValueError when it can't be cut."""
        gaps = dict.fromkeys(("case", "previous", "seq", "text"), _GAP)
        self._parts = canonical({**entry.keys(), **gaps}).split(canonical(_GAP))
        if len(self._parts) != len(gaps) + 1:
            raise ValueError("a value looks like a gap")
        self._kind, self._event = entry.frame.kind, entry.frame.event
        self._at = instant(datetime.fromisoformat(entry.frame.at))

    def entry(self, chain: str, seq: int, previous: bytes, text: str) -> audit.Entry:
        """The entry that comes after entry ``seq``, whose hash is ``previous``; for ``audit.append_many``."""
        start, to_previous, to_seq, to_text, end = self._parts  # keys are sorted: case, previous, seq, text
        number, before = b"%d" % (seq + 1), canonical(previous.hex())
        body = b"".join((start, canonical(chain), to_previous, before, to_seq, number, to_text, canonical(text), end))
        head = chain_hash(previous, body)
        return audit.Entry(chain, seq + 1, self._kind, self._event, SYSTEM_ACTOR.person, self._at, None, body, head)


_GAP = "\0"
"""No text of the system is just this."""
