"""Writing entries, and proving that they and the rows agree."""
