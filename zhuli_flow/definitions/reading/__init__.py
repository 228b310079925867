"""Text in: YAML with its lines, the closed vocabulary of keys, and the grammar of expressions."""
