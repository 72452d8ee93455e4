"""What a tool is: a name, what the model is told of it, the input it takes, and what it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from bot.crew.records import Block, Ending
from bot.crew.tools.desk import Desk, MalformedCall, ToolError


class Inputs(BaseModel):
    """The input of a tool; a parameter that it does not have is a problem, not noise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Answer:
    """What a call gave: a text for the model, and perhaps the end of the run."""

    text: str
    is_error: bool = False
    malformed: bool = False
    ending: Ending | None = None
    given_back: bool = False


class Offered(Protocol):
    """What the loop needs of a tool."""

    @property
    def name(self) -> str: ...

    def definition(self) -> Block:
        """What the model is told of it."""

    def use(self, data: object, desk: Desk) -> Answer:
        """Run one call; whatever is wrong comes back as a sentence."""


I = TypeVar("I", bound=Inputs)


@dataclass(frozen=True)
class Tool(Generic[I]):
    """A tool whose input is checked before it runs."""

    name: str
    description: str
    inputs: type[I]
    run: Callable[[I, Desk], Answer]

    def definition(self) -> Block:
        return definition(self.name, self.description, self.inputs)

    def use(self, data: object, desk: Desk) -> Answer:
        try:
            return self.run(self.inputs.model_validate(as_object(data)), desk)
        except ValidationError as error:
            problems = "\n".join(f"- {sentence}" for sentence in sentences(error))
            return Answer(
                f"{self.name} was not run; its input has problems:\n{problems}", True, malformed=True
            )
        except MalformedCall as error:
            return Answer(str(error), True, malformed=True)
        except ToolError as error:
            return Answer(str(error), True)


def definition(name: str, description: str, inputs: type[BaseModel]) -> Block:
    """A tool as the API wants it."""
    schema = _without_titles(inputs.model_json_schema())
    return {"name": name, "description": description, "input_schema": schema}


def as_object(data: object) -> Mapping[str, Any]:
    """The input as an object; some models send it as JSON in a string."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            raise MalformedCall(
                "The tool's input is not valid JSON; send it again as one JSON object."
            ) from None
    if not isinstance(data, dict):
        raise MalformedCall("The tool's input must be one JSON object with its parameters.")
    return data


def sentences(error: ValidationError) -> list[str]:
    """Every problem of an input, each with its place."""
    return [
        f"`{'.'.join(str(part) for part in problem['loc']) or 'input'}`: {problem['msg']}."
        for problem in error.errors()
    ]


def _without_titles(schema: JsonValue) -> JsonValue:
    """Pydantic's titles tell the model nothing; a property that is called title stays."""
    if isinstance(schema, list):
        return [_without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
