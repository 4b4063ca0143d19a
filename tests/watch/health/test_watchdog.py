from __future__ import annotations

import threading
import time

from maskwatch.watch.health.watchdog import Watchdog


def test_silence_is_noticed_once_with_the_step_that_hangs() -> None:
    heard: list[str] = []
    barked = threading.Event()
    watchdog = Watchdog(0.2, lambda text: (heard.append(text), barked.set()))
    begun = time.monotonic()
    watchdog.start()
    watchdog.alive("detecting in a frame of door")
    assert barked.wait(5)
    assert time.monotonic() - begun >= 0.2
    time.sleep(0.3)
    watchdog.close()
    assert len(heard) == 1
    assert heard[0].endswith("detecting in a frame of door")


def test_signs_of_life_keep_it_quiet() -> None:
    heard: list[str] = []
    watchdog = Watchdog(1.5, heard.append)
    watchdog.start()
    for _ in range(40):
        time.sleep(0.05)
        watchdog.alive("detecting")
    watchdog.close()
    assert heard == []


def test_it_looks_no_longer_once_closed() -> None:
    heard: list[str] = []
    watchdog = Watchdog(0.1, heard.append)
    watchdog.start()
    watchdog.close()
    time.sleep(0.3)
    assert heard == []
    assert not any(thread.name == "watchdog" for thread in threading.enumerate())
