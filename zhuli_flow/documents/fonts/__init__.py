"""The faces official documents are printed with: which role each has, where they come from, what they can print."""
