"""The nouns of a decision: frozen classes with documented attributes."""
