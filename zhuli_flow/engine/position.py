"""Where a case stands: the state of its main line, and one state for each region (并行环节) that runs beside it."""

from __future__ import annotations

from collections.abc import Mapping

from zhuli_flow.definitions.model.region import of_state
from zhuli_flow.definitions.model.workflow import SYSTEM, Event, Workflow
from zhuli_flow.engine.model.case import Case

Places = tuple[str, ...]
"""The states that a case stands in at once, that of the main line first."""


def standing(workflow: Workflow, case: Case) -> Places:
    """The state of the main line, and of each region that runs."""
    return (case.state, *running(workflow, case).values()) if workflow.regions else (case.state,)


def running(workflow: Workflow, case: Case) -> Mapping[str, str]:
    """The regions that run, each with its state, in the order written; one that waits for the main line does not."""
    return beside(workflow, case.state, case.regions) if case.regions else case.regions


def beside(workflow: Workflow, state: str, begun: Mapping[str, str]) -> Mapping[str, str]:
    """Of the regions that have ``begun``, each with its state, those that run while the main line is in ``state``."""
    return {name: begun[name] for name, one in workflow.regions.items() if name in begun and state in one.beside}


def here(workflow: Workflow, places: Places) -> tuple[Event, ...]:
    """The events that may be asked for from these places, in the order written."""
    key = (workflow.digest, places)
    found = _HERE.get(key)
    if found is None:
        every = workflow.events.values()
        found = _HERE[key] = tuple(event.name for event in every if not frozenset(places).isdisjoint(event.sources))
    return tuple([workflow.events[name] for name in found])


_HERE: dict[tuple[str, Places], tuple[str, ...]] = {}
"""The names of those events, by the digest of the definition, which never changes."""


def holders(workflow: Workflow, case: Case) -> tuple[str, ...]:
    """The roles that may move the case on from where it stands, in the order written."""
    roles: dict[str, None] = {}
    for event in here(workflow, standing(workflow, case)):
        roles.update(dict.fromkeys(event.by))
        roles.update(dict.fromkeys(signer.role for signer in event.sign.signers) if event.sign else {})
    return tuple(role for role in roles if role != SYSTEM)


def title_of(workflow: Workflow, state: str) -> str:
    """What people call a state, of the main line or of a region; "" for none of either."""
    if state in workflow.states:
        return workflow.states[state].title
    region = of_state(workflow.regions, state)
    return region.states[state] if region else ""
