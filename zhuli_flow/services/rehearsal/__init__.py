"""The real office on a moved clock, and stories played through it."""
