"""`baton serve` or `baton worker` with leases of some seconds, so that what a dead or stalled one held is soon free.

`python -m tests.chaos.leasing_briefly serve`, `serve --no-worker` or `worker`; `CHAOS_LEASE_SECONDS` says how long.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bot.app import Making, serve, work


def main(command: Sequence[str]) -> None:
    making = Making(lease_seconds=float(os.environ["CHAOS_LEASE_SECONDS"]))
    if command[0] == "worker":
        work(making)
    else:
        serve(with_worker="--no-worker" not in command, making=making)


if __name__ == "__main__":
    main(sys.argv[1:])
