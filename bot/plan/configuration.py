"""The configuration of a repository, `.github/baton.yml`: every key with its default and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from bot.plan.globs import fault, stays_inside
from bot.plan.model_name import is_model, unknown_model
from bot.plan.problem import Problem, did_you_mean, is_error
from bot.plan.stage_kind import StageKind
from bot.plan.yaml_text import Place, YamlRead, read_yaml

FILE = ".github/baton.yml"


def _glob(glob: str) -> str:
    if wrong := fault(glob):
        raise ValueError(wrong)
    return glob


def _path(path: str) -> str:
    if not stays_inside(path):
        raise ValueError(f"“{path}” is no path inside the repository; write it from the root, without “..”.")
    return path


def _model(name: str) -> str:
    if not is_model(name):
        raise ValueError(unknown_model(name))
    return name


def _version(value: object) -> object:
    """`version: 3.0` is a number to YAML."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Glob = Annotated[str, AfterValidator(_glob)]
Path = Annotated[str, AfterValidator(_path)]
ModelName = Annotated[str, AfterValidator(_model)]
Dollars = Annotated[float, Field(gt=0, le=100_000)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Commands(_Section):
    """Who may command Baton."""

    permission: Literal["write", "maintain", "admin"] = Field(
        default="write",
        description="The least permission on this repository with which people may command Baton.",
    )


class AgentChoices(_Section):
    """What this repository changes about one agent."""

    owns: tuple[Glob, ...] | None = Field(
        default=None, description="The files that the agent may write, instead of those its own file names."
    )
    never: tuple[Glob, ...] | None = Field(
        default=None,
        description="What of them it may not write after all, instead of what its own file names.",
    )
    model: ModelName | None = Field(
        default=None, description="The model that it works with: an alias or a full name."
    )


class Devops(_Section):
    """What the devops stage may touch."""

    workflows: bool = Field(
        default=False,
        description="Whether the devops-engineer may write `.github/workflows/**`; the App then also needs "
        "GitHub's permission `workflows`.",
    )


class Database(_Section):
    """How the database is described and changed here."""

    migrations: Glob = Field(default="supabase/migrations/**", description="Where migrations are.")
    readme_headings: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=("Tables", "Relationships and indexes", "RLS policies", "TypeScript types reference"),
        description="Headings that `docs/database/README.md` must have; each may be part of a longer one.",
    )


class Openapi(_Section):
    """How the API is described here."""

    path: Path = Field(
        default="docs/openapi.yaml", description="The specification that the API is built from."
    )
    mode: Literal["authored", "generated"] = Field(
        default="authored", description="Whether people write the specification, or the code generates it."
    )
    version: Annotated[Literal["3.0", "3.1"], BeforeValidator(_version)] = Field(
        default="3.0", description="The version of OpenAPI that the specification is written in."
    )


class Coverage(_Section):
    """How much of the backend its tests must reach."""

    minimum: Annotated[float, Field(ge=0, lt=100)] = Field(
        default=80.0, description="The coverage in percent that must be exceeded."
    )


class Caps(_Section):
    """What agents may spend here; where the installation allows less, less counts."""

    turns: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=60, description="Turns of the model in one run."
    )
    run_usd: Dollars = Field(default=5.0, description="Dollars for one run of an agent.")
    feature_usd: Dollars = Field(default=30.0, description="Dollars for one feature.")
    month_usd: Dollars = Field(default=300.0, description="Dollars for this repository in a calendar month.")


