from __future__ import annotations

import random

from maskwatch.watch.cameras.pauses import Pauses


def test_pauses_grow_and_are_never_longer_than_the_limit() -> None:
    pauses = Pauses(0.5, 10.0, random.Random(3))
    found = [pauses.next() for _ in range(12)]
    for number, pause_s in enumerate(found):
        limit_s = min(10.0, 0.5 * 2**number)
        assert limit_s / 2 <= pause_s <= limit_s
    pauses.reset()
    assert pauses.next() <= 0.5


def test_cameras_that_were_lost_together_do_not_come_back_together() -> None:
    assert len({round(Pauses(10, 10).next(), 6) for _ in range(20)}) > 15
