"""A suspended case stands in the work lists of those who may resume it.

Its rows there follow from the case: every upgrade makes what is missing of them, so nothing is left to do here.
"""

from __future__ import annotations

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The rows are made by the upgrade itself, from the cases."""
