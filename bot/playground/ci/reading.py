"""Reads a workflow file strictly: what GitHub would not start is broken here too, with the reason."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import yaml

from bot.playground.ci.functions import Broken
from bot.playground.ci.values import Value, text_of, value_of
from bot.playground.ci.workflow import (
    BrokenWorkflow,
    Concurrency,
    Defaults,
    Job,
    Patterns,
    Step,
    Trigger,
    Workflow,
)

_TOP_KEYS = "name run-name on permissions env defaults concurrency jobs"
_JOB_KEYS = (
    "name permissions needs if runs-on snapshot environment concurrency outputs env defaults steps"
    " timeout-minutes strategy continue-on-error container services uses with secrets"
)
_STEP_KEYS = "id if name uses run working-directory shell with env continue-on-error timeout-minutes"
_FILTERS = "branches branches-ignore tags tags-ignore paths paths-ignore types"
_NAME = re.compile(r"[A-Za-z_][\w-]*")


class _Loader(yaml.SafeLoader):
    """YAML as GitHub reads it: `on` is a word, not a truth, and a date is text."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool",
    re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"),
)


def read_workflow(path: str, text: str) -> Workflow | BrokenWorkflow:
    """The workflow in a file, or why there is none."""
    try:
        top = value_of(yaml.load(text, Loader=_Loader))
    except (yaml.YAMLError, RecursionError) as broken:
        return BrokenWorkflow(path, path, f"Invalid workflow file: {path} is no YAML: {_where(broken)}")
    name, triggers = path, None
    try:
        top = _mapping(top, "the file")
        name = text_of(top.get("name")) or path
        triggers = _triggers(top)
        return _workflow(path, name, triggers, top)
    except Broken as broken:
        return BrokenWorkflow(path, name, f"Invalid workflow file: {path}: {broken}", triggers)


def _where(broken: Exception) -> str:
    if isinstance(broken, yaml.MarkedYAMLError) and broken.problem_mark is not None:
        mark = broken.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {broken.problem}"
    return str(broken)


def _workflow(path: str, name: str, triggers: Mapping[str, Trigger], top: Mapping[str, Value]) -> Workflow:
    _only(top, _TOP_KEYS, "the file")
    defaults = _defaults(top, "the file")
    written = _mapping(top.get("jobs"), "jobs")
    if not written:
        raise Broken("it has no jobs; write at least one under `jobs:`")
    jobs = tuple(_job(job_id, raw, defaults) for job_id, raw in written.items())
    _ordered(jobs)
    return Workflow(path, name, triggers, top.get("env"), _concurrency(top.get("concurrency")), jobs)


def _triggers(top: Mapping[str, Value]) -> Mapping[str, Trigger]:
    on = top.get("on")
    match on:
        case str():
            return {on: Trigger()}
        case Mapping() if on:
            return {event: _trigger(event, filters) for event, filters in on.items()}
        case list() if on:
            return {text_of(event): Trigger() for event in on}
    raise Broken("it does not say when it runs; write `on: [push, pull_request]` or the like")


def _trigger(event: str, raw: Value) -> Trigger:
    if event not in ("push", "pull_request") or raw is None:
        return Trigger()
    filters = _mapping(raw, f"on.{event}")
    _only(filters, _FILTERS, f"on.{event}")
    for one in ("branches", "tags", "paths"):
        if one in filters and f"{one}-ignore" in filters:
            raise Broken(f"on.{event} has both {one} and {one}-ignore; GitHub allows one of them")
    found = {key.replace("-", "_"): _patterns(value) for key, value in filters.items()}
    return Trigger(**found)


def _patterns(raw: Value) -> Patterns:
    return tuple(text_of(item) for item in _list(raw))


