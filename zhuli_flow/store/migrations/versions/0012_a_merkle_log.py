"""The Merkle log over all entries: its right edge, and the nodes that proofs are made of; the upgrade fills it in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merkle_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_merkle_head_one")),
        sa.CheckConstraint("length(hashes) % 32 = 0", name=op.f("ck_merkle_head_hashes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merkle_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "merkle_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_merkle_node_hash")),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_merkle_node")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
