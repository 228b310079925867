"""The archive copy: what PDF/A asks of a file, of its fonts and of its metadata."""
