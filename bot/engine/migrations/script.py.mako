"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.engine.columns import Instant

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:  # down is a restored copy
    ${upgrades if upgrades else "pass"}
