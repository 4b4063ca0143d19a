"""A buffer between a live source and whoever looks at its images: the newest stay, the oldest are dropped."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class LatestFrameQueue(Generic[Item]):
    """Holds at most ``size`` items. When it is full, a new one pushes out the oldest, which counts as dropped.

    Nothing else is ever dropped, so that ``put = taken + dropped + waiting`` at any time. Safe for many threads.

    Args:
        size: how many items wait at most.
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
        """Items put in so far."""
        return self._put

    @property
    def dropped(self) -> int:
        """Items that were pushed out before anybody took them."""
        return self._dropped

    def __len__(self) -> int:
        """Items that wait."""
        return len(self._items)

    def put(self, item: Item) -> None:
        """Add the newest item; never waits."""
        with self._changed:
            if len(self._items) >= self._size:
                self._items.popleft()
                self._dropped += 1
            self._items.append(item)
            self._put += 1
            self._changed.notify()

    def take(self) -> Item | None:
        """The oldest of the items that wait; None when there is none."""
        with self._changed:
            return self._items.popleft() if self._items else None

    def wait(self, timeout_s: float | None = None) -> Item | None:
        """The same, but wait for one; None when the buffer is closed and empty, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout_s)
            return self._items.popleft() if self._items else None

    def clear(self) -> None:
        """Drop what waits; it counts as dropped."""
        with self._changed:
            self._dropped += len(self._items)
            self._items.clear()

    def close(self) -> None:
        """Nothing more will come; those who wait are let go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
