"""PROOF 证明: every way that cases of a definition can go, explored with the engine's own law before one is opened."""
