"""How a command ends: with its exit code, and with one clear message when it could not be done."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Mapping

# What was asked for is wrong (2), or it could not be done (1). Named and not imported: whoever raised one
# of these has imported it, and `baton --help` need not.
_KNOWN: Mapping[str, int] = {
    "bot.settings.SettingsInvalid": 2,
    "bot.engine.installed_agents.AgentsInvalid": 2,
    "bot.app.CannotIntroduceItself": 1,
    "bot.web.listening.CannotListen": 1,
    "bot.workspace.local.RevisionUnknown": 2,
    "bot.engine.database.DatabaseInUse": 1,
    "bot.engine.observing.CannotLook": 1,
    "bot.engine.migrating.SchemaTooNew": 1,
    "bot.workspace.git.GitFailed": 1,
    "bot.workspace.git.GitMissing": 1,
    "bot.workspace.absent.RepositoryEmpty": 1,
    "bot.workspace.absent.BranchMissing": 1,
    "bot.workspace.absent.CommitMissing": 1,
    "bot.workspace.absent.NothingInCommon": 1,
    "bot.workspace.checkout.CheckoutImpossible": 1,
    "bot.workspace.lock.LockBusy": 1,
    "bot.github.errors.GitHubError": 1,
    "sqlalchemy.exc.DBAPIError": 1,
}


class Stop(Exception):
    """A command cannot go on: what happened, why, and what to do now."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def exit_code_of(error: BaseException) -> int:
    """The exit code that an exception stands for; people are told once, on standard error."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, BrokenPipeError):
        # Nobody reads any more; the interpreter must not fail once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    message, code = _told(error)
    print(message, file=sys.stderr)
    return code


def _told(error: BaseException) -> tuple[str, int]:
    if isinstance(error, Stop):
        return str(error), error.code
    for kind in type(error).__mro__:
        code = _KNOWN.get(f"{kind.__module__}.{kind.__qualname__}")
        if code is not None:
            return _sentence(error), code
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'Baton'}: {error.strerror}.", 1
    return _unexpected(error), 1


def _sentence(error: BaseException) -> str:
    """A database's complaint without the statement and its values."""
    cause = getattr(error, "orig", None)
    if cause is None:
        return str(error)
    said = " ".join(str(cause).split())
    return f"The database could not be asked: {said}. Look at BATON_DATABASE_URL; `baton doctor` says what is wrong."


def _unexpected(error: BaseException) -> str:
    """Where to look, since this is a fault of Baton's."""
    descriptor, path = tempfile.mkstemp(prefix="baton-error-", suffix=".txt")
    with os.fdopen(descriptor, "w", errors="replace") as file:
        file.write("".join(traceback.format_exception(error)))
    return (
        f"Baton met an error that it does not know ({type(error).__name__}). What happened is written in {path}; "
        "please report it with that file."
    )
