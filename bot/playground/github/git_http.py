"""Git over HTTP: git's own `http-backend` behind this GitHub's tokens."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.playground.access import Caller
from bot.playground.acts.protection import RULES, Violation, violation
from bot.playground.acts.refs import refs_moved
from bot.playground.github.asking import Answer
from bot.playground.github.rest.git_data import changed_workflow
from bot.playground.hub import Hub
from bot.playground.refusals import Refused
from bot.playground.state import Repository

PATH = re.compile(
    r"/(?P<owner>[^/]+)/(?P<repo>[^/]+?)(?:\.git)?/(?P<rest>info/refs|git-upload-pack|git-receive-pack)"
)
CHALLENGE = {"WWW-Authenticate": 'Basic realm="GitHub"'}


@dataclass(frozen=True, slots=True)
class GitRequest:
    """A request of git's smart protocol."""

    method: str
    owner: str
    repo: str
    rest: str
    query: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def pushes(self) -> bool:
        return "git-receive-pack" in (self.rest, self.query.removeprefix("service="))


def answer(hub: Hub, request: GitRequest, caller: Caller) -> Answer:
    """Lets git answer; what a push moved then goes the way that every moved branch goes."""
    with hub.lock:
        repository = admitted(hub, request, caller)
    body = (
        gzip.decompress(request.body) if request.headers.get("content-encoding") == "gzip" else request.body
    )
    receives = request.rest == "git-receive-pack"
    if not receives:
        return backend(repository, request, body, caller)
    with hub.lock:
        return receive(hub, repository, request, body, caller)


def receive(hub: Hub, repository: Repository, request: GitRequest, body: bytes, caller: Caller) -> Answer:
    before = dict(repository.git.refs)
    given = backend(repository, request, body, caller)
    after = repository.git.read_refs()
    broken = violations(hub, repository, caller, before, after)
    refused = refused_refs(repository, before, after, caller) | {
        ref: reason(each) for ref, each in broken.items()
    }
    if refused:
        # The pack is in, but the refs go back: GitHub's hook declines before they move.
        for ref in refused:
            repository.git.run("update-ref", *(("-d", ref) if ref not in before else (ref, before[ref])))
        after = repository.git.read_refs()
    refs_moved(hub, repository, caller.actor, before, after)
    if not refused:
        return given
    moved = [ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref)]
    notes = [note(hub, repository, ref, each) for ref, each in broken.items()]
    return declined(given, moved, refused, notes)


def admitted(hub: Hub, request: GitRequest, caller: Caller) -> Repository:
    """The repository, if this caller may read or push it; git asks again with a password on 401."""
    try:
        repository = hub.repository(request.owner, request.repo)
    except Refused as refused:
        raise Refused(404 if caller.user else 401, "Repository not found.") from refused
    if request.rest == "info/refs" and not request.query.startswith("service="):
        raise Refused(
            403, "Please upgrade your git client.\nGitHub.com no longer supports git over dumb-http"
        )
    if caller.user is None and (request.pushes or repository.private):
        raise Refused(401, "Authentication required")
    try:
        caller.needs(repository, "write" if request.pushes else "read", "contents")
    except Refused as refused:
        if refused.status == 404:
            raise Refused(404, "Repository not found.") from refused
        name = repository.full_name
        raise Refused(403, f"Permission to {name}.git denied to {caller.actor.login}.") from refused
    if request.pushes and repository.archived:
        raise Refused(403, "This repository was archived so it is read-only.")
    return repository


def backend(repository: Repository, request: GitRequest, body: bytes, caller: Caller) -> Answer:
    """Runs `git http-backend` as a CGI program."""
    git = repository.git
    environment = {
        **git.environment,
        "GIT_PROJECT_ROOT": str(git.directory),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{request.rest}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": caller.user.login if caller.user else "",
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
    }
    done = subprocess.run(
        ["git", "http-backend"], check=False, input=body, capture_output=True, env=environment
    )
    if done.returncode != 0 or not done.stdout:
        raise Refused(500, done.stderr.decode(errors="replace").strip() or "git http-backend failed")
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode(errors="replace").split("\r\n") if ": " in line)
    status = int(fields.pop("Status", "200").split()[0])
    media = fields.pop("Content-Type", "text/plain")
    return Answer(status, raw=content, headers=fields, media=media)


def refused_refs(
    repository: Repository, before: dict[str, str], after: dict[str, str], caller: Caller
) -> dict[str, str]:
    """Refs that GitHub would not let this caller move, with its words."""
    refused = {}
    for ref in {ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref)}:
        if ref not in after or caller.may(repository, "workflows", "write"):
            continue
        path = changed_workflow(repository, before.get(ref), after[ref])
        if path is not None:
            caller.outside(f"push of {path} to {repository.full_name} needs workflows in this token")
            refused[ref] = (
                f"refusing to allow a GitHub App to create or update workflow `{path}` "
                "without `workflows` permission"
            )
    return refused


def violations(
    hub: Hub, repository: Repository, caller: Caller, before: dict[str, str], after: dict[str, str]
) -> dict[str, Violation]:
    """The branches that a push moved against their rules."""
    found = {
        ref: violation(hub, repository, caller.user, ref, before.get(ref), after.get(ref))
        for ref in before.keys() | after.keys()
    }
    return {ref: each for ref, each in found.items() if each is not None}


def reason(each: Violation) -> str:
    """What stands behind `[remote rejected]`."""
    return (
        "push declined due to repository rule violations" if each.ruled else "protected branch hook declined"
    )


def note(hub: Hub, repository: Repository, ref: str, each: Violation) -> str:
    """What git prints after `remote:`."""
    if not each.ruled:
        return f"error: GH006: Protected branch update failed for {ref}.\nerror: {each.why}\n"
    page = f"{hub.url}/{repository.full_name}/rules?ref={quote(ref, safe='')}"
    lines = (
        f"error: GH013: {RULES} for {ref}.",
        f"Review all repository rules at {page}",
        "",
        f"- {each.why}",
    )
    return "\n".join(lines) + "\n\n"


def declined(given: Answer, moved: list[str], refused: dict[str, str], notes: list[str]) -> Answer:
    """The report of a push, with the refused refs named as refused and what GitHub says of them."""
    lines = [b"unpack ok\n", *(f"ok {ref}\n".encode() for ref in moved)]
    lines += [f"ng {ref} {why}\n".encode() for ref, why in refused.items()]
    report = b"".join(packet(line) for line in lines) + b"0000"
    said = b"".join(packet(b"\x02" + each.encode()) for each in notes)
    return Answer(
        200, raw=said + packet(b"\x01" + report) + b"0000", headers=given.headers, media=given.media
    )


def packet(data: bytes) -> bytes:
    return f"{len(data) + 4:04x}".encode() + data
