"""The clean environment of a job: this machine's tools and indexes, none of its keys."""

from __future__ import annotations

import configparser
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

# Where packages come from and whom to trust: without these an installation fails on many machines.
_PASSED_NAMES = """
    LANG LC_ALL LC_CTYPE TZ SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO
    NODE_EXTRA_CA_CERTS HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY PYENV_ROOT PYENV_VERSION RUSTUP_HOME
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_CERT PIP_TRUSTED_HOST PIP_PROXY
    PIP_DEFAULT_TIMEOUT PIP_RETRIES PIP_PREFER_BINARY
    UV UV_INDEX_URL UV_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_INDEX UV_FIND_LINKS UV_NO_INDEX UV_NATIVE_TLS
    UV_SYSTEM_CERTS UV_HTTP_TIMEOUT UV_INSECURE_HOST UV_OFFLINE
    NPM_CONFIG_REGISTRY NPM_CONFIG_CAFILE NPM_CONFIG_CA NPM_CONFIG_STRICT_SSL NPM_CONFIG_PROXY
    NPM_CONFIG_HTTPS_PROXY NPM_CONFIG_NOPROXY NPM_CONFIG_NODEDIR NPM_CONFIG_OFFLINE
    NPM_CONFIG_PREFER_OFFLINE
"""
_PASSED = frozenset(_PASSED_NAMES.split())
_SETTINGS_FILES = (
    ".npmrc",
    ".config/pip/pip.conf",
    ".pip/pip.conf",
    ".config/uv/uv.toml",
)
_CREDENTIAL = re.compile(r"//[^/\s@]+@|_auth|_password|username|password|token|\$\{", re.IGNORECASE)


def clean_environment(home: Path, cache: Path, machine: Mapping[str, str]) -> dict[str, str]:
    """What a job's steps begin with: nothing that is not named here."""
    passed = {
        name: value
        for name, value in machine.items()
        if name.upper() in _PASSED and not _CREDENTIAL.search(value)
    }
    return {
        "LANG": "C.UTF-8",
        **_index_for_uv(machine),
        **passed,
        "CI": "true",
        "HOME": str(home),
        "PATH": os.pathsep.join(machine_path(machine)),
        "PIP_CACHE_DIR": str(cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",  # never into this machine's own Python
        "UV_CACHE_DIR": str(cache / "uv"),
        "UV_PYTHON_INSTALL_DIR": str(cache / "uv-python"),
        "NPM_CONFIG_CACHE": str(cache / "npm"),
        "NPM_CONFIG_PREFIX": str(home / ".npm-global"),
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }


def _index_for_uv(machine: Mapping[str, str]) -> dict[str, str]:
    """uv does not read pip's settings: where they name another index than PyPI, it is told."""
    settings = configparser.ConfigParser(interpolation=None)
    files = [Path("/etc/pip.conf"), *(Path(machine.get("HOME", "")) / name for name in _SETTINGS_FILES[1:3])]
    with suppress(configparser.Error, UnicodeDecodeError):
        settings.read(files, encoding="utf-8")
    index = machine.get("PIP_INDEX_URL") or settings.get("global", "index-url", fallback="")
    named = any(name in machine for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"))
    return {} if named or not index or _CREDENTIAL.search(index) else {"UV_DEFAULT_INDEX": index}


def machine_path(machine: Mapping[str, str]) -> list[str]:
    """The machine's PATH without the virtual environment that this process runs in."""
    own = {_real(Path(sys.prefix) / "bin")} if sys.prefix != sys.base_prefix else set[Path]()
    if machine.get("VIRTUAL_ENV"):
        own.add(_real(Path(machine["VIRTUAL_ENV"]) / "bin"))
    directories = machine.get("PATH", os.defpath).split(os.pathsep)
    return [each for each in directories if each.startswith("/") and _real(Path(each)) not in own]


def copy_settings(machine_home: Path, home: Path) -> None:
    """Gives the job's HOME the lines of pip's, uv's and npm's settings that hold no credential."""
    for name in _SETTINGS_FILES:
        try:
            lines = (machine_home / name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        target = home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = [line for line in lines if not _CREDENTIAL.search(line)]
        target.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
