"""Settings are read once; what is missing or wrong is told with the variable's name and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsInvalid, load_settings

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"
GOOD = {
    "BATON_GITHUB_APP_ID": "123",
    "BATON_GITHUB_PRIVATE_KEY": PEM,
    "BATON_GITHUB_WEBHOOK_SECRET": "a-secret-of-no-fewer-than-32-bytes",
}


def problems(**changes: str) -> dict[str, str]:
    """What is told about GOOD with these changes, by variable."""
    with pytest.raises(SettingsInvalid) as raised:
        load_settings({**GOOD, **changes}, env_file=None)
    return {problem.variable: str(problem) for problem in raised.value.problems}


def test_three_variables_are_enough() -> None:
    settings = load_settings(GOOD, env_file=None)
    assert settings.app is not None and settings.app.app_id == 123
    assert (settings.api_url, settings.database_url) == ("https://api.github.com", "sqlite:///baton.db")
    assert (settings.label, settings.sweep_seconds, settings.port) == ("baton", 60, 8000)
    assert settings.warnings == ()


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as raised:
        load_settings({}, env_file=None)
    told = [problem.variable for problem in raised.value.problems]
    assert told == ["BATON_GITHUB_APP_ID", "BATON_GITHUB_PRIVATE_KEY", "BATON_GITHUB_WEBHOOK_SECRET"]
    assert "openssl rand -hex 32" in str(raised.value)


def test_without_an_app_there_is_still_a_database_to_read() -> None:
    assert load_settings({}, env_file=None, app_required=False).app is None


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("BATON_GITHUB_APP_ID", "one", "'one' does not fit"),
        ("BATON_GITHUB_PRIVATE_KEY", "abc", "not a private key in PEM form"),
        ("BATON_GITHUB_WEBHOOK_SECRET", "changeme", "everybody would guess"),
        ("BATON_GITHUB_WEBHOOK_SECRET", "good-enough,,", "empty"),
        ("BATON_GITHUB_API_URL", "github.example", "not a web address"),
        ("BATON_DATABASE_URL", "mysql://x", "no database that Baton knows"),
        ("BATON_DATABASE_URL", "sqlite:///", "no database that Baton knows"),
        ("BATON_PORT", "70000", "'70000' does not fit"),
        ("BATON_SWEEP_SECONDS", "0", "'0' does not fit"),
        ("BATON_SETTLE_SECONDS", "inf", "'inf' does not fit"),
        ("BATON_LABEL", "x" * 51, "1 to 50 characters"),
        ("BATON_MODEL_PRICES", '{"m": {"input": -1}}', "not JSON of the form"),
        ("BATON_MODEL_PRICES", "[]", "not JSON of the form"),
    ],
)
def test_a_wrong_value_is_told_with_what_to_do(variable: str, value: str, says: str) -> None:
    told = problems(**{variable: value})
    assert list(told) == [variable]
    assert says in told[variable]


def test_a_secret_is_never_shown_in_a_problem() -> None:
    told = problems(BATON_GITHUB_PRIVATE_KEY="hunter2", BATON_PORT="x")
    assert "hunter2" not in str(told)


def test_the_key_may_stand_in_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    key = tmp_path / "app.pem"
    key.write_text(PEM)
    key.chmod(0o600)
    by_path = {**GOOD, "BATON_GITHUB_PRIVATE_KEY": "", "BATON_GITHUB_PRIVATE_KEY_PATH": str(key)}
    settings = load_settings(by_path, env_file=None)
    assert settings.app is not None and settings.app.private_key.get_secret_value().startswith("-----BEGIN")
    assert settings.warnings == ()
    key.chmod(0o644)
    (warning,) = load_settings(by_path, env_file=None).warnings
    assert f"chmod 600 {key}" in str(warning)


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = str(tmp_path / "none.pem")
    told = problems(BATON_GITHUB_PRIVATE_KEY="", BATON_GITHUB_PRIVATE_KEY_PATH=path)
    assert path in told["BATON_GITHUB_PRIVATE_KEY_PATH"]


def test_a_key_on_one_line_is_understood() -> None:
    settings = load_settings({**GOOD, "BATON_GITHUB_PRIVATE_KEY": PEM.replace("\n", "\\n")}, env_file=None)
    assert settings.app is not None and PEM in settings.app.private_key.get_secret_value()


def test_several_secrets_are_valid_during_a_rotation() -> None:
    both = {**GOOD, "BATON_GITHUB_WEBHOOK_SECRET": f"{'o' * 32}, {'n' * 32}"}
    secrets = load_settings(both, env_file=None).webhook_secrets
    assert [secret.get_secret_value() for secret in secrets] == ["o" * 32, "n" * 32]


def test_a_short_secret_and_a_misspelt_variable_are_warned_about() -> None:
    settings = load_settings(
        {**GOOD, "BATON_GITHUB_WEBHOOK_SECRET": "short", "BATON_LABLE": "x"}, env_file=None
    )
    told = {warning.variable: str(warning) for warning in settings.warnings}
    assert "Did you mean BATON_LABEL?" in told["BATON_LABLE"]
    assert "shorter than 32 bytes" in told["BATON_GITHUB_WEBHOOK_SECRET"]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BATON_LABEL=from-file\nBATON_PORT=9000\n")
    settings = load_settings({**GOOD, "BATON_LABEL": "from-environment"}, env_file=file)
    assert (settings.label, settings.port) == ("from-environment", 9000)


def test_prices_add_to_those_known() -> None:
    price = '{"my-model": {"input": 1, "output": 2, "cache_read": 0.1, "cache_write": 1.25}}'
    settings = load_settings({**GOOD, "BATON_MODEL_PRICES": price}, env_file=None)
    assert settings.prices["my-model"].output == 2
    assert settings.models["inherit"] in settings.prices
