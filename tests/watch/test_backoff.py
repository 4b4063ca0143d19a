from __future__ import annotations

import random

import pytest

from maskwatch.watch.backoff import Backoff


@pytest.mark.parametrize(("failures", "full_s"), [(1, 0.5), (2, 1), (5, 8), (6, 10), (5000, 10)])
def test_pauses_double_up_to_the_limit_and_are_shortened_by_up_to_half(failures: int, full_s: float) -> None:
    backoff = Backoff(0.5, 10.0, random.Random(3))
    found = {backoff.after(failures) for _ in range(200)}
    assert full_s / 2 <= min(found) < max(found) <= full_s
    assert len(found) > 100


def test_cameras_lost_together_do_not_reconnect_together() -> None:
    assert len({round(Backoff(10, 10).after(1), 6) for _ in range(20)}) > 15
