from __future__ import annotations

import threading
import time

from maskwatch.sources.streams.pace import Pacer


def test_images_are_given_when_they_are_due() -> None:
    pacer = Pacer(threading.Event())
    began = time.monotonic()
    for number in range(6):
        pacer.wait(100 + number / 25)
    assert time.monotonic() - began >= 0.2


class Waits(threading.Event):
    """Notes how long somebody wanted to wait for it, and lets nobody wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        return False


def test_who_is_late_is_not_held_back() -> None:
    stop = Waits()
    pacer = Pacer(stop)
    pacer.wait(0.0)
    time.sleep(0.3)
    for due in (0.1, 0.2):
        pacer.wait(due)
    assert stop.asked == []


def test_a_clock_that_goes_back_or_leaps_waits_for_nothing() -> None:
    stop = Waits()
    pacer = Pacer(stop)
    for media_s in (1000.0, 3.0, 5000.0):
        pacer.wait(media_s)
    assert stop.asked == []


def test_stopping_ends_the_wait() -> None:
    stop = threading.Event()
    pacer = Pacer(stop)
    pacer.wait(0.0)
    stop.set()
    before = time.monotonic()
    pacer.wait(20.0)
    assert time.monotonic() - before < 5
