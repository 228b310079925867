"""A definition in the forms that other programs read: SCXML, BPMN 2.0, PNML. What of it each form can say, it says."""
