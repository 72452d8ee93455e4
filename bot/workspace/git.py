"""The one place that runs git: nothing of a repository runs, nothing waits for ever, no token is seen."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Pairs = Sequence[tuple[str, str]]

# The first git that takes its configuration from the environment, where no list of processes shows it.
OLDEST = (2, 31)

# What a self-hoster's network may need; everything else of our environment stays with us.
_PASSED_ON = (
    "PATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
)

_FIXED = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_ADVICE": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_SSH_COMMAND": "false",
    "GIT_LFS_SKIP_SMUDGE": "1",
}

# Given by the environment, so that it outranks whatever a repository's own configuration says.
_HARDENED: tuple[tuple[str, str], ...] = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.untrackedCache", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"),
    ("core.symlinks", "false"),
    ("core.autocrlf", "false"),
    ("core.protectHFS", "true"),
    ("core.protectNTFS", "true"),
    ("core.precomposeUnicode", "false"),
    ("core.sshCommand", "false"),
    ("credential.helper", ""),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("protocol.allow", "never"),
    ("protocol.http.allow", "always"),
    ("protocol.https.allow", "always"),
    ("protocol.ext.allow", "never"),
    ("transfer.credentialsInUrl", "die"),
    # git keeps sending its extra headers after a redirect: to another host that would hand out the token.
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "500"),
    ("http.lowSpeedTime", "60"),
    ("safe.directory", "*"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)


class GitFailed(Exception):
    """git refused; the text says which command and what git itself said about it."""

    def __init__(self, command: str, code: int, said: str) -> None:
        super().__init__(f"git {command} failed with exit code {code}: {said or 'it said nothing'}")
        self.command = command
        self.code = code
        self.said = said

    @property
    def is_too_often(self) -> bool:
        """Whether the server wants to be asked more rarely; git does not pass on until when."""
        return "returned error: 429" in self.said


class GitMissing(GitFailed):
    """There is no git on this machine."""

    def __init__(self, command: str) -> None:
        super().__init__(
            command, 127, "git is not installed here, or not in PATH; install Debian's package git"
        )


class GitTimedOut(GitFailed):
    """git took longer than it may and was ended, together with everything it had started."""

    def __init__(self, command: str, seconds: float) -> None:
        super().__init__(command, -signal.SIGKILL, f"it was ended after {seconds:g} seconds without an end")


@dataclass(frozen=True)
class Credential:
    """A token for one URL. It travels in the environment of one process and is never shown."""

    url: str
    token: str = field(repr=False)

    @property
    def encoded(self) -> str:
        return base64.b64encode(f"x-access-token:{self.token}".encode()).decode()

    @property
    def configuration(self) -> tuple[tuple[str, str], ...]:
        return ((f"http.{self.url}.extraHeader", f"Authorization: Basic {self.encoded}"),)


@dataclass(frozen=True)
class Git:
    """git, pointed at one git directory and, for a checkout, at its files."""

    directory: Path
    files: Path | None = None
    local_sources: bool = False

    def __call__(
        self,
        *arguments: str,
        send: bytes = b"",
        configuration: Pairs = (),
        credential: Credential | None = None,
        seconds: float = 120,
        kept_open: tuple[int, ...] = (),
        accepts: tuple[int, ...] = (0,),
    ) -> bytes:
        """What git answers on its standard output. Raises GitFailed for exit codes that are not accepted."""
        private = credential.configuration if credential else ()
        environment = self._environment((*configuration, *private))
        code, answer, complaint = _run(("git", *arguments), environment, send, seconds, kept_open)
        if code not in accepts:
            said = _redacted(complaint.decode(errors="replace"), credential)
            raise GitFailed(arguments[0], code, said)
        return answer

    def _environment(self, extra: Pairs) -> dict[str, str]:
        places = {"GIT_DIR": str(self.directory)}
        if self.files is not None:
            places["GIT_WORK_TREE"] = str(self.files)
        local = (("protocol.file.allow", "always" if self.local_sources else "never"),)
        return clean_environment(places, (*_HARDENED, *local, *extra))


def clean_environment(places: Mapping[str, str], configuration: Pairs) -> dict[str, str]:
    """An environment of allow-listed variables, with git's configuration in it and not on the command line."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    settings = {"GIT_CONFIG_COUNT": str(len(configuration))}
    for number, (key, value) in enumerate(configuration):
        settings[f"GIT_CONFIG_KEY_{number}"] = key
        settings[f"GIT_CONFIG_VALUE_{number}"] = value
    return {**passed_on, **_FIXED, **places, **settings}


def _run(
    command: tuple[str, ...],
    environment: Mapping[str, str],
    send: bytes,
    seconds: float,
    kept_open: tuple[int, ...],
) -> tuple[int, bytes, bytes]:
    with _started(command, environment, kept_open) as process:
        try:
            answer, complaint = process.communicate(send, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise GitTimedOut(command[1], seconds) from None
        except BaseException:
            _end(process)
            raise
        return process.returncode, answer, complaint


def _started(
    command: tuple[str, ...], environment: Mapping[str, str], kept_open: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env=dict(environment),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=kept_open,
        )
    except FileNotFoundError:
        raise GitMissing(command[1]) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _redacted(text: str, credential: Credential | None) -> str:
    """What git said, as one line, without anything that opens a door."""
    if credential and credential.token:
        text = text.replace(credential.token, "[token]").replace(credential.encoded, "[token]")
    text = re.sub(r"(?i)(authorization:\s*\w+\s+)\S+", r"\1[token]", text)
    text = re.sub(r"(\w+://)[^/\s@]+@", r"\1[token]@", text)
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or lines
    return " ".join(line for line in telling if line)[:800]


def version_fault() -> str | None:
    """Why this machine's git will not do, as a whole sentence; None where it does."""
    try:
        said = Git(Path("/nonexistent"))("version").decode()
    except GitMissing as missing:
        return f"{missing}."
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST:
        needed = ".".join(str(number) for number in OLDEST)
        return f"This machine has {said.strip()}, and Baton needs {needed} or newer. Update git."
    return None