class Configuration(_Section):
    """Baton's configuration of one repository. Every key may be left out."""

    commands: Commands = Field(default=Commands(), description="Who may command Baton.")
    agents: Mapping[str, AgentChoices] = Field(
        default_factory=dict, description="What is different here about an agent, by its name."
    )
    stages: Mapping[StageKind, str] = Field(
        default_factory=dict, description="Which agent does which kind of stage, where not the usual one."
    )
    ci: Literal["required", "optional"] = Field(
        default="required", description="Whether work goes on where no CI reports anything."
    )
    stage_gate: Literal["pull_requests", "everywhere"] = Field(
        default="pull_requests",
        description="Where the check `Baton / stage gate` is reported: on Baton's pull requests, or on all, "
        "so that it can be a required check.",
    )
    close_issue: bool = Field(default=True, description="Whether Baton closes the issue with its report.")
    devops: Devops = Field(default=Devops(), description="What the devops stage may touch.")
    database: Database = Field(default=Database(), description="How the database is described here.")
    openapi: Openapi = Field(default=Openapi(), description="How the API is described here.")
    coverage: Coverage = Field(default=Coverage(), description="How far the backend's tests must reach.")
    caps: Caps = Field(default=Caps(), description="What agents may spend here.")
    conventions: Path | None = Field(
        default=None,
        description="The file with the conventions; left out, it is whichever of CLAUDE.md, AGENTS.md and "
        ".claude/CLAUDE.md there is.",
    )


def read_configuration(text: str, file: str = FILE) -> Configuration | tuple[Problem, ...]:
    """The configuration, or everything that is wrong with it."""
    read = read_yaml(text.removeprefix("\ufeff"), file)
    if any(is_error(problem) for problem in read.problems):
        return read.problems
    value = {} if read.value is None else read.value
    if not isinstance(value, dict):
        return (Problem(file, 1, "error", "the file must be keys with values, as in `ci: optional`."),)
    try:
        return Configuration.model_validate_json(json.dumps(_with_empty_sections(value)))
    except ValidationError as error:
        return tuple(sorted(_problems(error, read, file), key=lambda problem: problem.line))


def schema() -> dict[str, Any]:
    """The JSON schema of the file, for editors and for `baton schema`."""
    made = Configuration.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE,
        **{key: value for key, value in made.items() if key != "title"},
    }


def _with_empty_sections(value: Mapping[str, object]) -> dict[str, object]:
    """A section whose keys are all commented out is nothing to YAML; here it changes nothing."""
    filled = {key: {} if each is None and key in _SECTIONS else each for key, each in value.items()}
    agents = filled.get("agents")
    if isinstance(agents, dict):
        filled["agents"] = {name: {} if each is None else each for name, each in agents.items()}
    return filled


def _problems(error: ValidationError, read: YamlRead, file: str) -> Iterator[Problem]:
    for each in error.errors():
        place = tuple(part for part in each["loc"] if part != "[key]")
        yield Problem(file, read.line(place), "error", _message(each["type"], place, each))


def _message(kind: str, place: Place, error: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in place)
    if kind == "extra_forbidden":
        return f"there is no key `{name}`. {did_you_mean(str(place[-1]), _keys_at(place[:-1]))}"
    if kind in {"literal_error", "enum"}:
        return f"`{name}` cannot be “{error['input']}”. {did_you_mean(str(error['input']), _choices(error))}"
    if kind == "value_error":
        return f"`{name}`: {error['ctx']['error']}"
    wanted = _WANTED.get(kind) or f"{error['msg'][:1].lower()}{error['msg'][1:]}".replace("input ", "")
    return f"`{name}` {wanted}; here it says “{error['input']}”."


def _keys_at(place: Place) -> tuple[str, ...]:
    model: type[BaseModel] = Configuration
    for part in place:
        model = _section_of(model.model_fields.get(str(part))) or (
            AgentChoices if place[0] == "agents" else model
        )
    return tuple(model.model_fields)


def _section_of(field: FieldInfo | None) -> type[BaseModel] | None:
    found = field.annotation if field else None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _choices(error: Mapping[str, Any]) -> tuple[str, ...]:
    if error["type"] == "enum":
        return tuple(StageKind)
    return tuple(part.strip("' ") for part in error["ctx"]["expected"].replace(" or ", ",").split(","))


_SECTIONS = frozenset(
    name
    for name, field in Configuration.model_fields.items()
    if _section_of(field) or name in {"agents", "stages"}
)
_WANTED: Mapping[str, str] = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "tuple_type": "must be a list, as in `[backend/**]`",
    "model_type": "must hold keys of its own",
    "dict_type": "must hold keys of its own",
    "mapping_type": "must hold keys of its own",
}
