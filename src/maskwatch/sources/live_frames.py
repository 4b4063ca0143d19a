"""Frames of live sources: decoded on demand, and only the latest kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from maskwatch.frames import Image

Item = TypeVar("Item")


@dataclass(frozen=True)
class LazyFrame:
    """A frame that is decoded on demand: frames that are dropped cost no conversion to RGB.

    Attributes:
        decode: returns RGB uint8 (H, W, 3), upright.
        arrived_at: `time.monotonic` seconds.
        media_s: presentation time on the clock of the source, which may start anywhere and jump; None when the source
            has no clock.
    """

    decode: Callable[[], Image]
    arrived_at: float
    media_s: float | None = None


class LatestFrameQueue(Generic[Item]):
    """A queue of at most ``size`` items between a live source and its reader. A new item replaces the oldest.

    Only replaced and cleared items are dropped, so ``put_count = taken + dropped + waiting`` always holds. Thread-safe.

    Args:
        size: maximum number of waiting items.
    """

    def __init__(self, size: int = 1) -> None:
        self._items: deque[Item] = deque()
        self._size = size
        self._changed = threading.Condition()
        self._closed = False
        self._put = 0
        self._dropped = 0

    @property
    def put_count(self) -> int:
        """The number of items put so far."""
        return self._put

    @property
    def dropped(self) -> int:
        """The number of items dropped so far."""
        return self._dropped

    def __len__(self) -> int:
        """The number of waiting items."""
        return len(self._items)

    def put(self, item: Item) -> None:
        """Add the newest item; never blocks."""
        with self._changed:
            if len(self._items) >= self._size:
                self._items.popleft()
                self._dropped += 1
            self._items.append(item)
            self._put += 1
            self._changed.notify()

    def take(self) -> Item | None:
        """The oldest waiting item; None when the queue is empty."""
        with self._changed:
            return self._items.popleft() if self._items else None

    def wait(self, timeout_s: float | None = None) -> Item | None:
        """Like `take`, but wait for an item; None when the queue is closed and empty, or after ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout_s)
            return self._items.popleft() if self._items else None

    def clear(self) -> None:
        """Drop all waiting items."""
        with self._changed:
            self._dropped += len(self._items)
            self._items.clear()

    def close(self) -> None:
        """End the queue: no item follows, and waiting readers return."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
