from __future__ import annotations

import random
import threading

import pytest

from maskwatch.sources.live_frames import LatestFrameQueue


def test_a_full_queue_drops_the_oldest() -> None:
    queue: LatestFrameQueue[int] = LatestFrameQueue(2)
    assert queue.take() is None
    for number in range(5):
        queue.put(number)
    assert (len(queue), queue.put_count, queue.dropped) == (2, 5, 3)
    assert [queue.take(), queue.take(), queue.take()] == [3, 4, None]


def test_waiting_ends_with_an_item_the_time_or_the_end() -> None:
    queue: LatestFrameQueue[int] = LatestFrameQueue()
    assert queue.wait(0.01) is None
    threading.Timer(0.02, queue.put, [7]).start()
    assert queue.wait(5) == 7
    queue.put(8)
    threading.Timer(0.02, queue.close).start()
    assert [queue.wait(), queue.wait()] == [8, None]


@pytest.mark.parametrize("size", [1, 3])
def test_everything_put_in_is_taken_dropped_or_waits(size: int) -> None:
    queue: LatestFrameQueue[int] = LatestFrameQueue(size)
    taken: list[int] = []
    over = threading.Event()

    def take() -> None:
        while not over.is_set():
            found = queue.wait(0.001)
            taken.extend([] if found is None else [found])
            assert len(queue) <= size

    takers = [threading.Thread(target=take) for _ in range(2)]
    for taker in takers:
        taker.start()
    chance = random.Random(0)
    for number in range(3000):
        queue.put(number)
        if chance.random() < 0.05:
            over.wait(0.0005)
    over.set()
    for taker in takers:
        taker.join()
    assert queue.put_count == 3000 == len(taken) + queue.dropped + len(queue)
    assert len(set(taken)) == len(taken)
