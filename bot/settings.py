"""The environment that Baton runs in, read and validated once; all that is wrong is told at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

PACKAGED_AGENTS = Path(__file__).resolve().parent.parent / "agents"
REFUSED_SECRETS = frozenset({"changeme", "change-me", "change_me", "todo"})
GOOD_SECRET_BYTES = 32
SQLITE, POSTGRESQL = "sqlite:///", "postgresql+psycopg://"


@dataclass(frozen=True)
class SettingsProblem:
    """One variable that is missing or wrong, and what to do about it."""

    variable: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.wrong} {self.remedy}".rstrip()


class SettingsInvalid(Exception):
    """The environment does not let Baton start; the text lists every problem."""

    def __init__(self, problems: Iterable[SettingsProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"Baton cannot start with these settings:\n{lines}")


@dataclass(frozen=True)
class AppCredentials:
    """Who Baton is on GitHub, and how GitHub proves who it is."""

    app_id: int
    private_key: SecretStr
    webhook_secrets: tuple[SecretStr, ...]


class Price(BaseModel):
    """What a model costs, in dollars a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cache_read: float = Field(ge=0)
    cache_write: float = Field(ge=0)


DEFAULT_PRICES: Mapping[str, Price] = {
    "claude-sonnet-5-5": Price(input=3, output=15, cache_read=0.3, cache_write=3.75),
    "claude-opus-5-5": Price(input=5, output=25, cache_read=0.5, cache_write=6.25),
    "claude-haiku-5-5": Price(input=1, output=5, cache_read=0.1, cache_write=1.25),
}


def _secrets(value: object) -> object:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def _good_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not text.strip():
        raise ValueError("one of the secrets is empty.|Remove the stray comma, or write the secret.")
    if text.strip().lower() in REFUSED_SECRETS:
        raise ValueError(f"{text!r} is what everybody would guess.|Make one with `openssl rand -hex 32`.")
    return secret


