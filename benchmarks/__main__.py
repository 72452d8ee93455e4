"""`python -m benchmarks [NAME...]`, which is what `make bench` runs."""

from __future__ import annotations

import sys

from benchmarks.running import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
