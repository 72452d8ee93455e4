"""git runs alone: without our environment, without anybody's configuration, and not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.workspace.git import Credential, Git, GitFailed, GitTimedOut, clean_environment


def test_git_says_itself_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(GitFailed) as failed:
        Git(tmp_path)("rev-parse", "HEAD")
    assert str(failed.value) == (
        f"git rev-parse failed with exit code 128: fatal: not a git repository: '{tmp_path}'"
    )


def test_only_what_a_network_needs_of_our_environment_reaches_git() -> None:
    environment = clean_environment({}, ())
    ours = {name for name in environment if not name.startswith(("GIT_", "LC_", "LANG"))}
    network = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
    assert ours - network - {"SSL_CERT_FILE", "SSL_CERT_DIR"} == {"PATH", "HOME", "XDG_CONFIG_HOME"}
    assert environment["HOME"] == "/nonexistent"


def test_a_token_is_in_the_environment_and_never_shown(tmp_path: Path) -> None:
    credential = Credential("https://github.com/a/b.git", "ghs_canary")
    assert "ghs_canary" not in repr(credential)
    with pytest.raises(GitFailed) as failed:
        Git(tmp_path)("ghs_canary", credential.encoded, credential=credential)
    assert "ghs_canary" not in failed.value.said
    assert credential.encoded not in failed.value.said


def test_user_names_and_headers_in_what_git_said_are_hidden(tmp_path: Path) -> None:
    with pytest.raises(GitFailed) as failed:
        Git(tmp_path, local_sources=True)("ls-remote", "http://user:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in str(failed.value)


def test_git_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "r")], check=True)
    hanging = f"echo $$ > {pid_file}; exec sleep 60"
    started = time.monotonic()
    with pytest.raises(GitTimedOut, match=r"it was ended after 0\.3 seconds without an end"):
        Git(tmp_path / "r")("-c", f"alias.wait=!{hanging}", "wait", seconds=0.3)
    assert time.monotonic() - started < 10
    child = int(pid_file.read_text())
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(child, 0)
            time.sleep(0.02)


@pytest.mark.parametrize("url", ["ext::sh -c 'touch canary'", "ssh://127.0.0.1/x", "git://127.0.0.1/x"])
def test_only_http_and_given_directories_are_spoken_to(tmp_path: Path, url: str) -> None:
    with pytest.raises(GitFailed, match="not allowed"):
        Git(tmp_path)("ls-remote", url)


def test_local_paths_are_closed_unless_asked_for(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "r")], check=True)
    with pytest.raises(GitFailed, match="transport 'file' not allowed"):
        Git(tmp_path)("ls-remote", str(tmp_path / "r"))
    assert Git(tmp_path, local_sources=True)("ls-remote", str(tmp_path / "r")) == b""


def a_git_that(path: Path, says: str) -> None:
    path.mkdir()
    (path / "git").write_text(f"#!/bin/sh\necho '{says}'\n")
    (path / "git").chmod(0o755)


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("git version 2.39.5", None),
        ("git version 2.31.0 (Apple Git-132)", None),
        ("git version 3.0", None),
        ("git version 2.30.2", "This machine has git version 2.30.2, and Baton needs 2.31 or newer. Update git."),
        (None, "git version failed with exit code 127: git is not installed here, or not in PATH; install Debian's package git."),
    ],
)  # fmt: skip
def test_a_git_that_will_not_do_is_told(tmp_path: Path, says: str | None, sentence: str | None) -> None:
    if says:
        a_git_that(tmp_path / "bin", says)
    program = "from bot.workspace.git import version_fault; print(version_fault())"
    environment = {"PATH": str(tmp_path / "bin")}
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(sentence)
