"""A definition in the forms that other programs read: SCXML (also back from it), BPMN 2.0, PNML; what each can say."""
