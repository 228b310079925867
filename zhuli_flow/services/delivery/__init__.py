"""Letters out of the outbox, and one digest a day."""
