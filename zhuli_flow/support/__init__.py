"""Small helpers that any floor may use: suggestions, bounded reads, confined children, new files."""
