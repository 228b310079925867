"""Papers as files of a word processor, for editing: written from a rendered paper, and read back."""
