"""The book: what a workflow *is*. Text goes in, a checked, frozen model comes out; nothing here runs a case."""
