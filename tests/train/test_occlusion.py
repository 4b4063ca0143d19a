from __future__ import annotations

import numpy as np
import pytest

from maskwatch.train.augment.occlusion import MARGIN, occlude

NOBODY = np.zeros((0, 4), np.float32)
FACE = np.array([80, 60, 140, 130], np.float32)


def example() -> np.ndarray:
    return np.random.default_rng(9).integers(0, 256, (200, 220, 3)).astype(np.uint8)


@pytest.mark.parametrize("seed", range(40))
def test_the_mouth_is_covered_and_the_eyes_are_not(seed: int) -> None:
    image = example()
    result = occlude(image, FACE, NOBODY, np.random.default_rng(seed))
    changed = (result != image).any(axis=2)
    size = FACE[2:] - FACE[:2]
    x1, y1 = (FACE[:2] + size * [0.45, 0.74]).astype(int)
    x2, y2 = (FACE[:2] + size * [0.55, 0.86]).astype(int)
    assert changed[y1:y2, x1:x2].mean() > 0.5
    assert changed[int(FACE[1]) : int(FACE[1] + 0.25 * size[1]), 80:140].mean() < 0.35
    assert np.array_equal(image, example())


@pytest.mark.parametrize("seed", range(20))
def test_pixels_far_from_the_face_stay_unchanged(seed: int) -> None:
    image = example()
    changed = (occlude(image, FACE, NOBODY, np.random.default_rng(seed)) != image).any(axis=2)
    rows, columns = np.nonzero(changed)
    reach = (MARGIN * (FACE[2:] - FACE[:2])).astype(int) + 2
    assert rows.min() >= FACE[1] - reach[1]
    assert rows.max() <= FACE[3] + reach[1]
    assert columns.min() >= FACE[0] - reach[0]
    assert columns.max() <= FACE[2] + reach[0]


def test_other_faces_stay_visible() -> None:
    image = example()
    neighbours = np.array([[60, 100, 160, 170]], np.float32)
    kept = [np.array_equal(occlude(image, FACE, neighbours, np.random.default_rng(s)), image) for s in range(20)]
    assert sum(kept) > 10


@pytest.mark.parametrize("box", [(-30, -20, 10, 20), (210, 190, 260, 240), (0, 0, 3, 3)])
def test_faces_at_the_border(box: tuple[int, int, int, int]) -> None:
    for seed in range(10):
        result = occlude(example(), np.array(box, np.float32), NOBODY, np.random.default_rng(seed))
        assert result.shape == (200, 220, 3)
