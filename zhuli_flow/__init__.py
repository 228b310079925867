"""zhuli_flow (助力流程): a workflow engine for offices. See docs/architecture.md for the floors of this house."""

__version__ = "0.1.0"
