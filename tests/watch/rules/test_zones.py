from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maskwatch.watch.rules.zones import inside

TRIANGLE = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
HOOK = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (0.2, 0.2), (0.2, 1.0), (0.0, 1.0)]


def at(x: float, y: float, size: float = 10.0) -> np.ndarray:
    return np.array([[x - size, y - size, x + size, y + size]], np.float32)


def test_the_centre_of_the_face_decides_whatever_its_size() -> None:
    for size in (1.0, 500.0):
        assert inside(at(40, 40, size), TRIANGLE, 100, 100).tolist() == [True]
        assert inside(at(60, 60, size), TRIANGLE, 100, 100).tolist() == [False]


def test_corners_are_shares_of_the_image_so_that_resolution_does_not_matter() -> None:
    for width, height in ((100, 50), (1920, 1080), (64, 480)):
        centre = at(0.3 * width, 0.6 * height)
        assert inside(centre, TRIANGLE, width, height).tolist() == [True]


def test_a_zone_may_have_dents() -> None:
    assert inside(at(50, 50), HOOK, 100, 100).tolist() == [False]
    assert inside(at(10, 90), HOOK, 100, 100).tolist() == [True]
    assert inside(at(90, 10), HOOK, 100, 100).tolist() == [True]


def test_nobody_is_in_no_zone() -> None:
    assert inside(np.zeros((0, 4), np.float32), TRIANGLE, 100, 100).shape == (0,)


@given(
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.permutations([(0.1, 0.1), (0.9, 0.2), (0.7, 0.8), (0.2, 0.7)]),
)
def test_every_point_is_inside_or_outside_in_either_sense_of_going_round(x: float, y: float, corners: list) -> None:
    box = at(1000 * x, 1000 * y)
    assert inside(box, corners, 1000, 1000).tolist() == inside(box, corners[::-1], 1000, 1000).tolist()


@given(st.integers(1, 99), st.integers(1, 99))
def test_two_halves_share_no_point_and_miss_none(x: int, y: int) -> None:
    left = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]
    right = [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)]
    box = at(x, y)
    assert inside(box, left, 100, 100)[0] != inside(box, right, 100, 100)[0]
