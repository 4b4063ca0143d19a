from __future__ import annotations

import numpy as np
import pytest

from maskwatch.sources.decoder import UPRIGHT, upright

IMAGE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (UPRIGHT, IMAGE),
        ((0, -1, 1, 0), np.rot90(IMAGE, 1)),
        ((-1, 0, 0, -1), np.rot90(IMAGE, 2)),
        ((0, 1, -1, 0), np.rot90(IMAGE, 3)),
        ((-1, 0, 0, 1), IMAGE[:, ::-1]),
        ((1, 0, 0, -1), IMAGE[::-1]),
        ((0, 1, 1, 0), IMAGE.transpose(1, 0, 2)),
        ((0, -1, -1, 0), IMAGE[::-1, ::-1].transpose(1, 0, 2)),
        ((0, 0, 0, 0), IMAGE),
        ((65000, 3000, -3000, 65000), IMAGE),
        ((3000, 65000, -65000, 3000), np.rot90(IMAGE, 3)),
    ],
)
def test_each_matrix_turns_and_mirrors(matrix: tuple[int, int, int, int], expected: np.ndarray) -> None:
    turned = upright(IMAGE, matrix)
    assert np.array_equal(turned, expected)
    assert turned.flags.c_contiguous


@pytest.mark.parametrize("matrix", [(0, -1, 1, 0), (0, 1, -1, 0), (-1, 0, 0, 1), (0, -1, -1, 0)])
def test_a_point_lands_where_the_matrix_puts_it(matrix: tuple[int, int, int, int]) -> None:
    a, b, c, d = matrix
    turned = upright(IMAGE, matrix)
    height, width = turned.shape[:2]
    for y in range(2):
        for x in range(3):
            shown_x, shown_y = a * x + c * y, b * x + d * y
            across = shown_x + (0 if a + c > 0 else width - 1)
            down = shown_y + (0 if b + d > 0 else height - 1)
            assert np.array_equal(turned[down, across], IMAGE[y, x])
