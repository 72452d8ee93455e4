"""`npm ci` and `npm install` with packages kept by the hash of package.json and its lock file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

# A script in front of npm. What it keeps is exactly what `npm ci` installed, before any later step.
_NPM = """#!/bin/sh
real="$PLAYGROUND_NPM"
wanted="$1"
[ $# -gt 0 ] && [ -z "$NPM_CONFIG_GLOBAL" ] || exec "$real" "$@"
case "$wanted" in ci|install|i|clean-install) ;; *) exec "$real" "$@" ;; esac
for argument in "$@"; do
  case "$argument" in
    ci|install|i|clean-install|--no-audit|--no-fund|--prefer-offline|--no-progress|--silent|-s) ;;
    --loglevel=*|--progress=false|--audit=false|--fund=false) ;;
    *) exec "$real" "$@" ;;
  esac
done
[ -f package.json ] && [ -f package-lock.json ] && command -v sha256sum >/dev/null || exec "$real" "$@"
key=$( { echo "$PLAYGROUND_NODE $(uname -sm) $NODE_ENV $NPM_CONFIG_OMIT $NPM_CONFIG_IGNORE_SCRIPTS"
         cat package.json package-lock.json .npmrc 2>/dev/null; } | sha256sum | cut -c1-24 )
kept="$PLAYGROUND_NODE_MODULES/$key"
# Linked, not copied: a file that a step has written into since is newer than the mark, and ends the keeping.
if [ -d "$kept" ] && [ -n "$(find "$kept" -type f -newer "$kept.kept" -print -quit 2>&1)" ]; then
  mv -T "$kept" "$kept.$$" && rm -rf "$kept.$$"
fi
if [ -d "$kept" ]; then
  rm -rf node_modules
  if cp -al "$kept" node_modules 2>/dev/null || { rm -rf node_modules; cp -a "$kept" node_modules; }; then
    case "$wanted" in install|i) exec "$real" "$@" ;; esac
    echo "node_modules: kept from an earlier run with this package-lock.json ($key)"
    exit 0
  fi
fi
"$real" "$@" || exit $?
case "$wanted" in install|i) exit 0 ;; esac
mkdir -p "$PLAYGROUND_NODE_MODULES"
if [ -d node_modules ] && [ ! -d "$kept" ]; then
  fresh="$kept.$$"
  if cp -al node_modules "$fresh" 2>/dev/null || { rm -rf "$fresh"; cp -a node_modules "$fresh"; }; then
    touch "$kept.kept" && mv -T "$fresh" "$kept" 2>/dev/null
  fi
  rm -rf "$fresh"
fi
exit 0
"""


def provide_npm(tools: Path, cache: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Puts the script in front of the machine's npm; gives what it needs in the environment."""
    npm = shutil.which("npm", path=environment["PATH"])
    node = shutil.which("node", path=environment["PATH"])
    if npm is None or node is None:
        return {}
    script = tools / "npm"
    tools.mkdir(parents=True, exist_ok=True)
    script.write_text(_NPM, encoding="utf-8")
    script.chmod(0o755)
    return {
        "PLAYGROUND_NPM": npm,
        "PLAYGROUND_NODE": node,
        "PLAYGROUND_NODE_MODULES": str(cache / "node_modules" / node_version(environment)),
    }


def node_version(environment: Mapping[str, str]) -> str:
    """The version of the machine's Node, such as v20.11.0; empty where it has none."""
    node = shutil.which("node", path=environment["PATH"])
    if node is None:
        return ""
    done = subprocess.run(
        [node, "--version"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
