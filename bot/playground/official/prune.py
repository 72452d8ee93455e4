"""Makes the pruned copies of GitHub's official descriptions from the npm packages that carry them whole.

npm pack @octokit/openapi @octokit/graphql-schema     # and unpack both
python -m bot.playground.official.prune path/to/openapi/package path/to/graphql-schema/package
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from bot.playground.official.prune_graphql import pruned_sdl
from bot.playground.official.prune_rest import pruned_rest

HERE = Path(__file__).parent


def main(openapi: Path, graphql: Path) -> None:
    write_rest(openapi)
    write_graphql(graphql)


def write_rest(package: Path) -> None:
    description = json.loads((package / "generated" / "api.github.com.json").read_text())
    text = json.dumps(pruned_rest(description, name_of(package)), separators=(",", ":"))
    # No time stamp, so that the same packages give the same bytes.
    (HERE / "rest.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def write_graphql(package: Path) -> None:
    whole = (package / "schema.graphql").read_text()
    heading = f"# Pruned from {name_of(package)} by prune.py; see LICENSE-NOTE.md.\n\n"
    (HERE / "schema.graphql").write_text(heading + pruned_sdl(whole))


def name_of(package: Path) -> str:
    about = json.loads((package / "package.json").read_text())
    return f"{about['name']} {about['version']}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
