"""Health of a watch by its own figures, for the container: exit status 0 when its work goes on."""

from __future__ import annotations

import sys
import urllib.request

ADDRESS = "http://127.0.0.1:9108/metrics"
LONGEST_SILENCE_S = 15.0


def main() -> int:
    """Ask for the figures, and look how long the work has been silent."""
    with urllib.request.urlopen(ADDRESS, timeout=4) as answer:
        lines = answer.read().decode().splitlines()
    silent = next(float(line.split()[-1]) for line in lines if line.startswith("maskwatch_loop_silent_seconds "))
    return int(silent > LONGEST_SILENCE_S)


if __name__ == "__main__":
    sys.exit(main())
