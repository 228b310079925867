"""What an answer is compared with: what the system itself holds about the field, and what the same unit gave before."""

from __future__ import annotations

from dataclasses import dataclass

from zhuli_flow.definitions.model.expressions import Choice

Sentence = tuple[str | Choice, ...]
"""Words and terms in turn, as they are read out one after the other."""


@dataclass(frozen=True, slots=True)
class Known:
    """``known`` of a field: a ``term`` whose value an answer must equal, or ``sentences`` that only fill it in."""

    term: Choice | None = None
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """``change`` of a form: each of ``fields`` against the same field of the first case of ``register``.

    ``share`` (numerator, denominator) of the old value is how far the new one may be from it unexplained.
    """

    register: str
    share: tuple[int, int]
    fields: tuple[str, ...]
