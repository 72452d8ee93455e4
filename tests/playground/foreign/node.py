"""Octokit, installed once from its lock file into a cache beside other temporary things."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MISSING = (
    "Node and npm are missing, so that GitHub's own client cannot be tried. "
    "On Debian: apt-get install --no-install-recommends nodejs npm"
)


def installed() -> Path:
    """The directory with `node_modules` as the lock file says, whoever made it first."""
    assert shutil.which("node") and shutil.which("npm"), MISSING
    lock = (HERE / "package-lock.json").read_bytes() + (HERE / "package.json").read_bytes()
    home = Path(tempfile.gettempdir()) / f"baton-foreign-clients-{hashlib.sha256(lock).hexdigest()[:16]}"
    if home.exists():
        return home
    fresh = Path(tempfile.mkdtemp(prefix="baton-foreign-clients-"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, fresh)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"npm could not install Octokit; it needs the npm registry.\n{done.stderr}"
    try:
        fresh.rename(home)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
    return home


def octokit(world: dict[str, Any], delivery: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each check of the script said."""
    home = installed()
    shutil.copy(HERE / "octokit.mjs", home / f"octokit-{os.getpid()}.mjs")
    environment = {
        "PATH": os.environ["PATH"], "WORLD": json.dumps(world), "DELIVERY": json.dumps(delivery), "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    done = subprocess.run(
        ["node", str(home / f"octokit-{os.getpid()}.mjs")], env=environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {each["name"]: each for each in map(json.loads, done.stdout.splitlines())}