def _pem(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().replace("\\n", "\n").strip() + "\n"
    if not (text.startswith("-----BEGIN ") and "PRIVATE KEY-----" in text and "-----END " in text):
        raise ValueError("this is not a private key in PEM form.|Paste the whole .pem file of your App.")
    return SecretStr(text)


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not a web address.|Write it whole, as in https://example.org.")
    return url.rstrip("/")


def _database(url: str) -> str:
    if url.startswith(SQLITE) and url != SQLITE:
        return url
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return POSTGRESQL + url.removeprefix(plain)
    if url.startswith(POSTGRESQL):
        return url
    raise ValueError(
        "this is no database that Baton knows."
        f"|Write {SQLITE}baton.db or {POSTGRESQL}user:password@host/database."
    )


def _label(name: str) -> str:
    if not name.strip() or len(name) > 50:
        raise ValueError("a label has 1 to 50 characters.|Write the label's name as GitHub shows it.")
    return name.strip()


def _prices(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        given = json.loads(value)
        return {**DEFAULT_PRICES, **{model: Price.model_validate(price) for model, price in given.items()}}
    except (ValueError, AttributeError):
        raise ValueError(
            'this is not JSON of the form {"model id": {"input": 3, "output": 15, '
            '"cache_read": 0.3, "cache_write": 3.75}}, in dollars a million tokens.|Correct it.'
        ) from None


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Dollars = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Secrets = Annotated[tuple[Annotated[SecretStr, AfterValidator(_good_secret)], ...], BeforeValidator(_secrets)]


class Settings(BaseModel):
    """Every setting under the name of its variable; read them with `load_settings`."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=False)

    app_id: int | None = Field(None, alias="BATON_GITHUB_APP_ID", ge=1)
    private_key: Annotated[SecretStr, AfterValidator(_pem)] | None = Field(
        None, alias="BATON_GITHUB_PRIVATE_KEY"
    )
    private_key_path: Path | None = Field(None, alias="BATON_GITHUB_PRIVATE_KEY_PATH")
    webhook_secrets: Secrets = Field((), alias="BATON_GITHUB_WEBHOOK_SECRET")
    api_url: WebAddress = Field("https://api.github.com", alias="BATON_GITHUB_API_URL")

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        f"{SQLITE}baton.db", alias="BATON_DATABASE_URL"
    )
    host: str = Field("127.0.0.1", alias="BATON_HOST")
    port: int = Field(8000, alias="BATON_PORT", ge=0, le=65535)
    public_url: WebAddress | None = Field(None, alias="BATON_PUBLIC_URL")
    dashboard_token: SecretStr | None = Field(None, alias="BATON_DASHBOARD_TOKEN")
    agents_dir: Path = Field(PACKAGED_AGENTS, alias="BATON_AGENTS_DIR")
    workdir: Path = Field(Path(".baton"), alias="BATON_WORKDIR")
    label: Annotated[str, AfterValidator(_label)] = Field("baton", alias="BATON_LABEL")

    sweep_seconds: Seconds = Field(60, alias="BATON_SWEEP_SECONDS")
    settle_seconds: Seconds = Field(10, alias="BATON_SETTLE_SECONDS")
    checks_settle_seconds: Seconds = Field(300, alias="BATON_CHECKS_SETTLE_SECONDS")
    review_settle_seconds: Seconds = Field(60, alias="BATON_REVIEW_SETTLE_SECONDS")

    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    anthropic_base_url: WebAddress | None = Field(None, alias="ANTHROPIC_BASE_URL")
    model_sonnet: str = Field("claude-sonnet-5-5", alias="BATON_MODEL_SONNET", min_length=1)
    model_opus: str = Field("claude-opus-5-5", alias="BATON_MODEL_OPUS", min_length=1)
    model_haiku: str = Field("claude-haiku-5-5", alias="BATON_MODEL_HAIKU", min_length=1)
    prices: Annotated[Mapping[str, Price], BeforeValidator(_prices)] = Field(
        DEFAULT_PRICES, alias="BATON_MODEL_PRICES"
    )

    turns_per_run: Count = Field(60, alias="BATON_TURNS_PER_RUN")
    dollars_per_run: Dollars = Field(5, alias="BATON_DOLLARS_PER_RUN")
    dollars_per_feature: Dollars = Field(30, alias="BATON_DOLLARS_PER_FEATURE")
    dollars_per_repository_month: Dollars = Field(300, alias="BATON_DOLLARS_PER_REPOSITORY_MONTH")
    runs_at_once: Count = Field(8, alias="BATON_RUNS_AT_ONCE")
    runs_per_worker: Count = Field(4, alias="BATON_RUNS_PER_WORKER")
    runs_per_repository: Count = Field(2, alias="BATON_RUNS_PER_REPOSITORY")

    warnings: tuple[SettingsProblem, ...] = ()

    @property
    def app(self) -> AppCredentials | None:
        """The App, or None while none is configured (then only `/setup` has something to do)."""
        if self.app_id is None or self.private_key is None or not self.webhook_secrets:
            return None
        return AppCredentials(self.app_id, self.private_key, self.webhook_secrets)

    @property
    def has_half_an_app(self) -> bool:
        """Something of an App is given, and something is missing: a mistake, and not a first start."""
        given = self.app_id, self.private_key, self.webhook_secrets
        return self.app is None and any(given)

    @cached_property
    def models(self) -> Mapping[str, str]:
        """What an agent's `model:` means; `inherit` is the default model."""
        sonnet = self.model_sonnet
        return {"sonnet": sonnet, "opus": self.model_opus, "haiku": self.model_haiku, "inherit": sonnet}

    @property
    def address(self) -> str:
        """Where people reach the dashboard."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith(SQLITE)


VARIABLES = tuple(str(field.alias) for field in Settings.model_fields.values() if field.alias)


def load_settings(
    environment: Mapping[str, str] | None = None,
    env_file: Path | None = Path(".env"),
    app_required: bool = True,
) -> Settings:
    """The settings, or SettingsInvalid with everything that is wrong. The environment wins over the file."""
    given = _given(os.environ if environment is None else environment, env_file)
    settings, problems = _validated(given)
    problems += list(_key_problems(given))
    if app_required:
        problems += list(_missing_app(given))
    if settings is None or problems:
        raise SettingsInvalid(problems)
    return settings.model_copy(
        update={"warnings": (*_unknown(given), *_weak(settings), *_readable_key(given))}
    )


def _given(environment: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    filed = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    merged = {**{name: value for name, value in filed.items() if value is not None}, **environment}
    return {name: value for name, value in merged.items() if _ours(name) and value.strip()}


def _ours(name: str) -> bool:
    return name.startswith("BATON_") or name in VARIABLES


def _validated(given: Mapping[str, str]) -> tuple[Settings | None, list[SettingsProblem]]:
    values: dict[str, Any] = dict(given)
    if "BATON_GITHUB_PRIVATE_KEY" not in given and (key := _key_file(given)):
        values["BATON_GITHUB_PRIVATE_KEY"] = key
    try:
        return Settings.model_validate(values), []
    except ValidationError as error:
        problems = (_told(item["loc"], item["msg"], given) for item in error.errors())
        return None, list(dict.fromkeys(problems))


def _told(location: tuple[int | str, ...], message: str, given: Mapping[str, str]) -> SettingsProblem:
    variable = str(location[0])
    wrong, _, remedy = message.removeprefix("Value error, ").partition("|")
    if not remedy:
        wrong = f"{given.get(variable, '')!r} does not fit: {wrong[:1].lower()}{wrong[1:]}."
        remedy = "Correct it, or leave it out for the default."
    if variable == "BATON_GITHUB_PRIVATE_KEY" and variable not in given:
        variable = "BATON_GITHUB_PRIVATE_KEY_PATH"
    return SettingsProblem(variable, wrong, remedy)


def _key_file(given: Mapping[str, str]) -> str | None:
    try:
        return Path(given["BATON_GITHUB_PRIVATE_KEY_PATH"]).expanduser().read_text()
    except (KeyError, OSError, UnicodeDecodeError):
        return None


def _key_problems(given: Mapping[str, str]) -> Iterable[SettingsProblem]:
    path = given.get("BATON_GITHUB_PRIVATE_KEY_PATH")
    if path and "BATON_GITHUB_PRIVATE_KEY" not in given and not _key_file(given):
        yield SettingsProblem(
            "BATON_GITHUB_PRIVATE_KEY_PATH",
            f"the file {path} cannot be read, or is empty.",
            "Write the path of your App's .pem file, readable by Baton's user.",
        )


def _missing_app(given: Mapping[str, str]) -> Iterable[SettingsProblem]:
    where = "It is on your App's page at GitHub, under Settings, Developer settings."
    if "BATON_GITHUB_APP_ID" not in given:
        yield SettingsProblem("BATON_GITHUB_APP_ID", "the App's id is missing.", where)
    if not {"BATON_GITHUB_PRIVATE_KEY", "BATON_GITHUB_PRIVATE_KEY_PATH"} & given.keys():
        yield SettingsProblem(
            "BATON_GITHUB_PRIVATE_KEY",
            "the App's private key is missing.",
            "Generate one on your App's page and set this, or BATON_GITHUB_PRIVATE_KEY_PATH to its file.",
        )
    if "BATON_GITHUB_WEBHOOK_SECRET" not in given:
        yield SettingsProblem(
            "BATON_GITHUB_WEBHOOK_SECRET",
            "the webhook secret is missing, so nothing that arrives could be believed.",
            "Make one with `openssl rand -hex 32` and write it here and on your App's page.",
        )


def _unknown(given: Mapping[str, str]) -> Iterable[SettingsProblem]:
    for name in sorted(given.keys() - set(VARIABLES)):
        near = get_close_matches(name, VARIABLES, n=1)
        remedy = f"Did you mean {near[0]}?" if near else "Remove it."
        yield SettingsProblem(name, "Baton knows no such setting and ignores it.", remedy)


def _weak(settings: Settings) -> Iterable[SettingsProblem]:
    if any(
        len(secret.get_secret_value().encode()) < GOOD_SECRET_BYTES for secret in settings.webhook_secrets
    ):
        yield SettingsProblem(
            "BATON_GITHUB_WEBHOOK_SECRET",
            f"a secret is shorter than {GOOD_SECRET_BYTES} bytes and could be guessed.",
            "Make a longer one with `openssl rand -hex 32`; both may stand here during the change.",
        )


def _readable_key(given: Mapping[str, str]) -> Iterable[SettingsProblem]:
    path = given.get("BATON_GITHUB_PRIVATE_KEY_PATH")
    if path and "BATON_GITHUB_PRIVATE_KEY" not in given and Path(path).expanduser().stat().st_mode & 0o077:
        yield SettingsProblem(
            "BATON_GITHUB_PRIVATE_KEY_PATH",
            "others on this machine may read the private key.",
            f"Run `chmod 600 {path}`.",
        )
