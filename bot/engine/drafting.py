"""Draft the next step of the tables' history: `python -m bot.engine.drafting "add a mood"`."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command

from bot.engine.database import Database
from bot.engine.history import alembic_config, known_steps
from bot.engine.migrating import HISTORY, migrate

NO_FALSE = re.compile(r"sa\.Boolean\(\), server_default=sa\.text\(['\"]0['\"]\)")


def draft(message: str) -> Path:
    """Write the next step of the history from what `tables.py` says beyond the last one."""
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/draft.db")
        migrate(database)
        number = len(known_steps(HISTORY)) + 1
        with database.writing() as connection:
            config = alembic_config(HISTORY, connection)
            written: Any = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.dispose()
    path = Path(written.path)
    # Drafted on SQLite, which has no booleans of its own.
    path.write_text(NO_FALSE.sub("sa.Boolean(), server_default=sa.false()", path.read_text()))
    return path


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:]) or sys.exit("Say in a few words what changes.")))
