"""What a job finds around it: this machine's tools, a Python of its own, and no key."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from bot.playground.ci.caches import own_cache, take_slot
from bot.playground.ci.python import Interpreter, environment_key
from bot.playground.ci.uv import known_uv
from tests.playground.ci.world import World, job_of

UV = known_uv(Path("/nonexistent"), {"PATH": os.environ["PATH"], "UV": os.environ.get("UV", "")})
ASKS_PYTHON = """
    - uses: actions/checkout@v4
    - uses: actions/setup-python@v5
      with: {python-version: "3.11"}
    - run: python -c 'import sys; print("prefix", sys.prefix, sys.prefix != sys.base_prefix)'
    - run: ls "$pythonLocation/note" || touch "$pythonLocation/note"
"""


def test_no_key_and_nothing_of_batons_reaches_a_job(world: World) -> None:
    secrets = {
        "ANTHROPIC_API_KEY": "sk-x",
        "BATON_GITHUB_PRIVATE_KEY": "pem",
        "AWS_SECRET_ACCESS_KEY": "aws",
        "GITHUB_TOKEN": "ghp",
        "PIP_EXTRA_INDEX_URL": "https://me:pass@index.example/simple",
        "NPM_CONFIG_USERCONFIG": "/secret/npmrc",
    }
    useful = {
        "PIP_CERT": "/ca.pem",
        "NODE_EXTRA_CA_CERTS": "/ca.pem",
        "PIP_INDEX_URL": "https://index.example",
    }
    world.start(machine={"PATH": os.environ["PATH"], "HOME": str(world.directory), **secrets, **useful})
    job = world.runs_steps("- run: env | sort")
    names = {line.partition("=")[0] for line in job.log.splitlines()}
    assert not names & set(secrets)
    assert set(useful) <= names
    assert {
        "CI",
        "GITHUB_ACTIONS",
        "GITHUB_SHA",
        "GITHUB_REPOSITORY",
        "GITHUB_WORKSPACE",
        "RUNNER_OS",
    } <= names
    assert "pass@" not in job.log
    assert not [name for name in names if name.startswith(("ANTHROPIC_", "BATON_"))]


def test_the_virtual_environment_of_this_process_is_not_on_the_path(world: World) -> None:
    job = world.runs_steps('- run: echo "path $PATH" && echo "home $HOME" && echo "venv [$VIRTUAL_ENV]"')
    (path,) = [line for line in job.log.splitlines() if line.startswith("path /")]
    assert f"{sys.prefix}/bin" not in path.removeprefix("path ").split(":")
    assert "\nvenv []\n" in job.log
    assert f"home {Path.home()}\n" not in job.log


def test_settings_reach_the_job_without_their_credentials(world: World) -> None:
    home = world.directory / "machine"
    (home / ".config/pip").mkdir(parents=True)
    (home / ".npmrc").write_text("registry=https://npm.example/\n//npm.example/:_authToken=abc\n")
    (home / ".config/pip/pip.conf").write_text(
        "[global]\ntimeout = 9\nindex-url = https://me:secret@pip.example/\n"
    )
    world.start(machine={"PATH": os.environ["PATH"], "HOME": str(home)})
    job = world.runs_steps("- run: cat ~/.npmrc ~/.config/pip/pip.conf")
    assert "registry=https://npm.example/" in job.log
    assert "timeout = 9" in job.log
    assert "abc" not in job.log
    assert "secret" not in job.log


def test_pip_never_installs_into_this_machines_own_python(world: World) -> None:
    job = world.runs_steps("- run: python3 -m pip install --dry-run pip")
    assert job.conclusion == "failure"
    assert "Could not find an activated virtualenv" in job.log or "No module named pip" in job.log


def test_setup_python_gives_an_environment_of_its_own_that_the_next_run_finds_again(world: World) -> None:
    files = {".github/workflows/ci.yml": job_of(ASKS_PYTHON), "requirements.txt": "# nothing\n"}
    world.pushes(files)
    first = world.seen.only_job
    assert first.conclusion == "success"
    assert f"prefix {world.cache}/python/" in first.log
    assert "made for this job" in first.log
    world.pushes({"README.md": "more\n"})
    second = world.seen.job("test")
    assert "kept from an earlier run" in second.log
    assert "/note\n" in second.log


def test_an_environment_is_named_by_lock_files_interpreter_and_job(tmp_path: Path) -> None:
    files = ["backend/requirements-dev.txt", "README.md", "uv.lock"]
    (tmp_path / "backend").mkdir()
    for name in files:
        (tmp_path / name).write_text("1")

    def key(version: str = "3.11.2", job: str = "job") -> str:
        return environment_key(tmp_path, files, Interpreter("/usr/bin/python3", version), job)

    first = key()
    (tmp_path / "README.md").write_text("2")
    assert key() == first
    assert key(version="3.12.1") != first
    assert key(job="another") != first
    (tmp_path / "backend/requirements-dev.txt").write_text("2")
    assert key() != first


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory away")
def test_a_cache_of_another_user_is_not_run_from(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    os.chown(cache, 12345, 12345)
    with pytest.raises(PermissionError, match="belongs to another user"):
        own_cache(cache)


def test_an_environment_is_nobodys_else_while_a_job_uses_it(tmp_path: Path) -> None:
    one, other = take_slot(tmp_path), take_slot(tmp_path)
    assert one.directory != other.directory
    one.directory.mkdir()
    one.give_back(whole=True)
    again = take_slot(tmp_path)
    assert (again.directory, again.warm) == (one.directory, True)
    again.give_back(whole=True)
    other.give_back(whole=True)


def test_an_environment_that_was_not_given_back_whole_is_thrown_away(tmp_path: Path) -> None:
    slot = take_slot(tmp_path)
    slot.directory.mkdir()
    (slot.directory / "half-installed").touch()
    slot.give_back(whole=True)
    take_slot(tmp_path).give_back(whole=False)
    again = take_slot(tmp_path)
    assert not again.warm
    assert not again.directory.exists()
    again.give_back(whole=False)


@pytest.mark.skipif(UV is None, reason="this machine has no uv")
def test_setup_uv_gives_uv_and_an_environment_to_install_into(world: World) -> None:
    world.start(machine={**os.environ, "UV": str(UV)})
    job = world.runs_steps("""
        - uses: actions/checkout@v4
        - uses: astral-sh/setup-uv@v6
          with: {activate-environment: true}
        - run: uv --version && uv pip list && python -c 'import sys; print("prefix", sys.prefix)'
    """)
    assert job.conclusion == "success"
    assert f"prefix {world.cache}/python/" in job.log


def test_uv_is_looked_for_on_the_path_then_where_this_process_came_from_then_in_our_own(
    tmp_path: Path,
) -> None:
    environment = {"PATH": str(tmp_path / "path"), "UV": str(tmp_path / "origin" / "uv")}
    assert known_uv(tmp_path / "cache", environment) is None
    places = [tmp_path / "cache" / "tools" / "uv", tmp_path / "origin", tmp_path / "path"]
    for place in places:
        place.mkdir(parents=True)
        (place / "uv").touch(mode=0o755)
        assert known_uv(tmp_path / "cache", environment) == place / "uv"


def test_uv_is_told_of_the_index_that_pips_settings_name(world: World) -> None:
    settings = world.directory / ".config/pip/pip.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("[global]\nindex-url = https://pip.example/simple\n")
    world.start(machine={"PATH": os.environ["PATH"], "HOME": str(world.directory)})
    job = world.runs_steps('- run: echo "index $UV_DEFAULT_INDEX"')
    assert "\nindex https://pip.example/simple\n" in job.log


WEB = {
    "web/package.json": '{"name": "web", "version": "1.0.0", "dependencies": {"lib": "file:lib"}}',
    "web/lib/package.json": '{"name": "lib", "version": "1.0.0"}',
    "web/package-lock.json": """{"name": "web", "version": "1.0.0", "lockfileVersion": 3, "packages": {
        "": {"name": "web", "version": "1.0.0", "dependencies": {"lib": "file:lib"}},
        "lib": {"version": "1.0.0"}, "node_modules/lib": {"resolved": "lib", "link": true}}}""",
}


def web_job(then: str) -> dict[str, str]:
    """A job that installs the packages and then does something with them."""
    steps = f"""
        - uses: actions/checkout@v4
        - uses: actions/setup-node@v4
        - {{run: npm ci, working-directory: web}}
        - {{run: "{then}", working-directory: web}}
    """
    return {**WEB, ".github/workflows/ci.yml": job_of(steps)}


@pytest.mark.skipif(shutil.which("npm") is None, reason="this machine has no npm")
def test_npm_ci_finds_the_packages_of_an_earlier_run_again(world: World) -> None:
    world.pushes(web_job(then="ls node_modules; echo > node_modules/scratch"))
    first = world.seen.only_job
    assert first.conclusion == "success"
    assert "kept from an earlier run" not in first.log
    world.pushes({"README.md": "more\n"})
    second = world.seen.job("test")
    assert second.conclusion == "success"
    assert "kept from an earlier run" in second.log
    assert "\nlib\n" in second.log
    assert "\nscratch\n" not in second.log


@pytest.mark.skipif(shutil.which("npm") is None, reason="this machine has no npm")
def test_packages_that_a_step_wrote_into_are_not_kept(world: World) -> None:
    world.pushes(web_job(then="echo ' ' >> node_modules/.package-lock.json"))
    world.pushes({"README.md": "more\n"})
    assert world.seen.conclusions == {"test": "success"}
    assert "kept from an earlier run" not in world.seen.job("test").log


def test_a_job_for_a_tool_that_the_machine_lacks_is_reported_as_skipped(world: World) -> None:
    tools = world.directory / "bin"
    tools.mkdir()
    for name in ("bash", "git"):
        (tools / name).symlink_to(str(shutil.which(name)))
    world.start(machine={"PATH": str(tools), "HOME": str(world.directory)})
    job = world.runs_steps("- uses: actions/setup-node@v4\n- run: exit 1")
    assert job.conclusion == "skipped"
    assert "node is not on this machine, so this job is reported as skipped" in job.log
    assert world.seen.run_conclusions == ["skipped"]


def test_nothing_of_a_job_is_left_on_the_disk(world: World) -> None:
    job = world.runs_steps('- uses: actions/checkout@v4\n- run: echo "at $PWD"')
    (where,) = [line.removeprefix("at ") for line in job.log.splitlines() if line.startswith("at /")]
    until = time.monotonic() + 5
    while Path(where).exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(where).exists()
    world.close()
    assert not Path(where).parent.parent.exists()
