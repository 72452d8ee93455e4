"""The variables of the installation, each with its default and what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from bot.settings import Settings
from docs.generating.cells import cell
from docs.generating.unread import unread

# What a variable is for, where bot/settings.py does not say it itself.
VARIABLES: Mapping[str, str] = {
    "BATON_GITHUB_APP_ID": "The App's id, from its page on GitHub.",
    "BATON_GITHUB_PRIVATE_KEY": "The App's private key, the whole PEM text; line breaks may be written as `\\n`.",
    "BATON_GITHUB_PRIVATE_KEY_PATH": "Instead of the key itself, the file that holds it (mode 0600).",
    "BATON_GITHUB_WEBHOOK_SECRET": "The webhook's secret; several, separated by commas, are all valid: so it is "
    "changed without losing a delivery.",
    "BATON_GITHUB_API_URL": "Where GitHub's API is; for GitHub Enterprise Server `https://HOST/api/v3`.",
    "BATON_DATABASE_URL": "`sqlite:///FILE`, or `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`.",
    "BATON_HOST": "The address that the web server listens on.",
    "BATON_PORT": "The port that the web server listens on.",
    "BATON_PUBLIC_URL": "How people reach the dashboard; links in comments and check runs begin with it.",
    "BATON_DASHBOARD_TOKEN": "What dashboard and API ask for; unset, they answer loopback clients only.",
    "BATON_AGENTS_DIR": "The directory with the agents' files.",
    "BATON_WORKDIR": "Where mirrors of repositories and workspaces are kept; it can be deleted while Baton is stopped.",
    "BATON_LABEL": "The label that starts a feature.",
    "BATON_SWEEP_SECONDS": "How often live features are looked at even when no webhook arrives.",
    "BATON_SETTLE_SECONDS": "How long Baton waits after a request of unknown outcome before it looks.",
    "BATON_CHECKS_SETTLE_SECONDS": "How long “no checks yet” counts as pending.",
    "BATON_REVIEW_SETTLE_SECONDS": "How long reviews are gathered.",
    "ANTHROPIC_API_KEY": "The key for Anthropic's API.",
    "ANTHROPIC_BASE_URL": "Another place that speaks Anthropic's Messages API.",
    "BATON_MODEL_SONNET": "The model that `model: sonnet` means, and `inherit`.",
    "BATON_MODEL_OPUS": "The model that `model: opus` means.",
    "BATON_MODEL_HAIKU": "The model that `model: haiku` means.",
    "BATON_MODEL_PRICES": 'Dollars a million tokens, as JSON: `{"MODEL": {"input": 3, "output": 15, '
    '"cache_read": 0.3, "cache_write": 3.75}}`. Caps are counted with them.',
    "BATON_TURNS_PER_RUN": "Turns of the model in one run of an agent, at most.",
    "BATON_DOLLARS_PER_RUN": "Dollars for one run of an agent, at most.",
    "BATON_DOLLARS_PER_FEATURE": "Dollars for one feature, at most.",
    "BATON_DOLLARS_PER_REPOSITORY_MONTH": "Dollars for one repository in a calendar month, at most.",
    "BATON_RUNS_AT_ONCE": "Agents at work at the same time, over all processes.",
    "BATON_RUNS_PER_WORKER": "Agents at work at the same time in one process.",
    "BATON_RUNS_PER_REPOSITORY": "Agents at work at the same time in one repository.",
}
SHOWN_DEFAULTS: Mapping[str, str] = {
    "BATON_AGENTS_DIR": "the packaged `agents/`",
    "BATON_MODEL_PRICES": "list prices of the three models",
}


class Undescribed(Exception):
    """A setting has no description, so that the documents would be silent about it."""


def environment() -> Iterator[str]:
    yield "## The installation: environment variables"
    yield ""
    yield (
        "Read once at start-up, from the environment and from a file `.env` beside it (the environment wins). "
        "`baton doctor` names what is missing or wrong and what to do."
    )
    yield ""
    yield "| Variable | Default | What it is |"
    yield "| --- | --- | --- |"
    for name, field in Settings.model_fields.items():
        if field.alias:
            what = cell(_described(field)) + unread(name, field.alias)
            yield f"| `{field.alias}` | {_variable_default(field)} | {what} |"
    yield ""


def _variable_default(field: FieldInfo) -> str:
    if shown := SHOWN_DEFAULTS.get(str(field.alias)):
        return shown
    value = field.get_default(call_default_factory=True)
    return "none" if value is None or value == () else f"`{value}`"


def _described(field: FieldInfo) -> str:
    described = field.description or VARIABLES.get(str(field.alias))
    if described is None:
        raise Undescribed(
            f"{field.alias} has no description: add one in bot/settings.py or docs/generate.py."
        )
    return described
