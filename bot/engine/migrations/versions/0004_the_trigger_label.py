"""the trigger label by its id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:  # down is a restored copy
    with op.batch_alter_table("repository", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trigger_setting", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("trigger_node", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("trigger_name", sa.String(length=100), nullable=True))
