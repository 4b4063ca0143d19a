"""One image of a live source, before it is turned into pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from maskwatch.frames import Image


@dataclass(frozen=True)
class LazyFrame:
    """An image as it came; its pixels cost time and are made only when somebody takes it.

    Attributes:
        decode: gives RGB uint8 (H, W, 3), upright.
        arrived_at: `time.monotonic` seconds.
        media_s: its presentation time on the clock of the source, which may start anywhere and jump; None when the
            source has none.
    """

    decode: Callable[[], Image]
    arrived_at: float
    media_s: float | None = None
