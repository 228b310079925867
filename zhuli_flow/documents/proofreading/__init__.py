"""The linter: what an official document may not say, found in its text before it is issued."""
