"""Seven steps in line, each carried out by a call (``Handle``). Imported once Django is set up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from office import EVENTS
from viewflow import this
from viewflow.workflow.base import Flow
from viewflow.workflow.flow import End, Handle, StartHandle
from viewflow.workflow.models import Process


def _begun(activation: Any) -> Any:
    return activation.process


def _done(activation: Any) -> None:
    """Nothing is decided: what is measured is the flow itself."""


_STEPS: dict[str, Any] = {
    one: Handle(_done).Next(getattr(this, following)) for one, following in pairwise([*EVENTS, "end"])
}
Eight = type(
    "Eight",
    (Flow,),
    {
        **_STEPS,
        "start": StartHandle(_begun).Next(getattr(this, EVENTS[0])),
        "end": End(),
        "process_class": Process,
        "__module__": __name__,
    },
)
