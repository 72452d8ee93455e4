"""How a script becomes a command: the shells of `run:` steps, as GitHub calls them."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.ci.functions import Broken

# GitHub: without `shell:` bash gets only -e; pipefail comes with an explicit `shell: bash`.
_TEMPLATES: Mapping[str, tuple[str, str]] = {
    "": ("bash -e {0}", ".sh"),
    "bash": ("bash --noprofile --norc -e -o pipefail {0}", ".sh"),
    "sh": ("sh -e {0}", ".sh"),
    "python": ("python {0}", ".py"),
    "pwsh": ("pwsh -command . {0}", ".ps1"),
}


@dataclass(frozen=True)
class Script:
    """A script written to a file, and the command that runs it."""

    command: tuple[str, ...]
    shown: str


def write_script(text: str, shell: str | None, stem: Path, environment: Mapping[str, str]) -> Script:
    """Writes the script; a shell that the machine lacks is refused with its name."""
    template, suffix = _TEMPLATES.get(shell or "", (shell or "", ""))
    if "{0}" not in template:
        raise Broken(f"Invalid shell option '{shell}'; write bash, sh, python, or a command with {{0}}")
    program, *arguments = shlex.split(template)
    found = shutil.which(program, path=environment.get("PATH", ""))
    if found is None and program == "python":
        found = shutil.which("python3", path=environment.get("PATH", ""))
    if found is None:
        raise Broken(f"{program}: command not found; this machine has no such shell")
    path = stem.with_suffix(suffix)
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    rest = [argument.replace("{0}", str(path)) for argument in arguments]
    return Script((found, *rest), shlex.join([found, *arguments]).replace("'{0}'", "{0}"))
