"""How long to wait after failures, wherever something is tried again."""

from __future__ import annotations

import random

_MOST_DOUBLINGS = 30


def pause_after(failures: int, first_s: float, longest_s: float, chance: random.Random) -> float:
    """Seconds to wait after so many failures in a row, from 1: doubled with each, shortened by up to a half by chance.

    The chance keeps what was lost together, by a switch that failed, from all coming back at one moment
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "equal jitter").

    Args:
        failures: in a row.
        first_s: the pause after the first one at most.
        longest_s: every pause at most.
        chance: where randomness comes from.
    """
    whole_s: float = min(longest_s, first_s * 2 ** min(failures - 1, _MOST_DOUBLINGS))
    return whole_s * chance.uniform(0.5, 1.0)
