"""Regions (并行环节) as written → the model, and where the deadlines of their states stand in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zhuli_flow.definitions.building.parsed_lines import names
from zhuli_flow.definitions.model.region import Region
from zhuli_flow.definitions.model.workflow import Event
from zhuli_flow.definitions.reading import schema
from zhuli_flow.definitions.reading.yaml_reader import Path


def regions(shape: schema.WorkflowShape) -> dict[str, Region]:
    """The regions by name; one without states of its own has a single state of its own name and title."""
    return {
        name: Region(
            name=name,
            title=each.title,
            states={state: one.title for state, one in each.states.items()} or {name: each.title},
            beside=names(each.in_),
            resumes=each.resumes,
            clause=each.clause,
        )
        for name, each in shape.regions.items()
    }


def moving(event: Event, shape: schema.EventShape) -> Event:
    """The event with the regions that begin and end with it."""
    return replace(event, begins=names(shape.begins), ends=names(shape.ends)) if shape.begins or shape.ends else event


def timed(regions: Mapping[str, schema.RegionShape]) -> Iterator[tuple[str, str, schema.DeadlineShape, Path]]:
    """The deadlines of regions: the state that each belongs to, its title, the deadline and its place."""
    for name, each in regions.items():
        if each.deadline is not None and not each.states:
            yield name, each.title, each.deadline, ("regions", name, "deadline")
        for state, one in each.states.items():
            if one.deadline is not None:
                yield state, one.title, one.deadline, ("regions", name, "states", state, "deadline")
