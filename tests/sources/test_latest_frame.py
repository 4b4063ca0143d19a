from __future__ import annotations

import random
import threading

import pytest

from maskwatch.sources.latest_frame import LatestFrameQueue


def test_the_newest_stay_and_the_oldest_are_dropped() -> None:
    newest: LatestFrameQueue[int] = LatestFrameQueue(2)
    assert newest.take() is None
    for number in range(5):
        newest.put(number)
    assert (len(newest), newest.put_count, newest.dropped) == (2, 5, 3)
    assert [newest.take(), newest.take(), newest.take()] == [3, 4, None]


def test_waiting_ends_with_an_item_the_time_or_the_end() -> None:
    newest: LatestFrameQueue[int] = LatestFrameQueue()
    assert newest.wait(0.01) is None
    threading.Timer(0.02, newest.put, [7]).start()
    assert newest.wait(5) == 7
    newest.put(8)
    threading.Timer(0.02, newest.close).start()
    assert [newest.wait(), newest.wait()] == [8, None]


@pytest.mark.parametrize("size", [1, 3])
def test_everything_put_in_is_taken_dropped_or_waits(size: int) -> None:
    newest: LatestFrameQueue[int] = LatestFrameQueue(size)
    taken: list[int] = []
    over = threading.Event()

    def take() -> None:
        while not over.is_set():
            found = newest.wait(0.001)
            taken.extend([] if found is None else [found])
            assert len(newest) <= size

    takers = [threading.Thread(target=take) for _ in range(2)]
    for taker in takers:
        taker.start()
    chance = random.Random(0)
    for number in range(3000):
        newest.put(number)
        if chance.random() < 0.05:
            over.wait(0.0005)
    over.set()
    for taker in takers:
        taker.join()
    assert newest.put_count == 3000 == len(taken) + newest.dropped + len(newest)
    assert len(set(taken)) == len(taken)
