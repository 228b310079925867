"""FACE 门面: the command line. It turns words into requests and answers into words, and never decides."""

from __future__ import annotations

import click

# rich-click asks Click for its version, which loads importlib.metadata (20 ms of every start); pyproject promises this.
click.__version__ = "8.5.0"