def _job(job_id: str, raw: Value, wider: Defaults) -> Job:
    where = f"job '{job_id}'"
    if not _NAME.fullmatch(job_id):
        raise Broken(f"{where} has a name that GitHub refuses; letters, digits, - and _ may be used")
    job = _mapping(raw, where)
    _only(job, _JOB_KEYS, where)
    uses = job.get("uses")
    if uses is None and "runs-on" not in job:
        raise Broken(f"{where} does not say `runs-on:`; write `runs-on: ubuntu-latest`")
    if uses is None and not _list(job.get("steps")):
        raise Broken(f"{where} has no steps")
    strategy = _mapping(job.get("strategy") or {}, f"{where}, strategy")
    return Job(
        id=job_id,
        name=None if job.get("name") is None else text_of(job.get("name")),
        needs=_patterns(job.get("needs")),
        condition=text_of(job.get("if")),
        uses=None if uses is None else text_of(uses),
        steps=tuple(_step(n, step, where) for n, step in enumerate(_list(job.get("steps")), start=1)),
        env=job.get("env"),
        defaults=_defaults(job, where).over(wider),
        matrix=strategy.get("matrix"),
        fail_fast=strategy.get("fail-fast", True),
        continue_on_error=job.get("continue-on-error"),
        timeout_minutes=job.get("timeout-minutes"),
        outputs=_mapping(job.get("outputs") or {}, f"{where}, outputs"),
        not_provided=tuple(key for key in ("container", "services") if job.get(key)),
        fingerprint=hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest(),
    )


def _step(number: int, raw: Value, where: str) -> Step:
    here = f"{where}, step {number}"
    step = _mapping(raw, here)
    _only(step, _STEP_KEYS, here)
    if ("run" in step) == ("uses" in step):
        raise Broken(f"{here} wants exactly one of `run:` and `uses:`")
    return Step(
        number=number,
        id=_text(step, "id"),
        name=_text(step, "name"),
        run=_text(step, "run"),
        uses=_text(step, "uses"),
        inputs=_mapping(step.get("with") or {}, f"{here}, with"),
        env=step.get("env"),
        condition=text_of(step.get("if")),
        shell=_text(step, "shell"),
        working_directory=_text(step, "working-directory"),
        continue_on_error=step.get("continue-on-error"),
        timeout_minutes=step.get("timeout-minutes"),
    )


def _text(owner: Mapping[str, Value], key: str) -> str | None:
    return None if owner.get(key) is None else text_of(owner.get(key))


def _defaults(owner: Mapping[str, Value], where: str) -> Defaults:
    run = _mapping(
        _mapping(owner.get("defaults") or {}, f"{where}, defaults").get("run") or {},
        where,
    )
    return Defaults(_text(run, "shell"), _text(run, "working-directory"))


def _concurrency(raw: Value) -> Concurrency | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return Concurrency(raw, False)
    concurrency = _mapping(raw, "concurrency")
    return Concurrency(text_of(concurrency.get("group")), concurrency.get("cancel-in-progress"))


def _ordered(jobs: tuple[Job, ...]) -> None:
    names = {job.id for job in jobs}
    for job in jobs:
        for need in job.needs:
            if need not in names:
                raise Broken(f"job '{job.id}' needs '{need}', which is no job of this workflow")
    try:
        TopologicalSorter({job.id: job.needs for job in jobs}).prepare()
    except CycleError as cycle:
        circle = " needs ".join(f"'{name}'" for name in reversed(cycle.args[1]))
        raise Broken(f"its jobs wait for each other in a circle: {circle}") from cycle


def _only(owner: Mapping[str, Value], allowed: str, where: str) -> None:
    for key in owner:
        if key not in allowed.split():
            raise Broken(f"{where}: unexpected '{key}'; known are {', '.join(allowed.split())}")


def _mapping(raw: Value, where: str) -> Mapping[str, Value]:
    if isinstance(raw, Mapping):
        return raw
    raise Broken(f"{where} is not a mapping of names to values")


def _list(raw: Value) -> list[Value]:
    if raw is None:
        return []
    return list(raw) if isinstance(raw, list) else [raw]
