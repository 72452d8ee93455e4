"""The OpenAPI specification is valid and of the version that the repository asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.facts.diff import Change, FileStatus, Finding, Level
from bot.inspections.inspection import StageInspected
from bot.plan.reading_openapi import Place, Specification, read_specification
from bot.plan.stage_kind import StageKind

NAME = "openapi_valid"
TITLE = "The OpenAPI specification is valid."

MOST_FINDINGS = 25


def applies(stage: StageInspected) -> bool:
    """Asked of whoever writes the specification: the API stage, or the backend where code generates it."""
    writer = StageKind.API if stage.configuration.openapi.mode == "authored" else StageKind.BACKEND
    return stage.kind in (StageKind.API, writer)


def inspect(change: Change, stage: StageInspected) -> Iterator[Finding]:
    """Reads it with its split files; a missing one is for `required_documents` to say."""
    path = stage.configuration.openapi.path
    documents = _documents(change)
    if path not in documents:
        return
    specification = read_specification(path, documents)
    if specification.problems:
        for problem in specification.problems[:MOST_FINDINGS]:
            yield _finding(problem.file, problem.line, problem.message)
        return
    yield from _judged(specification, stage.configuration.openapi.version)


def _documents(change: Change) -> dict[str, str]:
    """The texts after the change: the documents given, and above them what the diff itself says."""
    new = {file.path: file.text for file in change.diff.files if file.text is not None}
    gone = set(change.diff.of(FileStatus.DELETED))
    return {path: text for path, text in {**change.documents, **new}.items() if path not in gone}


def _finding(file: str, line: int, message: str) -> Finding:
    return Finding(NAME, Level.ERROR, file, line, message)


def _judged(specification: Specification, version: str) -> Iterator[Finding]:
    if not isinstance(specification.value, dict):
        start = specification.origin(())
        yield _finding(start.file, start.line, "The specification is no mapping; it begins with `openapi:`.")
        return
    said = specification.value.get("openapi")
    if not re.fullmatch(rf"{re.escape(version)}\.\d+", str(said)):
        place = specification.origin(("openapi",))
        yield _finding(place.file, place.line, _of_another_version(said, version))
        return
    yield from _errors(specification, version)


def _of_another_version(said: object, version: str) -> str:
    if said is None:
        return f"The specification does not say its version. Begin it with `openapi: {version}.0`."
    return (
        f"The specification says `openapi: {said}`, and this repository asks for {version}.x. Write {version}.0, "
        "or set `openapi: {version: …}` in .github/baton.yml."
    )


def _errors(specification: Specification, version: str) -> Iterator[Finding]:
    found: dict[Finding, None] = {}
    for place, message in _told(specification.value, version):
        origin = specification.origin(place)
        line = origin.line if place else None
        found[Finding(NAME, Level.ERROR, origin.file, line, f"{_where(place)}{message}")] = None
    yield from list(found)[:MOST_FINDINGS]


def _told(value: Mapping[str, Any], version: str) -> Iterator[tuple[Place, str]]:
    """The validator's errors, each as its most telling part, with its place."""
    try:
        for error in _validation_errors(dict(value), version):
            telling = _most_telling(error)
            yield _place(telling), _sentence(telling.message)
    except Exception as error:  # noqa: BLE001  what trips the validator is not valid, whatever it raises
        yield (), f"The validator cannot get through it: {_sentence(str(error) or type(error).__name__)}"


def _validation_errors(value: dict[str, Any], version: str) -> list[Any]:
    """What is wrong with the form; what is wrong with the content only where the form is right.

    The validator would choose a faster library where one is installed, which says less about an error.
    """
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator, schemas
    from openapi_spec_validator.schemas.backend.jsonschema import create_validator

    form = {"3.0": schemas.schema_v30, "3.1": schemas.schema_v31}[version]
    wrong = list(create_validator(dict(form)).iter_errors(value))
    if wrong:
        return wrong
    validator = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}[version]
    return list(validator(SchemaPath.from_dict(value, handlers=_NothingFetched())).iter_errors())


def _most_telling(error: Any) -> Any:
    """Where alternatives were tried, the one that got deepest; that it is no `$ref` tells nobody anything."""
    while error.context:
        told = [each for each in error.context if each.message != "'$ref' is a required property"]
        error = max(told or error.context, key=lambda each: len(each.absolute_path))
    return error


def _place(error: Any) -> Place:
    """Some errors have no path, but name their operation."""
    named = re.search(r"'(\w+)'(?: operation)? in '(/[^']*)'", error.message)
    if not error.absolute_path and named:
        return ("paths", named[2], named[1])
    return tuple(error.absolute_path)


class _NothingFetched(dict[str, Any]):
    """Answers for every scheme of URL that it is not fetched."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __missing__(self, scheme: str) -> Any:
        def refuse(url: str) -> Any:
            raise ValueError(f"{url} is on the net, and nothing is fetched")

        return refuse


def _sentence(message: str) -> str:
    short = " ".join(message.split())
    short = short if len(short) <= 300 else f"{short[:299]}…"
    return short if short.endswith((".", "…", "!")) else f"{short}."


def _where(place: Iterable[str | int]) -> str:
    parts = [str(part) for part in place]
    if parts[:1] == ["paths"] and len(parts) > 2:
        return f"{parts[2].upper()} {parts[1]}{''.join(f', {part}' for part in parts[3:])}: "
    return f"{' → '.join(parts)}: " if parts else ""
