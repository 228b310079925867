"""A workflow in short: states in order, what runs beside them, events with who may do them, sources of parameters."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from zhuli_flow.definitions.model.workflow import OPERATIONS, Event, Parameter, Workflow
from zhuli_flow.engine.model.case import Json


class StateShown(msgspec.Struct, frozen=True):
    """A state; ``step``: which of the numbered ones (None: it has no number)."""

    name: str
    title: str
    kind: str
    step: int | None


class RegionShown(msgspec.Struct, frozen=True):
    """A region, ``beside`` (``in``) which states it runs, and the titles of its own states by name."""

    name: str
    title: str
    beside: tuple[str, ...] = msgspec.field(name="in")
    states: Mapping[str, str]


class EventShown(msgspec.Struct, frozen=True):
    """An event: from which states to which, the regions it begins and ends, the titles of who may do it."""

    name: str
    title: str
    sources: tuple[str, ...] = msgspec.field(name="from")
    target: str = msgspec.field(name="to")
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    by: tuple[str, ...]
    clause: str


class OperationShown(msgspec.Struct, frozen=True):
    """An operation that this workflow allows."""

    name: str
    title: str


class ParameterShown(msgspec.Struct, frozen=True):
    """A parameter, and the paper that sets it."""

    name: str
    title: str
    value: Json
    source: str


class Summary(msgspec.Struct, frozen=True):
    """A workflow in short, as the faces show it."""

    workflow: str
    version: str
    title: str
    basis: str
    digest: str
    states: tuple[StateShown, ...]
    regions: tuple[RegionShown, ...]
    events: tuple[EventShown, ...]
    operations: tuple[OperationShown, ...]
    parameters: tuple[ParameterShown, ...]


def summary(workflow: Workflow) -> Summary:
    """The workflow in short."""
    return Summary(
        workflow.name,
        workflow.version,
        workflow.title,
        workflow.basis,
        workflow.digest,
        tuple(StateShown(one.name, one.title, one.kind, one.step) for one in workflow.states.values()),
        tuple(RegionShown(one.name, one.title, (*one.beside,), dict(one.states)) for one in workflow.regions.values()),
        tuple(_event(workflow, event) for event in workflow.events.values()),
        tuple(OperationShown(name, OPERATIONS[name]) for name in workflow.operations),
        tuple(map(_parameter, workflow.parameters.values())),
    )


def _event(workflow: Workflow, event: Event) -> EventShown:
    roles = tuple(signer.role for signer in event.sign.signers) if event.sign else event.by
    return EventShown(
        name=event.name,
        title=event.title,
        sources=(*event.sources,),
        target=event.target,
        begins=(*event.begins,),
        ends=(*event.ends,),
        by=tuple(workflow.roles[role].title if role in workflow.roles else role for role in roles),
        clause=event.clause,
    )


def _parameter(one: Parameter) -> ParameterShown:
    return ParameterShown(one.name, one.title, _plain(one.value), one.source)


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool) else str(value)
