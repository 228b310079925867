"""Kinds of documents and how a paper is filled in: heads, signatures, tables, attachments."""
