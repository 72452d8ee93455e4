"""What `baton doctor` looks at on this machine: settings, database, agents, directories, git."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.cli.checkup import Checkup
from bot.cli.printing import counted
from bot.engine.database import Database
from bot.engine.fitness import Schema, complaint, refusal_to_write, schema_of, silence_of
from bot.plan.problem import is_error
from bot.plan.validation import validate_agents
from bot.settings import SQLITE, Settings, SettingsInvalid, load_settings
from bot.workspace.git import Git, version_fault

LITTLE_SPACE = 1_000_000_000


def check_settings(checkup: Checkup) -> Settings | None:
    """The settings, as far as they can be read without an App."""
    try:
        settings = load_settings()
    except SettingsInvalid as invalid:
        for problem in invalid.problems:
            checkup.bad("settings", str(problem))
        try:
            settings = load_settings(app_required=False)
        except SettingsInvalid:
            return None
    else:
        checkup.good("settings", "all that is needed is set")
    for warning in settings.warnings:
        checkup.doubtful("settings", str(warning))
    if settings.public_url is None:
        checkup.doubtful(
            "settings", "BATON_PUBLIC_URL: it is not set, so comments on GitHub cannot link to the dashboard."
        )
    return settings


def check_private_key(checkup: Checkup, settings: Settings | None) -> bool:
    subject = "private key"
    if settings is None or settings.private_key is None:
        checkup.unknown(subject, "there is none in the settings")
        return False
    try:
        key = load_pem_private_key(settings.private_key.get_secret_value().encode(), None)
    except (ValueError, TypeError) as error:
        checkup.bad(subject, f"it cannot be read ({error}). Generate a new one on the App's page at GitHub.")
        return False
    if not isinstance(key, RSAPrivateKey):
        checkup.bad(subject, "it is no RSA key, and GitHub's are. Generate a new one on the App's page.")
        return False
    checkup.good(subject, f"an RSA key of {key.key_size} bits")
    return True


def check_model(checkup: Checkup, settings: Settings | None) -> None:
    subject = "model"
    if settings is None:
        checkup.unknown(subject, "the settings are wrong")
    elif settings.anthropic_base_url:
        checkup.good(subject, f"asked at {settings.anthropic_base_url}")
    elif settings.anthropic_api_key or os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        checkup.good(subject, "a key is set; whether it is accepted shows at the first plan")
    else:
        checkup.bad(
            subject,
            "no agent can work. Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a Messages server of your own.",
        )


def check_database(checkup: Checkup, settings: Settings | None) -> None:
    subject = "database"
    if settings is None:
        checkup.unknown(subject, "the settings are wrong")
        return
    file = Path(settings.database_url.removeprefix(SQLITE)) if settings.on_sqlite else None
    if file is not None and not file.exists():
        # Looking must not make the file.
        _check_directory(checkup, subject, file.absolute().parent, f"{file} is made at the first start")
        return
    database = Database(settings.database_url)
    try:
        _check_open_database(checkup, subject, database)
    finally:
        database.dispose()


def _check_open_database(checkup: Checkup, subject: str, database: Database) -> None:
    silence = silence_of(database)
    if silence is not None:
        checkup.bad(
            subject, f"it does not answer: {silence}. Look at BATON_DATABASE_URL, and whether it runs."
        )
        return
    schema = schema_of(database)
    if schema is Schema.NEWER:
        checkup.bad(
            subject, "a newer Baton wrote it. Start that one, or restore the copy from before its migration."
        )
        return
    refusal = refusal_to_write(database)
    if refusal is not None:
        checkup.bad(subject, f"it cannot be written: {refusal}. Give Baton's user the right to.")
        return
    place = str(database.path) if database.path else "PostgreSQL"
    state = {
        Schema.CURRENT: "its tables are up to date",
        Schema.NONE_YET: "its tables are made at the next start",
        Schema.OLDER: "its tables are brought up to date at the next start",
    }
    checkup.good(subject, f"{place} answers and can be written; {state[schema]}")


def check_agents(checkup: Checkup, settings: Settings | None) -> None:
    subject = "agents"
    if settings is None:
        checkup.unknown(subject, "the settings are wrong")
        return
    files = sorted(settings.agents_dir.glob("*.md"))
    if not files:
        checkup.bad(subject, f"{settings.agents_dir} holds no agent's file. Correct BATON_AGENTS_DIR.")
        return
    try:
        problems = validate_agents({str(file): file.read_text("utf-8", "replace") for file in files})
    except OSError as error:
        checkup.bad(subject, f"{error.filename}: {error.strerror}. Make it readable for Baton's user.")
        return
    for problem in problems:
        (checkup.bad if is_error(problem) else checkup.doubtful)(subject, str(problem))
    if not any(is_error(problem) for problem in problems):
        checkup.good(subject, f"{counted(len(files), 'file')} in {settings.agents_dir}, valid")


def check_workdir(checkup: Checkup, settings: Settings | None) -> None:
    subject = "work directory"
    if settings is None:
        checkup.unknown(subject, "the settings are wrong")
        return
    _check_directory(checkup, subject, settings.workdir.absolute(), f"{settings.workdir} can be written")


def check_git(checkup: Checkup) -> None:
    fault = version_fault()
    if fault is not None:
        checkup.bad("git", fault)
        return
    checkup.good("git", Git(Path("/nonexistent"))("version").decode().strip())


def _check_directory(checkup: Checkup, subject: str, wanted: Path, good: str) -> None:
    """It, or the nearest directory above it that is there, can be written and has room."""
    there = next(each for each in (wanted, *wanted.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        checkup.bad(subject, f"{there} cannot be written: {complaint(error)}. Give it to Baton's user.")
        return
    free = shutil.disk_usage(there).free
    if free < LITTLE_SPACE:
        checkup.doubtful(subject, f"only {free // 1_000_000} MB are free on the disk of {there}.")
    checkup.good(subject, good)
