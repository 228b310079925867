"""The form of an entry and the chain that holds it."""
