"""The file in which a person hands a command an issue."""

from __future__ import annotations

from pathlib import Path

from bot.cli.ending import Stop

WHAT_IT_IS = "its first line being `# Title`"


def read_issue_file(file: Path) -> str:
    """The issue's whole text. Raises Stop where there is none to read."""
    try:
        text = file.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Stop(f"{file} is no text in UTF-8. Save it as UTF-8, {WHAT_IT_IS}.", 2) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Stop(f"{file} cannot be read: {why}. Name a Markdown file, {WHAT_IT_IS}.", 2) from None
    if not text.strip():
        raise Stop(f"{file} is empty. Write the issue there, {WHAT_IT_IS}.", 2)
    return text
