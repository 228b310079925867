"""The picture of one case: its workflow with the way it really went, and how far its limits have gone."""

from __future__ import annotations

from zhuli_flow.drawing import diagram
from zhuli_flow.engine.deadlines.lights import light_of
from zhuli_flow.services import lookup, reading
from zhuli_flow.services.office import Office
from zhuli_flow.support import wording


def picture(office: Office, case_id: str) -> diagram.Diagram:
    """The picture of a case. Raises NotFound."""
    with office.database.read() as connection:
        case = reading.stored(connection, office, case_id).case
        workflow = lookup.definition(connection, office, case.digest)
    now = office.clock.now()
    live = ((name, deadline) for name, deadline in case.deadlines.items() if deadline.live)
    lights = {name: light_of(workflow, name, deadline, now, office.calendar) for name, deadline in live}
    progress = {name: f"{light.word}　{light.count or wording.left(light)}" for name, light in lights.items()}
    return diagram.of_case(workflow, case, progress)
